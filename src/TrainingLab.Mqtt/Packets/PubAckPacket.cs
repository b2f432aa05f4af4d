namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// PUBACK (MQTT 3.1.1 §3.4), acknowledges a QoS 1 message:
/// <code>40 02 | packet identifier, 2 bytes</code>
/// </summary>
/// <param name="PacketId">The identifier of the PUBLISH.</param>
public readonly record struct PubAckPacket(ushort PacketId)
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">The body breaks §3.4.</exception>
    public static PubAckPacket Read(ref MqttReader reader)
    {
        var packet = new PubAckPacket(reader.ReadPacketId());
        reader.End();
        return packet;
    }

    /// <summary>Writes the packet.</summary>
    public void Write(ref MqttWriter writer)
    {
        writer.WriteHeader(MqttPacketType.PubAck, FixedHeader.RequiredFlags(MqttPacketType.PubAck), 2);
        writer.WriteUInt16(PacketId);
    }
}
