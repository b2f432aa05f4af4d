using System.Buffers;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Sessions;
using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt.Transport;

/// <summary>A packet that waits to be written. A value, so that queueing a message for one more subscriber allocates nothing; the message itself is shared.</summary>
internal readonly struct OutgoingPacket
{
    /// <summary>Longest packet without <see cref="Content"/>: header, packet identifier and reason code, or CONNACK without properties.</summary>
    public const int MaxSizeWithoutContent = 5;

    private OutgoingPacket(MqttPacketType type, ushort packetId, object? content)
    {
        Type = type;
        PacketId = packetId;
        Content = content;
    }

    public MqttPacketType Type { get; }

    public MqttQoS QoS { get; private init; }

    public bool Duplicate { get; private init; }

    public bool Retain { get; private init; }

    public MqttReasonCode Reason { get; private init; }

    public ushort PacketId { get; }

    public SubscriptionIds Ids { get; private init; }

    /// <summary>The message of a PUBLISH, the properties of an acknowledgement, or the packet itself where it is more than that.</summary>
    public object? Content { get; }

    /// <summary>Whether it promises something, and may leave only when what it promises is durable.</summary>
    public bool IsPromise => Type switch
    {
        MqttPacketType.Publish => QoS != MqttQoS.AtMostOnce,
        MqttPacketType.PingReq or MqttPacketType.PingResp or MqttPacketType.Disconnect or MqttPacketType.Auth => false,
        _ => Reason < MqttReasonCode.UnspecifiedError, // A refusal promises nothing.
    };

    /// <summary>About how many bytes it holds in memory and on the wire.</summary>
    public int Size => Content switch
    {
        MqttMessage message => SizeOf(message),
        SubAckPacket packet => 5 + packet.ReturnCodes.Count,
        UnsubAckPacket packet => 5 + packet.Reasons.Count,
        _ => 4,
    };

    public static int SizeOf(MqttMessage message) => 9 + message.TopicUtf8.Length + message.Payload.Length + message.ForwardedProperties.Length;

    public static OutgoingPacket Publish(in Delivery delivery, ushort packetId, bool duplicate) =>
        new(MqttPacketType.Publish, packetId, delivery.Message) { QoS = delivery.QoS, Retain = delivery.Retain, Duplicate = duplicate, Ids = delivery.Ids };

    public static OutgoingPacket Answer(MqttPacketType type, ushort packetId = 0, MqttReasonCode reason = MqttReasonCode.Success, MqttProperties? properties = null) =>
        new(type, packetId, properties) { Reason = reason };

    public static OutgoingPacket Connect(ConnectPacket packet) => new(MqttPacketType.Connect, 0, packet);

    public static OutgoingPacket ConnAck(bool sessionPresent, MqttReasonCode code, MqttProperties? properties = null) =>
        new(MqttPacketType.ConnAck, 0, properties) { Reason = code, Retain = sessionPresent };

    public static OutgoingPacket Subscribe(SubscribePacket packet) => new(MqttPacketType.Subscribe, packet.PacketId, packet);

    public static OutgoingPacket SubAck(SubAckPacket packet) => new(MqttPacketType.SubAck, packet.PacketId, packet);

    public static OutgoingPacket Unsubscribe(UnsubscribePacket packet) => new(MqttPacketType.Unsubscribe, packet.PacketId, packet);

    public static OutgoingPacket UnsubAck(UnsubAckPacket packet) => new(MqttPacketType.UnsubAck, packet.PacketId, packet);

    /// <summary>The packet without the reason in words, for a peer that does not want it or takes no packet as long as that (MQTT 5 §3.1.2.11.7, §3.2.2.3.9).</summary>
    public OutgoingPacket WithoutReasonString() => Content is MqttProperties { ReasonString: not null } properties
        ? new(Type, PacketId, WithoutReasonString(properties)) { QoS = QoS, Retain = Retain, Reason = Reason }
        : this;

    /// <summary>The PUBLISH itself, on its way to be written.</summary>
    /// <param name="expiry">What is left of the message's lifetime in seconds; null: for ever.</param>
    /// <param name="alias">The topic's number on this connection, 0 for none.</param>
    /// <param name="omitTopic">Whether the peer knows the number already.</param>
    public PublishPacket ToPublish(uint? expiry = null, ushort alias = 0, bool omitTopic = false)
    {
        var message = (MqttMessage)Content!;
        return new PublishPacket
        {
            Topic = omitTopic ? default : message.TopicUtf8,
            Payload = message.Payload.Span,
            PacketId = PacketId,
            QoS = QoS,
            Duplicate = Duplicate,
            Retain = Retain,
            MessageProperties = message.ForwardedProperties,
            MessageExpiry = expiry,
            TopicAlias = alias,
            SubscriptionIds = Ids,
        };
    }

    /// <summary>How many bytes <see cref="Write"/> writes, found by doing so.</summary>
    public int Measure(MqttProtocolVersion version)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MqttWriter(bytes, version);
        Write(ref writer);
        writer.Commit();
        return bytes.WrittenCount;
    }

    /// <summary>Writes any packet but PUBLISH, which depends on the connection.</summary>
    public void Write(ref MqttWriter writer)
    {
        var properties = Content as MqttProperties;
        switch (Type)
        {
            case MqttPacketType.PubAck: new PubAckPacket(PacketId, Reason, properties).Write(ref writer); break;
            case MqttPacketType.PubRec: new PubRecPacket(PacketId, Reason, properties).Write(ref writer); break;
            case MqttPacketType.PubRel: new PubRelPacket(PacketId, Reason, properties).Write(ref writer); break;
            case MqttPacketType.PubComp: new PubCompPacket(PacketId, Reason, properties).Write(ref writer); break;
            case MqttPacketType.PingReq: PingReqPacket.Write(ref writer); break;
            case MqttPacketType.PingResp: PingRespPacket.Write(ref writer); break;
            case MqttPacketType.Disconnect: new DisconnectPacket(Reason, properties).Write(ref writer); break;
            case MqttPacketType.Auth: new AuthPacket(Reason, properties).Write(ref writer); break;
            case MqttPacketType.ConnAck: new ConnAckPacket(Retain, Reason, properties).Write(ref writer); break;
            case MqttPacketType.Connect: ((ConnectPacket)Content!).Write(ref writer); break;
            case MqttPacketType.Subscribe: ((SubscribePacket)Content!).Write(ref writer); break;
            case MqttPacketType.SubAck: ((SubAckPacket)Content!).Write(ref writer); break;
            case MqttPacketType.Unsubscribe: ((UnsubscribePacket)Content!).Write(ref writer); break;
            case MqttPacketType.UnsubAck: ((UnsubAckPacket)Content!).Write(ref writer); break;
            default: throw new InvalidOperationException($"No packet type {Type}.");
        }
    }

    private static MqttProperties? WithoutReasonString(MqttProperties properties)
    {
        var rest = properties with { ReasonString = null };
        return rest == new MqttProperties() ? null : rest;
    }
}
