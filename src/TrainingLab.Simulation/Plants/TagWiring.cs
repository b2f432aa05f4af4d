using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Plants;

/// <summary>Where a tag's value comes from: a variable of a process, a signal, or nowhere (it keeps what is written to it).</summary>
/// <param name="Tag">The tag. What it leaves open (unit, range, description) is taken from the process variable.</param>
public sealed record TagWiring(TagDefinition Tag)
{
    /// <summary>The process whose variable the tag shows.</summary>
    public string? Process { get; init; }

    /// <summary>The variable's name; default: the tag's name.</summary>
    public string? Variable { get; init; }

    /// <summary>The kind of signal the tag shows; not together with <see cref="Process"/>.</summary>
    public string? Signal { get; init; }

    /// <summary>The signal's parameters.</summary>
    public IReadOnlyDictionary<string, object?>? SignalParameters { get; init; }

    /// <summary>The value at the start, for a tag wired to nothing. Default: false, 0 or empty.</summary>
    public TagValue? Initial { get; init; }
}
