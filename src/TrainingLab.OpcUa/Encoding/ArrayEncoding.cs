namespace TrainingLab.OpcUa.Encoding;

/// <summary>
/// Arrays of built-in types as fields of structures (OPC 10000-6, 5.2.5): the number of elements, then the elements. A null array is read as an empty one.
/// <code>
/// length:4 (negative is null) | elements
/// </code>
/// </summary>
internal static class ArrayEncoding
{
    private delegate T ElementReader<T>(ref UaReader reader);

    public static void WriteStatusCodes(this UaWriter writer, StatusCode[] values)
    {
        writer.WriteInt32(values.Length);
        foreach (var value in values)
        {
            writer.WriteStatusCode(value);
        }
    }

    public static void WriteNodeIds(this UaWriter writer, NodeId[] values)
    {
        writer.WriteInt32(values.Length);
        foreach (var value in values)
        {
            writer.WriteNodeId(value);
        }
    }

    public static void WriteByteStrings(this UaWriter writer, byte[]?[] values)
    {
        writer.WriteInt32(values.Length);
        foreach (var value in values)
        {
            writer.WriteByteString(value);
        }
    }

    public static void WriteVariants(this UaWriter writer, Variant[] values)
    {
        writer.WriteInt32(values.Length);
        foreach (ref readonly var value in values.AsSpan())
        {
            writer.WriteVariant(value);
        }
    }

    public static void WriteDataValues(this UaWriter writer, DataValue[] values)
    {
        writer.WriteInt32(values.Length);
        foreach (ref readonly var value in values.AsSpan())
        {
            writer.WriteDataValue(value);
        }
    }

    public static void WriteExtensionObjects(this UaWriter writer, ExtensionObject?[] values)
    {
        writer.WriteInt32(values.Length);
        foreach (var value in values)
        {
            writer.WriteExtensionObject(value);
        }
    }

    public static StatusCode[] ReadStatusCodes(this ref UaReader reader) => Read(ref reader, 4, static (ref UaReader r) => r.ReadStatusCode());

    public static NodeId[] ReadNodeIds(this ref UaReader reader) => Read(ref reader, 2, static (ref UaReader r) => r.ReadNodeId());

    public static byte[]?[] ReadByteStrings(this ref UaReader reader) => Read(ref reader, 4, static (ref UaReader r) => r.ReadByteString());

    public static Variant[] ReadVariants(this ref UaReader reader) => Read(ref reader, 1, static (ref UaReader r) => r.ReadVariant());

    public static DataValue[] ReadDataValues(this ref UaReader reader) => Read(ref reader, 1, static (ref UaReader r) => r.ReadDataValue());

    public static ExtensionObject?[] ReadExtensionObjects(this ref UaReader reader) => Read(ref reader, 3, static (ref UaReader r) => r.ReadExtensionObject());

    /// <summary>Reads an array of diagnostics and forgets it.</summary>
    public static void SkipDiagnosticInfos(this ref UaReader reader) => Read(ref reader, 1, static (ref UaReader r) => r.ReadDiagnosticInfo());

    private static T[] Read<T>(ref UaReader reader, int minElementSize, ElementReader<T> element)
    {
        var copy = reader;
        var length = copy.ReadArrayLength(minElementSize);
        var values = length <= 0 ? [] : new T[length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = element(ref copy);
        }

        reader = copy;
        return values;
    }
}
