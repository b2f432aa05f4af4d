namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// SUBACK (§3.9), the answer to SUBSCRIBE:
/// <code>90 len | packet identifier, 2 bytes | [MQTT 5: properties] | one return code per topic filter, in the order asked</code>
/// </summary>
/// <param name="PacketId">The identifier of the SUBSCRIBE.</param>
/// <param name="ReturnCodes">One per topic filter.</param>
/// <param name="Properties">Reason string and user properties; null for none.</param>
public sealed record SubAckPacket(ushort PacketId, IReadOnlyList<MqttSubscribeReturnCode> ReturnCodes, MqttProperties? Properties = null)
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="MqttProtocolException">The body breaks §3.9.</exception>
    public static SubAckPacket Read(ref MqttReader reader)
    {
        var packetId = reader.ReadPacketId();
        var v5 = reader.Version == MqttProtocolVersion.V5;
        var properties = v5 ? MqttProperties.Read(ref reader, MqttPacketType.SubAck) : null;
        var codes = new MqttSubscribeReturnCode[reader.Remaining];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = (MqttSubscribeReturnCode)reader.ReadByte();
            if (codes[i] > MqttSubscribeReturnCode.GrantedExactlyOnce && !(v5 ? Enum.IsDefined(codes[i]) : codes[i] == MqttSubscribeReturnCode.Failure))
                throw new MqttProtocolException(MqttReasonCode.MalformedPacket, $"SUBACK return code {(byte)codes[i]}.");
        }
        return new SubAckPacket(packetId, codes, properties);
    }

    /// <summary>Writes the packet.</summary>
    public void Write(ref MqttWriter writer)
    {
        var v5 = writer.Version == MqttProtocolVersion.V5;
        writer.WriteHeader(MqttPacketType.SubAck, 0, 2 + (v5 ? MqttProperties.SizeWithLength(Properties) : 0) + ReturnCodes.Count);
        writer.WriteUInt16(PacketId);
        if (v5) MqttProperties.Write(ref writer, Properties);
        foreach (var code in ReturnCodes) writer.WriteByte((byte)(v5 || code <= MqttSubscribeReturnCode.GrantedExactlyOnce ? code : MqttSubscribeReturnCode.Failure));
    }
}
