using System.IO.Pipelines;
using System.Text.Json.Nodes;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Sessions;
using TrainingLab.Mqtt.Topics;
using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Mqtt.Client;

/// <summary>
/// An MQTT client that keeps itself connected: it reconnects with growing waits, subscribes again, sends again what was not acknowledged
/// and queues what is published meanwhile. Not thread safe: create and use it on one serial context.
/// </summary>
/// <remarks>
/// Its task sources run continuations in place. Run asynchronously, whatever is not a plain await (WaitAsync, WhenAny) would pass through the
/// thread pool and come back to the context at a moment that nothing in the factory decides.
/// </remarks>
public sealed class MqttClient : IAsyncDisposable
{
    /// <summary>Version 1 had no MQTT 5; its messages are plain.</summary>
    private const int StateVersion = 2;

    private readonly MqttClientOptions options;
    private readonly Func<CancellationToken, ValueTask<IDuplexPipe>> connect;
    private readonly TimeProvider time;
    private readonly DeliveryState delivery;
    private readonly ClientSubscriptions subscriptions;
    private readonly List<TaskCompletionSource<MqttConnectResult>> attempts = [];
    private ClientConnection? connection;
    private PacketOutput? output;
    private CancellationTokenSource? stopping;
    private Task running = Task.CompletedTask;
    private bool triesPlain;
    private bool isPlain;

    /// <summary>Makes a client; nothing is sent before <see cref="Start"/> or <see cref="ConnectAsync"/>.</summary>
    /// <param name="options">How it connects.</param>
    /// <param name="connect">Opens a network connection to the broker; throws when there is none, which counts as a failed attempt.</param>
    /// <param name="time">The client's timers.</param>
    /// <exception cref="ArgumentException">The options contradict the protocol.</exception>
    public MqttClient(MqttClientOptions options, Func<CancellationToken, ValueTask<IDuplexPipe>> connect, TimeProvider time)
        : this(options, connect, time, new DeliveryState(options.MaxInflight, options.MaxQueuedMessages, long.MaxValue, time), durable: null)
    {
    }

    /// <summary>Makes a client that sends what somebody else queues.</summary>
    /// <param name="options">How it connects.</param>
    /// <param name="connect">Opens a network connection to the broker.</param>
    /// <param name="time">The client's timers.</param>
    /// <param name="delivery">The queue.</param>
    /// <param name="durable">Awaited before a promise leaves; null: nothing is.</param>
    internal MqttClient(MqttClientOptions options, Func<CancellationToken, ValueTask<IDuplexPipe>> connect, TimeProvider time, DeliveryState delivery, Func<ValueTask>? durable)
    {
        if (options.KeepAlive < TimeSpan.Zero || options.KeepAlive.TotalSeconds > ushort.MaxValue || options.KeepAlive.Ticks % TimeSpan.TicksPerSecond != 0)
            throw new ArgumentException("The keep-alive is a whole number of seconds from 0 to 65,535.", nameof(options));
        if (options.ClientId.Length == 0 && !options.CleanSession && options.Version == MqttProtocolVersion.V311)
            throw new ArgumentException("Without a client identifier the session must be clean (MQTT 3.1.1 §3.1.3.1).", nameof(options));
        if (options is { Password: not null, UserName: null, Version: MqttProtocolVersion.V311 })
            throw new ArgumentException("A password needs a user name (MQTT 3.1.1 §3.1.2.9).", nameof(options));
        if (options.ClientId.Contains('\0', StringComparison.Ordinal) || options.UserName?.Contains('\0', StringComparison.Ordinal) == true)
            throw new ArgumentException("Client identifier and user name have no U+0000 (MQTT 3.1.1 §1.5.3).", nameof(options));
        if (options.ReceiveMaximum is < 1 or > ushort.MaxValue)
            throw new ArgumentException("The receive maximum is from 1 to 65,535 (MQTT 5 §3.1.2.11.3).", nameof(options));
        if (options.TopicAliasMaximum is < 0 or > ushort.MaxValue)
            throw new ArgumentException("The topic alias maximum is from 0 to 65,535 (MQTT 5 §3.1.2.11.5).", nameof(options));
        if (options.MaxPacketSize < 1)
            throw new ArgumentException("The longest packet has at least one byte (MQTT 5 §3.1.2.11.4).", nameof(options));
        if (!IsInterval(options.WillDelay) || (options.SessionExpiry is { } expiry && !IsInterval(expiry)))
            throw new ArgumentException("Will delay and session expiry are from 0 to 4,294,967,295 seconds (MQTT 5 §3.1.2.11.2, §3.1.3.2.2).", nameof(options));
        this.options = options;
        this.connect = connect;
        this.time = time;
        this.delivery = delivery;
        Durable = durable;
        subscriptions = new ClientSubscriptions(delivery);
    }

