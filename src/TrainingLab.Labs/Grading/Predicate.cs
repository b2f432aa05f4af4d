using System.ComponentModel;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Evidence;

namespace TrainingLab.Labs.Grading;

/// <summary>What a check asks. Each kind is a record, bound from YAML, and the state that folds over evidence; one file in <c>Checks</c>.</summary>
[Description("What must hold: exactly one of the check kinds.")]
public abstract record Predicate : CheckPredicate
{
    /// <summary>Adds what the runtime must record.</summary>
    public abstract void AddNeeds(GradingNeeds needs);

    /// <summary>Starts folding.</summary>
    /// <param name="scope">What the records have said so far; the grader keeps it up to date.</param>
    /// <param name="since">Only what records after this number say counts; 0 for all. The steps of a sequence use it.</param>
    public abstract PredicateState Start(GradingScope scope, long since);

    /// <summary>What is expected, when the lab's author has not said it better.</summary>
    public abstract LocalizedText Describe();

    /// <summary>True when expectation and finding would give an answer away, so that a student sees them only after release.</summary>
    public virtual bool IsSecret => Parts.OfType<Predicate>().Any(p => p.IsSecret);

    /// <summary>The same predicate, with every "blocked" in it believed only in rounds in which these probes connect.</summary>
    public virtual Predicate ProvenBy(IReadOnlyList<ProbeRequest> alive) => this;
}

/// <summary>A predicate at work: it has seen the records up to now and says what it finds.</summary>
public abstract class PredicateState
{
    /// <summary>Takes the next record, which the scope already knows.</summary>
    public abstract void Fold(EvidenceRecord record);

    /// <summary>What it finds now.</summary>
    public Finding Current { get; protected set; } = Finding.Missing;
}
