namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// PUBREC (MQTT 3.1.1 §3.5), the receiver of a QoS 2 message has taken it:
/// <code>50 02 | packet identifier, 2 bytes</code>
/// </summary>
/// <param name="PacketId">The identifier of the PUBLISH.</param>
public readonly record struct PubRecPacket(ushort PacketId)
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">The body breaks §3.5.</exception>
    public static PubRecPacket Read(ref MqttReader reader)
    {
        var packet = new PubRecPacket(reader.ReadPacketId());
        reader.End();
        return packet;
    }

    /// <summary>Writes the packet.</summary>
    public void Write(ref MqttWriter writer)
    {
        writer.WriteHeader(MqttPacketType.PubRec, FixedHeader.RequiredFlags(MqttPacketType.PubRec), 2);
        writer.WriteUInt16(PacketId);
    }
}
