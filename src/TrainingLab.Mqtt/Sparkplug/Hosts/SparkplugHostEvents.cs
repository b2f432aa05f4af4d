using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.Mqtt.Sparkplug.Hosts;

/// <summary>A value that came with a birth or data.</summary>
/// <param name="Node">The edge node.</param>
/// <param name="Device">The device; null for the node itself.</param>
/// <param name="Metric">What is known of the metric, this value included unless it is historical.</param>
/// <param name="Received">The metric as it came.</param>
public sealed record SparkplugHostValue(SparkplugHostNode Node, SparkplugHostDevice? Device, SparkplugHostMetric Metric, SparkplugMetric Received);

/// <summary>A message that the host could not use.</summary>
/// <param name="Topic">Where it came.</param>
/// <param name="Problem">Why.</param>
public sealed record SparkplugHostProblem(string Topic, SparkplugProblem Problem);

/// <summary>Why a host could not use a message.</summary>
public enum SparkplugProblem
{
    /// <summary>No Sparkplug topic.</summary>
    NotATopic,

    /// <summary>No Sparkplug payload, or beyond a limit.</summary>
    NotAPayload,

    /// <summary>Data of an edge node or device that was not born: the birth was missed.</summary>
    NotBorn,

    /// <summary>No sequence number, or one above 255.</summary>
    NoSequenceNumber,

    /// <summary>A sequence number that was missing did not come in time.</summary>
    SequenceGap,

    /// <summary>A metric that the birth has not named.</summary>
    UnknownMetric,

    /// <summary>A death of a session that is not the current one: an old will.</summary>
    OldDeath,

    /// <summary>More nodes or devices than are followed.</summary>
    TooMany,
}
