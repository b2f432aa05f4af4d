namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// PINGREQ (MQTT 3.1.1 §3.12), a client shows that it is alive and asks the same of the server:
/// <code>C0 00</code>
/// </summary>
public readonly record struct PingReqPacket
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">There is a body.</exception>
    public static PingReqPacket Read(ref MqttReader reader)
    {
        reader.End();
        return default;
    }

    /// <summary>Writes the packet.</summary>
    public static void Write(ref MqttWriter writer) => writer.WriteHeader(MqttPacketType.PingReq, 0, 0);
}
