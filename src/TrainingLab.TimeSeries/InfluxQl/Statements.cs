namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>A statement.</summary>
internal abstract record Statement
{
    /// <summary>True when it changes something, so that a GET earns InfluxDB's warning.</summary>
    public virtual bool Changes => false;
}

/// <summary>What buckets without a value show.</summary>
internal enum FillOption
{
    Null,
    None,
    Number,
    Previous,
    Linear,
}

/// <summary>One column of a SELECT.</summary>
internal sealed record SelectField(Expr Expr, string? Alias);

/// <summary>Where a statement reads from.</summary>
internal abstract record Source;

/// <summary>A measurement by name or by pattern, in a database (null: that of the request).</summary>
internal sealed record MeasurementSource(string? Database, string? Policy, string Name, RegexLiteral? Pattern) : Source
{
    public override string ToString() => Pattern is not null ? Pattern.ToString() : Expr.Quote(Name);
}

/// <summary>A SELECT in parentheses.</summary>
internal sealed record SubquerySource(SelectStatement Statement) : Source;

/// <summary>SELECT.</summary>
internal sealed record SelectStatement(IReadOnlyList<SelectField> Fields, IReadOnlyList<Source> Sources) : Statement
{
    public Expr? Condition { get; init; }

    /// <summary>GROUP BY: names, wildcards, patterns and time().</summary>
    public IReadOnlyList<Expr> Dimensions { get; init; } = [];

    public FillOption Fill { get; init; }

    public double FillValue { get; init; }

    public bool Descending { get; init; }

    public int Limit { get; init; }

    public int Offset { get; init; }

    public int SeriesLimit { get; init; }

    public int SeriesOffset { get; init; }

    public TimeZoneInfo? Zone { get; init; }
}

/// <summary>What a SHOW lists.</summary>
internal enum ShowKind
{
    Databases,
    Measurements,
    TagKeys,
    TagValues,
    FieldKeys,
    Series,
    RetentionPolicies,
    Users,
    ContinuousQueries,
    Queries,
    Subscriptions,
    SeriesCardinality,
    MeasurementCardinality,
}

/// <summary>SHOW.</summary>
internal sealed record ShowStatement(ShowKind Kind) : Statement
{
    /// <summary>CARDINALITY, counted and not estimated: how many there are, not which.</summary>
    public bool Counted { get; init; }

    public string? Database { get; init; }

    public IReadOnlyList<Source> Sources { get; init; } = [];

    /// <summary>WITH MEASUREMENT or WITH KEY: =, !=, =~, !~ or IN.</summary>
    public string? WithOperator { get; init; }

    public IReadOnlyList<string> WithNames { get; init; } = [];

    public RegexLiteral? WithPattern { get; init; }

    public Expr? Condition { get; init; }

    public int Limit { get; init; }

    public int Offset { get; init; }
}

/// <summary>CREATE DATABASE.</summary>
internal sealed record CreateDatabaseStatement(string Name) : Statement
{
    public override bool Changes => true;

    public override string ToString() => "CREATE DATABASE " + Expr.Quote(Name);
}

/// <summary>DROP DATABASE.</summary>
internal sealed record DropDatabaseStatement(string Name) : Statement
{
    public override bool Changes => true;

    public override string ToString() => "DROP DATABASE " + Expr.Quote(Name);
}

/// <summary>DROP MEASUREMENT.</summary>
internal sealed record DropMeasurementStatement(string Name) : Statement
{
    public override bool Changes => true;

    public override string ToString() => "DROP MEASUREMENT " + Expr.Quote(Name);
}

/// <summary>DELETE, which keeps series whose points remain, or DROP SERIES.</summary>
internal sealed record DeleteStatement(bool DropSeries, IReadOnlyList<Source> Sources, Expr? Condition) : Statement
{
    public override bool Changes => true;

    public override string ToString() =>
        (DropSeries ? "DROP SERIES" : "DELETE") + (Sources.Count > 0 ? " FROM " + string.Join(", ", Sources) : "") + (Condition is null ? "" : " WHERE " + Condition);
}
