using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt.Sparkplug.Validation;

/// <summary>A client from its CONNECT on, as far as the rules need it.</summary>
/// <param name="isClean">Whether its session is clean.</param>
internal sealed class SparkplugObservedConnection(bool isClean)
{
    /// <summary>Most filters that are remembered.</summary>
    private const int MaxFilters = 100;

    private readonly List<(string Filter, MqttQoS QoS)> filters = [];

    public bool IsClean => isClean;

    /// <summary>Whether it turned out to be a Sparkplug client.</summary>
    public bool Spoke { get; set; }

    public SparkplugTopic? Will { get; set; }

    /// <summary>Of a host: the time in its will.</summary>
    public ulong? WillTimestamp { get; set; }

    /// <summary>The edge node that was born on it.</summary>
    public string? Node { get; set; }

    public bool HostIsOnline { get; set; }

    public bool HostWasOnline { get; set; }

    /// <summary>It has subscribed a filter; one that no topic of Sparkplug matches does not matter.</summary>
    public void Subscribed(string filter, MqttQoS qos)
    {
        if (filters.Count < MaxFilters && (filter[0] is '#' or '+' || filter.StartsWith(SparkplugTopic.Namespace, StringComparison.Ordinal))) filters.Add((filter, qos));
    }

    /// <summary>The highest quality of service at which it hears a topic; null where it does not.</summary>
    public MqttQoS? QoSOf(string topic)
    {
        MqttQoS? heard = null;
        foreach (var (filter, qos) in filters)
            if ((heard is null || qos > heard) && MqttTopic.Matches(filter, topic)) heard = qos;
        return heard;
    }
}
