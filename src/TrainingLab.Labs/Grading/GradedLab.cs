using System.Collections.Immutable;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Grading;

/// <summary>What becomes of the points of a check that the lab itself broke. Fixed by the lab beforehand.</summary>
public enum BrokenPoints
{
    /// <summary>The student gets them. The default.</summary>
    Award,

    /// <summary>They leave the maximum.</summary>
    RemoveFromMaximum,
}

/// <summary>All of a lab that grading needs, for one variant; immutable.</summary>
public sealed record GradedLab
{
    /// <summary>The lab, for example <c>network/vlan-segmentation</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The checks, in the order of the lab; ids are unique, dependencies have no cycle.</summary>
    public required ImmutableArray<GradedCheck> Checks { get; init; }

    /// <summary>The hints and their prices.</summary>
    public ImmutableArray<PricedHint> Hints { get; init; } = [];

    /// <summary>What takes points away.</summary>
    public ImmutableArray<DeclaredDeduction> Deductions { get; init; } = [];

    /// <summary>What becomes of points that the lab itself broke.</summary>
    public BrokenPoints Broken { get; init; }

    /// <summary>The questions that checks read.</summary>
    public ImmutableArray<GradedQuestion> Questions { get; init; } = [];

    /// <summary>Points from which the lab is passed; scaled when broken checks leave the maximum. A marked check is passed from the same share of its own points.</summary>
    public decimal PassAt { get; init; }

    /// <summary>Points of all checks.</summary>
    public decimal Points => Checks.Sum(c => c.Points);

    /// <summary>Whether points reach the share of a maximum that <see cref="PassAt"/> is of all points.</summary>
    public bool IsPass(decimal points, decimal max) => points * Points >= PassAt * max;

    /// <summary>What the runtime must record so that this lab can be graded.</summary>
    public GradingNeeds CollectNeeds()
    {
        var needs = new GradingNeeds();
        foreach (var check in Checks)
            check.Predicate.AddNeeds(needs);
        foreach (var deduction in Deductions)
            deduction.Predicate?.AddNeeds(needs);
        foreach (var question in Questions)
            needs.AddExpression(question.Expected);
        return needs;
    }
}

/// <summary>One check.</summary>
public sealed record GradedCheck
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The task it belongs to.</summary>
    public string Task { get; init; } = "";

    /// <summary>Points for it, not negative.</summary>
    public required decimal Points { get; init; }

    /// <summary>What must be so.</summary>
    public required Predicate Predicate { get; init; }

    /// <summary>Checks that must have passed once before this one can.</summary>
    public ImmutableArray<string> DependsOn { get; init; } = [];

    /// <summary>The positive check that must hold too: without it "blocked" proves nothing. Null for none.</summary>
    public string? Pair { get; init; }

    /// <summary>Plant time for which the predicate must hold without a break.</summary>
    public TimeSpan HoldFor { get; init; }

    /// <summary>True when passing cannot be undone: the check grades that something happened.</summary>
    public bool Once { get; init; }

    /// <summary>What was expected, in the author's words; null for the predicate's own.</summary>
    public LocalizedText? Expected { get; init; }

    /// <summary>What to try, when it is not passed.</summary>
    public LocalizedText? Advice { get; init; }

    /// <summary>Whether a student sees what was expected and what was found only after release; null leaves it to the predicate.</summary>
    public bool? Sealed { get; init; }

    /// <summary>What it gives evidence of: keys of the competency matrix.</summary>
    public ImmutableArray<string> Competencies { get; init; } = [];
}

/// <summary>A hint.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Price">Points that opening it costs, once.</param>
public sealed record PricedHint(string Id, decimal Price);

/// <summary>A deduction that the lab declares.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Points">Points that one occurrence costs.</param>
/// <param name="Predicate">When it occurs: each time it begins to hold; null when only a <c>deduction</c> record makes it occur.</param>
/// <param name="AtMost">Most points that all occurrences together cost; null for one occurrence.</param>
public sealed record DeclaredDeduction(string Id, decimal Points, Predicate? Predicate = null, decimal? AtMost = null);