    /// <summary>Raised on the client's context after <see cref="State"/> changed.</summary>
    public event Action<MqttClientState>? StateChanged;

    /// <summary>Raised once for each message received, before the handlers of the filters that match it.</summary>
    public event Action<MqttMessage>? MessageReceived;

    /// <summary>Raised after each attempt to connect, with how it ended.</summary>
    internal event Action<MqttConnectResult>? Attempted;

    /// <summary>Where the client stands.</summary>
    public MqttClientState State { get; private set; }

    /// <summary>How the last attempt to connect ended; null before the first.</summary>
    public MqttConnectResult? LastConnect { get; private set; }

    /// <summary>Why the broker closed the last connection, where it said so (MQTT 5 §3.14); null otherwise.</summary>
    public MqttReasonCode? DisconnectReason { get; internal set; }

    /// <summary>
    /// The other server to use, which the broker named when it refused or closed the last connection (MQTT 5 §4.11); null otherwise. Whether to go there is its owner's to decide,
    /// who opens the connections.
    /// </summary>
    public string? ServerReference { get; internal set; }

    /// <summary>The identifier that the broker chose for a client without one (MQTT 5 §3.2.2.3.7); null for none. A client that keeps its session comes back with it.</summary>
    public string? AssignedClientId { get; internal set; }

    /// <summary>Messages that wait to be sent or acknowledged.</summary>
    public int Queued => delivery.Count;

    /// <summary>Whether a message sent now goes to the broker and does not wait. False already when the connection has failed and <see cref="State"/> does not tell yet.</summary>
    internal bool IsSending => delivery.Attached;

    /// <summary>Awaited before a promise leaves; null: nothing is.</summary>
    internal Func<ValueTask>? Durable { get; }

    /// <summary>Connects and stays connected until <see cref="StopAsync"/>. Does nothing when started already.</summary>
    public void Start()
    {
        if (stopping is not null) return;
        stopping = new CancellationTokenSource();
        running = RunAsync(stopping.Token);
    }

    /// <summary>
    /// Starts the client and returns how the attempt ended; when it is connected already, how that came about. After a failed attempt the
    /// client goes on trying, unless <see cref="MqttClientOptions.ReconnectDelay"/> is null.
    /// </summary>
    public Task<MqttConnectResult> ConnectAsync(CancellationToken cancellation)
    {
        if (State == MqttClientState.Connected) return Task.FromResult(LastConnect!);
        var attempt = new TaskCompletionSource<MqttConnectResult>();
        attempts.Add(attempt);
        Start();
        return attempt.Task.WaitAsync(cancellation);
    }

    /// <summary>
    /// Sends DISCONNECT behind what is written already and stops. With a persistent session what was not acknowledged stays queued for the next
    /// start; with a clean one it is dropped. Throws what a message handler threw, if that ended the client.
    /// </summary>
    public async Task StopAsync()
    {
        stopping?.Cancel();
        connection?.Close();
        await running;
    }

    /// <summary>
    /// Publishes a message, now or when connected again, and waits: at QoS 0 until it is handed to the connection, at QoS 1 and 2 until it is
    /// acknowledged. Cancelling ends the waiting, not the sending. A message with an expiry interval is thrown away when that is over before it could be sent, and goes out with
    /// what is left of it.
    /// </summary>
    public ValueTask<MqttPublishResult> PublishAsync(MqttMessage message, CancellationToken cancellation = default)
    {
        var result = new TaskCompletionSource<MqttPublishResult>();
        return delivery.Send(DeliveryOf(message), done: reason => result.TrySetResult(MqttPublishResult.Of(reason)))
            ? new ValueTask<MqttPublishResult>(result.Task.WaitAsync(cancellation))
            : ValueTask.FromResult(MqttPublishResult.QueueFull);
    }

