namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// PUBCOMP (§3.7), a QoS 2 message is complete:
/// <code>70 len | packet identifier, 2 bytes | [MQTT 5: reason code | [properties]]</code>
/// See <see cref="AcknowledgementBody"/>.
/// </summary>
/// <param name="PacketId">The identifier of the PUBLISH.</param>
/// <param name="Reason">How it went; always success in MQTT 3.1.1.</param>
/// <param name="Properties">Reason string and user properties; null for none.</param>
public readonly record struct PubCompPacket(ushort PacketId, MqttReasonCode Reason = MqttReasonCode.Success, MqttProperties? Properties = null)
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">The body breaks §3.7.</exception>
    public static PubCompPacket Read(ref MqttReader reader)
    {
        AcknowledgementBody.Read(ref reader, MqttPacketType.PubComp, out var packetId, out var reason, out var properties);
        return new PubCompPacket(packetId, reason, properties);
    }

    /// <summary>Writes the packet.</summary>
    public void Write(ref MqttWriter writer) => AcknowledgementBody.Write(ref writer, MqttPacketType.PubComp, PacketId, Reason, Properties);
}
