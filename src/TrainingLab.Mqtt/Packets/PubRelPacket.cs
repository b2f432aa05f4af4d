namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// PUBREL (MQTT 3.1.1 §3.6), the sender of a QoS 2 message will not send it again:
/// <code>62 02 | packet identifier, 2 bytes</code>
/// </summary>
/// <param name="PacketId">The identifier of the PUBLISH.</param>
public readonly record struct PubRelPacket(ushort PacketId)
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">The body breaks §3.6.</exception>
    public static PubRelPacket Read(ref MqttReader reader)
    {
        var packet = new PubRelPacket(reader.ReadPacketId());
        reader.End();
        return packet;
    }

    /// <summary>Writes the packet.</summary>
    public void Write(ref MqttWriter writer)
    {
        writer.WriteHeader(MqttPacketType.PubRel, FixedHeader.RequiredFlags(MqttPacketType.PubRel), 2);
        writer.WriteUInt16(PacketId);
    }
}
