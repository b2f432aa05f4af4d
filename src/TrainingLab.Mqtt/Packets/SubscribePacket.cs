using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// SUBSCRIBE (§3.8):
/// <code>
/// 82 len | packet identifier, 2 bytes | [MQTT 5: properties] | one or more of: topic filter: 2 bytes of length and UTF-8 | options
/// options, 3.1.1 | 000000 qos qos
/// options, 5     | 00 retain handling, 2 bits | retain as published | no local | qos qos
/// </code>
/// </summary>
/// <param name="PacketId">Identifies the request until it is answered.</param>
/// <param name="Filters">One or more topic filters.</param>
/// <param name="Properties">Subscription identifier and user properties; null for none.</param>
public sealed record SubscribePacket(ushort PacketId, IReadOnlyList<SubscribeFilter> Filters, MqttProperties? Properties = null)
{
    /// <summary>Most topic filters of one SUBSCRIBE or UNSUBSCRIBE that are accepted; more is refused with <see cref="MqttReasonCode.QuotaExceeded"/>.</summary>
    public const int MaxFilters = 10_000;

    private const int NoLocalFlag = 0x04;
    private const int RetainAsPublishedFlag = 0x08;

    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">The body breaks §3.8, or a filter §4.7 or §4.8.2; or there are more than <see cref="MaxFilters"/>.</exception>
    public static SubscribePacket Read(ref MqttReader reader)
    {
        var packetId = reader.ReadPacketId();
        var v5 = reader.Version == MqttProtocolVersion.V5;
        var properties = v5 ? MqttProperties.Read(ref reader, MqttPacketType.Subscribe) : null;
        var filters = new List<SubscribeFilter>();
        while (reader.Remaining > 0)
        {
            if (filters.Count == MaxFilters) throw new MqttProtocolException(MqttReasonCode.QuotaExceeded, $"More than {MaxFilters} topic filters.");
            var filter = reader.ReadString();
            if (!MqttTopic.IsValidFilter(filter)) throw new MqttProtocolException(MqttReasonCode.TopicFilterInvalid, "Not a topic filter.");
            var options = reader.ReadByte();
            if ((options & (v5 ? 0xC0 : 0xFC)) != 0) throw new MqttProtocolException(MqttReasonCode.MalformedPacket, $"Reserved bits in subscription options {options:X2}.");
            var qos = options & 0x03;
            var handling = options >> 4;
            // A value that a field can have and must not is a protocol error (MQTT 5 §3.8.3.1); to MQTT 3.1.1 it is all the same.
            if (qos > (int)MqttQoS.ExactlyOnce) throw new MqttProtocolException(MqttReasonCode.ProtocolError, "A subscription at QoS 3.");
            if (handling > (int)MqttRetainHandling.DoNotSend) throw new MqttProtocolException(MqttReasonCode.ProtocolError, "Retain handling 3.");
            var noLocal = v5 && (options & NoLocalFlag) != 0;
            if (v5 && MqttTopic.IsShared(filter))
            {
                if (noLocal) throw new MqttProtocolException(MqttReasonCode.ProtocolError, "A shared subscription with no local.");
                if (!MqttTopic.TryParseShared(filter, out _, out _)) throw new MqttProtocolException(MqttReasonCode.TopicFilterInvalid, "Not a shared subscription.");
            }
            filters.Add(new SubscribeFilter(filter, (MqttQoS)qos, noLocal, v5 && (options & RetainAsPublishedFlag) != 0, (MqttRetainHandling)handling));
        }
        if (filters.Count == 0) throw new MqttProtocolException(MqttReasonCode.ProtocolError, "SUBSCRIBE without a topic filter.");
        return new SubscribePacket(packetId, filters, properties);
    }

    /// <summary>Writes the packet.</summary>
    public void Write(ref MqttWriter writer)
    {
        var v5 = writer.Version == MqttProtocolVersion.V5;
        writer.WriteHeader(
            MqttPacketType.Subscribe,
            FixedHeader.RequiredFlags(MqttPacketType.Subscribe),
            2 + (v5 ? MqttProperties.SizeWithLength(Properties) : 0) + Filters.Sum(f => MqttWriter.SizeOf(f.Filter) + 1));
        writer.WriteUInt16(PacketId);
        if (v5) MqttProperties.Write(ref writer, Properties);
        foreach (var filter in Filters)
        {
            writer.WriteString(filter.Filter);
            var options = (int)filter.QoS;
            if (v5) options |= (filter.NoLocal ? NoLocalFlag : 0) | (filter.RetainAsPublished ? RetainAsPublishedFlag : 0) | ((int)filter.RetainHandling << 4);
            writer.WriteByte((byte)options);
        }
    }
}

/// <summary>One topic filter of a SUBSCRIBE. What follows the quality of service exists in MQTT 5 only.</summary>
/// <param name="Filter">The topic filter.</param>
/// <param name="QoS">The highest quality of service asked for.</param>
/// <param name="NoLocal">Whether the client's own messages are left out.</param>
/// <param name="RetainAsPublished">Whether messages keep the retain flag with which they were published.</param>
/// <param name="RetainHandling">When retained messages are sent.</param>
public readonly record struct SubscribeFilter(
    string Filter, MqttQoS QoS, bool NoLocal = false, bool RetainAsPublished = false, MqttRetainHandling RetainHandling = MqttRetainHandling.Send);

/// <summary>When a subscription brings the retained messages (MQTT 5 §3.8.3.1). The values are those on the wire.</summary>
public enum MqttRetainHandling : byte
{
    /// <summary>With every SUBSCRIBE, as always in MQTT 3.1.1.</summary>
    Send = 0,

    /// <summary>Only if the subscription is new.</summary>
    SendIfNew = 1,

    /// <summary>Never.</summary>
    DoNotSend = 2,
}
