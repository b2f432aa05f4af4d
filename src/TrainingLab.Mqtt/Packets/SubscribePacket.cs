using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// SUBSCRIBE (MQTT 3.1.1 §3.8):
/// <code>
/// 82 len | packet identifier, 2 bytes | one or more of: topic filter: 2 bytes of length and UTF-8 | 000000 qos qos
/// </code>
/// </summary>
/// <param name="PacketId">Identifies the request until it is answered.</param>
/// <param name="Filters">One or more topic filters.</param>
public sealed record SubscribePacket(ushort PacketId, IReadOnlyList<SubscribeFilter> Filters)
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">The body breaks §3.8, or a filter §4.7.</exception>
    public static SubscribePacket Read(ref MqttReader reader)
    {
        var packetId = reader.ReadPacketId();
        var filters = new List<SubscribeFilter>();
        while (reader.Remaining > 0)
        {
            var filter = reader.ReadString();
            if (!MqttTopic.IsValidFilter(filter)) throw new MqttProtocolException(MqttReasonCode.TopicFilterInvalid, "Not a topic filter.");
            var qos = reader.ReadByte();
            if (qos > (byte)MqttQoS.ExactlyOnce) throw new MqttProtocolException(MqttReasonCode.MalformedPacket, $"A subscription at QoS byte {qos}.");
            filters.Add(new SubscribeFilter(filter, (MqttQoS)qos));
        }
        if (filters.Count == 0) throw new MqttProtocolException(MqttReasonCode.ProtocolError, "SUBSCRIBE without a topic filter.");
        return new SubscribePacket(packetId, filters);
    }

    /// <summary>Writes the packet.</summary>
    public void Write(ref MqttWriter writer)
    {
        writer.WriteHeader(MqttPacketType.Subscribe, FixedHeader.RequiredFlags(MqttPacketType.Subscribe), 2 + Filters.Sum(f => MqttWriter.SizeOf(f.Filter) + 1));
        writer.WriteUInt16(PacketId);
        foreach (var (filter, qos) in Filters)
        {
            writer.WriteString(filter);
            writer.WriteByte((byte)qos);
        }
    }
}

/// <summary>One topic filter of a SUBSCRIBE.</summary>
/// <param name="Filter">The topic filter.</param>
/// <param name="QoS">The highest quality of service asked for.</param>
public readonly record struct SubscribeFilter(string Filter, MqttQoS QoS);
