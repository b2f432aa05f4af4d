using System.Collections.Immutable;
using TrainingLab.Network.Flows;

namespace TrainingLab.Network.Capture;

/// <summary>What a capture sees and keeps.</summary>
public sealed record CaptureOptions
{
    /// <summary>Cables (by id) or hosts (by id: the cable at their interface); each becomes an interface of the file. None: every cable.</summary>
    public ImmutableArray<string> Points { get; init; } = [];

    /// <summary>Sees only these connections; null: all.</summary>
    public Func<Flow, bool>? Filter { get; init; }

    /// <summary>The oldest packets go when the kept ones exceed this. Default 16 MiB.</summary>
    public int MaxBytes { get; init; } = 16 * 1024 * 1024;
}
