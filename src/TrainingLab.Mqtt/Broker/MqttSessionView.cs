namespace TrainingLab.Mqtt.Broker;

/// <summary>A session as an administrator sees it.</summary>
/// <param name="ClientId">The client identifier.</param>
/// <param name="UserName">User of the last connection; null for none, or where only a store knows.</param>
/// <param name="IsConnected">Whether its client is connected now.</param>
/// <param name="Subscriptions">Topic filters with the quality of service granted, ordered by filter.</param>
/// <param name="Queued">Messages that wait for the client, those sent and not yet acknowledged included.</param>
/// <param name="Dropped">Messages that were lost because the queue was full.</param>
public sealed record MqttSessionView(string ClientId, string? UserName, bool IsConnected, IReadOnlyList<(string Filter, MqttQoS QoS)> Subscriptions, int Queued, long Dropped);
