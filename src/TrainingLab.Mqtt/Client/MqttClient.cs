using System.IO.Pipelines;
using System.Text.Json.Nodes;
using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Mqtt.Client;

/// <summary>
/// An MQTT client that keeps itself connected: it reconnects with growing waits, subscribes again, sends again what was not acknowledged
/// and queues what is published meanwhile. Not thread safe: create and use it on one serial context.
/// </summary>
public sealed class MqttClient : IAsyncDisposable
{
    /// <summary>Makes a client; nothing is sent before <see cref="Start"/> or <see cref="ConnectAsync"/>.</summary>
    /// <param name="options">How it connects.</param>
    /// <param name="connect">Opens a network connection to the broker; throws when there is none, which counts as a failed attempt.</param>
    /// <param name="time">The client's timers.</param>
    public MqttClient(MqttClientOptions options, Func<CancellationToken, ValueTask<IDuplexPipe>> connect, TimeProvider time)
    {
        _ = options;
        _ = connect;
        _ = time;
    }

    /// <summary>Where the client stands.</summary>
    public MqttClientState State { get; }

    /// <summary>How the last attempt to connect ended; null before the first.</summary>
    public MqttConnectResult? LastConnect { get; }

    /// <summary>Messages that wait to be sent or acknowledged.</summary>
    public int Queued { get; }

    /// <summary>Raised on the client's context after <see cref="State"/> changed.</summary>
    public event Action<MqttClientState>? StateChanged
    {
        add => throw new NotSupportedException();
        remove => throw new NotSupportedException();
    }

    /// <summary>Connects and stays connected until <see cref="StopAsync"/>. Does nothing when started already.</summary>
    public void Start() => throw new NotSupportedException();

    /// <summary>Starts the client and returns how the first attempt ended (or the state it is in when it is connected already). When it failed, the client goes on trying unless <see cref="MqttClientOptions.ReconnectDelay"/> is null.</summary>
    public Task<MqttConnectResult> ConnectAsync(CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>Sends DISCONNECT and stops. What was not acknowledged stays queued when the session is not clean.</summary>
    public Task StopAsync() => throw new NotSupportedException();

    /// <summary>Publishes a message, now or when connected again, and waits: at QoS 0 until it is written, at QoS 1 and 2 until it is acknowledged.</summary>
    public ValueTask<MqttPublishResult> PublishAsync(MqttMessage message, CancellationToken cancellation = default) => throw new NotSupportedException();

    /// <summary>Publishes without waiting. False when the queue is full and the message was dropped.</summary>
    public bool TryPublish(MqttMessage message) => throw new NotSupportedException();

    /// <summary>Subscribes a filter now and after every reconnect; a second call with the same filter replaces the first. The handler runs on the client's context and must return quickly.</summary>
    /// <exception cref="ArgumentException">The filter is not a valid topic filter.</exception>
    public void Subscribe(string filter, MqttQoS qos, Action<MqttMessage> handler) => throw new NotSupportedException();

    /// <summary>As <see cref="Subscribe"/>, and waits for the broker's answer.</summary>
    public Task<MqttSubscribeReturnCode> SubscribeAsync(string filter, MqttQoS qos, Action<MqttMessage> handler, CancellationToken cancellation = default) => throw new NotSupportedException();

    /// <summary>Removes a subscription; does nothing when there is none.</summary>
    public void Unsubscribe(string filter) => throw new NotSupportedException();

    /// <summary>The queue and the state of unacknowledged messages; not subscriptions, which their owner makes again.</summary>
    public JsonNode Save() => throw new NotSupportedException();

    /// <summary>Takes back what <see cref="Save"/> gave. The client must be stopped.</summary>
    public void Load(JsonNode state) => throw new NotSupportedException();

    /// <summary>Stops the client.</summary>
    public ValueTask DisposeAsync() => new(StopAsync());
}
