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

    public static byte[] Write(PacketWrite write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MqttWriter(bytes, MqttProtocolVersion.V311);
        write(ref writer);
        writer.Commit();
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Reads a whole packet of its type.</summary>
    public static void Read(ReadOnlySpan<byte> packet)
    {
        Assert.True(FixedHeader.TryRead(packet, out var header, out var size));
        ReadBody(header, packet[size..]);
    }

    /// <summary>Reads a body by the type that its header names.</summary>
    public static void ReadBody(FixedHeader header, ReadOnlySpan<byte> body)
    {
        var reader = new MqttReader(body, MqttProtocolVersion.V311);
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
            default: DisconnectPacket.Read(ref reader); break;
        }
    }
}
