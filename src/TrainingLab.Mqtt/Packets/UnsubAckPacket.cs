namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// UNSUBACK (§3.11), the answer to UNSUBSCRIBE:
/// <code>
/// 3.1.1 | B0 02  | packet identifier, 2 bytes
/// 5     | B0 len | packet identifier, 2 bytes | properties | one reason code per topic filter, in the order asked
/// </code>
/// </summary>
/// <param name="PacketId">The identifier of the UNSUBSCRIBE.</param>
/// <param name="Reasons">One per topic filter; empty in MQTT 3.1.1.</param>
/// <param name="Properties">Reason string and user properties; null for none.</param>
public sealed record UnsubAckPacket(ushort PacketId, IReadOnlyList<MqttReasonCode> Reasons, MqttProperties? Properties = null)
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">The body breaks §3.11.</exception>
    public static UnsubAckPacket Read(ref MqttReader reader)
    {
        var packetId = reader.ReadPacketId();
        if (reader.Version == MqttProtocolVersion.V311)
        {
            reader.End();
            return new UnsubAckPacket(packetId, []);
        }
        var properties = MqttProperties.Read(ref reader, MqttPacketType.UnsubAck);
        var reasons = new MqttReasonCode[reader.Remaining];
        for (var i = 0; i < reasons.Length; i++)
        {
            reasons[i] = (MqttReasonCode)reader.ReadByte();
            if (reasons[i] is not (MqttReasonCode.Success or MqttReasonCode.NoSubscriptionExisted or MqttReasonCode.UnspecifiedError
                or MqttReasonCode.ImplementationSpecificError or MqttReasonCode.NotAuthorized or MqttReasonCode.TopicFilterInvalid or MqttReasonCode.PacketIdentifierInUse))
                throw new MqttProtocolException(MqttReasonCode.MalformedPacket, $"UNSUBACK reason code 0x{(byte)reasons[i]:X2}.");
        }
        return new UnsubAckPacket(packetId, reasons, properties);
    }

    /// <summary>Writes the packet.</summary>
    public void Write(ref MqttWriter writer)
    {
        var v5 = writer.Version == MqttProtocolVersion.V5;
        writer.WriteHeader(MqttPacketType.UnsubAck, 0, 2 + (v5 ? MqttProperties.SizeWithLength(Properties) + Reasons.Count : 0));
        writer.WriteUInt16(PacketId);
        if (!v5) return;
        MqttProperties.Write(ref writer, Properties);
        foreach (var reason in Reasons) writer.WriteByte((byte)reason);
    }
}
