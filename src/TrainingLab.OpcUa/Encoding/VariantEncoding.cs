namespace TrainingLab.OpcUa.Encoding;

/// <summary>
/// Variant (OPC 10000-6, 5.2.2.16). The low six bits of the first byte are the built-in type; types 26 to 31 are read as byte strings.
/// <code>
/// type:1                                                             scalar (nothing follows type 0)
/// type|80:1 | length:4 | elements                                    array
/// type|C0:1 | length:4 | elements | length:4 | dimensions:4 each     matrix
/// </code>
/// </summary>
public static class VariantEncoding
{
    private const byte ArrayFlag = 0x80;
    private const byte DimensionsFlag = 0x40;

    internal static void Write(UaWriter writer, in Variant value)
    {
        if (value.IsArray)
        {
            WriteArray(writer, value);
            return;
        }

        writer.WriteByte((byte)value.Type);
        WriteScalar(writer, value);
    }

    /// <summary>A scalar without the byte for its type, as a field of a structure.</summary>
    internal static void WriteScalar(UaWriter writer, in Variant value)
    {
        switch (value.Type)
        {
            case BuiltInType.Null:
                break;
            case BuiltInType.Boolean:
            case BuiltInType.SByte:
            case BuiltInType.Byte:
                writer.WriteByte(unchecked((byte)value.Bits));
                break;
            case BuiltInType.Int16:
            case BuiltInType.UInt16:
                writer.WriteUInt16(unchecked((ushort)value.Bits));
                break;
            case BuiltInType.Int32:
            case BuiltInType.UInt32:
            case BuiltInType.Float:
            case BuiltInType.StatusCode:
                writer.WriteUInt32(unchecked((uint)value.Bits));
                break;
            case BuiltInType.Int64:
            case BuiltInType.UInt64:
            case BuiltInType.Double:
                writer.WriteInt64(value.Bits);
                break;
            case BuiltInType.DateTime:
                writer.WriteDateTime(new DateTime(value.Bits, DateTimeKind.Utc));
                break;
            default:
                WriteObject(writer, value.Type, value.Object);
                break;
        }
    }

    internal static Variant Read(ref UaReader reader)
    {
        var form = reader.ReadByte();
        var type = (BuiltInType)(form & 0x3F);
        if (type > (BuiltInType)31)
        {
            throw new OpcUaException(StatusCodes.BadDecodingError, $"{(byte)type} is no built-in type");
        }

        if (type > BuiltInType.DiagnosticInfo)
        {
            type = BuiltInType.ByteString;
        }

        if ((form & ArrayFlag) != 0)
        {
            return ReadArray(ref reader, type, (form & DimensionsFlag) != 0);
        }

        return ReadScalar(ref reader, type);
    }

    /// <summary>A scalar of a known type, as a field of a structure.</summary>
    internal static Variant ReadScalar(ref UaReader reader, BuiltInType type) =>
        type switch
        {
            BuiltInType.Null => default,
            BuiltInType.Boolean => new Variant(reader.ReadBoolean()),
            BuiltInType.SByte => new Variant(reader.ReadSByte()),
            BuiltInType.Byte => new Variant(reader.ReadByte()),
            BuiltInType.Int16 => new Variant(reader.ReadInt16()),
            BuiltInType.UInt16 => new Variant(reader.ReadUInt16()),
            BuiltInType.Int32 => new Variant(reader.ReadInt32()),
            BuiltInType.UInt32 => new Variant(reader.ReadUInt32()),
            BuiltInType.Int64 => new Variant(reader.ReadInt64()),
            BuiltInType.UInt64 => new Variant(reader.ReadUInt64()),
            BuiltInType.Float => new Variant(reader.ReadFloat()),
            BuiltInType.Double => new Variant(reader.ReadDouble()),
            BuiltInType.String => new Variant(reader.ReadString()),
            BuiltInType.DateTime => new Variant(reader.ReadDateTime()),
            BuiltInType.Guid => new Variant(reader.ReadGuid()),
            BuiltInType.ByteString => new Variant(reader.ReadByteString()),
            BuiltInType.XmlElement => Variant.FromXml(reader.ReadString()),
            BuiltInType.NodeId => new Variant(reader.ReadNodeId()),
            BuiltInType.ExpandedNodeId => new Variant(reader.ReadExpandedNodeId()),
            BuiltInType.StatusCode => new Variant(reader.ReadStatusCode()),
            BuiltInType.QualifiedName => new Variant(reader.ReadQualifiedName()),
            BuiltInType.LocalizedText => new Variant(reader.ReadLocalizedText()),
            BuiltInType.ExtensionObject => new Variant(reader.ReadExtensionObject()),
            BuiltInType.DataValue => Variant.FromDataValue(reader.ReadDataValue()),
            BuiltInType.DiagnosticInfo => Variant.FromDiagnosticInfo(reader.ReadDiagnosticInfo()),
            _ => throw new OpcUaException(StatusCodes.BadDecodingError, "a variant directly inside a variant"),
        };

