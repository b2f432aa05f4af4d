using System.Collections.Immutable;

namespace TrainingLab.Labs.Grading;

/// <summary>One check of two scorecards; null on the side that does not have it.</summary>
/// <param name="Id">The check's id.</param>
/// <param name="Before">What it was.</param>
/// <param name="After">What it is.</param>
public sealed record CheckDifference(string Id, CheckResult? Before, CheckResult? After);

/// <summary>What differs between two gradings of the same evidence.</summary>
/// <param name="Before">The one grading.</param>
/// <param name="After">The other.</param>
/// <param name="Checks">The checks that differ in outcome or points, in the order of the second scorecard, those that are gone last.</param>
public sealed record ScorecardComparison(Scorecard Before, Scorecard After, ImmutableArray<CheckDifference> Checks)
{
    /// <summary>Points gained; negative when lost.</summary>
    public decimal Gain => After.Score - Before.Score;

    /// <summary>Whether nothing differs that a student would notice.</summary>
    public bool IsSame => Checks.IsEmpty && Before.Score == After.Score && Before.Max == After.Max && Before.Passed == After.Passed;

    /// <summary>Compares two gradings.</summary>
    public static ScorecardComparison Of(Scorecard before, Scorecard after)
    {
        var old = before.Checks.ToDictionary(c => c.Id, StringComparer.Ordinal);
        var ids = after.Checks.Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        var differences = after.Checks.Select(c => new CheckDifference(c.Id, old.GetValueOrDefault(c.Id), c))
            .Concat(before.Checks.Where(c => !ids.Contains(c.Id)).Select(c => new CheckDifference(c.Id, c, null)))
            .Where(d => d.Before?.Outcome != d.After?.Outcome || d.Before?.Points != d.After?.Points || d.Before?.Max != d.After?.Max);
        return new ScorecardComparison(before, after, [.. differences]);
    }
}
