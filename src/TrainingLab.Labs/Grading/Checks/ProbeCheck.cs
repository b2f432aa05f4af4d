using System.ComponentModel;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;

namespace TrainingLab.Labs.Grading.Checks;

/// <summary><c>probe: { kind: connect, with: { from: office-pc, to: "filler-1:4840" }, expect: blocked }</c>: the runtime tries something.</summary>
[Description("The runtime tries something, again and again, and what comes of it is graded.")]
public sealed record ProbeCheck : Predicate, IValueCondition
{
    /// <summary>The kind of probe.</summary>
    [Description("The kind of probe, such as connect.")]
    public required string Kind { get; init; }

    /// <summary>The probe's arguments.</summary>
    [Description("The probe's arguments, by name.")]
    public IReadOnlyDictionary<string, ScalarValue> With { get; init; } = new OrderedDictionary<string, ScalarValue>(StringComparer.Ordinal);

    /// <summary>What must come of it: <c>connected</c> (the default), <c>blocked</c>, <c>value</c>, or a word of the probe's own.</summary>
    [Description("What must come of it: connected (the default), blocked, value, or a word of the probe's own.")]
    public string Expect { get; init; } = ProbeResults.Connected;

    /// <inheritdoc/>
    [Description("With 'expect: value': it is this; without a condition, the hidden value that the probe drew. =drawn is that value.")]
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

    /// <summary>The probes that must connect in the same round before "blocked" is believed; from the check's pair.</summary>
    [NotAKey]
    public IReadOnlyList<ProbeRequest> Alive { get; init; } = [];

    /// <summary>The probe that it asks for.</summary>
    public ProbeRequest Request => new(Kind, With.Select(w => KeyValuePair.Create(w.Key, w.Value.Text)));

    /// <inheritdoc/>
    public override bool ExpectsBlocked => Expect == ProbeResults.Blocked;

    /// <inheritdoc/>
    public override bool IsSecret => Expect is not (ProbeResults.Connected or ProbeResults.Blocked);

    /// <inheritdoc/>
    public override IEnumerable<(string Expression, SourceSpan Span)> Expressions
        => ValueConditions.Expressions(this).Where(e => e.Trim() != Drawn).Select(e => (e, Origin.Span));

    private const string Drawn = "drawn";

    /// <inheritdoc/>
    public override Predicate ProvenBy(IReadOnlyList<ProbeRequest> alive) => ExpectsBlocked ? this with { Alive = alive } : this;

    /// <inheritdoc/>
    public override void AddNeeds(GradingNeeds needs)
    {
        needs.Probe(Request);
        foreach (var probe in Alive)
            needs.Probe(probe);
        foreach (var (expression, _) in Expressions)
            needs.AddExpression(expression);
    }

    /// <inheritdoc/>
    public override void Validate(LabContext context, Mistakes mistakes)
    {
        ValueConditions.Validate(this, Origin.Span, mistakes);
        ProbeArguments.Validate(this, context, mistakes);
    }

    /// <inheritdoc/>
    public override LocalizedText Describe()
    {
        var what = GradingTexts.Probe(Kind, With.Select(w => KeyValuePair.Create(w.Key, w.Value.Text)));
        if (Expect != ProbeResults.Value)
            return new LocalizedText($"{what.En}: {Expect}", $"{what.Zh}：{GradingTexts.Result(Expect).Zh}");
        var condition = this.IsEmpty() ? GradingTexts.WhatWasDrawn : ValueConditions.Describe(this);
        return new LocalizedText($"{what.En}: {condition.En}", $"{what.Zh}：{condition.Zh}");
    }

    /// <inheritdoc/>
    public override PredicateState Start(GradingScope scope, long since) => new State(this, scope, since);

    private sealed class State : PredicateState
    {
        private readonly ProbeCheck check;
        private readonly GradingScope scope;
        private readonly long since;
        private readonly string id;
        private readonly HashSet<string> reads;

        public State(ProbeCheck check, GradingScope scope, long since)
        {
            this.check = check;
            this.scope = scope;
            this.since = since;
            id = check.Request.Id;
            reads = [id, .. check.Alive.Select(a => a.Id)];
        }

        public override void Fold(EvidenceRecord record)
        {
            if (record.Body is EvidenceSealed || (record.Body is ProbeRan probe && reads.Contains(probe.Probe)))
                Judge();
        }

        private void Judge()
        {
            if (scope.Probe(id) is not { } latest || latest.Record <= since)
                return;
            var ran = latest.Body;
            if (ran.Result == ProbeResults.Error)
            {
                Current = Finding.Broken(GradingTexts.ProbeFailed);
                return;
            }

            var words = Words(ran);
            if (ran.Result != check.Expect)
                Current = Finding.No(words);
            else if (check.ExpectsBlocked)
                JudgeBlocked(ran, words);
            else
                Current = check.Expect == ProbeResults.Value ? JudgeValue(ran) : Finding.Of(true, words);
        }

        /// <summary>"Blocked" is believed only together with a proof, from the same round, that the target answers those who may.</summary>
        private void JudgeBlocked(ProbeRan ran, LocalizedText words)
        {
            var proofs = check.Alive.Select(a => scope.Probe(a.Id)?.Body).ToList();
            if (proofs.Exists(p => p?.Result == ProbeResults.Error && p.Round == ran.Round))
                Current = Finding.Broken(GradingTexts.ProbeFailed);
            else if (proofs.Exists(p => p is not null && p.Round >= ran.Round && p.Result != ProbeResults.Connected))
                Current = Finding.No(GradingTexts.TargetDead);
            else if (proofs.Count > 0 && proofs.TrueForAll(p => p?.Round == ran.Round))
                Current = Finding.Of(true, words);
            else if (scope.IsFinal || Current.Kind != FindingKind.Holds)
                Current = Finding.No(GradingTexts.NotProvenAlive); // else: the round is not complete, the one before it still stands
        }

        private Finding JudgeValue(ProbeRan ran)
        {
            if (!check.IsEmpty())
                return check.Judge(ran.Value, scope, name => name == Drawn ? ran.Drawn : null);
            return ran.Drawn is null
                ? Finding.Broken(GradingTexts.NothingDrawn)
                : Finding.Of(Values.Equal(ran.Value, ran.Drawn), GradingTexts.Value(Values.Text(ran.Value)));
        }

        private static LocalizedText Words(ProbeRan ran)
        {
            var result = GradingTexts.Result(ran.Result);
            if (ran.Result == ProbeResults.Value)
                return GradingTexts.Value(Values.Text(ran.Value));
            return ran.Result == ProbeResults.Connected ? GradingTexts.After(result, ran.Elapsed) : result;
        }
    }
}