    /// <summary>Publishes without waiting. False when the queue is full and the message was dropped.</summary>
    public bool TryPublish(MqttMessage message) => delivery.Send(DeliveryOf(message));

    /// <summary>
    /// Subscribes a filter now and after every reconnect; a second call with the same filter replaces the first. The handler runs on the
    /// client's context, must return quickly and must not throw: an exception ends the client.
    /// </summary>
    /// <exception cref="ArgumentException">The filter is not a valid topic filter.</exception>
    public void Subscribe(string filter, MqttQoS qos, Action<MqttMessage> handler) => Add(new SubscribeFilter(filter, qos), 0, handler);

    /// <summary>As <see cref="Subscribe"/>, and waits for the broker's answer. Cancelled when the subscription is replaced or removed, or the client stops.</summary>
    /// <exception cref="ArgumentException">The filter is not a valid topic filter.</exception>
    public Task<MqttSubscribeReturnCode> SubscribeAsync(string filter, MqttQoS qos, Action<MqttMessage> handler, CancellationToken cancellation = default) =>
        SubscribeAsync(new SubscribeFilter(filter, qos), handler, 0, cancellation);

    /// <summary>As above, with the subscription options of MQTT 5 and a subscription identifier, which messages then carry.</summary>
    /// <param name="filter">The filter and its options.</param>
    /// <param name="handler">Takes the messages.</param>
    /// <param name="identifier">From 1 to 268,435,455; 0 for none.</param>
    /// <param name="cancellation">Ends the waiting, not the subscription.</param>
    /// <exception cref="ArgumentException">The filter is not a valid topic filter.</exception>
    public Task<MqttSubscribeReturnCode> SubscribeAsync(SubscribeFilter filter, Action<MqttMessage> handler, int identifier = 0, CancellationToken cancellation = default) =>
        Add(filter, identifier, handler).Answer.Task.WaitAsync(cancellation);

    /// <summary>Authenticates again on the connection that is there (MQTT 5 §4.12.1); does nothing without one or without <see cref="MqttClientOptions.Authentication"/>.</summary>
    public void Reauthenticate() => connection?.Reauthenticate();

    /// <summary>Removes a subscription; does nothing when there is none.</summary>
    public void Unsubscribe(string filter)
    {
        if (subscriptions.Remove(filter)) EndSubscription(filter);
    }

    /// <summary>Asks the broker to end a subscription, of which this client need not know: an earlier one may have left it in the session. Does nothing without a connection.</summary>
    internal void EndSubscription(string filter) => output?.Enqueue(OutgoingPacket.Unsubscribe(new UnsubscribePacket(delivery.BeginRequest(), [filter])));

    /// <summary>The queue and the state of unacknowledged messages; not subscriptions, which their owner makes again.</summary>
    public JsonNode Save() => new JsonObject { ["v"] = StateVersion, ["delivery"] = delivery.Save() };

    /// <summary>Takes back what <see cref="Save"/> gave, also in version 1.</summary>
    /// <exception cref="InvalidOperationException">The client is not stopped.</exception>
    /// <exception cref="NotSupportedException">The state has another version.</exception>
    public void Load(JsonNode state)
    {
        if (stopping is not null) throw new InvalidOperationException("A client must be stopped before its state is loaded.");
        var version = (int)state["v"]!;
        if (version is < 1 or > StateVersion) throw new NotSupportedException($"Client state of version {version}; this client reads versions 1 to {StateVersion}.");
        delivery.Load(state["delivery"]!);
    }

    /// <summary>Stops the client.</summary>
    public ValueTask DisposeAsync() => new(StopAsync());

    internal void OnConnected(ClientConnection accepted, MqttConnectResult result)
    {
        output = accepted.Output;
        AssignedClientId = result.Properties?.AssignedClientIdentifier ?? AssignedClientId;
        if (!result.SessionPresent) delivery.Restart();
        subscriptions.Server = result.Properties;
        subscriptions.AskAgain(result.SessionPresent, output);
        delivery.Attach(output, result.Properties?.ReceiveMaximum ?? ushort.MaxValue);
        LastConnect = result;
        SetState(MqttClientState.Connected);
        Conclude(result);
    }

