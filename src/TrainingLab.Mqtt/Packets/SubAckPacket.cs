namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// SUBACK (MQTT 3.1.1 §3.9), the answer to SUBSCRIBE:
/// <code>90 len | packet identifier, 2 bytes | one return code per topic filter, in the order asked</code>
/// </summary>
/// <param name="PacketId">The identifier of the SUBSCRIBE.</param>
/// <param name="ReturnCodes">One per topic filter.</param>
public sealed record SubAckPacket(ushort PacketId, IReadOnlyList<MqttSubscribeReturnCode> ReturnCodes)
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">The body breaks §3.9.</exception>
    public static SubAckPacket Read(ref MqttReader reader)
    {
        var packetId = reader.ReadPacketId();
        var codes = new MqttSubscribeReturnCode[reader.Remaining];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = (MqttSubscribeReturnCode)reader.ReadByte();
            if (codes[i] is not (<= MqttSubscribeReturnCode.GrantedExactlyOnce or MqttSubscribeReturnCode.Failure))
                throw new MqttProtocolException(MqttReasonCode.MalformedPacket, $"SUBACK return code {(byte)codes[i]}.");
        }
        return new SubAckPacket(packetId, codes);
    }

    /// <summary>Writes the packet.</summary>
    public void Write(ref MqttWriter writer)
    {
        writer.WriteHeader(MqttPacketType.SubAck, 0, 2 + ReturnCodes.Count);
        writer.WriteUInt16(PacketId);
        foreach (var code in ReturnCodes) writer.WriteByte((byte)code);
    }
}
