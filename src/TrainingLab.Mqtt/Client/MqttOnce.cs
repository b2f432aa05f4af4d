using System.IO.Pipelines;
using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Mqtt.Client;

/// <summary>One connection for one purpose, as the mosquitto command-line clients work: connect, do it, disconnect. For the toolbox and probes.</summary>
public static class MqttOnce
{
    /// <summary>Connects, publishes the messages in order, waits for the acknowledgements, disconnects.</summary>
    /// <param name="options">How to connect; <see cref="MqttClientOptions.ReconnectDelay"/> does not matter, there is one attempt.</param>
    /// <param name="connect">Opens a network connection to the broker.</param>
    /// <param name="messages">What to publish; none is a mere connection test.</param>
    /// <param name="time">Timers.</param>
    /// <param name="cancellation">Ends the waiting and the connection.</param>
    public static async Task<MqttOncePublishResult> PublishAsync(
        MqttClientOptions options,
        Func<CancellationToken, ValueTask<IDuplexPipe>> connect,
        IReadOnlyList<MqttMessage> messages,
        TimeProvider time,
        CancellationToken cancellation)
    {
        await using var client = new MqttClient(Once(options, messages.Count), connect, time);
        var connected = await client.ConnectAsync(cancellation);
        if (!connected.Connected) return new MqttOncePublishResult(connected, 0);
        var results = messages.Select(m => client.PublishAsync(m, cancellation).AsTask()).ToList();
        var published = 0;
        MqttReasonCode? refusal = null;
        foreach (var result in results)
        {
            var outcome = await result;
            if (outcome.IsDone) published++;
            else refusal ??= outcome.Reason;
        }
        return new MqttOncePublishResult(connected, published, refusal);
    }

    /// <summary>As below, with plain filters at one quality of service.</summary>
    /// <exception cref="ArgumentException">A filter is not a valid topic filter.</exception>
    public static Task<MqttOnceCollectResult> CollectAsync(
        MqttClientOptions options,
        Func<CancellationToken, ValueTask<IDuplexPipe>> connect,
        IReadOnlyList<string> filters,
        MqttQoS qos,
        int count,
        TimeSpan duration,
        TimeProvider time,
        CancellationToken cancellation) =>
        CollectAsync(options, connect, [.. filters.Select(f => new SubscribeFilter(f, qos))], count, duration, time, cancellation);

    /// <summary>Connects, subscribes, collects messages until there are enough or the time is up or the connection is lost, disconnects.</summary>
    /// <param name="options">How to connect; there is one attempt.</param>
    /// <param name="connect">Opens a network connection to the broker.</param>
    /// <param name="filters">The topic filters and how each is subscribed.</param>
    /// <param name="count">How many messages are enough; <see cref="int.MaxValue"/> for as many as come.</param>
    /// <param name="duration">How long to collect, from the broker's answer to the subscription on.</param>
    /// <param name="time">Timers.</param>
    /// <param name="cancellation">Ends the waiting and the connection.</param>
    /// <exception cref="ArgumentException">A filter is not a valid topic filter.</exception>
    public static async Task<MqttOnceCollectResult> CollectAsync(
        MqttClientOptions options,
        Func<CancellationToken, ValueTask<IDuplexPipe>> connect,
        IReadOnlyList<SubscribeFilter> filters,
        int count,
        TimeSpan duration,
        TimeProvider time,
        CancellationToken cancellation)
    {
        await using var client = new MqttClient(Once(options, 1), connect, time);
        var messages = new List<MqttMessage>();
        var enough = new TaskCompletionSource();
        client.MessageReceived += message =>
        {
            if (messages.Count < count) messages.Add(message);
            if (messages.Count >= count) enough.TrySetResult();
        };
        client.StateChanged += state =>
        {
            if (state == MqttClientState.Stopped) enough.TrySetResult();
        };
        var answers = filters.DistinctBy(f => f.Filter, StringComparer.Ordinal).Select(f => client.SubscribeAsync(f, static _ => { }, cancellation: cancellation)).ToList();
        var connected = await client.ConnectAsync(cancellation);
        if (!connected.Connected) return new MqttOnceCollectResult(connected, [], []);

        var granted = new List<MqttSubscribeReturnCode>();
        try
        {
            foreach (var answer in answers) granted.Add(await answer);
            if (granted.Exists(g => g <= MqttSubscribeReturnCode.GrantedExactlyOnce))
                await enough.Task.WaitAsync(duration, time, cancellation);
        }
        catch (TimeoutException)
        {
            // The time is up; what has come is the result.
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The connection was lost before the broker answered.
        }
        return new MqttOnceCollectResult(connected, granted, messages);
    }

    private static MqttClientOptions Once(MqttClientOptions options, int messages) =>
        options with { ReconnectDelay = null, MaxQueuedMessages = Math.Max(options.MaxQueuedMessages, messages) };
}

/// <summary>What became of a one-shot publish.</summary>
/// <param name="Connect">How connecting ended.</param>
/// <param name="Published">How many messages were written (QoS 0) or acknowledged (QoS 1 and 2).</param>
/// <param name="Refusal">Why the first of the others was not, where the broker said so (MQTT 5); null otherwise.</param>
public sealed record MqttOncePublishResult(MqttConnectResult Connect, int Published, MqttReasonCode? Refusal = null);

/// <summary>What a one-shot subscription collected.</summary>
/// <param name="Connect">How connecting ended.</param>
/// <param name="Granted">The broker's answer to each distinct filter, in order; shorter when the connection was lost before.</param>
/// <param name="Messages">The messages in the order received; <see cref="MqttMessage.Retain"/> tells retained ones.</param>
public sealed record MqttOnceCollectResult(MqttConnectResult Connect, IReadOnlyList<MqttSubscribeReturnCode> Granted, IReadOnlyList<MqttMessage> Messages);
