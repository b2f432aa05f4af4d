using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.Factory.Definitions.Devices;

/// <summary>What every Sparkplug B edge node of a plant is told: its group, and whom it waits for.</summary>
public abstract record SparkplugNodeDefinition : DefinitionRecord
{
    [Description("Group of the edge node.")]
    public required string Group { get; init; }

    [Description("Host application without whose STATE the node does not publish; left out or empty, it waits for none.")]
    public string? PrimaryHost { get; init; }

    /// <summary>The host that it waits for; null for none.</summary>
    internal string? AwaitedHost => PrimaryHost is { Length: > 0 } host ? host : null;

    [Description("Whether data and commands name metrics by the aliases of the births.")]
    public bool Aliases { get; init; } = true;

    [Description("Whether data tells the data types of the births again: against a recommendation of the specification, for programs that read no value without one.")]
    public bool DataTypes { get; init; }
}

/// <summary>A machine that is a Sparkplug B edge node by itself.</summary>
public sealed record SparkplugFaceDefinition : SparkplugNodeDefinition
{
    [Description("Identifier of the edge node, unique in its group; {device} is replaced.")]
    public string Node { get; init; } = "{device}";

    [Description("Device behind the edge node that has the metrics; {device} is replaced. Left out, they are the node's own.")]
    public string? Device { get; init; }

    [Description("Time between two looks at what has changed.")]
    [DurationRange("100ms", "1h")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    [Description("The metrics; left out, one for each tag, named by its folder and name.")]
    public IReadOnlyList<SparkplugMetricDefinition>? Metrics { get; init; }
}

/// <summary>A metric that shows a tag.</summary>
public sealed record SparkplugMetricDefinition : DefinitionRecord
{
    [Description("The tag.")]
    [Shorthand]
    public required string Tag { get; init; }

    [Description("Name of the metric, in which slashes make folders; left out, the tag's folder and name.")]
    public string? Name { get; init; }

    [Description("Data type; left out, boolean, int64, double or string, as the tag is.")]
    public SparkplugMetricType? Type { get; init; }

    [Description("Least change of a number that is reported, in the tag's unit; 0 reports each.")]
    [Range(0, 1e9)]
    public double Deadband { get; init; }

    [Description("Time between two looks at this metric, a whole number of the node's intervals; left out, its interval.")]
    [DurationRange("100ms", "1h")]
    public TimeSpan? Period { get; init; }
}

/// <summary>A data type of Sparkplug B that a tag can be shown as.</summary>
public enum SparkplugMetricType
{
    Int8 = SparkplugDataType.Int8,
    Int16 = SparkplugDataType.Int16,
    Int32 = SparkplugDataType.Int32,
    Int64 = SparkplugDataType.Int64,
    Uint8 = SparkplugDataType.UInt8,
    Uint16 = SparkplugDataType.UInt16,
    Uint32 = SparkplugDataType.UInt32,
    Uint64 = SparkplugDataType.UInt64,
    Float = SparkplugDataType.Float,
    Double = SparkplugDataType.Double,
    Boolean = SparkplugDataType.Boolean,
    String = SparkplugDataType.String,
    Text = SparkplugDataType.Text,
}
