using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>The answer to a text of one or more statements; statements after one that failed are not run and say so.</summary>
/// <param name="Statements">One result per statement, in order.</param>
public sealed record QueryResult(IReadOnlyList<StatementResult> Statements);

/// <summary>The answer to one statement.</summary>
/// <param name="Index">Its place in the text, from 0.</param>
/// <param name="Series">Series found, ordered by name and tags.</param>
/// <param name="Error">Why it failed, or null.</param>
/// <param name="Warning">A message that goes with the result, or null.</param>
public sealed record StatementResult(int Index, IReadOnlyList<ResultSeries> Series, string? Error = null, string? Warning = null);

/// <summary>One series of an answer.</summary>
/// <param name="Name">Measurement or title; empty when it has none.</param>
/// <param name="Tags">The tags it is grouped by; null when it is not grouped.</param>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Rows">One array per row. A column called <c>time</c> of a SELECT holds integer nanoseconds since 1970.</param>
/// <param name="TimeColumn">The first column is a time.</param>
public sealed record ResultSeries(
    string Name,
    IReadOnlyList<KeyValuePair<string, string>>? Tags,
    IReadOnlyList<string> Columns,
    IReadOnlyList<FieldValue[]> Rows,
    bool TimeColumn);
