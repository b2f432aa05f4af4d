using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// UNSUBSCRIBE (§3.10):
/// <code>A2 len | packet identifier, 2 bytes | [MQTT 5: properties] | one or more of: topic filter: 2 bytes of length and UTF-8</code>
/// </summary>
/// <param name="PacketId">Identifies the request until it is answered.</param>
/// <param name="Filters">One or more topic filters.</param>
/// <param name="Properties">User properties; null for none.</param>
public sealed record UnsubscribePacket(ushort PacketId, IReadOnlyList<string> Filters, MqttProperties? Properties = null)
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">The body breaks §3.10, or a filter §4.7; or there are more than <see cref="SubscribePacket.MaxFilters"/>.</exception>
    public static UnsubscribePacket Read(ref MqttReader reader)
    {
        var packetId = reader.ReadPacketId();
        var properties = reader.Version == MqttProtocolVersion.V5 ? MqttProperties.Read(ref reader, MqttPacketType.Unsubscribe) : null;
        var filters = new List<string>();
        while (reader.Remaining > 0)
        {
            if (filters.Count == SubscribePacket.MaxFilters) throw new MqttProtocolException(MqttReasonCode.QuotaExceeded, $"More than {SubscribePacket.MaxFilters} topic filters.");
            var filter = reader.ReadString();
            if (!MqttTopic.IsValidFilter(filter)) throw new MqttProtocolException(MqttReasonCode.TopicFilterInvalid, "Not a topic filter.");
            filters.Add(filter);
        }
        if (filters.Count == 0) throw new MqttProtocolException(MqttReasonCode.ProtocolError, "UNSUBSCRIBE without a topic filter.");
        return new UnsubscribePacket(packetId, filters, properties);
    }

    /// <summary>Writes the packet.</summary>
    public void Write(ref MqttWriter writer)
    {
        var v5 = writer.Version == MqttProtocolVersion.V5;
        writer.WriteHeader(
            MqttPacketType.Unsubscribe,
            FixedHeader.RequiredFlags(MqttPacketType.Unsubscribe),
            2 + (v5 ? MqttProperties.SizeWithLength(Properties) : 0) + Filters.Sum(f => MqttWriter.SizeOf(f)));
        writer.WriteUInt16(PacketId);
        if (v5) MqttProperties.Write(ref writer, Properties);
        foreach (var filter in Filters) writer.WriteString(filter);
    }
}
