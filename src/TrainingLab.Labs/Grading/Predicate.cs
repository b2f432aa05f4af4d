using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Evidence;

namespace TrainingLab.Labs.Grading;

/// <summary>What a check asks. Each kind is a record, bound from YAML, and the state that folds over evidence; one file in <c>Checks</c>.</summary>
public abstract record Predicate : DefinitionRecord
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
    public virtual bool IsSecret => false;

    /// <summary>Reports every mistake that binding could not see.</summary>
    public virtual void Validate(GradingValidation validation)
    {
    }
}

/// <summary>A predicate at work: it has seen the records up to now and says what it finds.</summary>
public abstract class PredicateState
{
    /// <summary>Takes the next record, which the scope already knows.</summary>
    public abstract void Fold(EvidenceRecord record);

    /// <summary>What it finds now.</summary>
    public Finding Current { get; protected set; } = Finding.Missing;
}

/// <summary>What a predicate found.</summary>
public enum FindingKind
{
    /// <summary>Records that it needs are not there (yet).</summary>
    Missing,

    /// <summary>It holds.</summary>
    Holds,

    /// <summary>It does not hold.</summary>
    DoesNotHold,

    /// <summary>The lab is at fault: a probe failed, an expression cannot be evaluated.</summary>
    Broken,

    /// <summary>A human must say.</summary>
    Pending,
}

/// <summary>What a predicate found, and in words.</summary>
/// <param name="Kind">What.</param>
/// <param name="Actual">In words, in both languages.</param>
public sealed record Finding(FindingKind Kind, LocalizedText Actual)
{
    /// <summary>Needed records are not there.</summary>
    public static Finding Missing { get; } = new(FindingKind.Missing, GradingTexts.NotRecorded);

    /// <summary>A human must say.</summary>
    public static Finding Pending { get; } = new(FindingKind.Pending, GradingTexts.WaitsForMark);

    /// <summary>It holds, or it does not.</summary>
    public static Finding Of(bool holds, LocalizedText actual) => new(holds ? FindingKind.Holds : FindingKind.DoesNotHold, actual);

    /// <summary>It does not hold.</summary>
    public static Finding No(LocalizedText actual) => new(FindingKind.DoesNotHold, actual);

    /// <summary>The lab is at fault.</summary>
    public static Finding Broken(LocalizedText why) => new(FindingKind.Broken, why);
}

/// <summary>What predicates need to know of their lab to validate themselves.</summary>
/// <param name="Mistakes">Where mistakes go.</param>
/// <param name="Checks">Ids of the lab's checks.</param>
/// <param name="Questions">Ids of the lab's questions.</param>
public sealed record GradingValidation(Mistakes Mistakes, IReadOnlyCollection<string> Checks, IReadOnlyCollection<string> Questions);