    internal void OnSubAck(SubAckPacket packet) => subscriptions.OnSubAck(packet);

    internal void OnMessage(MqttMessage message)
    {
        MessageReceived?.Invoke(message);
        subscriptions.Dispatch(message);
    }

    private ClientSubscriptions.Subscription Add(SubscribeFilter filter, int identifier, Action<MqttMessage> handler)
    {
        if (!MqttTopic.IsValidFilter(filter.Filter)) throw new ArgumentException($"'{filter.Filter}' is not a topic filter (§4.7.1).", nameof(filter));
        var subscription = subscriptions.Add(filter, identifier, handler);
        if (output is not null) subscriptions.Ask(subscription, output);
        return subscription;
    }

    private async Task RunAsync(CancellationToken stop)
    {
        try
        {
            SetState(MqttClientState.Connecting);
            var delay = options.ReconnectDelay ?? TimeSpan.Zero;
            while (!stop.IsCancellationRequested)
            {
                if (await ConnectOnceAsync(stop)) delay = options.ReconnectDelay ?? TimeSpan.Zero;
                if (options.ReconnectDelay is null || stop.IsCancellationRequested) return;
                SetState(MqttClientState.Connecting);
                await Task.Delay(delay, time, stop);
                delay = delay * 2 < options.MaxReconnectDelay ? delay * 2 : options.MaxReconnectDelay;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped while it waited.
        }
        finally
        {
            stopping?.Dispose();
            stopping = null;
            if (options.CleanSession) delivery.Clear();
            else delivery.ReleaseWaiters();
            subscriptions.GiveUp();
            if (attempts.Count > 0) Conclude(new MqttConnectResult(MqttConnectOutcome.ConnectionLost, null, false, "The client was stopped."));
            SetState(MqttClientState.Stopped);
        }
    }

    /// <summary>Connects and serves the connection until it has ended. False when it was not accepted.</summary>
    private async Task<bool> ConnectOnceAsync(CancellationToken stop)
    {
        IDuplexPipe transport;
        using (var timeout = new CancellationTokenSource(options.AnswerTimeout, time))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop))
        {
            try
            {
                transport = await connect(either.Token);
            }
            catch (Exception failure)
            {
                if (stop.IsCancellationRequested) return false;
                // Whatever the network's way to fail: there is no connection, and the next attempt may succeed.
                var outcome = timeout.IsCancellationRequested ? MqttConnectOutcome.NoAnswer : MqttConnectOutcome.Unreachable;
                Conclude(new MqttConnectResult(outcome, null, false, failure.Message));
                return false;
            }
        }

        var current = new ClientConnection(this, triesPlain || isPlain ? options with { IsBridge = false } : options, delivery, transport, time);
        connection = current;
        try
        {
            var serving = current.RunAsync();
            if (stop.IsCancellationRequested) current.Close();
            var result = await current.Opened;
            if (!result.Connected) Conclude(result);
            await serving;
            // Some brokers say that they do not know the level with a bridge's bit, others just close.
            isPlain |= options.IsBridge && !triesPlain && result.ReturnCode == MqttReasonCode.UnsupportedProtocolVersion;
            triesPlain = options.IsBridge && !triesPlain && !result.Connected;
            return result.Connected;
        }
        finally
        {
            connection = null;
            output = null;
        }
    }

    private void Conclude(MqttConnectResult result)
    {
        LastConnect = result;
        // Whoever waits may go on at once and try again, so the list is emptied first.
        var waiting = attempts.ToList();
        attempts.Clear();
        foreach (var attempt in waiting) attempt.TrySetResult(result);
        Attempted?.Invoke(result);
    }

    /// <summary>The lifetime of a message begins when it is published.</summary>
    private Delivery DeliveryOf(MqttMessage message) => new(
        message is { ExpiresAt: 0, Properties.MessageExpiryInterval: { } seconds } ? message.ExpiringIn(TimeSpan.FromSeconds(seconds), time) : message, message.QoS, message.Retain);

    private static bool IsInterval(TimeSpan interval) => interval >= TimeSpan.Zero && interval.TotalSeconds <= uint.MaxValue;

    private void SetState(MqttClientState state)
    {
        if (State == state) return;
        State = state;
        StateChanged?.Invoke(state);
    }
}
