using System.Text;
using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// PUBLISH (§3.3), a message, both ways:
/// <code>
/// 0011 dup qos qos retain | len | topic: 2 bytes of length and UTF-8 | [packet identifier, 2 bytes, at QoS 1 and 2] | [MQTT 5: properties] | payload
/// </code>
/// It lives no longer than the buffer it was read from; <see cref="ToMessage"/> copies.
/// </summary>
public readonly ref struct PublishPacket
{
    private const int DuplicateFlag = 0x08;
    private const int RetainFlag = 0x01;

    /// <summary>The topic name as UTF-8; in MQTT 5 empty where an alias stands for it.</summary>
    public ReadOnlySpan<byte> Topic { get; init; }

    /// <summary>The payload.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>Identifies the message until it is acknowledged; 0 at QoS 0.</summary>
    public ushort PacketId { get; init; }

    /// <summary>The quality of service.</summary>
    public MqttQoS QoS { get; init; }

    /// <summary>Whether it may have been sent before.</summary>
    public bool Duplicate { get; init; }

    /// <summary>To the server: retain it. To a client: a retained message.</summary>
    public bool Retain { get; init; }

    /// <summary>The properties as read; null for none.</summary>
    public MqttProperties? Properties { get; init; }

    /// <summary>To write: the properties that belong to the message, encoded without their length, so that they are encoded once for all receivers.</summary>
    internal ReadOnlySpan<byte> MessageProperties { get; init; }

    /// <summary>To write: what is left of the message's lifetime, in seconds; null: for ever.</summary>
    internal uint? MessageExpiry { get; init; }

    /// <summary>To write: the number that stands for the topic on this connection; 0 for none.</summary>
    internal ushort TopicAlias { get; init; }

    /// <summary>To write: the identifiers of the subscriptions that matched.</summary>
    internal SubscriptionIds SubscriptionIds { get; init; }

    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">Flags or body break §3.3.</exception>
    public static PublishPacket Read(byte flags, scoped ref MqttReader reader)
    {
        var qos = (MqttQoS)((flags >> 1) & 0x03);
        var duplicate = (flags & DuplicateFlag) != 0;
        if (qos > MqttQoS.ExactlyOnce) throw new MqttProtocolException(MqttReasonCode.MalformedPacket, "PUBLISH at QoS 3.");
        if (duplicate && qos == MqttQoS.AtMostOnce) throw new MqttProtocolException(MqttReasonCode.MalformedPacket, "A duplicate at QoS 0.");
        var topic = reader.ReadUtf8();
        if (topic.IndexOfAny((byte)'+', (byte)'#') >= 0) throw new MqttProtocolException(MqttReasonCode.TopicNameInvalid, "A topic name with a wildcard.");
        var packetId = qos == MqttQoS.AtMostOnce ? (ushort)0 : reader.ReadPacketId();
        var properties = reader.Version == MqttProtocolVersion.V5 ? MqttProperties.Read(ref reader, MqttPacketType.Publish) : null;
        if (topic.IsEmpty && properties?.TopicAlias is null)
            throw new MqttProtocolException(reader.Version == MqttProtocolVersion.V5 ? MqttReasonCode.ProtocolError : MqttReasonCode.TopicNameInvalid, "An empty topic name.");
        return new PublishPacket
        {
            Topic = topic,
            PacketId = packetId,
            Properties = properties,
            Payload = reader.ReadRest(),
            QoS = qos,
            Duplicate = duplicate,
            Retain = (flags & RetainFlag) != 0,
        };
    }

    /// <summary>Bytes of the packet, fixed header included.</summary>
    public int Size(MqttProtocolVersion version)
    {
        var length = RemainingLength(version);
        return 1 + FixedHeader.SizeOfRemainingLength(length) + length;
    }

    /// <summary>Writes the packet.</summary>
    public void Write(ref MqttWriter writer)
    {
        var flags = ((int)QoS << 1) | (Duplicate ? DuplicateFlag : 0) | (Retain ? RetainFlag : 0);
        writer.WriteHeader(MqttPacketType.Publish, flags, RemainingLength(writer.Version));
        writer.WriteBinary(Topic);
        if (QoS != MqttQoS.AtMostOnce) writer.WriteUInt16(PacketId);
        if (writer.Version == MqttProtocolVersion.V5) WriteProperties(ref writer);
        writer.WriteRaw(Payload);
    }

    /// <summary>A message of its own with copies of topic and payload.</summary>
    public MqttMessage ToMessage() => ToMessage(Encoding.UTF8.GetString(Topic), Topic.ToArray());

    /// <summary>A message of its own with a topic that is known already, and a copy of the payload.</summary>
    internal MqttMessage ToMessage(string topic, byte[] topicUtf8) =>
        MqttMessage.FromValidated(topic, topicUtf8, Payload.ToArray(), QoS, Retain, Properties is { TopicAlias: not null } ? Properties with { TopicAlias = null } : Properties);

    private int PropertiesLength()
    {
        var length = MessageProperties.Length + (MessageExpiry is null ? 0 : 5) + (TopicAlias == 0 ? 0 : 3) + SubscriptionIds.Size;
        return Properties is null ? length : length + Properties.Size();
    }

    private int RemainingLength(MqttProtocolVersion version)
    {
        var length = 2 + Topic.Length + (QoS == MqttQoS.AtMostOnce ? 0 : 2) + Payload.Length;
        if (version != MqttProtocolVersion.V5) return length;
        var properties = PropertiesLength();
        return length + FixedHeader.SizeOfRemainingLength(properties) + properties;
    }

    private void WriteProperties(ref MqttWriter writer)
    {
        writer.WriteVariableInteger(PropertiesLength());
        Properties?.WriteValues(ref writer);
        writer.WriteRaw(MessageProperties);
        if (MessageExpiry is { } expiry)
        {
            writer.WriteByte((byte)MqttPropertyId.MessageExpiryInterval);
            writer.WriteUInt32(expiry);
        }
        if (TopicAlias != 0)
        {
            writer.WriteByte((byte)MqttPropertyId.TopicAlias);
            writer.WriteUInt16(TopicAlias);
        }
        SubscriptionIds.Write(ref writer);
    }
}
