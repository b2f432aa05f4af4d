using System.Collections.Immutable;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Grading;

/// <summary>What became of a check.</summary>
public enum CheckOutcome
{
    /// <summary>It holds, or held once where that is enough.</summary>
    Passed,

    /// <summary>It does not hold (yet).</summary>
    Failed,

    /// <summary>What it depends on has not passed.</summary>
    NotReached,

    /// <summary>The lab's own fault; it costs the student nothing.</summary>
    Broken,

    /// <summary>It waits for a human mark.</summary>
    Pending,
}

/// <summary>One check of a scorecard.</summary>
public sealed record CheckResult
{
    /// <summary>The check's id.</summary>
    public required string Id { get; init; }

    /// <summary>The task it belongs to.</summary>
    public required string Task { get; init; }

    /// <summary>What became of it.</summary>
    public required CheckOutcome Outcome { get; init; }

    /// <summary>Points earned.</summary>
    public required decimal Points { get; init; }

    /// <summary>Points there were to earn.</summary>
    public required decimal Max { get; init; }

    /// <summary>What was expected.</summary>
    public required LocalizedText Expected { get; init; }

    /// <summary>What was found.</summary>
    public required LocalizedText Actual { get; init; }

    /// <summary>What to try; null when passed or when the lab has no advice.</summary>
    public LocalizedText? Advice { get; init; }

    /// <summary>Whether a student sees <see cref="Expected"/> and <see cref="Actual"/> only after release.</summary>
    public bool IsSealed { get; init; }

    /// <summary>What the human who marked it wrote; empty otherwise.</summary>
    public string Comment { get; init; } = "";

    /// <summary>What it gives evidence of.</summary>
    public ImmutableArray<string> Competencies { get; init; } = [];
}

/// <summary>Points taken away.</summary>
/// <param name="Reason">One of the constants of this type.</param>
/// <param name="Id">The hint, or the deduction.</param>
/// <param name="Points">How many, positive.</param>
public sealed record Deduction(string Reason, string Id, decimal Points)
{
    /// <summary>A hint was opened.</summary>
    public const string Hint = "hint";

    /// <summary>Something happened that the lab declares.</summary>
    public const string Declared = "declared";

    /// <summary>An instructor, or the runtime, decided it.</summary>
    public const string Decided = "decided";
}

/// <summary>The graded checks of an attempt, as of one record of its evidence.</summary>
public sealed record Scorecard
{
    /// <summary>The lab.</summary>
    public required string Lab { get; init; }

    /// <summary>The seed; for the instructor and the command line only.</summary>
    public long? Seed { get; init; }

    /// <summary>A commitment to the seed, for the student.</summary>
    public string? SeedCommitment { get; init; }

    /// <summary>Points after deductions, at least 0.</summary>
    public required decimal Score { get; init; }

    /// <summary>Points there were to earn.</summary>
    public required decimal Max { get; init; }

    /// <summary>Whether the score reaches the lab's share of the maximum.</summary>
    public required bool Passed { get; init; }

    /// <summary>The checks, in the order of the lab.</summary>
    public required ImmutableArray<CheckResult> Checks { get; init; }

    /// <summary>Points taken away, in the order of happening.</summary>
    public required ImmutableArray<Deduction> Deductions { get; init; }

    /// <summary>Records of evidence that it rests on.</summary>
    public required long Records { get; init; }

    /// <summary>The head of the evidence after them.</summary>
    public required string Head { get; init; }

    /// <summary>Whether the attempt has been handed in; until then a failed check is one that does not hold yet.</summary>
    public bool IsHandedIn { get; init; }

    /// <summary>Whether the evidence is sealed.</summary>
    public bool IsFinal { get; init; }
}
