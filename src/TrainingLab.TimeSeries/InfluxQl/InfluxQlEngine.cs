using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>Runs InfluxQL against a store; <c>now()</c> is the time of the given provider.</summary>
public sealed class InfluxQlEngine(TimeSeriesStore store, TimeProvider time, QueryLimits? limits = null)
{
    private readonly QueryLimits limits = limits ?? new QueryLimits();

    /// <summary>Runs a text of one or more statements.</summary>
    /// <param name="text">InfluxQL.</param>
    /// <param name="database">The database of statements that name none; null or empty when there is none.</param>
    /// <param name="parameters">Values for <c>$name</c>, or null.</param>
    /// <param name="readOnly">The text came in a read-only way: statements that change something earn InfluxDB's warning.</param>
    /// <exception cref="InfluxQlException">The text is not InfluxQL; nothing was run.</exception>
    public QueryResult Execute(
        string text,
        string? database = null,
        IReadOnlyDictionary<string, FieldValue>? parameters = null,
        bool readOnly = false)
    {
        List<StatementResult> results = [];
        foreach (Statement statement in Parse(text, parameters))
        {
            bool failed = results.Count > 0 && results[^1].Error is not null;
            results.Add(failed ? NotExecuted(results.Count) : Run(statement, results.Count, database, readOnly));
        }

        return new QueryResult(results);
    }

    /// <summary>The result of a statement after one that failed.</summary>
    internal static StatementResult NotExecuted(int index) => new(index, [], "not executed");

    internal IReadOnlyList<Statement> Parse(string text, IReadOnlyDictionary<string, FieldValue>? parameters)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Parser.Parse(text, limits, parameters);
    }

    internal StatementResult Run(Statement statement, int index, string? database, bool readOnly)
    {
        string? warning = readOnly && statement.Changes
            ? $"deprecated use of '{statement}' in a read only context, please use a POST request instead"
            : null;
        try
        {
            long now = TimeText.Now(time);
            return new StatementResult(index, new StatementRunner(store, limits, database, now).Run(statement), null, warning);
        }
        catch (InfluxQlException error)
        {
            return new StatementResult(index, [], error.Message);
        }
        catch (System.Text.RegularExpressions.RegexMatchTimeoutException)
        {
            return new StatementResult(index, [], "regular expression took too long");
        }
    }
}
