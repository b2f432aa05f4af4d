using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace TrainingLab.Factory.Definitions.Devices;

/// <summary>An alarm that a machine raises over OPC UA: a tag beyond limits, or a tag with a value that it should not have.</summary>
public sealed record AlarmDeclaration : DefinitionRecord
{
    [Description("Name of the alarm, unique in the device.")]
    [Form(TextForm.Id)]
    public required string Id { get; init; }

    [Description("Tag that the alarm watches.")]
    public required string Tag { get; init; }

    [Description("What the alarm says when it is active.")]
    public required LocalizedText Message { get; init; }

    [Description("Upper outer limit, in the unit of the tag.")]
    public double? HighHigh { get; init; }

    [Description("Upper limit, in the unit of the tag.")]
    public double? High { get; init; }

    [Description("Lower limit, in the unit of the tag.")]
    public double? Low { get; init; }

    [Description("Lower outer limit, in the unit of the tag.")]
    public double? LowLow { get; init; }

    [Description("Values of the tag that are not normal (true is 1), instead of limits.")]
    public IReadOnlyList<double> When { get; init; } = [];

    [Description("Severity, 1 to 1000; of the outer limits a quarter more.")]
    [Range(1, 1000)]
    public int Severity { get; init; } = 500;

    [Description("How far the tag must come back inside a limit before the alarm is over, in its unit.")]
    public double Deadband { get; init; }

    [Description("How long the tag must be beyond a limit, or have such a value, before the alarm comes.")]
    [DurationRange("0s", "1h")]
    public TimeSpan Delay { get; init; }

    /// <summary>Severity of the outer limits.</summary>
    internal int OuterSeverity => Math.Min(1000, Severity + (Severity / 4));

    /// <summary>Its limits from the lowest to the highest.</summary>
    internal IEnumerable<double> Limits => new[] { LowLow, Low, High, HighHigh }.OfType<double>();
}
