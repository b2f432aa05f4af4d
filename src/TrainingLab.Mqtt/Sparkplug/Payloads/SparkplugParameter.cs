namespace TrainingLab.Mqtt.Sparkplug.Payloads;

/// <summary>
/// A parameter of a template (§6.4.15):
/// <code>
/// 1 name  text    2 type  varint
/// 3 int  4 long  5 float  6 double  7 boolean  8 string  9 extension: one of them
/// </code>
/// </summary>
public sealed record SparkplugParameter
{
    private const int FirstValueField = 3;

    /// <summary>The name; null where it is missing, which is a mistake.</summary>
    public string? Name { get; init; }

    /// <summary>The data type as it is on the wire; null for not said.</summary>
    public uint? DataType { get; init; }

    /// <summary>The value; of a definition the default.</summary>
    public SparkplugValue Value { get; init; }

    /// <summary>A parameter.</summary>
    /// <exception cref="ArgumentException">The value is none of that type.</exception>
    public static SparkplugParameter Of(string name, SparkplugDataType type, object value) =>
        new() { Name = name, DataType = (uint)type, Value = SparkplugValue.Of(type, value) };

    internal static SparkplugParameter Read(ReadOnlySpan<byte> bytes, SparkplugReadBudget budget)
    {
        budget.TakeParameter();
        var reader = new ProtobufReader(bytes);
        string? name = null;
        uint? dataType = null;
        SparkplugValue value = default;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: name = reader.ReadString(); break;
                case 2: dataType = reader.ReadUInt32(); break;
                case 9: reader.ReadBytes(); value = SparkplugValue.OfExtension(); break;
                default:
                    if (!SparkplugValue.TryReadScalar(ref reader, FirstValueField, ref value)) reader.Skip();
                    break;
            }
        }
        return new SparkplugParameter { Name = name, DataType = dataType, Value = value };
    }

    internal void Write(ProtobufWriter writer)
    {
        writer.String(1, Name);
        writer.UInt64(2, DataType);
        if (Value.TryWriteScalar(writer, FirstValueField)) return;
        if (Value.Kind == SparkplugValueKind.Extension) writer.Bytes(9, default);
        else if (Value.Kind != SparkplugValueKind.None) throw new InvalidOperationException($"A parameter cannot carry a {Value.Kind}.");
    }
}
