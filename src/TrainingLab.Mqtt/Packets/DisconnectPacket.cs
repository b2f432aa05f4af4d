namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// DISCONNECT (MQTT 3.1.1 §3.14), the client ends the connection in order, so its will is discarded:
/// <code>E0 00</code>
/// </summary>
public readonly record struct DisconnectPacket
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">There is a body.</exception>
    public static DisconnectPacket Read(ref MqttReader reader)
    {
        reader.End();
        return default;
    }

    /// <summary>Writes the packet.</summary>
    public static void Write(ref MqttWriter writer) => writer.WriteHeader(MqttPacketType.Disconnect, 0, 0);
}
