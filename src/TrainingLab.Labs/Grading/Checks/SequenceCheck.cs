using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Evidence;

namespace TrainingLab.Labs.Grading.Checks;

/// <summary><c>sequence: { steps: [ … ], within: 5m }</c>: one after the other; each step counts only what happens after the step before it.</summary>
[Description("One after the other: each step counts only what happens after the one before it.")]
public sealed record SequenceCheck : Predicate
{
    /// <summary>The steps, in order.</summary>
    [Description("The steps, in order."), Shorthand, MinLength(2)]
    public required IReadOnlyList<CheckPredicate> Steps { get; init; }

    /// <summary>Plant time from the first step to the last; without a limit when absent. A sequence that took longer starts again.</summary>
    [Description("Plant time from the first step to the last; without a limit when absent."), DurationRange("1s", "8h")]
    public TimeSpan? Within { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<CheckPredicate> Parts => Steps;

    /// <inheritdoc/>
    public override Predicate ProvenBy(IReadOnlyList<ProbeRequest> alive) => this with { Steps = [.. Steps.Cast<Predicate>().Select(p => p.ProvenBy(alive))] };

    /// <inheritdoc/>
    public override void AddNeeds(GradingNeeds needs)
    {
        foreach (var step in Steps.Cast<Predicate>())
            step.AddNeeds(needs);
    }

    /// <inheritdoc/>
    public override LocalizedText Describe() => GradingTexts.Join(Steps.Cast<Predicate>().Select(p => p.Describe()), ", then ", "；然后 ");

    /// <inheritdoc/>
    public override PredicateState Start(GradingScope scope, long since) => new State(this, scope, since);

    private sealed class State : PredicateState
    {
        private readonly SequenceCheck check;
        private readonly GradingScope scope;
        private PredicateState step;
        private TimeSpan firstDone;
        private int done;

        public State(SequenceCheck check, GradingScope scope, long since)
        {
            this.check = check;
            this.scope = scope;
            step = Begin(0, since);
            Tell();
        }

        // What happened in order stays so: once complete, it holds for good.
        public override void Fold(EvidenceRecord record)
        {
            if (done == check.Steps.Count)
                return;
            if (done > 0 && scope.Elapsed - firstDone > check.Within)
            {
                done = 0;
                step = Begin(0, record.Number - 1);
            }

            step.Fold(record);
            if (step.Current.Kind == FindingKind.Holds)
            {
                if (done == 0)
                    firstDone = scope.Elapsed;
                done++;
                if (done < check.Steps.Count)
                    step = Begin(done, record.Number);
            }

            Tell();
        }

        private PredicateState Begin(int index, long since) => ((Predicate)check.Steps[index]).Start(scope, since);

        private void Tell()
        {
            var words = GradingTexts.Step(done, check.Steps.Count);
            Current = done == check.Steps.Count ? Finding.Of(true, words)
                : step.Current.Kind is FindingKind.Broken or FindingKind.Missing or FindingKind.Pending ? step.Current
                : Finding.No(words);
        }
    }
}
