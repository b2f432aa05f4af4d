using System.Text;
using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// PUBLISH (MQTT 3.1.1 §3.3), a message, both ways:
/// <code>
/// 0011 dup qos qos retain | len | topic: 2 bytes of length and UTF-8 | [packet identifier, 2 bytes, at QoS 1 and 2] | payload
/// </code>
/// It lives no longer than the buffer it was read from; <see cref="ToMessage"/> copies.
/// </summary>
public readonly ref struct PublishPacket
{
    private const int DuplicateFlag = 0x08;
    private const int RetainFlag = 0x01;

    /// <summary>The topic name as UTF-8.</summary>
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

    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">Flags or body break §3.3.</exception>
    public static PublishPacket Read(byte flags, scoped ref MqttReader reader)
    {
        var qos = (MqttQoS)((flags >> 1) & 0x03);
        var duplicate = (flags & DuplicateFlag) != 0;
        if (qos > MqttQoS.ExactlyOnce) throw new MqttProtocolException(MqttReasonCode.MalformedPacket, "PUBLISH at QoS 3.");
        if (duplicate && qos == MqttQoS.AtMostOnce) throw new MqttProtocolException(MqttReasonCode.MalformedPacket, "A duplicate at QoS 0.");
        var topic = reader.ReadUtf8();
        if (topic.IsEmpty || topic.IndexOfAny((byte)'+', (byte)'#') >= 0)
            throw new MqttProtocolException(MqttReasonCode.TopicNameInvalid, "An empty topic name, or one with a wildcard.");
        return new PublishPacket
        {
            Topic = topic,
            PacketId = qos == MqttQoS.AtMostOnce ? (ushort)0 : reader.ReadPacketId(),
            Payload = reader.ReadRest(),
            QoS = qos,
            Duplicate = duplicate,
            Retain = (flags & RetainFlag) != 0,
        };
    }

    /// <summary>Writes the packet.</summary>
    public void Write(ref MqttWriter writer)
    {
        var flags = ((int)QoS << 1) | (Duplicate ? DuplicateFlag : 0) | (Retain ? RetainFlag : 0);
        var withId = QoS != MqttQoS.AtMostOnce;
        writer.WriteHeader(MqttPacketType.Publish, flags, 2 + Topic.Length + (withId ? 2 : 0) + Payload.Length);
        writer.WriteBinary(Topic);
        if (withId) writer.WriteUInt16(PacketId);
        writer.WriteRaw(Payload);
    }

    /// <summary>A message of its own with copies of topic and payload.</summary>
    public MqttMessage ToMessage() =>
        MqttMessage.FromValidated(Encoding.UTF8.GetString(Topic), Topic.ToArray(), Payload.ToArray(), QoS, Retain);
}
