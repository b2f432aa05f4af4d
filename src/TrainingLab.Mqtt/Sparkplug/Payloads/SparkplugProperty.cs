namespace TrainingLab.Mqtt.Sparkplug.Payloads;

/// <summary>
/// The value of a property (§6.4.9):
/// <code>
/// 1 type  varint    2 is_null  bool
/// 3 int  4 long  5 float  6 double  7 boolean  8 string  9 PropertySet  10 PropertySetList  11 extension: one of them
/// </code>
/// </summary>
public sealed record SparkplugProperty
{
    private const int FirstValueField = 3;

    /// <summary>The data type as it is on the wire; null for not said.</summary>
    public uint? DataType { get; init; }

    /// <summary>There is no value, and that is what is said.</summary>
    public bool IsNull { get; init; }

    /// <summary>The value.</summary>
    public SparkplugValue Value { get; init; }

    /// <summary>A property.</summary>
    /// <exception cref="ArgumentException">The value is none of that type.</exception>
    public static SparkplugProperty Of(SparkplugDataType type, object? value) =>
        new() { DataType = (uint)type, IsNull = value is null, Value = value is null ? default : SparkplugValue.Of(type, value) };

    internal static SparkplugProperty Read(ReadOnlySpan<byte> bytes, SparkplugReadBudget budget, int depth)
    {
        var reader = new ProtobufReader(bytes);
        uint? dataType = null;
        var isNull = false;
        SparkplugValue value = default;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: dataType = reader.ReadUInt32(); break;
                case 2: isNull = reader.ReadBool(); break;
                case 9: value = SparkplugValue.OfPropertySet(SparkplugPropertySet.Read(reader.ReadBytes(), budget, depth + 1)); break;
                case 10: value = SparkplugValue.OfPropertySetList(SparkplugPropertySet.ReadList(reader.ReadBytes(), budget, depth + 1)); break;
                case 11: reader.ReadBytes(); value = SparkplugValue.OfExtension(); break;
                default:
                    if (!SparkplugValue.TryReadScalar(ref reader, FirstValueField, ref value)) reader.Skip();
                    break;
            }
        }
        return new SparkplugProperty { DataType = dataType, IsNull = isNull, Value = value };
    }

    internal void Write(ProtobufWriter writer)
    {
        writer.UInt64(1, DataType);
        if (IsNull) writer.Bool(2, value: true);
        if (Value.TryWriteScalar(writer, FirstValueField)) return;
        switch (Value.Kind)
        {
            case SparkplugValueKind.PropertySet: writer.Message(9, Value.PropertySet!.Write); break;
            case SparkplugValueKind.PropertySetList:
                var sets = Value.PropertySetList!;
                writer.Message(10, list =>
                {
                    foreach (var set in sets) list.Message(1, set.Write);
                });
                break;
            case SparkplugValueKind.Extension: writer.Bytes(11, default); break;
            case SparkplugValueKind.None: break;
            default: throw new InvalidOperationException($"A property cannot carry a {Value.Kind}.");
        }
    }
}
