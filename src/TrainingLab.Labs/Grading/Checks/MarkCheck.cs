using System.ComponentModel;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Evidence;

namespace TrainingLab.Labs.Grading.Checks;

/// <summary><c>mark: { rubric: { en: …, zh: … } }</c>: a human gives the points.</summary>
[Description("A human gives the points.")]
public sealed record MarkCheck : Predicate
{
    /// <summary>What the human looks at.</summary>
    [Description("What the human looks at, and what earns the points.")]
    public required LocalizedText Rubric { get; init; }

    /// <inheritdoc/>
    public override void AddNeeds(GradingNeeds needs)
    {
    }

    /// <inheritdoc/>
    public override LocalizedText Describe() => Rubric;

    /// <inheritdoc/>
    public override PredicateState Start(GradingScope scope, long since) => new State();

    private sealed class State : PredicateState
    {
        public State() => Current = Finding.Pending;

        public override void Fold(EvidenceRecord record)
        {
        }
    }
}
