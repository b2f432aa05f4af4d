namespace TrainingLab.TimeSeries.Store;

/// <summary>One series: its key and its columns, in the order they were first written.</summary>
internal sealed class Series(SeriesKey key, Measurement measurement)
{
    public SeriesKey Key { get; } = key;

    public Measurement Measurement { get; } = measurement;

    public List<Column> Columns { get; } = [];

    /// <summary>The column of a field, or null.</summary>
    public Column? Find(string field) => Columns.Find(column => string.Equals(column.Name, field, StringComparison.Ordinal));

    /// <summary>The column of a field named as on the wire; <paramref name="hint"/> is where the same line order has it.</summary>
    public Column? Find(ReadOnlySpan<byte> rawName, int hint)
    {
        if (hint < Columns.Count && rawName.SequenceEqual(Columns[hint].RawName))
            return Columns[hint];
        foreach (Column column in Columns)
        {
            if (rawName.SequenceEqual(column.RawName))
                return column;
        }

        return rawName.Contains((byte)'\\') ? Find(SeriesKey.Unescape(rawName)) : null;
    }
}

/// <summary>One measurement: the types of its fields and its series by key text.</summary>
internal sealed class Measurement(string name)
{
    public string Name { get; } = name;

    public SortedDictionary<string, FieldType> Fields { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, Series> Series { get; } = new(StringComparer.Ordinal);
}

/// <summary>One database: measurements by name, and series by key bytes as they arrive.</summary>
internal sealed class Database(string name)
{
    private readonly Dictionary<byte[], Series> byRawKey = new(KeyBytesComparer.Instance);

    public string Name { get; } = name;

    public SortedDictionary<string, Measurement> Measurements { get; } = new(StringComparer.Ordinal);

    public int SeriesCount { get; private set; }

    /// <summary>The series of a key as on the wire, if it was seen in exactly this form.</summary>
    public bool TryFind(ReadOnlySpan<byte> rawKey, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Series? series) =>
        byRawKey.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(rawKey, out series);

    /// <summary>The series of a key in any form, or null.</summary>
    public Series? Find(SeriesKey key) =>
        Measurements.TryGetValue(key.Measurement, out Measurement? measurement) ? measurement.Series.GetValueOrDefault(key.Text) : null;

    /// <summary>Remembers that these bytes name this series.</summary>
    public void Remember(ReadOnlySpan<byte> rawKey, Series series) => byRawKey[rawKey.ToArray()] = series;

    public Series Add(SeriesKey key)
    {
        if (!Measurements.TryGetValue(key.Measurement, out Measurement? measurement))
            Measurements.Add(key.Measurement, measurement = new Measurement(key.Measurement));
        Series series = new(key, measurement);
        measurement.Series.Add(key.Text, series);
        SeriesCount++;
        return series;
    }

    /// <summary>Forgets a series, and its measurement with the last one.</summary>
    public void Remove(Series series)
    {
        if (!series.Measurement.Series.Remove(series.Key.Text))
            return;
        SeriesCount--;
        if (series.Measurement.Series.Count == 0)
            Measurements.Remove(series.Measurement.Name);
        byRawKey.Clear();
    }

    /// <summary>Forgets the wire forms that were seen, when clients have sent too many forms of the same keys.</summary>
    public void TrimForms()
    {
        if (byRawKey.Count > 2 * (SeriesCount + 1000))
            byRawKey.Clear();
    }

    private sealed class KeyBytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly KeyBytesComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            // HashCode is seeded per process, so that nobody can send keys made to collide.
            HashCode hash = default;
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
