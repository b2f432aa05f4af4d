using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.Mqtt.Sparkplug.Nodes;

/// <summary>One metric of an NCMD or DCMD that the edge node has and whose value fits.</summary>
/// <param name="Device">The device it is for; null for the node itself.</param>
/// <param name="Tag">The metric.</param>
/// <param name="Value">The value as <see cref="SparkplugValue.TryGet"/> gives it; null for null.</param>
public sealed record SparkplugCommand(SparkplugDevice? Device, SparkplugTag Tag, object? Value);

/// <summary>A command, or a part of one, that the edge node could not carry out.</summary>
/// <param name="Topic">Where it came.</param>
/// <param name="Metric">The metric, by name or as <c>#alias</c>; null when the whole payload is wrong.</param>
/// <param name="Reason">Why.</param>
public sealed record SparkplugRefusedCommand(string Topic, string? Metric, SparkplugRefusal Reason);

/// <summary>Why a command was refused.</summary>
public enum SparkplugRefusal
{
    /// <summary>The payload cannot be read.</summary>
    NotAPayload,

    /// <summary>There is no such device, or it is not online.</summary>
    UnknownDevice,

    /// <summary>There is no such metric.</summary>
    UnknownMetric,

    /// <summary>The value is none of the metric's type.</summary>
    WrongType,
}