    private static void WriteArray(UaWriter writer, in Variant value)
    {
        var dimensions = value.Dimensions;
        writer.WriteByte((byte)((byte)value.Type | ArrayFlag | (dimensions is null ? 0 : DimensionsFlag)));
        var elements = value.Elements;
        if (elements is null)
        {
            writer.WriteInt32(-1);
            return;
        }

        writer.WriteInt32(elements.Length);
        WriteElements(writer, value.Type, elements);
        if (dimensions is not null)
        {
            writer.WriteInt32(dimensions.Length);
            foreach (var dimension in dimensions)
            {
                writer.WriteInt32(dimension);
            }
        }
    }

    /// <summary>The elements of an array, without their number.</summary>
    internal static void WriteElements(UaWriter writer, BuiltInType type, Array elements)
    {
        switch (elements)
        {
            case double[] values:
                foreach (var v in values)
                {
                    writer.WriteDouble(v);
                }

                break;
            case float[] values:
                foreach (var v in values)
                {
                    writer.WriteFloat(v);
                }

                break;
            case int[] values:
                foreach (var v in values)
                {
                    writer.WriteInt32(v);
                }

                break;
            case byte[] values:
                writer.WriteRaw(values);
                break;
            default:
                for (var i = 0; i < elements.Length; i++)
                {
                    WriteObject(writer, type, elements.GetValue(i));
                }

                break;
        }
    }

    private static Variant ReadArray(ref UaReader reader, BuiltInType type, bool hasDimensions)
    {
        if (type == BuiltInType.Null)
        {
            throw new OpcUaException(StatusCodes.BadDecodingError, "an array of nothing");
        }

        var length = reader.ReadArrayLength(SmallestSize(type));
        var elements = length < 0 ? null : ReadElements(ref reader, type, length);
        if (!hasDimensions)
        {
            return Variant.FromArray(type, elements);
        }

        var count = reader.ReadArrayLength(sizeof(int));
        var dimensions = new int[Math.Max(count, 0)];
        long product = 1;
        for (var i = 0; i < dimensions.Length; i++)
        {
            dimensions[i] = reader.ReadInt32();
            product = dimensions[i] < 0 ? -1 : product > int.MaxValue ? product : product * dimensions[i];
        }

        if (elements is null || dimensions.Length < 2)
        {
            return Variant.FromArray(type, elements);
        }

        if (product != length)
        {
            throw new OpcUaException(StatusCodes.BadDecodingError, $"dimensions for {product} elements on an array of {length}");
        }

        return Variant.FromArray(type, elements, dimensions);
    }

    /// <summary>Elements whose number is known and has been checked.</summary>
    internal static Array ReadElements(ref UaReader reader, BuiltInType type, int length)
    {
        switch (type)
        {
            case BuiltInType.Double:
                var doubles = new double[length];
                for (var i = 0; i < length; i++)
                {
                    doubles[i] = reader.ReadDouble();
                }

                return doubles;
            case BuiltInType.Byte:
                return reader.ReadRaw(length).ToArray();
            case BuiltInType.String or BuiltInType.XmlElement:
                var strings = new string?[length];
                for (var i = 0; i < length; i++)
                {
                    strings[i] = reader.ReadString();
                }

                return strings;
            default:
                var elements = Array.CreateInstance(Variant.ClrTypeOf(type), length);
                for (var i = 0; i < length; i++)
                {
                    elements.SetValue(ReadObject(ref reader, type), i);
                }

                return elements;
        }
    }

