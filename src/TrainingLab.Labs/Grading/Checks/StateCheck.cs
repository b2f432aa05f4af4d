using System.ComponentModel;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;

namespace TrainingLab.Labs.Grading.Checks;

/// <summary><c>state: { path: switch-1/ports/3/accessVlan, is: 10, by: student }</c>: a value in the factory.</summary>
[Description("A value in the factory, watched all the time.")]
public sealed record StateCheck : Predicate, IValueCondition
{
    /// <summary>The state path.</summary>
    [Description("The state path, such as switch-1/ports/3/accessVlan.")]
    public required string Path { get; init; }

    /// <summary>Who must have set the value; default anyone.</summary>
    [Description("Who must have set the value: student, an account's name, or anyone (the default).")]
    public ByWhom? By { get; init; }

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
    [Description("It is a list with exactly these items, in any order; [] for an empty list.")]
    public IReadOnlyList<ScalarValue>? Items { get; init; }

    /// <inheritdoc/>
    [Description("It is a list with this item, or a text with this part.")]
    public ScalarValue? Contains { get; init; }

    /// <inheritdoc/>
    [Description("It is of this type of JSON. Without it a text that reads like a number counts as one.")]
    public JsonType? Type { get; init; }

    /// <inheritdoc/>
    [Description("It is a text that this regular expression matches as a whole.")]
    public string? Matches { get; init; }

    /// <inheritdoc/>
    public override bool IsSecret => true;

    /// <inheritdoc/>
    public override IEnumerable<(string Expression, SourceSpan Span)> Expressions => this.Expressions().Select(e => (e, Origin.Span));

    /// <inheritdoc/>
    public override void AddNeeds(GradingNeeds needs)
    {
        needs.Watch(Path);
        ValueConditions.AddNeeds(this, needs);
    }

    /// <inheritdoc/>
    public override void Validate(LabContext context, Mistakes mistakes)
    {
        ValueConditions.Validate(this, Origin.Span, mistakes);
        if (this.IsEmpty())
        {
            mistakes.Add(Origin.Span, MistakeCodes.MissingKey, "the check says nothing about the value", "该检查点没有对值提出要求",
                "add 'is', 'in', 'atLeast' or another condition", "请添加 is、in、atLeast 等条件");
        }
    }

    /// <inheritdoc/>
    public override LocalizedText Describe()
    {
        var condition = ValueConditions.Describe(this);
        return new LocalizedText($"{Path} {condition.En}", $"{Path} {condition.Zh}");
    }

    /// <inheritdoc/>
    public override PredicateState Start(GradingScope scope, long since) => new State(this, scope, since);

    private sealed class State : PredicateState
    {
        private readonly StateCheck check;
        private readonly GradingScope scope;
        private readonly long since;
        private readonly bool readsOthers;

        public State(StateCheck check, GradingScope scope, long since)
        {
            this.check = check;
            this.scope = scope;
            this.since = since;
            readsOthers = check.Expressions.Any();
            Judge();
        }

        public override void Fold(EvidenceRecord record)
        {
            if (record.Body is StateSampled sample ? readsOthers || sample.Path == check.Path : readsOthers && record.Body is TruthNoted or AttemptBegun)
                Judge();
        }

        private void Judge()
        {
            if (scope.State(check.Path) is not { } state)
            {
                Current = Finding.Missing;
                return;
            }

            var finding = check.Judge(state.Value, scope);
            if (finding.Kind == FindingKind.Holds && state.Record <= since)
                finding = Finding.No(finding.Actual);
            if (finding.Kind == FindingKind.Holds && check.By is { } by && !by.Counts(state.By))
                finding = Finding.No(by == ByWhom.Student ? GradingTexts.NotByStudent(Values.Text(state.Value)) : GradingTexts.NotBy(Values.Text(state.Value), by.Text));
            Current = finding;
        }
    }
}
