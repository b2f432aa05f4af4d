using System.Runtime.InteropServices;

namespace TrainingLab.Simulation.Values;

/// <summary>How far a sample can be trusted.</summary>
public enum QualityLevel
{
    /// <summary>Trust it.</summary>
    Good,

    /// <summary>It may be off.</summary>
    Uncertain,

    /// <summary>It says nothing.</summary>
    Bad,
}

/// <summary>Level and reason; the reason is a short code such as <c>dropout</c>, or null. The default is good.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Quality(QualityLevel Level, string? Reason = null)
{
    /// <summary>Good, without a reason.</summary>
    public static Quality Good => default;

    /// <summary>True when the level is good.</summary>
    public bool IsGood => Level == QualityLevel.Good;

    /// <summary>Bad, and why.</summary>
    public static Quality Bad(string reason) => new(QualityLevel.Bad, reason);

    /// <summary>Uncertain, and why.</summary>
    public static Quality Uncertain(string reason) => new(QualityLevel.Uncertain, reason);

    /// <summary>The worse of two.</summary>
    public static Quality Worse(Quality left, Quality right) => right.Level > left.Level ? right : left;
}

/// <summary>A value as a device observed it.</summary>
/// <param name="Value">The value; when the quality is bad, the last one that was good.</param>
/// <param name="Quality">How far to trust it.</param>
/// <param name="At">Plant time since the epoch when value or quality last changed; negative in history simulated before the start.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TagSample(TagValue Value, Quality Quality, TimeSpan At);
