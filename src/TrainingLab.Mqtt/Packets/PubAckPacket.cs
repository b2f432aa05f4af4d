namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// PUBACK (§3.4), acknowledges a QoS 1 message:
/// <code>40 len | packet identifier, 2 bytes | [MQTT 5: reason code | [properties]]</code>
/// See <see cref="AcknowledgementBody"/>.
/// </summary>
/// <param name="PacketId">The identifier of the PUBLISH.</param>
/// <param name="Reason">How it went; always success in MQTT 3.1.1.</param>
/// <param name="Properties">Reason string and user properties; null for none.</param>
public readonly record struct PubAckPacket(ushort PacketId, MqttReasonCode Reason = MqttReasonCode.Success, MqttProperties? Properties = null)
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">The body breaks §3.4.</exception>
    public static PubAckPacket Read(ref MqttReader reader)
    {
        AcknowledgementBody.Read(ref reader, MqttPacketType.PubAck, out var packetId, out var reason, out var properties);
        return new PubAckPacket(packetId, reason, properties);
    }

    /// <summary>Writes the packet.</summary>
    public void Write(ref MqttWriter writer) => AcknowledgementBody.Write(ref writer, MqttPacketType.PubAck, PacketId, Reason, Properties);
}
