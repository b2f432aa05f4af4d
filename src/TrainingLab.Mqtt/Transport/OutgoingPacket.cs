using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Mqtt.Transport;

/// <summary>A packet that waits to be written. A value, so that queueing a message for one more subscriber allocates nothing; the message itself is shared.</summary>
internal readonly struct OutgoingPacket
{
    private OutgoingPacket(MqttPacketType type, ushort packetId, object? content, MqttQoS qos = default, bool duplicate = false, bool retain = false)
    {
        Type = type;
        PacketId = packetId;
        Content = content;
        QoS = qos;
        Duplicate = duplicate;
        Retain = retain;
    }

    public MqttPacketType Type { get; }

    public MqttQoS QoS { get; }

    public bool Duplicate { get; }

    public bool Retain { get; }

    public ushort PacketId { get; }

    /// <summary>The message of a PUBLISH, or the packet itself where it is more than an identifier.</summary>
    public object? Content { get; }

    /// <summary>About how many bytes it holds in memory and on the wire.</summary>
    public int Size => Content switch
    {
        MqttMessage message => SizeOf(message),
        SubAckPacket packet => 5 + packet.ReturnCodes.Count,
        _ => 4,
    };

    public static int SizeOf(MqttMessage message) => 9 + message.TopicUtf8.Length + message.Payload.Length;

    public static OutgoingPacket Publish(MqttMessage message, MqttQoS qos, ushort packetId, bool retain, bool duplicate) =>
        new(MqttPacketType.Publish, packetId, message, qos, duplicate, retain);

    public static OutgoingPacket Answer(MqttPacketType type, ushort packetId = 0) => new(type, packetId, null);

    public static OutgoingPacket Connect(ConnectPacket packet) => new(MqttPacketType.Connect, 0, packet);

    public static OutgoingPacket ConnAck(bool sessionPresent, MqttConnectReturnCode code) =>
        new(MqttPacketType.ConnAck, (byte)code, null, retain: sessionPresent);

    public static OutgoingPacket Subscribe(SubscribePacket packet) => new(MqttPacketType.Subscribe, packet.PacketId, packet);

    public static OutgoingPacket SubAck(SubAckPacket packet) => new(MqttPacketType.SubAck, packet.PacketId, packet);

    public static OutgoingPacket Unsubscribe(UnsubscribePacket packet) => new(MqttPacketType.Unsubscribe, packet.PacketId, packet);

    public void Write(ref MqttWriter writer)
    {
        switch (Type)
        {
            case MqttPacketType.Publish:
                var message = (MqttMessage)Content!;
                new PublishPacket
                {
                    Topic = message.TopicUtf8,
                    Payload = message.Payload.Span,
                    PacketId = PacketId,
                    QoS = QoS,
                    Duplicate = Duplicate,
                    Retain = Retain,
                }.Write(ref writer);
                break;
            case MqttPacketType.PubAck: new PubAckPacket(PacketId).Write(ref writer); break;
            case MqttPacketType.PubRec: new PubRecPacket(PacketId).Write(ref writer); break;
            case MqttPacketType.PubRel: new PubRelPacket(PacketId).Write(ref writer); break;
            case MqttPacketType.PubComp: new PubCompPacket(PacketId).Write(ref writer); break;
            case MqttPacketType.UnsubAck: new UnsubAckPacket(PacketId).Write(ref writer); break;
            case MqttPacketType.PingReq: PingReqPacket.Write(ref writer); break;
            case MqttPacketType.PingResp: PingRespPacket.Write(ref writer); break;
            case MqttPacketType.Disconnect: DisconnectPacket.Write(ref writer); break;
            case MqttPacketType.Connect: ((ConnectPacket)Content!).Write(ref writer); break;
            case MqttPacketType.ConnAck: new ConnAckPacket(Retain, (MqttConnectReturnCode)PacketId).Write(ref writer); break;
            case MqttPacketType.Subscribe: ((SubscribePacket)Content!).Write(ref writer); break;
            case MqttPacketType.SubAck: ((SubAckPacket)Content!).Write(ref writer); break;
            case MqttPacketType.Unsubscribe: ((UnsubscribePacket)Content!).Write(ref writer); break;
            default: throw new InvalidOperationException($"No packet type {Type}.");
        }
    }
}
