namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>What one query may cost. Exceeding one is an error of that statement that names the limit.</summary>
public sealed record QueryLimits
{
    /// <summary>Characters of a query text. Default 65,536.</summary>
    public int MaxQueryLength { get; init; } = 65_536;

    /// <summary>Statements in one text. Default 100.</summary>
    public int MaxStatements { get; init; } = 100;

    /// <summary>Nesting of parentheses and subqueries. Default 50.</summary>
    public int MaxDepth { get; init; } = 50;

    /// <summary>Operators of one statement. Default 1,000.</summary>
    public int MaxOperators { get; init; } = 1_000;

    /// <summary>Values read, and values answered, by one SELECT. Default 20 million.</summary>
    public long MaxValues { get; init; } = 20_000_000;

    /// <summary>Series read by one SELECT. Default 20,000.</summary>
    public int MaxSeries { get; init; } = 20_000;

    /// <summary>Time buckets of one series of a SELECT. Default 100,000.</summary>
    public int MaxBuckets { get; init; } = 100_000;

    /// <summary>Rows that one statement answers. Default 1 million.</summary>
    public int MaxRows { get; init; } = 1_000_000;
}
