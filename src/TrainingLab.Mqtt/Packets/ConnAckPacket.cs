namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// CONNACK (§3.2), the answer to CONNECT:
/// <code>
/// 3.1.1 | 20 02  | 0000000 session present | return code
/// 5     | 20 len | 0000000 session present | reason code | properties
/// </code>
/// </summary>
/// <param name="SessionPresent">Whether the server resumed a session; false with every refusal.</param>
/// <param name="Reason">The answer. The return codes of MQTT 3.1.1 are read and written as the reason codes that mean the same.</param>
/// <param name="Properties">What the server can do and has chosen; null for none, as always in MQTT 3.1.1.</param>
public readonly record struct ConnAckPacket(bool SessionPresent, MqttReasonCode Reason, MqttProperties? Properties = null)
{
    /// <summary>The return codes of MQTT 3.1.1, table 3.1, from 0 on.</summary>
    private static readonly MqttReasonCode[] ReturnCodes =
    [
        MqttReasonCode.Success, MqttReasonCode.UnsupportedProtocolVersion, MqttReasonCode.ClientIdentifierNotValid,
        MqttReasonCode.ServerUnavailable, MqttReasonCode.BadUserNameOrPassword, MqttReasonCode.NotAuthorized,
    ];

    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">The body breaks §3.2.</exception>
    public static ConnAckPacket Read(ref MqttReader reader)
    {
        var flags = reader.ReadByte();
        var code = reader.ReadByte();
        var v5 = reader.Version == MqttProtocolVersion.V5;
        if (flags > 1 || (flags == 1 && code != 0) || !(v5 ? IsAllowed((MqttReasonCode)code) : code < ReturnCodes.Length))
            throw new MqttProtocolException(MqttReasonCode.MalformedPacket, $"CONNACK with flags {flags} and code {code}.");
        var properties = v5 ? MqttProperties.Read(ref reader, MqttPacketType.ConnAck) : null;
        reader.End();
        return new ConnAckPacket(flags == 1, v5 ? (MqttReasonCode)code : ReturnCodes[code], properties);
    }

    /// <summary>Writes the packet.</summary>
    public void Write(ref MqttWriter writer)
    {
        var v5 = writer.Version == MqttProtocolVersion.V5;
        writer.WriteHeader(MqttPacketType.ConnAck, 0, 2 + (v5 ? MqttProperties.SizeWithLength(Properties) : 0));
        writer.WriteByte(SessionPresent ? (byte)1 : (byte)0);
        writer.WriteByte(v5 ? (byte)Reason : ReturnCodeOf(Reason));
        if (v5) MqttProperties.Write(ref writer, Properties);
    }

    /// <summary>The return code of MQTT 3.1.1 that says it best.</summary>
    private static byte ReturnCodeOf(MqttReasonCode reason) => reason switch
    {
        MqttReasonCode.Banned or MqttReasonCode.BadAuthenticationMethod => 5,
        _ when Array.IndexOf(ReturnCodes, reason) is >= 0 and var code => (byte)code,
        _ => 3,
    };

    /// <summary>Whether a reason code is one of CONNACK (MQTT 5 table 3-1).</summary>
    internal static bool IsAllowed(MqttReasonCode reason) => reason is MqttReasonCode.Success
        or >= MqttReasonCode.UnspecifiedError and <= MqttReasonCode.Banned or MqttReasonCode.BadAuthenticationMethod or MqttReasonCode.TopicNameInvalid
        or MqttReasonCode.PacketTooLarge or MqttReasonCode.QuotaExceeded or >= MqttReasonCode.PayloadFormatInvalid and <= MqttReasonCode.ServerMoved
        or MqttReasonCode.ConnectionRateExceeded;
}
