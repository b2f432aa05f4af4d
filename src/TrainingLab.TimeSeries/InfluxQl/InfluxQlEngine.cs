using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>Runs InfluxQL against a store; <c>now()</c> is the time of the given provider.</summary>
public sealed class InfluxQlEngine(TimeSeriesStore store, TimeProvider time, QueryLimits? limits = null)
{
    private readonly TimeSeriesStore store = store;
    private readonly TimeProvider time = time;
    private readonly QueryLimits limits = limits ?? new QueryLimits();

    /// <summary>Runs a text of one or more statements.</summary>
    /// <param name="text">InfluxQL.</param>
    /// <param name="database">The database of statements that name none; null or empty when there is none.</param>
    /// <param name="parameters">Values for <c>$name</c>, or null.</param>
    /// <param name="readOnly">Statements that change something are refused with InfluxDB's warning, as a GET does.</param>
    /// <exception cref="InfluxQlException">The text is not InfluxQL; nothing was run.</exception>
    public QueryResult Execute(
        string text,
        string? database = null,
        IReadOnlyDictionary<string, FieldValue>? parameters = null,
        bool readOnly = false) => throw new NotSupportedException(store.DatabaseNames[0] + time.LocalTimeZone + limits.MaxRows + text + database + parameters?.Count + readOnly);
}
