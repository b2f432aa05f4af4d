namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// AUTH (MQTT 5 §3.15), a step of enhanced authentication:
/// <code>F0 len | [reason code | properties: method, data, reason string, user properties]     absent: success</code>
/// </summary>
/// <param name="Reason">Success, continue, or authenticate again.</param>
/// <param name="Properties">Method and data; null for none.</param>
public readonly record struct AuthPacket(MqttReasonCode Reason, MqttProperties? Properties)
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">The body breaks §3.15, or the connection speaks MQTT 3.1.1.</exception>
    public static AuthPacket Read(ref MqttReader reader)
    {
        if (reader.Version != MqttProtocolVersion.V5) throw new MqttProtocolException(MqttReasonCode.MalformedPacket, "AUTH does not exist in MQTT 3.1.1.");
        if (reader.Remaining == 0) return new AuthPacket(MqttReasonCode.Success, null);
        var reason = (MqttReasonCode)reader.ReadByte();
        if (reason is not (MqttReasonCode.Success or MqttReasonCode.ContinueAuthentication or MqttReasonCode.ReAuthenticate))
            throw new MqttProtocolException(MqttReasonCode.MalformedPacket, $"AUTH with reason code 0x{(byte)reason:X2}.");
        var properties = MqttProperties.Read(ref reader, MqttPacketType.Auth);
        reader.End();
        return new AuthPacket(reason, properties);
    }

    /// <summary>Writes the packet.</summary>
    public void Write(ref MqttWriter writer)
    {
        writer.WriteHeader(MqttPacketType.Auth, 0, 1 + MqttProperties.SizeWithLength(Properties));
        writer.WriteByte((byte)Reason);
        MqttProperties.Write(ref writer, Properties);
    }
}