    /// <summary>The fewest bytes that an element of a type takes.</summary>
    internal static int SmallestSize(BuiltInType type) => type switch
    {
        BuiltInType.Int16 or BuiltInType.UInt16 or BuiltInType.NodeId or BuiltInType.ExpandedNodeId => 2,
        BuiltInType.Int32 or BuiltInType.UInt32 or BuiltInType.Float or BuiltInType.StatusCode or BuiltInType.String or BuiltInType.ByteString
            or BuiltInType.XmlElement => 4,
        BuiltInType.Int64 or BuiltInType.UInt64 or BuiltInType.Double or BuiltInType.DateTime => 8,
        BuiltInType.Guid => 16,
        BuiltInType.QualifiedName => 6,
        BuiltInType.ExtensionObject => 3,
        _ => 1,
    };

    private static void WriteObject(UaWriter writer, BuiltInType type, object? value)
    {
        switch (type)
        {
            case BuiltInType.Boolean:
                writer.WriteBoolean((bool)value!);
                break;
            case BuiltInType.SByte:
                writer.WriteSByte((sbyte)value!);
                break;
            case BuiltInType.Int16:
                writer.WriteInt16((short)value!);
                break;
            case BuiltInType.UInt16:
                writer.WriteUInt16((ushort)value!);
                break;
            case BuiltInType.UInt32:
                writer.WriteUInt32((uint)value!);
                break;
            case BuiltInType.Int64:
                writer.WriteInt64((long)value!);
                break;
            case BuiltInType.UInt64:
                writer.WriteUInt64((ulong)value!);
                break;
            case BuiltInType.DateTime:
                writer.WriteDateTime((DateTime)value!);
                break;
            case BuiltInType.StatusCode:
                writer.WriteStatusCode((StatusCode)value!);
                break;
            case BuiltInType.String:
            case BuiltInType.XmlElement:
                writer.WriteString((string?)value);
                break;
            case BuiltInType.Guid:
                writer.WriteGuid((Guid)value!);
                break;
            case BuiltInType.ByteString:
                writer.WriteByteString((byte[]?)value);
                break;
            case BuiltInType.NodeId:
                writer.WriteNodeId((NodeId)value!);
                break;
            case BuiltInType.ExpandedNodeId:
                writer.WriteExpandedNodeId((ExpandedNodeId)value!);
                break;
            case BuiltInType.QualifiedName:
                writer.WriteQualifiedName((QualifiedName)value!);
                break;
            case BuiltInType.LocalizedText:
                writer.WriteLocalizedText((LocalizedText)value!);
                break;
            case BuiltInType.ExtensionObject:
                writer.WriteExtensionObject((ExtensionObject?)value);
                break;
            case BuiltInType.DataValue:
                writer.WriteDataValue((DataValue)value!);
                break;
            case BuiltInType.Variant:
                writer.WriteVariant((Variant)value!);
                break;
            case BuiltInType.DiagnosticInfo:
                writer.WriteDiagnosticInfo((DiagnosticInfo?)value);
                break;
            default:
                throw new InvalidOperationException($"{type} is not held as an object");
        }
    }

    private static object? ReadObject(ref UaReader reader, BuiltInType type) => type switch
    {
        BuiltInType.Boolean => reader.ReadBoolean(),
        BuiltInType.SByte => reader.ReadSByte(),
        BuiltInType.Int16 => reader.ReadInt16(),
        BuiltInType.UInt16 => reader.ReadUInt16(),
        BuiltInType.Int32 => reader.ReadInt32(),
        BuiltInType.UInt32 => reader.ReadUInt32(),
        BuiltInType.Int64 => reader.ReadInt64(),
        BuiltInType.UInt64 => reader.ReadUInt64(),
        BuiltInType.Float => reader.ReadFloat(),
        BuiltInType.DateTime => reader.ReadDateTime(),
        BuiltInType.Guid => reader.ReadGuid(),
        BuiltInType.ByteString => reader.ReadByteString(),
        BuiltInType.NodeId => reader.ReadNodeId(),
        BuiltInType.ExpandedNodeId => reader.ReadExpandedNodeId(),
        BuiltInType.StatusCode => reader.ReadStatusCode(),
        BuiltInType.QualifiedName => reader.ReadQualifiedName(),
        BuiltInType.LocalizedText => reader.ReadLocalizedText(),
        BuiltInType.ExtensionObject => reader.ReadExtensionObject(),
        BuiltInType.DataValue => reader.ReadDataValue(),
        BuiltInType.Variant => reader.ReadVariant(),
        BuiltInType.DiagnosticInfo => reader.ReadDiagnosticInfo(),
        _ => throw new InvalidOperationException($"{type} is read elsewhere"),
    };
}
