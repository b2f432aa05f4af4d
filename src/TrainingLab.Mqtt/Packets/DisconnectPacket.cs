namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// DISCONNECT (§3.14), the client ends the connection in order, so its will is discarded; in MQTT 5 also the server says why it closes:
/// <code>
/// 3.1.1 | E0 00
/// 5     | E0 len | [reason code | [properties]]     absent: normal disconnection; without properties
/// </code>
/// </summary>
/// <param name="Reason">Why; always normal disconnection in MQTT 3.1.1.</param>
/// <param name="Properties">Session expiry (from a client), server reference (from a server), reason string, user properties; null for none.</param>
public readonly record struct DisconnectPacket(MqttReasonCode Reason = MqttReasonCode.Success, MqttProperties? Properties = null)
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">The body breaks §3.14.</exception>
    public static DisconnectPacket Read(ref MqttReader reader)
    {
        var reason = MqttReasonCode.Success;
        MqttProperties? properties = null;
        if (reader.Version == MqttProtocolVersion.V5 && reader.Remaining > 0)
        {
            reason = (MqttReasonCode)reader.ReadByte();
            if (reason is not (MqttReasonCode.Success or MqttReasonCode.DisconnectWithWill or >= MqttReasonCode.UnspecifiedError and <= MqttReasonCode.WildcardSubscriptionsNotSupported))
                throw new MqttProtocolException(MqttReasonCode.MalformedPacket, $"DISCONNECT with reason code 0x{(byte)reason:X2}.");
            if (reader.Remaining > 0) properties = MqttProperties.Read(ref reader, MqttPacketType.Disconnect);
        }
        reader.End();
        return new DisconnectPacket(reason, properties);
    }

    /// <summary>
    /// Whether a reason code is one of DISCONNECT (MQTT 5 table 3-10, and table 2-6 for a bad authentication method). Reading takes any failure, as
    /// the connection ends anyway.
    /// </summary>
    internal static bool IsAllowed(MqttReasonCode reason, bool fromClient) => reason switch
    {
        MqttReasonCode.Success or MqttReasonCode.UnspecifiedError or MqttReasonCode.MalformedPacket or MqttReasonCode.ProtocolError
            or MqttReasonCode.ImplementationSpecificError or MqttReasonCode.TopicNameInvalid
            or >= MqttReasonCode.ReceiveMaximumExceeded and <= MqttReasonCode.PayloadFormatInvalid => true,
        MqttReasonCode.DisconnectWithWill => fromClient,
        MqttReasonCode.NotAuthorized or MqttReasonCode.ServerBusy or >= MqttReasonCode.ServerShuttingDown and <= MqttReasonCode.TopicFilterInvalid
            or >= MqttReasonCode.RetainNotSupported and <= MqttReasonCode.WildcardSubscriptionsNotSupported => !fromClient,
        _ => false,
    };

    /// <summary>Writes the packet.</summary>
    public void Write(ref MqttWriter writer)
    {
        var withReason = writer.Version == MqttProtocolVersion.V5 && (Reason != MqttReasonCode.Success || Properties is not null);
        writer.WriteHeader(MqttPacketType.Disconnect, 0, withReason ? 1 + MqttProperties.SizeWithLength(Properties) : 0);
        if (!withReason) return;
        writer.WriteByte((byte)Reason);
        MqttProperties.Write(ref writer, Properties);
    }
}
