namespace TrainingLab.OpcUa.Encoding;

/// <summary>
/// NodeId and ExpandedNodeId (OPC 10000-6, 5.2.2.9 and 5.2.2.10). One byte says the form; its two top bits belong to the expanded id.
/// <code>
/// 00 | id:1                      two bytes, namespace 0
/// 01 | ns:1 | id:2               four bytes
/// 02 | ns:2 | id:4               numeric
/// 03 | ns:2 | string             string
/// 04 | ns:2 | guid:16            GUID
/// 05 | ns:2 | byte string        opaque
/// 80 flag: namespace URI string follows     40 flag: server index:4 follows
/// </code>
/// </summary>
public static class NodeIdEncoding
{
    private const byte NamespaceUriFlag = 0x80;
    private const byte ServerIndexFlag = 0x40;

    internal static void Write(UaWriter writer, in NodeId id, byte flags)
    {
        switch (id.IdType)
        {
            case IdType.Numeric when id.NamespaceIndex == 0 && id.Numeric <= byte.MaxValue:
                writer.WriteByte(flags);
                writer.WriteByte((byte)id.Numeric);
                break;
            case IdType.Numeric when id.NamespaceIndex <= byte.MaxValue && id.Numeric <= ushort.MaxValue:
                writer.WriteByte((byte)(0x01 | flags));
                writer.WriteByte((byte)id.NamespaceIndex);
                writer.WriteUInt16((ushort)id.Numeric);
                break;
            case IdType.Numeric:
                writer.WriteByte((byte)(0x02 | flags));
                writer.WriteUInt16(id.NamespaceIndex);
                writer.WriteUInt32(id.Numeric);
                break;
            case IdType.String:
                writer.WriteByte((byte)(0x03 | flags));
                writer.WriteUInt16(id.NamespaceIndex);
                writer.WriteString(id.Text);
                break;
            case IdType.Guid:
                writer.WriteByte((byte)(0x04 | flags));
                writer.WriteUInt16(id.NamespaceIndex);
                writer.WriteGuid(id.Guid!.Value);
                break;
            default:
                writer.WriteByte((byte)(0x05 | flags));
                writer.WriteUInt16(id.NamespaceIndex);
                writer.WriteByteString(id.Opaque);
                break;
        }
    }

    internal static void Write(UaWriter writer, in ExpandedNodeId id)
    {
        var flags = (byte)((id.NamespaceUri is null ? 0 : NamespaceUriFlag) | (id.ServerIndex == 0 ? 0 : ServerIndexFlag));
        Write(writer, id.Node, flags);
        if (id.NamespaceUri is not null)
        {
            writer.WriteString(id.NamespaceUri);
        }

        if (id.ServerIndex != 0)
        {
            writer.WriteUInt32(id.ServerIndex);
        }
    }

    internal static NodeId Read(ref UaReader reader)
    {
        var form = reader.ReadByte();
        return ReadForm(ref reader, form);
    }

    internal static ExpandedNodeId ReadExpanded(ref UaReader reader)
    {
        var form = reader.ReadByte();
        var id = ReadForm(ref reader, (byte)(form & 0x3F));
        var uri = (form & NamespaceUriFlag) != 0 ? reader.ReadString() : null;
        var server = (form & ServerIndexFlag) != 0 ? reader.ReadUInt32() : 0;
        return new ExpandedNodeId(id, uri, server);
    }

    private static NodeId ReadForm(ref UaReader reader, byte form)
    {
        switch (form)
        {
            case 0x00:
                return new NodeId(0, reader.ReadByte());
            case 0x01:
                var small = reader.ReadByte();
                return new NodeId(small, reader.ReadUInt16());
        }

        if (form > 0x05)
        {
            throw new OpcUaException(StatusCodes.BadDecodingError, $"0x{form:X2} is no form of a node id");
        }

        var ns = reader.ReadUInt16();
        return form switch
        {
            0x02 => new NodeId(ns, reader.ReadUInt32()),
            0x03 => new NodeId(ns, reader.ReadTextIdentifier() ?? ""),
            0x04 => new NodeId(ns, reader.ReadGuid()),
            _ => new NodeId(ns, reader.ReadOpaqueIdentifier() ?? []),
        };
    }
}
