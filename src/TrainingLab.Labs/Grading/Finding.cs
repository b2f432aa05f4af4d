using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Grading;

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
    /// <summary>What the finding itself says to try, beside the lab's advice; null for nothing.</summary>
    public LocalizedText? Advice { get; init; }

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
