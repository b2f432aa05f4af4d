namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// UNSUBACK (MQTT 3.1.1 §3.11), the answer to UNSUBSCRIBE:
/// <code>B0 02 | packet identifier, 2 bytes</code>
/// </summary>
/// <param name="PacketId">The identifier of the UNSUBSCRIBE.</param>
public readonly record struct UnsubAckPacket(ushort PacketId)
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">The body breaks §3.11.</exception>
    public static UnsubAckPacket Read(ref MqttReader reader)
    {
        var packet = new UnsubAckPacket(reader.ReadPacketId());
        reader.End();
        return packet;
    }

    /// <summary>Writes the packet.</summary>
    public void Write(ref MqttWriter writer)
    {
        writer.WriteHeader(MqttPacketType.UnsubAck, FixedHeader.RequiredFlags(MqttPacketType.UnsubAck), 2);
        writer.WriteUInt16(PacketId);
    }
}
