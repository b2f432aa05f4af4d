using System.ComponentModel;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions;

/// <summary>
/// A value that only the simulation knows. The runtime computes it from the plant's true state and history, never from what devices
/// report, and notes it in the evidence.
/// </summary>
[Description("A value that only the simulation knows: an expression, or a figure over a period of true history.")]
public sealed record TruthDefinition : DefinitionRecord
{
    /// <summary>What it is, for whoever reviews the lab.</summary>
    [Description("What it is, for whoever reviews the lab.")]
    public string? Note { get; init; }

    /// <summary>How it is computed.</summary>
    [Description("How it is computed."), OneOfKind]
    public required TruthSource Source { get; init; }
}

/// <summary>How a truth is computed.</summary>
[Description("How a truth is computed.")]
public abstract record TruthSource : DefinitionRecord;

/// <summary><c>expression: truth.good / truth.total</c>: from other truths (declared before it), variants and state paths.</summary>
[Description("An expression over variant.name and truths declared before it.")]
public sealed record TruthExpression : TruthSource
{
    /// <summary>The expression.</summary>
    [Description("The expression."), Shorthand]
    public required string Expression { get; init; }
}

/// <summary><c>tag: { node: filler-1, tag: ProdProcessedCount, … }</c>: a figure of a tag's true values.</summary>
[Description("A figure of a tag's true values over a period.")]
public sealed record TruthTag : TruthSource
{
    /// <summary>The device of the scenario.</summary>
    [Description("The device of the scenario."), Form(TextForm.Id)]
    public required string Node { get; init; }

    /// <summary>The tag's name in the device profile.</summary>
    [Description("The tag's name in the device profile.")]
    public required string Tag { get; init; }

    /// <summary>Which figure; default the value now.</summary>
    [Description("Which figure of the values; default the value now.")]
    public TruthFigure Figure { get; init; } = TruthFigure.Now;

    /// <summary>For <see cref="TruthFigure.Seconds"/> and <see cref="TruthFigure.Count"/>: the value to look for.</summary>
    [Description("For seconds and count: the value to look for.")]
    public ScalarValue? Where { get; init; }

    /// <summary>Start of the period, counted back from the start of the attempt: <c>8h</c>. Zero is the start of the attempt.</summary>
    [Description("Start of the period, counted back from the start of the attempt."), DurationRange("0s", "60d")]
    public TimeSpan From { get; init; }

    /// <summary>Start of the period as an instant of plant time, for a scenario with a fixed start; instead of <see cref="From"/>.</summary>
    [Description("Start of the period as an instant of plant time, instead of from; for a scenario with fixedStart.")]
    public DateTimeOffset? Begin { get; init; }

    /// <summary>End of the period as an instant of plant time, not after the start of the attempt; instead of <see cref="To"/>.</summary>
    [Description("End of the period as an instant of plant time, instead of to.")]
    public DateTimeOffset? End { get; init; }

    /// <summary>End of the period, counted back from the start of the attempt; default zero, the start itself.</summary>
    [Description("End of the period, counted back from the start of the attempt."), DurationRange("0s", "60d")]
    public TimeSpan To { get; init; }
}

/// <summary><c>path: network/sw-1/running/ports/3/access</c>: a state path of the factory, now.</summary>
[Description("A state path of the factory, now.")]
public sealed record TruthPath : TruthSource
{
    /// <summary>The state path.</summary>
    [Description("The state path."), Shorthand]
    public required string Path { get; init; }
}

/// <summary>A series of points that a check computes figures of. The runtime records it while the attempt runs and at hand-in.</summary>
[Description("A series of points that checks compute figures of: true values of a tag, or what a query finds in the historian.")]
public sealed record SeriesDefinition : DefinitionRecord
{
    /// <summary>Where the points come from.</summary>
    [Description("Where the points come from."), OneOfKind]
    public required SeriesSource Source { get; init; }
}

/// <summary>Where a series comes from.</summary>
[Description("Where a series comes from.")]
public abstract record SeriesSource : DefinitionRecord;

/// <summary><c>tag: { node: filler-1, tag: Level }</c>: the true values of a tag from the start of the attempt.</summary>
[Description("The true values of a tag.")]
public sealed record SeriesTag : SeriesSource
{
    /// <summary>The device of the scenario.</summary>
    [Description("The device of the scenario."), Form(TextForm.Id)]
    public required string Node { get; init; }

    /// <summary>The tag's name in the device profile.</summary>
    [Description("The tag's name in the device profile.")]
    public required string Tag { get; init; }

    /// <summary>Start, counted back from the start of the attempt; default its start.</summary>
    [Description("Start, counted back from the start of the attempt; default its start."), DurationRange("0s", "60d")]
    public TimeSpan From { get; init; }
}

/// <summary><c>query: SELECT …</c>: what the query finds in the historian; a column of times and one of numbers.</summary>
[Description("What an InfluxQL query finds in the historian.")]
public sealed record SeriesQuery : SeriesSource
{
    /// <summary>The InfluxQL query.</summary>
    [Description("The InfluxQL query."), Shorthand]
    public required string Query { get; init; }
}

/// <summary>Figures of a tag's true values over a period.</summary>
public enum TruthFigure
{
    /// <summary>The value at the time of grading.</summary>
    Now,

    /// <summary>The value at the start of the period.</summary>
    First,

    /// <summary>The value at the end of the period.</summary>
    Last,

    /// <summary>Last minus first.</summary>
    Delta,

    /// <summary>The smallest.</summary>
    Min,

    /// <summary>The largest.</summary>
    Max,

    /// <summary>The mean over time.</summary>
    Mean,

    /// <summary>Seconds during which the value was <see cref="TruthTag.Where"/>.</summary>
    Seconds,

    /// <summary>How often the value became <see cref="TruthTag.Where"/>.</summary>
    Count,
}
