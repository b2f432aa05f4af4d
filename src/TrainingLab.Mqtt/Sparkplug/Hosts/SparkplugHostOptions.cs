using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.Mqtt.Sparkplug.Hosts;

/// <summary>What a host application is and how it connects.</summary>
public sealed record SparkplugHostOptions
{
    /// <summary>Its identifier, unique in the plant.</summary>
    public required string HostId { get; init; }

    /// <summary>How it connects. The session is clean and the will is STATE, whatever is said here (§5.3).</summary>
    public required MqttClientOptions Mqtt { get; init; }

    /// <summary>What it subscribes. Default everything, <c>spBv1.0/#</c>. Filters should not overlap: a broker may then deliver a message twice.</summary>
    public IReadOnlyList<string> Filters { get; init; } = [$"{SparkplugTopic.Namespace}/#"];

    /// <summary>How long it waits for a missing sequence number before it asks for a rebirth (§5.9). Zero where the broker keeps the order. Default 2 s.</summary>
    public TimeSpan ReorderTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Shortest time between two rebirth requests to the same edge node. Default 5 s.</summary>
    public TimeSpan RebirthPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether it asks for rebirths at all; a host that only listens does not. Default true.</summary>
    public bool RequestsRebirth { get; init; } = true;

    /// <summary>
    /// Whether commands tell the data types of their metrics, which the specification recommends against (<c>tck-id-payloads-metric-datatype-not-req</c>): for edge nodes that
    /// read no value without one, such as those of sparkplug-client. Default false.
    /// </summary>
    public bool DataTypesInCommands { get; init; }

    /// <summary>Messages of one edge node kept while an earlier one is missing. Default 64.</summary>
    public int MaxHeld { get; init; } = 64;

    /// <summary>Edge nodes that are followed; further ones are ignored. Default 10,000.</summary>
    public int MaxNodes { get; init; } = 10_000;

    /// <summary>Devices followed of one edge node; further ones are ignored. Default 10,000.</summary>
    public int MaxDevices { get; init; } = 10_000;

    /// <summary>Limits of the payloads that it reads.</summary>
    public SparkplugLimits Limits { get; init; } = SparkplugLimits.Default;
}
