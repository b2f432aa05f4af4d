using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// UNSUBSCRIBE (MQTT 3.1.1 §3.10):
/// <code>A2 len | packet identifier, 2 bytes | one or more of: topic filter: 2 bytes of length and UTF-8</code>
/// </summary>
/// <param name="PacketId">Identifies the request until it is answered.</param>
/// <param name="Filters">One or more topic filters.</param>
public sealed record UnsubscribePacket(ushort PacketId, IReadOnlyList<string> Filters)
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">The body breaks §3.10, or a filter §4.7.</exception>
    public static UnsubscribePacket Read(ref MqttReader reader)
    {
        var packetId = reader.ReadPacketId();
        var filters = new List<string>();
        while (reader.Remaining > 0)
        {
            var filter = reader.ReadString();
            if (!MqttTopic.IsValidFilter(filter)) throw new MqttProtocolException(MqttReasonCode.TopicFilterInvalid, "Not a topic filter.");
            filters.Add(filter);
        }
        if (filters.Count == 0) throw new MqttProtocolException(MqttReasonCode.ProtocolError, "UNSUBSCRIBE without a topic filter.");
        return new UnsubscribePacket(packetId, filters);
    }

    /// <summary>Writes the packet.</summary>
    public void Write(ref MqttWriter writer)
    {
        writer.WriteHeader(MqttPacketType.Unsubscribe, FixedHeader.RequiredFlags(MqttPacketType.Unsubscribe), 2 + Filters.Sum(f => MqttWriter.SizeOf(f)));
        writer.WriteUInt16(PacketId);
        foreach (var filter in Filters) writer.WriteString(filter);
    }
}
