namespace TrainingLab.OpcUa.Encoding;

/// <summary>
/// DataValue (OPC 10000-6, 5.2.2.17): a mask, then in this order what the mask says.
/// <code>
/// mask:1 | 01 variant | 02 status:4 | 04 source time:8 | 10 source picoseconds:2 | 08 server time:8 | 20 server picoseconds:2
/// </code>
/// </summary>
public static class DataValueEncoding
{
    internal static void Write(UaWriter writer, in DataValue value)
    {
        var hasSource = value.SourceTimestamp != default;
        var hasServer = value.ServerTimestamp != default;
        var mask = (value.Value.IsNull ? 0 : 0x01)
            | (value.Status.Code == 0 ? 0 : 0x02)
            | (hasSource ? 0x04 : 0)
            | (hasServer ? 0x08 : 0)
            | (hasSource && value.SourcePicoseconds != 0 ? 0x10 : 0)
            | (hasServer && value.ServerPicoseconds != 0 ? 0x20 : 0);
        writer.WriteByte((byte)mask);
        if ((mask & 0x01) != 0)
        {
            VariantEncoding.Write(writer, value.Value);
        }

        if ((mask & 0x02) != 0)
        {
            writer.WriteStatusCode(value.Status);
        }

        if ((mask & 0x04) != 0)
        {
            writer.WriteDateTime(value.SourceTimestamp);
        }

        if ((mask & 0x10) != 0)
        {
            writer.WriteUInt16(value.SourcePicoseconds);
        }

        if ((mask & 0x08) != 0)
        {
            writer.WriteDateTime(value.ServerTimestamp);
        }

        if ((mask & 0x20) != 0)
        {
            writer.WriteUInt16(value.ServerPicoseconds);
        }
    }

    internal static DataValue Read(ref UaReader reader)
    {
        var mask = reader.ReadByte();
        var value = (mask & 0x01) != 0 ? reader.ReadVariant() : default;
        var status = (mask & 0x02) != 0 ? reader.ReadStatusCode() : StatusCodes.Good;
        var source = (mask & 0x04) != 0 ? reader.ReadDateTime() : default;
        var sourcePicoseconds = (mask & 0x10) != 0 ? reader.ReadUInt16() : (ushort)0;
        var server = (mask & 0x08) != 0 ? reader.ReadDateTime() : default;
        var serverPicoseconds = (mask & 0x20) != 0 ? reader.ReadUInt16() : (ushort)0;
        return new DataValue(value, status, source, server, sourcePicoseconds, serverPicoseconds);
    }
}
