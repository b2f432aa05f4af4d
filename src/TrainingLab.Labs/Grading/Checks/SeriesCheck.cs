using System.ComponentModel;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;

namespace TrainingLab.Labs.Grading.Checks;

/// <summary>What is computed from a series.</summary>
public enum SeriesStatistic
{
    /// <summary>How many points.</summary>
    Count,

    /// <summary>The arithmetic mean.</summary>
    Mean,

    /// <summary>The smallest.</summary>
    Min,

    /// <summary>The largest.</summary>
    Max,

    /// <summary>The sum.</summary>
    Sum,

    /// <summary>The sample standard deviation (n − 1).</summary>
    StdDev,

    /// <summary>The middle value; between the two middle ones when the count is even.</summary>
    Median,

    /// <summary>The smallest value that at least 95 % of the points do not exceed.</summary>
    P95,

    /// <summary>The smallest value that at least 99 % of the points do not exceed.</summary>
    P99,

    /// <summary>The value with the earliest time.</summary>
    First,

    /// <summary>The value with the latest time.</summary>
    Last,

    /// <summary>How many points have a time that an earlier point has too.</summary>
    Duplicates,

    /// <summary>The share, from 0 to 1, of the reference's points that the series has at the same time with the same value.</summary>
    Coverage,
}

/// <summary><c>series: { series: stored, statistic: coverage, reference: produced, atLeast: 0.999 }</c>: a figure of a recorded series.</summary>
[Description("A figure of a recorded series.")]
public sealed record SeriesCheck : Predicate, IValueCondition
{
    /// <summary>The series' name.</summary>
    [Description("The name of the series.")]
    public required string Series { get; init; }

    /// <summary>What is computed.</summary>
    [Description("What is computed.")]
    public required SeriesStatistic Statistic { get; init; }

    /// <summary>The series to compare with, for <see cref="SeriesStatistic.Coverage"/>.</summary>
    [Description("For coverage: the series that should be there.")]
    public string? Reference { get; init; }

    /// <summary>How far times may lie apart, for coverage; default not at all.</summary>
    [Description("For coverage: how far times may lie apart; default not at all.")]
    public TimeSpan Within { get; init; }

    /// <inheritdoc/>
    [Description("It is this; a text that starts with = is an expression.")]
    public ScalarValue? Is { get; init; }

    /// <inheritdoc/>
    [Description("It is there, and not this.")]
    public ScalarValue? IsNot { get; init; }

    /// <inheritdoc/>
    [Description("It is a number below this.")]
    public ScalarValue? LessThan { get; init; }

    /// <inheritdoc/>
    [Description("It is a number not above this.")]
    public ScalarValue? AtMost { get; init; }

    /// <inheritdoc/>
    [Description("It is a number above this.")]
    public ScalarValue? MoreThan { get; init; }

    /// <inheritdoc/>
    [Description("It is a number not below this.")]
    public ScalarValue? AtLeast { get; init; }

    /// <inheritdoc/>
    [Description("It is one of these.")]
    public IReadOnlyList<ScalarValue> In { get; init; } = [];

    /// <inheritdoc/>
    [NotAKey]
    public IReadOnlyList<ScalarValue>? Items { get; init; }

    /// <inheritdoc/>
    [NotAKey]
    public ScalarValue? Contains { get; init; }

    /// <inheritdoc/>
    [NotAKey]
    public JsonType? Type { get; init; }

    /// <inheritdoc/>
    [NotAKey]
    public string? Matches { get; init; }

    /// <inheritdoc/>
    public override bool IsSecret => true;

    /// <inheritdoc/>
    public override IEnumerable<(string Expression, SourceSpan Span)> Expressions => ValueConditions.Expressions(this).Select(e => (e, Origin.Span));

    /// <inheritdoc/>
    public override void AddNeeds(GradingNeeds needs)
    {
        needs.AddSeries(Series);
        if (Reference is not null)
            needs.AddSeries(Reference);
        ValueConditions.AddNeeds(this, needs);
    }

    /// <inheritdoc/>
    public override void Validate(LabContext context, Mistakes mistakes)
    {
        context.RequireSeries(Origin.Of(nameof(Series)), Series, mistakes);
        if (Reference is not null)
            context.RequireSeries(Origin.Of(nameof(Reference)), Reference, mistakes);
        if (Statistic == SeriesStatistic.Coverage && Reference is null)
        {
            mistakes.Add(Origin.Span, MistakeCodes.MissingKey, "coverage needs a series to compare with", "coverage 需要用于比较的序列",
                "add 'reference: …'", "请添加“reference: …”");
        }

        if (this.IsEmpty())
        {
            mistakes.Add(Origin.Span, MistakeCodes.MissingKey, "the check says nothing about the figure", "该检查点没有对数值提出要求",
                "add 'atLeast', 'atMost' or another condition", "请添加 atLeast、atMost 等条件");
        }
    }

    /// <inheritdoc/>
    public override LocalizedText Describe()
    {
        var condition = ValueConditions.Describe(this);
        var what = $"{KeyNames.Of(Statistic.ToString())}({Series})";
        return new LocalizedText($"{what} {condition.En}", $"{what} {condition.Zh}");
    }

    /// <inheritdoc/>
    public override PredicateState Start(GradingScope scope, long since) => new State(this, scope, since);

    private sealed class State(SeriesCheck check, GradingScope scope, long since) : PredicateState
    {
        public override void Fold(EvidenceRecord record)
        {
            var reads = record.Body switch
            {
                SeriesNoted piece => piece.Series == check.Series || piece.Series == check.Reference,
                TruthNoted => check.Expressions.Any(),
                _ => false,
            };
            if (reads)
                Judge();
        }

        private void Judge()
        {
            if (scope.Series(check.Series) is not { } series || series.Record <= since)
                return;
            var reference = check.Reference is null ? null : scope.Series(check.Reference);
            if (check.Reference is not null && reference is null)
                return;
            if (SeriesFigures.Compute(check.Statistic, series.Points, reference?.Points ?? [], check.Within) is { } figure)
                Current = check.Judge(figure, scope);
            else
                Current = Finding.No(GradingTexts.NotThere);
        }
    }
}
