using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.Mqtt.Sparkplug.Nodes;

/// <summary>What an edge node is and how it connects.</summary>
public sealed record SparkplugEdgeNodeOptions
{
    /// <summary>Its group.</summary>
    public required string Group { get; init; }

    /// <summary>Its identifier, unique within the group.</summary>
    public required string Node { get; init; }

    /// <summary>How it connects. The session is clean and the will is NDEATH, whatever is said here (§5.4).</summary>
    public required MqttClientOptions Mqtt { get; init; }

    /// <summary>The host without which it does not publish; null (the default) for none.</summary>
    public string? PrimaryHost { get; init; }

    /// <summary>Whether data carries aliases instead of names. Default true.</summary>
    public bool UseAliases { get; init; } = true;

    /// <summary>
    /// Whether data tells the data types of its metrics, which the specification recommends against (<c>tck-id-payloads-metric-datatype-not-req</c>): for programs that do not
    /// remember those of the births and read no value without one, such as those of sparkplug-payload. Default false.
    /// </summary>
    public bool DataTypesInData { get; init; }

    /// <summary>Limits of the commands that it reads.</summary>
    public SparkplugLimits Limits { get; init; } = SparkplugLimits.Default;
}
