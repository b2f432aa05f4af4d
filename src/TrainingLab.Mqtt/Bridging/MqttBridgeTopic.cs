using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt.Bridging;

/// <summary>Which messages a bridge carries, and how their topics are called on either side. The first of a bridge's rules that matches a message in its direction decides.</summary>
/// <param name="Filter">A topic filter behind both prefixes; empty where the prefixes are whole topics.</param>
/// <param name="Direction">Which way; both by default.</param>
/// <param name="QoS">The highest quality of service; a message published at a lower one keeps it.</param>
/// <param name="LocalPrefix">What topics begin with here; without wildcards.</param>
/// <param name="RemotePrefix">What they begin with at the other broker; without wildcards.</param>
public sealed record MqttBridgeTopic(
    string Filter,
    MqttBridgeDirection Direction = MqttBridgeDirection.Both,
    MqttQoS QoS = MqttQoS.AtLeastOnce,
    string LocalPrefix = "",
    string RemotePrefix = "")
{
    /// <summary>The filter of this broker's topics.</summary>
    public string LocalFilter { get; } = LocalPrefix + Filter;

    /// <summary>The filter of the other broker's topics.</summary>
    public string RemoteFilter { get; } = RemotePrefix + Filter;

    /// <summary>Whether messages go to the other broker.</summary>
    public bool IsOut => Direction != MqttBridgeDirection.In;

    /// <summary>Whether messages come from the other broker.</summary>
    public bool IsIn => Direction != MqttBridgeDirection.Out;

    /// <summary>What the other broker calls a topic of this one; null where the rule does not carry it there.</summary>
    public string? ToRemote(string topic) => IsOut && MqttTopic.Matches(LocalFilter, topic) ? string.Concat(RemotePrefix, topic.AsSpan(LocalPrefix.Length)) : null;

    /// <summary>What this broker calls a topic of the other one; null where the rule does not bring it here.</summary>
    public string? ToLocal(string topic) => IsIn && MqttTopic.Matches(RemoteFilter, topic) ? string.Concat(LocalPrefix, topic.AsSpan(RemotePrefix.Length)) : null;
}

/// <summary>Which way a bridge carries messages.</summary>
public enum MqttBridgeDirection
{
    /// <summary>Both ways.</summary>
    Both,

    /// <summary>From the other broker to this one.</summary>
    In,

    /// <summary>From this broker to the other one.</summary>
    Out,
}
