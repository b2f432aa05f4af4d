namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// PUBCOMP (MQTT 3.1.1 §3.7), the receiver of a QoS 2 message has forgotten its identifier:
/// <code>70 02 | packet identifier, 2 bytes</code>
/// </summary>
/// <param name="PacketId">The identifier of the PUBLISH.</param>
public readonly record struct PubCompPacket(ushort PacketId)
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">The body breaks §3.7.</exception>
    public static PubCompPacket Read(ref MqttReader reader)
    {
        var packet = new PubCompPacket(reader.ReadPacketId());
        reader.End();
        return packet;
    }

    /// <summary>Writes the packet.</summary>
    public void Write(ref MqttWriter writer)
    {
        writer.WriteHeader(MqttPacketType.PubComp, FixedHeader.RequiredFlags(MqttPacketType.PubComp), 2);
        writer.WriteUInt16(PacketId);
    }
}
