using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>What a SELECT reads: a measurement, or the answer of a subquery in its place.</summary>
internal sealed class SourceTable(string name)
{
    public string Name { get; } = name;

    /// <summary>The answer of a subquery: its buckets may begin before the range of time they were asked for.</summary>
    public bool Computed { get; init; }

    public SortedDictionary<string, FieldType> Fields { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> TagKeys { get; } = new(StringComparer.Ordinal);

    public List<SourceSeries> Series { get; } = [];

    public static SourceTable Of(Measurement measurement)
    {
        SourceTable table = new(measurement.Name);
        foreach ((string field, FieldType type) in measurement.Fields)
            table.Fields.Add(field, type);
        foreach (Series series in measurement.Series.Values)
        {
            table.TagKeys.UnionWith(series.Key.Tags.Select(tag => tag.Key));
            table.Series.Add(new StoredSeries(series));
        }

        return table;
    }

    /// <summary>Adds another source of the same name.</summary>
    public void Add(SourceTable other)
    {
        foreach ((string field, FieldType type) in other.Fields)
            Fields.TryAdd(field, type);
        TagKeys.UnionWith(other.TagKeys);
        Series.AddRange(other.Series);
    }
}

/// <summary>One series of a source.</summary>
internal abstract class SourceSeries
{
    /// <summary>Value of a tag; empty when it has none.</summary>
    public abstract string Tag(string name);

    /// <summary>Values that loading would read, at most.</summary>
    public abstract long Estimate(IReadOnlyList<string> fields, long from, long to);

    /// <summary>Rows within a range of time, both ends included, with these fields as columns.</summary>
    public abstract RowSet Load(IReadOnlyList<string> fields, long from, long to);
}

/// <summary>A series of the store.</summary>
internal sealed class StoredSeries(Series series) : SourceSeries
{
    /// <inheritdoc/>
    public override string Tag(string name) => series.Key.Tag(name);

    /// <inheritdoc/>
    public override long Estimate(IReadOnlyList<string> fields, long from, long to) => fields.Sum(field => series.Find(field)?.Estimate(from, to) ?? 0);

    /// <inheritdoc/>
    public override RowSet Load(IReadOnlyList<string> fields, long from, long to)
    {
        (List<long>, List<FieldValue>)?[] columns = new (List<long>, List<FieldValue>)?[fields.Count];
        for (int i = 0; i < columns.Length; i++)
        {
            if (series.Find(fields[i]) is not Column column)
                continue;
            List<long> times = [];
            List<FieldValue> values = [];
            column.Read(from, to, times, values);
            columns[i] = (times, values);
        }

        return RowSet.Join(columns);
    }
}

/// <summary>A series of the answer of a subquery.</summary>
internal sealed class ComputedSeries(ResultSeries result) : SourceSeries
{
    /// <inheritdoc/>
    public override string Tag(string name) => result.Tags?.FirstOrDefault(tag => string.Equals(tag.Key, name, StringComparison.Ordinal)).Value ?? "";

    /// <inheritdoc/>
    public override long Estimate(IReadOnlyList<string> fields, long from, long to) => (long)fields.Count * result.Rows.Count;

    /// <inheritdoc/>
    public override RowSet Load(IReadOnlyList<string> fields, long from, long to)
    {
        int[] index = [.. fields.Select(field => result.Columns.ToList().IndexOf(field, 1))];
        FieldValue[][] rows = [.. result.Rows.OrderBy(row => row[0].AsLong)];
        return new RowSet(
            [.. rows.Select(row => row[0].AsLong)],
            [.. index.Select(column => rows.Select(row => column < 0 ? FieldValue.Null : row[column]).ToArray())]);
    }
}
