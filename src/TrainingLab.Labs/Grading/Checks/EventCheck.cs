using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;

namespace TrainingLab.Labs.Grading.Checks;

/// <summary><c>event: { protocol: mqtt, operation: publish, target: broker/plant/*/oee, where: { payload.value: { atLeast: 0.8 } } }</c>: something was done.</summary>
[Description("Something was done, and the protocol answered as it should.")]
public sealed record EventCheck : Predicate
{
    /// <summary>The protocol; any when absent.</summary>
    [Description("The protocol, such as opcua, mqtt, http; any when absent.")]
    public string? Protocol { get; init; }

    /// <summary>The operation, with * for any text.</summary>
    [Description("The operation in the protocol's own word; * stands for any text.")]
    public required string Operation { get; init; }

    /// <summary>The target, with * for any text; any when absent.</summary>
    [Description("What it was done to; * stands for any text. Any when absent.")]
    public string? Target { get; init; }

    /// <summary>The outcome code, with *; any code that the protocol counts as success when absent.</summary>
    [Description("The protocol's status code; * stands for any text. Any success when absent.")]
    public string? Outcome { get; init; }

    /// <summary>Conditions on arguments, by dotted path.</summary>
    [Description("Conditions on arguments, by dotted path.")]
    public IReadOnlyDictionary<string, ValueCondition> Where { get; init; } = new OrderedDictionary<string, ValueCondition>(StringComparer.Ordinal);

    /// <summary>How often at least; default once.</summary>
    [Description("How often at least; default once."), Range(1, 1_000_000)]
    public int Count { get; init; } = 1;

    /// <summary>Who must have done it; default the student.</summary>
    [Description("Who must have done it: student (the default), an account's name, or anyone.")]
    public ByWhom? By { get; init; }

    /// <summary>Id of a check: only what was done after it first passed counts.</summary>
    [Description("Id of a check; only what was done after it first passed counts."), Form(TextForm.Id)]
    public string? After { get; init; }

    /// <inheritdoc/>
    public override bool IsSecret => Where.Count > 0;

    /// <inheritdoc/>
    public override IEnumerable<(string Expression, SourceSpan Span)> Expressions
        => Where.SelectMany(w => ValueConditions.Expressions(w.Value).Select(e => (e, w.Value.Origin.Span)));

    /// <inheritdoc/>
    public override void AddNeeds(GradingNeeds needs)
    {
        foreach (var condition in Where.Values)
            ValueConditions.AddNeeds(condition, needs);
    }

    /// <inheritdoc/>
    public override void Validate(LabContext context, Mistakes mistakes)
    {
        if (After is not null)
            context.RequireCheck(Origin.Of(nameof(After)), After, mistakes);
        foreach (var condition in Where.Values)
            ValueConditions.Validate(condition, condition.Origin.Span, mistakes);
    }

    /// <inheritdoc/>
    public override LocalizedText Describe()
    {
        var what = string.Join(' ', new[] { Protocol, Operation, Target }.Where(p => p is not null));
        var where = Where.Select(w => (w.Key, Text: w.Value.Describe())).ToList();
        var en = string.Concat(where.Select(w => $", {w.Key} {w.Text.En}")) + (Count > 1 ? $", {Count} times" : "");
        var zh = string.Concat(where.Select(w => $"，{w.Key} {w.Text.Zh}")) + (Count > 1 ? $"，{Count} 次" : "");
        return new LocalizedText(what + en, what + zh);
    }

    /// <inheritdoc/>
    public override PredicateState Start(GradingScope scope, long since) => new State(this, scope);

    private sealed class State : PredicateState
    {
        private readonly EventCheck check;
        private readonly GradingScope scope;
        private long seen;

        public State(EventCheck check, GradingScope scope)
        {
            this.check = check;
            this.scope = scope;
            Tell();
        }

        // What happened cannot un-happen, so this only counts up, and a state made later has seen only what came later.
        public override void Fold(EvidenceRecord record)
        {
            if (Current.Kind is FindingKind.Holds or FindingKind.Broken)
                return;
            var times = record.Body switch
            {
                ActionTaken a when IsMeant(a.By, a.Protocol, a.Operation, a.Target) && HasOutcome(a) && HasArguments(a.Arguments) => 1,
                ReadsObserved { Failure: null } r when check.Where.Count == 0 && check.Outcome is null && IsMeant(r.By, r.Protocol, r.Operation, r.Target) => r.Count,
                _ => 0,
            };
            if (times > 0)
            {
                seen += times;
                Tell();
            }

            // Whether it came after a check that the lab broke cannot be known, so it must not cost points.
            if (record.Body is EvidenceSealed && check.After is { } after && Current.Kind != FindingKind.Holds && scope.IsBroken(after))
                Current = Finding.Broken(GradingTexts.AfterBroken(after));
        }

        private bool IsMeant(Actor by, string protocol, string operation, string target)
            => (check.By ?? ByWhom.Student).Counts(by)
            && (check.Protocol is null || check.Protocol == protocol)
            && TextPattern.Matches(check.Operation, operation)
            && (check.Target is null || TextPattern.Matches(check.Target, target))
            && (check.After is null || scope.PassedAt(check.After) < scope.Records);

        private bool HasOutcome(ActionTaken action) => check.Outcome is null ? action.Succeeded : TextPattern.Matches(check.Outcome, action.Outcome);

        private bool HasArguments(JsonObject arguments)
        {
            foreach (var (path, condition) in check.Where)
            {
                var finding = condition.Judge(Values.At(arguments, path), scope);
                if (finding.Kind == FindingKind.Broken)
                    Current = finding;
                if (finding.Kind != FindingKind.Holds)
                    return false;
            }

            return true;
        }

        private void Tell() => Current = Finding.Of(seen >= check.Count, GradingTexts.Seen(seen, check.Count));
    }
}
