using System.Buffers;
using System.Text;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Tests.Mqtt.Support;

/// <summary>Packets from a broker as short lines, e.g. "PUBLISH a/b hello qos1 id7 dup".</summary>
internal static class PacketText
{
    public static IReadOnlyList<string> All(ReadOnlyMemory<byte> bytes)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        var lines = new List<string>();
        while (FixedHeader.TryReadPacket(ref buffer, int.MaxValue, out var header, out var body)) lines.Add(One(header, body.ToArray()));
        Assert.True(buffer.IsEmpty, "The broker sent part of a packet.");
        return lines;
    }

    private static string One(FixedHeader header, byte[] body)
    {
        var reader = new MqttReader(body, MqttProtocolVersion.V311);
        switch (header.Type)
        {
            case MqttPacketType.ConnAck:
                var answer = ConnAckPacket.Read(ref reader);
                return $"CONNACK {answer.ReturnCode}{(answer.SessionPresent ? " present" : "")}";
            case MqttPacketType.Publish:
                var publish = PublishPacket.Read(header.Flags, ref reader);
                var text = $"PUBLISH {Encoding.UTF8.GetString(publish.Topic)} {Encoding.UTF8.GetString(publish.Payload)}";
                if (publish.QoS != MqttQoS.AtMostOnce) text += $" qos{(int)publish.QoS} id{publish.PacketId}";
                if (publish.Duplicate) text += " dup";
                if (publish.Retain) text += " retain";
                return text;
            case MqttPacketType.PubAck: return $"PUBACK {PubAckPacket.Read(ref reader).PacketId}";
            case MqttPacketType.PubRec: return $"PUBREC {PubRecPacket.Read(ref reader).PacketId}";
            case MqttPacketType.PubRel: return $"PUBREL {PubRelPacket.Read(ref reader).PacketId}";
            case MqttPacketType.PubComp: return $"PUBCOMP {PubCompPacket.Read(ref reader).PacketId}";
            case MqttPacketType.SubAck:
                var granted = SubAckPacket.Read(ref reader);
                return $"SUBACK {granted.PacketId} {string.Join(',', granted.ReturnCodes.Select(c => (int)c))}";
            case MqttPacketType.UnsubAck: return $"UNSUBACK {UnsubAckPacket.Read(ref reader).PacketId}";
            case MqttPacketType.PingResp:
                PingRespPacket.Read(ref reader);
                return "PINGRESP";
            default: return header.Type.ToString();
        }
    }
}
