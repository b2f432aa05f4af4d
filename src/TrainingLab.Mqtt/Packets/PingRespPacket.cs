namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// PINGRESP (MQTT 3.1.1 §3.13), the answer to PINGREQ:
/// <code>D0 00</code>
/// </summary>
public readonly record struct PingRespPacket
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">There is a body.</exception>
    public static PingRespPacket Read(ref MqttReader reader)
    {
        reader.End();
        return default;
    }

    /// <summary>Writes the packet.</summary>
    public static void Write(ref MqttWriter writer) => writer.WriteHeader(MqttPacketType.PingResp, 0, 0);
}
