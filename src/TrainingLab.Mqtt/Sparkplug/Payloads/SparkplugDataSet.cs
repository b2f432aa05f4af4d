namespace TrainingLab.Mqtt.Sparkplug.Payloads;

/// <summary>
/// A table (§6.4.11 to §6.4.13). One whose counts disagree can be read and written, so that a validator can name the mistake.
/// <code>
/// 1 num_of_columns  varint
/// 2 columns         text      repeated
/// 3 types           varint    repeated, also packed
/// 4 rows            message   repeated: 1 elements  message  repeated:
///                             1 int  2 long  3 float  4 double  5 boolean  6 string  7 extension: one of them
/// </code>
/// </summary>
public sealed record SparkplugDataSet
{
    private const int FirstValueField = 1;

    /// <summary>How many columns it says it has; null for not said.</summary>
    public ulong? ColumnCount { get; init; }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The data types of the columns, as they are on the wire.</summary>
    public IReadOnlyList<uint> Types { get; init; } = [];

    /// <summary>The rows, each with one value for each column.</summary>
    public IReadOnlyList<IReadOnlyList<SparkplugValue>> Rows { get; init; } = [];

    /// <summary>A table, with values as <see cref="SparkplugValue.Of"/> takes them.</summary>
    /// <exception cref="ArgumentException">A row has another length than the columns, or a value is none of its column's type.</exception>
    public static SparkplugDataSet Of(IReadOnlyList<(string Name, SparkplugDataType Type)> columns, params IEnumerable<object[]> rows) => new()
    {
        ColumnCount = (ulong)columns.Count,
        Columns = [.. columns.Select(c => c.Name)],
        Types = [.. columns.Select(c => (uint)c.Type)],
        Rows =
        [
            .. rows.Select(row => row.Length == columns.Count
                ? (IReadOnlyList<SparkplugValue>)[.. row.Select((value, i) => SparkplugValue.Of(columns[i].Type, value))]
                : throw new ArgumentException($"A row of {row.Length} values for {columns.Count} columns.", nameof(rows))),
        ],
    };

    internal static SparkplugDataSet Read(ReadOnlySpan<byte> bytes, SparkplugReadBudget budget)
    {
        var reader = new ProtobufReader(bytes);
        ulong? count = null;
        List<string> columns = [];
        List<uint> types = [];
        List<IReadOnlyList<SparkplugValue>> rows = [];
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    count = reader.ReadUInt64();
                    break;
                case 2:
                    budget.TakeColumn();
                    columns.Add(reader.ReadString());
                    break;
                case 3 when reader.IsBytes:
                    for (var packed = new ProtobufReader(reader.ReadBytes()); !packed.AtEnd;)
                    {
                        budget.TakeColumnType();
                        types.Add((uint)packed.ReadPacked());
                    }
                    break;
                case 3:
                    budget.TakeColumnType();
                    types.Add(reader.ReadUInt32());
                    break;
                case 4:
                    budget.TakeCell();
                    rows.Add(ReadRow(reader.ReadBytes(), budget));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        return new SparkplugDataSet { ColumnCount = count, Columns = columns, Types = types, Rows = rows };
    }

    internal void Write(ProtobufWriter writer)
    {
        writer.UInt64(1, ColumnCount);
        foreach (var column in Columns) writer.String(2, column);
        foreach (var type in Types) writer.UInt64(3, type);
        foreach (var row in Rows)
        {
            writer.Message(4, rowWriter =>
            {
                foreach (var element in row) rowWriter.Message(1, elementWriter => WriteElement(elementWriter, element));
            });
        }
    }

    private static List<SparkplugValue> ReadRow(ReadOnlySpan<byte> bytes, SparkplugReadBudget budget)
    {
        var reader = new ProtobufReader(bytes);
        List<SparkplugValue> elements = [];
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }
            budget.TakeCell();
            elements.Add(ReadElement(reader.ReadBytes()));
        }
        return elements;
    }

    private static SparkplugValue ReadElement(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        SparkplugValue value = default;
        while (reader.Next())
        {
            if (SparkplugValue.TryReadScalar(ref reader, FirstValueField, ref value)) continue;
            if (reader.Field == FirstValueField + SparkplugValue.ScalarFields) value = SparkplugValue.OfExtension();
            reader.Skip();
        }
        return value;
    }

    private static void WriteElement(ProtobufWriter writer, SparkplugValue value)
    {
        if (value.TryWriteScalar(writer, FirstValueField)) return;
        if (value.Kind == SparkplugValueKind.Extension) writer.Bytes(FirstValueField + SparkplugValue.ScalarFields, default);
        else if (value.Kind != SparkplugValueKind.None) throw new InvalidOperationException($"A data set cannot carry a {value.Kind}.");
    }
}
