namespace TrainingLab.OpcUa.Encoding;

/// <summary>
/// ExtensionObject (OPC 10000-6, 5.2.2.15).
/// <code>
/// type id (node id) | 00                       no body
/// type id (node id) | 01 | length:4 | bytes    binary body
/// type id (node id) | 02 | length:4 | bytes    XML body
/// </code>
/// </summary>
public static class ExtensionObjectEncoding
{
    internal static void Write(UaWriter writer, ExtensionObject? value)
    {
        if (value is null)
        {
            writer.WriteNodeId(default);
            writer.WriteByte(0);
            return;
        }

        writer.WriteNodeId(value.TypeId);
        if (value.Structure is not null)
        {
            writer.WriteByte(1);
            var at = writer.Length;
            writer.WriteInt32(0);
            value.Structure.Write(writer);
            writer.PatchInt32(at, writer.Length - at - 4);
        }
        else if (value.Body is null)
        {
            writer.WriteByte(0);
        }
        else
        {
            writer.WriteByte(value.IsXml ? (byte)2 : (byte)1);
            writer.WriteByteString(value.Body);
        }
    }

    internal static ExtensionObject? Read(ref UaReader reader)
    {
        var typeId = reader.ReadNodeId();
        var form = reader.ReadByte();
        switch (form)
        {
            case 0:
                return WithoutBody(typeId);
            case 1:
                var at = reader;
                var length = at.ReadInt32();
                if (length < 0)
                {
                    reader = at;
                    return WithoutBody(typeId);
                }

                if (length > reader.Limits.MaxByteStringLength && !KnownStructures.Contains(typeId))
                {
                    throw new OpcUaException(StatusCodes.BadEncodingLimitsExceeded, $"a structure of {length} bytes; at most {reader.Limits.MaxByteStringLength}");
                }

                // One that is known has limits of its own, whatever its length is: a notification may be as long as a message.
                var body = at.Slice(length);
                var known = KnownStructures.TryRead(typeId, ref body);
                if (known is not null)
                {
                    reader = at;
                    return new ExtensionObject(known);
                }

                return new ExtensionObject(typeId, reader.ReadByteString());
            case 2:
                return reader.ReadByteString() is { } xml ? new ExtensionObject(typeId, xml, isXml: true) : WithoutBody(typeId);
            default:
                throw new OpcUaException(StatusCodes.BadDecodingError, $"{form} is no form of an extension object");
        }
    }

    private static ExtensionObject? WithoutBody(in NodeId typeId) => typeId.IsNull ? null : new ExtensionObject(typeId, body: null);
}
