namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// CONNACK (MQTT 3.1.1 §3.2), the answer to CONNECT:
/// <code>20 02 | 0000000 session present | return code</code>
/// </summary>
/// <param name="SessionPresent">Whether the server resumed a session; false with every refusal.</param>
/// <param name="ReturnCode">The answer.</param>
public readonly record struct ConnAckPacket(bool SessionPresent, MqttConnectReturnCode ReturnCode)
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">The body breaks §3.2.</exception>
    public static ConnAckPacket Read(ref MqttReader reader)
    {
        var flags = reader.ReadByte();
        var code = reader.ReadByte();
        if (flags > 1 || code > (byte)MqttConnectReturnCode.NotAuthorized || (flags == 1 && code != 0))
            throw new MqttProtocolException(MqttReasonCode.MalformedPacket, $"CONNACK with flags {flags} and return code {code}.");
        reader.End();
        return new ConnAckPacket(flags == 1, (MqttConnectReturnCode)code);
    }

    /// <summary>Writes the packet.</summary>
    public void Write(ref MqttWriter writer)
    {
        writer.WriteHeader(MqttPacketType.ConnAck, 0, 2);
        writer.WriteByte(SessionPresent ? (byte)1 : (byte)0);
        writer.WriteByte((byte)ReturnCode);
    }
}
