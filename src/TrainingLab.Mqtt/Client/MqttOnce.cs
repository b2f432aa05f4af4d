using System.IO.Pipelines;

namespace TrainingLab.Mqtt.Client;

/// <summary>One connection for one purpose, as the mosquitto command-line clients work: connect, do it, disconnect. For the toolbox and probes.</summary>
public static class MqttOnce
{
    /// <summary>Connects, publishes, waits for the acknowledgement, disconnects.</summary>
    public static Task<MqttOncePublishResult> PublishAsync(
        MqttClientOptions options,
        Func<CancellationToken, ValueTask<IDuplexPipe>> connect,
        IReadOnlyList<MqttMessage> messages,
        TimeProvider time,
        CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>Connects, subscribes, collects messages until there are <paramref name="count"/> or <paramref name="duration"/> has passed, disconnects.</summary>
    public static Task<MqttOnceCollectResult> CollectAsync(
        MqttClientOptions options,
        Func<CancellationToken, ValueTask<IDuplexPipe>> connect,
        IReadOnlyList<string> filters,
        MqttQoS qos,
        int count,
        TimeSpan duration,
        TimeProvider time,
        CancellationToken cancellation) => throw new NotSupportedException();
}

/// <summary>What became of a one-shot publish.</summary>
/// <param name="Connect">How connecting ended.</param>
/// <param name="Published">How many messages were written (QoS 0) or acknowledged (QoS 1 and 2).</param>
public sealed record MqttOncePublishResult(MqttConnectResult Connect, int Published);

/// <summary>What a one-shot subscription collected.</summary>
/// <param name="Connect">How connecting ended.</param>
/// <param name="Granted">The broker's answer to each filter; empty when not connected.</param>
/// <param name="Messages">The messages in the order received; <see cref="MqttMessage.Retain"/> tells retained ones.</param>
public sealed record MqttOnceCollectResult(MqttConnectResult Connect, IReadOnlyList<Packets.MqttSubscribeReturnCode> Granted, IReadOnlyList<MqttMessage> Messages);
