using System.Buffers;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Tests.Mqtt.Packets;

/// <summary>Reads and writes single packets as hexadecimal digits.</summary>
internal static class PacketTestBytes
{
    public delegate void PacketWrite(ref MqttWriter writer);

    public delegate void BodyRead(FixedHeader header, ref MqttReader reader);

    public static byte[] FromHex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    public static byte[] Write(PacketWrite write, MqttProtocolVersion version = MqttProtocolVersion.V311)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MqttWriter(bytes, version);
        write(ref writer);
        writer.Commit();
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Reads a whole packet of its type.</summary>
    public static void Read(ReadOnlySpan<byte> packet, MqttProtocolVersion version = MqttProtocolVersion.V311)
    {
        Assert.True(FixedHeader.TryRead(packet, out var header, out var size));
        ReadBody(header, packet[size..], version);
    }

    /// <summary>Reads a body by the type that its header names.</summary>
    public static void ReadBody(FixedHeader header, ReadOnlySpan<byte> body, MqttProtocolVersion version = MqttProtocolVersion.V311)
    {
        var reader = new MqttReader(body, version);
        switch (header.Type)
        {
            case MqttPacketType.Connect: ConnectPacket.Read(ref reader); break;
            case MqttPacketType.ConnAck: ConnAckPacket.Read(ref reader); break;
            case MqttPacketType.Publish: PublishPacket.Read(header.Flags, ref reader); break;
            case MqttPacketType.PubAck: PubAckPacket.Read(ref reader); break;
            case MqttPacketType.PubRec: PubRecPacket.Read(ref reader); break;
            case MqttPacketType.PubRel: PubRelPacket.Read(ref reader); break;
            case MqttPacketType.PubComp: PubCompPacket.Read(ref reader); break;
            case MqttPacketType.Subscribe: SubscribePacket.Read(ref reader); break;
            case MqttPacketType.SubAck: SubAckPacket.Read(ref reader); break;
            case MqttPacketType.Unsubscribe: UnsubscribePacket.Read(ref reader); break;
            case MqttPacketType.UnsubAck: UnsubAckPacket.Read(ref reader); break;
            case MqttPacketType.PingReq: PingReqPacket.Read(ref reader); break;
            case MqttPacketType.PingResp: PingRespPacket.Read(ref reader); break;
            case MqttPacketType.Auth when version == MqttProtocolVersion.V5: AuthPacket.Read(ref reader); break;
            default: DisconnectPacket.Read(ref reader); break;
        }
    }

    /// <summary>Reads a body and writes what was read.</summary>
    public static byte[] Rewrite(FixedHeader header, byte[] body, MqttProtocolVersion version = MqttProtocolVersion.V311) => Write(
        (ref MqttWriter writer) =>
        {
            var reader = new MqttReader(body, version);
            switch (header.Type)
            {
                case MqttPacketType.Connect: ConnectPacket.Read(ref reader).Write(ref writer); break;
                case MqttPacketType.ConnAck: ConnAckPacket.Read(ref reader).Write(ref writer); break;
                case MqttPacketType.Publish: PublishPacket.Read(header.Flags, ref reader).Write(ref writer); break;
                case MqttPacketType.PubAck: PubAckPacket.Read(ref reader).Write(ref writer); break;
                case MqttPacketType.PubRec: PubRecPacket.Read(ref reader).Write(ref writer); break;
                case MqttPacketType.PubRel: PubRelPacket.Read(ref reader).Write(ref writer); break;
                case MqttPacketType.PubComp: PubCompPacket.Read(ref reader).Write(ref writer); break;
                case MqttPacketType.Subscribe: SubscribePacket.Read(ref reader).Write(ref writer); break;
                case MqttPacketType.SubAck: SubAckPacket.Read(ref reader).Write(ref writer); break;
                case MqttPacketType.Unsubscribe: UnsubscribePacket.Read(ref reader).Write(ref writer); break;
                case MqttPacketType.UnsubAck: UnsubAckPacket.Read(ref reader).Write(ref writer); break;
                case MqttPacketType.PingReq: PingReqPacket.Write(ref writer); break;
                case MqttPacketType.PingResp: PingRespPacket.Write(ref writer); break;
                case MqttPacketType.Auth: AuthPacket.Read(ref reader).Write(ref writer); break;
                default: DisconnectPacket.Read(ref reader).Write(ref writer); break;
            }

            reader.End();
        },
        version);
}
