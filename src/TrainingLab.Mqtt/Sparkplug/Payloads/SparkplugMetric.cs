namespace TrainingLab.Mqtt.Sparkplug.Payloads;

/// <summary>
/// A metric (§6.4.6):
/// <code>
///  1 name           text         5 is_historical  bool
///  2 alias          varint       6 is_transient   bool
///  3 timestamp      varint, ms   7 is_null        bool
///  4 datatype       varint       8 metadata       MetaData
///                                9 properties     PropertySet
/// 10 int  11 long  12 float  13 double  14 boolean  15 string  16 bytes  17 DataSet  18 Template  19 extension: one of them
/// </code>
/// </summary>
public sealed record SparkplugMetric
{
    private const int FirstValueField = 10;

    /// <summary>The name, whose slashes make folders; null where an alias stands for it.</summary>
    public string? Name { get; init; }

    /// <summary>A number that stands for the name, unique within an edge node; null for none.</summary>
    public ulong? Alias { get; init; }

    /// <summary>When the value was taken, in milliseconds since 1970-01-01 UTC; null for not said.</summary>
    public ulong? Timestamp { get; init; }

    /// <summary>The data type as it is on the wire; null for not said. See <see cref="Type"/>.</summary>
    public uint? DataType { get; init; }

    /// <summary>An old value, sent late: it is not the current one.</summary>
    public bool IsHistorical { get; init; }

    /// <summary>A value that historians should not keep.</summary>
    public bool IsTransient { get; init; }

    /// <summary>There is no value, and that is what is said.</summary>
    public bool IsNull { get; init; }

    /// <summary>About the value; null for nothing.</summary>
    public SparkplugMetaData? MetaData { get; init; }

    /// <summary>Properties; null for none.</summary>
    public SparkplugPropertySet? Properties { get; init; }

    /// <summary>The value.</summary>
    public SparkplugValue Value { get; init; }

    /// <summary>The data type; <see cref="SparkplugDataType.Unknown"/> where it is not said, or is a number that has no meaning.</summary>
    public SparkplugDataType Type => DataType is { } type && Enum.IsDefined((SparkplugDataType)type) ? (SparkplugDataType)type : SparkplugDataType.Unknown;

    /// <summary>A metric with a name, as births have them.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">The data type.</param>
    /// <param name="value">The value, as <see cref="SparkplugValue.Of"/> takes it; null says that it is null.</param>
    /// <param name="timestamp">When it was taken; null for not said.</param>
    /// <exception cref="ArgumentException">The value is none of that type.</exception>
    public static SparkplugMetric Of(string name, SparkplugDataType type, object? value, DateTimeOffset? timestamp = null) => new()
    {
        Name = name,
        DataType = (uint)type,
        Timestamp = timestamp is { } at ? (ulong)at.ToUnixTimeMilliseconds() : null,
        IsNull = value is null,
        Value = value is null ? default : SparkplugValue.Of(type, value),
    };

    internal static SparkplugMetric Read(ReadOnlySpan<byte> bytes, SparkplugReadBudget budget, int depth)
    {
        budget.TakeMetric();
        var reader = new ProtobufReader(bytes);
        string? name = null;
        ulong? alias = null;
        ulong? timestamp = null;
        uint? dataType = null;
        var isHistorical = false;
        var isTransient = false;
        var isNull = false;
        SparkplugMetaData? metaData = null;
        SparkplugPropertySet? properties = null;
        SparkplugValue value = default;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: name = reader.ReadString(); break;
                case 2: alias = reader.ReadUInt64(); break;
                case 3: timestamp = reader.ReadUInt64(); break;
                case 4: dataType = reader.ReadUInt32(); break;
                case 5: isHistorical = reader.ReadBool(); break;
                case 6: isTransient = reader.ReadBool(); break;
                case 7: isNull = reader.ReadBool(); break;
                case 8: metaData = SparkplugMetaData.Read(reader.ReadBytes()); break;
                case 9: properties = SparkplugPropertySet.Read(reader.ReadBytes(), budget, depth + 1); break;
                case 16: value = SparkplugValue.OfBytes(reader.ReadBytes()); break;
                case 17: value = SparkplugValue.OfDataSet(SparkplugDataSet.Read(reader.ReadBytes(), budget)); break;
                case 18: value = SparkplugValue.OfTemplate(SparkplugTemplate.Read(reader.ReadBytes(), budget, depth + 1)); break;
                case 19: reader.ReadBytes(); value = SparkplugValue.OfExtension(); break;
                default:
                    if (!SparkplugValue.TryReadScalar(ref reader, FirstValueField, ref value)) reader.Skip();
                    break;
            }
        }
        return new SparkplugMetric
        {
            Name = name,
            Alias = alias,
            Timestamp = timestamp,
            DataType = dataType,
            IsHistorical = isHistorical,
            IsTransient = isTransient,
            IsNull = isNull,
            MetaData = metaData,
            Properties = properties,
            Value = value,
        };
    }

    internal void Write(ProtobufWriter writer)
    {
        writer.String(1, Name);
        writer.UInt64(2, Alias);
        writer.UInt64(3, Timestamp);
        writer.UInt64(4, DataType);
        if (IsHistorical) writer.Bool(5, value: true);
        if (IsTransient) writer.Bool(6, value: true);
        if (IsNull) writer.Bool(7, value: true);
        if (MetaData is { } metaData) writer.Message(8, metaData.Write);
        if (Properties is { } properties) writer.Message(9, properties.Write);
        if (Value.TryWriteScalar(writer, FirstValueField)) return;
        switch (Value.Kind)
        {
            case SparkplugValueKind.Bytes: writer.Bytes(16, Value.Bytes.Span); break;
            case SparkplugValueKind.DataSet: writer.Message(17, Value.DataSet!.Write); break;
            case SparkplugValueKind.Template: writer.Message(18, Value.Template!.Write); break;
            case SparkplugValueKind.Extension: writer.Bytes(19, default); break;
            case SparkplugValueKind.None: break;
            default: throw new InvalidOperationException($"A metric cannot carry a {Value.Kind}.");
        }
    }
}
