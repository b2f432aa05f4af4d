namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// The body that PUBACK, PUBREC, PUBREL and PUBCOMP share (MQTT 3.1.1 §3.4 to §3.7, MQTT 5 §3.4.2):
/// <code>
/// 3.1.1 | packet identifier, 2 bytes
/// 5     | packet identifier, 2 bytes | [reason code | [properties]]     absent: success; without properties
/// </code>
/// </summary>
internal static class AcknowledgementBody
{
    public static void Read(scoped ref MqttReader reader, MqttPacketType type, out ushort packetId, out MqttReasonCode reason, out MqttProperties? properties)
    {
        packetId = reader.ReadPacketId();
        reason = MqttReasonCode.Success;
        properties = null;
        if (reader.Version == MqttProtocolVersion.V5 && reader.Remaining > 0)
        {
            reason = (MqttReasonCode)reader.ReadByte();
            if (!IsAllowed(type, reason)) throw new MqttProtocolException(MqttReasonCode.MalformedPacket, $"{type} with reason code 0x{(byte)reason:X2}.");
            if (reader.Remaining > 0) properties = MqttProperties.Read(ref reader, type);
        }
        reader.End();
    }

    public static void Write(ref MqttWriter writer, MqttPacketType type, ushort packetId, MqttReasonCode reason, MqttProperties? properties)
    {
        var withReason = writer.Version == MqttProtocolVersion.V5 && (reason != MqttReasonCode.Success || properties is not null);
        var length = 2 + (withReason ? 1 : 0) + (withReason && properties is not null ? MqttProperties.SizeWithLength(properties) : 0);
        writer.WriteHeader(type, FixedHeader.RequiredFlags(type), length);
        writer.WriteUInt16(packetId);
        if (!withReason) return;
        writer.WriteByte((byte)reason);
        if (properties is not null) MqttProperties.Write(ref writer, properties);
    }

    private static bool IsAllowed(MqttPacketType type, MqttReasonCode reason) => reason switch
    {
        MqttReasonCode.Success => true,
        MqttReasonCode.PacketIdentifierNotFound => type is MqttPacketType.PubRel or MqttPacketType.PubComp,
        MqttReasonCode.NoMatchingSubscribers or MqttReasonCode.UnspecifiedError or MqttReasonCode.ImplementationSpecificError
            or MqttReasonCode.NotAuthorized or MqttReasonCode.TopicNameInvalid or MqttReasonCode.PacketIdentifierInUse
            or MqttReasonCode.QuotaExceeded or MqttReasonCode.PayloadFormatInvalid => type is MqttPacketType.PubAck or MqttPacketType.PubRec,
        _ => false,
    };
}
