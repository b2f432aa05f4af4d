using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Evidence;

namespace TrainingLab.Labs.Grading.Checks;

/// <summary><c>all: [ { state: … }, { probe: … } ]</c>: each of them holds, at the same time.</summary>
[Description("Each of them holds, at the same time.")]
public sealed record AllCheck : Predicate
{
    /// <summary>The predicates.</summary>
    [Description("The predicates."), Shorthand, MinLength(1)]
    public required IReadOnlyList<CheckPredicate> Of { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<CheckPredicate> Parts => Of;

    /// <inheritdoc/>
    public override Predicate ProvenBy(IReadOnlyList<ProbeRequest> alive) => this with { Of = [.. Of.Cast<Predicate>().Select(p => p.ProvenBy(alive))] };

    /// <inheritdoc/>
    public override void AddNeeds(GradingNeeds needs)
    {
        foreach (var part in Of.Cast<Predicate>())
            part.AddNeeds(needs);
    }

    /// <inheritdoc/>
    public override LocalizedText Describe() => GradingTexts.Join(Of.Cast<Predicate>().Select(p => p.Describe()), " and ", "；并且 ");

    /// <inheritdoc/>
    public override PredicateState Start(GradingScope scope, long since) => new State([.. Of.Cast<Predicate>().Select(p => p.Start(scope, since))]);

    private sealed class State(List<PredicateState> parts) : PredicateState
    {
        // One that does not hold decides; only then does it matter that another is not known.
        private static readonly FindingKind[] Order = [FindingKind.DoesNotHold, FindingKind.Broken, FindingKind.Missing, FindingKind.Pending];

        public override void Fold(EvidenceRecord record)
        {
            foreach (var part in parts)
                part.Fold(record);
            Current = Order.Select(kind => parts.Find(p => p.Current.Kind == kind)).FirstOrDefault(p => p is not null)?.Current
                ?? new Finding(FindingKind.Holds, GradingTexts.Join(parts.Select(p => p.Current.Actual), "; ", "；"));
        }
    }
}
