using TrainingLab.Mqtt.Client;

namespace TrainingLab.Mqtt.Bridging;

/// <summary>What a bridge carries and how it connects.</summary>
public sealed record MqttBridgeOptions
{
    /// <summary>The name by which this broker keeps what waits for the bridge, and tells its state; one topic level.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// How it connects: client identifier, version, credentials, keep-alive, waits before a reconnect, messages in flight, and how many messages may wait while there is no connection
    /// (<see cref="MqttClientOptions.MaxQueuedMessages"/>; further ones are dropped). That the session is persistent, and that a bridge is one, the bridge sees to itself.
    /// </summary>
    public required MqttClientOptions Client { get; init; }

    /// <summary>What it carries.</summary>
    public required IReadOnlyList<MqttBridgeTopic> Topics { get; init; }

    /// <summary>What an earlier bridge had the other broker's session subscribe and this one no longer wants; none by default.</summary>
    public IReadOnlyList<string> FormerFilters { get; init; } = [];
}
