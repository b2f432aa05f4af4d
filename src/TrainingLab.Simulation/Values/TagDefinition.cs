using System.Runtime.InteropServices;

namespace TrainingLab.Simulation.Values;

/// <summary>The range that a value normally stays within (OPC UA: EURange), in the tag's unit, both ends included.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TagRange(double Low, double High)
{
    /// <summary>True for every number from low to high.</summary>
    public bool Contains(double value) => value >= Low && value <= High;
}

/// <summary>What a tag is, apart from its value.</summary>
/// <param name="Name">Unique in its device, case-sensitive: letters, digits, <c>_</c> and <c>.</c> (PackML names such as EquipmentInterlock.Starved have a dot).</param>
/// <param name="Kind">What it holds.</param>
public sealed record TagDefinition(string Name, TagKind Kind)
{
    /// <summary>The UNECE Recommendation 20 code of the unit, such as CEL or KWH; null when the value has none.</summary>
    public string? Unit { get; init; }

    /// <summary>The normal range, which writes must stay within; null when there is none.</summary>
    public TagRange? Range { get; init; }

    /// <summary>Whether protocol clients may write it. Default: no.</summary>
    public bool Writable { get; init; }

    /// <summary>What it means, in both languages.</summary>
    public LocalText Description { get; init; }
}
