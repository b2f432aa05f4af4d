using System.IO.Pipelines;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Sparkplug.Nodes;
using TrainingLab.Mqtt.Sparkplug.Payloads;
using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Mqtt.Sparkplug.Hosts;

/// <summary>
/// A Sparkplug host application (§5.3, §5.8, §5.9): tells its STATE, follows edge nodes and devices from birth to death, keeps the value of each metric, asks
/// for a rebirth where its picture has a hole, and sends commands. Not thread safe: create and use it on one serial context, as its <see cref="MqttClient"/>.
/// <code>
/// CONNECT     will STATE {"online":false,"timestamp":t}, QoS 1, retained
/// SUBSCRIBE   STATE of its own, and the filters
/// STATE       {"online":true,"timestamp":t}, the same t, QoS 1, retained; again when somebody says false
/// STATE       {"online":false,…}, DISCONNECT   on purpose
/// </code>
/// </summary>
public sealed class SparkplugHost : IAsyncDisposable
{
    private readonly SparkplugHostOptions options;
    private readonly TimeProvider time;
    private readonly MqttClient client;
    private readonly Agenda agenda;
    private readonly SparkplugTopic stateTopic;
    private readonly SortedDictionary<string, SparkplugHostNode> nodes = new(StringComparer.Ordinal);
    private ulong sessionTimestamp;

    /// <summary>Makes a host; nothing is sent before <see cref="Start"/> or <see cref="ConnectAsync"/>.</summary>
    /// <param name="options">What it is and how it connects.</param>
    /// <param name="connect">Opens a network connection to the broker; throws when there is none.</param>
    /// <param name="time">Timestamps and timers.</param>
    /// <exception cref="ArgumentException">The identifier is none, or a filter is no topic filter.</exception>
    public SparkplugHost(SparkplugHostOptions options, Func<CancellationToken, ValueTask<IDuplexPipe>> connect, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        stateTopic = SparkplugTopic.State(options.HostId);
        agenda = new Agenda(time);
        client = new MqttClient(options.Mqtt with { CleanSession = true, Will = null, WillAtConnect = NextDeath, WillDelay = TimeSpan.Zero }, connect, time);
        client.StateChanged += OnClientState;
        client.MessageReceived += OnMessage;
        client.Subscribe(stateTopic.ToString(), MqttQoS.AtLeastOnce, static _ => { });
        foreach (var filter in options.Filters) client.Subscribe(filter, MqttQoS.AtLeastOnce, static _ => { });
    }

    /// <summary>Raised when an edge node was born, died, or began to need a birth.</summary>
    public event Action<SparkplugHostNode>? NodeChanged;

    /// <summary>Raised when a device was born or died by itself.</summary>
    public event Action<SparkplugHostDevice>? DeviceChanged;

    /// <summary>Raised for each value, those of births and historical ones included.</summary>
    public event Action<SparkplugHostValue>? ValueReceived;

    /// <summary>Raised for what it could not use.</summary>
    public event Action<SparkplugHostProblem>? ProblemFound;

    /// <summary>The edge nodes by group and identifier, such as <c>G/E</c>.</summary>
    public IReadOnlyDictionary<string, SparkplugHostNode> Nodes => nodes;

    /// <summary>Where its connection stands.</summary>
    public MqttClientState ConnectionState => client.State;

    /// <summary>Connects and stays connected until <see cref="StopAsync"/>.</summary>
    public void Start() => client.Start();

    /// <summary>Starts, and returns how the attempt to connect ended; see <see cref="MqttClient.ConnectAsync"/>.</summary>
    public Task<MqttConnectResult> ConnectAsync(CancellationToken cancellation) => client.ConnectAsync(cancellation);

    /// <summary>Tells STATE offline, sends DISCONNECT and stops (§5.14).</summary>
    public async Task StopAsync()
    {
        if (client.IsSending) TellState(new SparkplugHostState(false, Now()));
        await client.StopAsync();
    }

    /// <summary>Asks an edge node for all its births. False when the message could not be sent.</summary>
    /// <exception cref="ArgumentException">An identifier is none.</exception>
    public bool RequestRebirth(string group, string node) => Command(
        SparkplugTopic.Of(SparkplugMessageType.NCmd, group, node),
        [Command(SparkplugMetric.Of(SparkplugEdgeNode.RebirthMetric, SparkplugDataType.Boolean, true, time.GetUtcNow()))]);

    /// <summary>Writes metrics of an edge node by NCMD. False when the message could not be sent.</summary>
    /// <exception cref="ArgumentException">The birth has no such metric, or a value is none of its type.</exception>
    public bool Write(SparkplugHostNode node, params IEnumerable<(string Metric, object? Value)> values) =>
        Command(SparkplugTopic.Of(SparkplugMessageType.NCmd, node.Group, node.Id), [.. values.Select(v => Written(node.Metrics, v.Metric, v.Value))]);

    /// <summary>Writes metrics of a device by DCMD. False when the message could not be sent.</summary>
    /// <exception cref="ArgumentException">The birth has no such metric, or a value is none of its type.</exception>
    public bool Write(SparkplugHostDevice device, params IEnumerable<(string Metric, object? Value)> values) =>
        Command(SparkplugTopic.Of(SparkplugMessageType.DCmd, device.Node.Group, device.Node.Id, device.Id), [.. values.Select(v => Written(device.Metrics, v.Metric, v.Value))]);

    /// <summary>Stops the host.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        agenda.Dispose();
    }

    private SparkplugMetric Written(SparkplugHostMetrics metrics, string name, object? value)
    {
        var metric = metrics.Find(name) ?? throw new ArgumentException($"The birth has no metric '{name}'.", nameof(name));
        var alias = metric.Birth.Alias;
        return Command(SparkplugMetric.Of(name, metric.Type, value, time.GetUtcNow()) with { Name = alias is null ? name : null, Alias = alias });
    }

    private SparkplugMetric Command(SparkplugMetric typed) => options.DataTypesInCommands ? typed : typed with { DataType = null };

    private bool Command(SparkplugTopic topic, IReadOnlyList<SparkplugMetric> metrics) =>
        client.IsSending && client.TryPublish(new MqttMessage(topic.ToString(), new SparkplugPayload { Timestamp = Now(), Metrics = metrics }.ToBytes()));

    /// <summary>The will of the next CONNECT. Its time is that of the whole session.</summary>
    private MqttMessage NextDeath()
    {
        sessionTimestamp = Now();
        return StateMessage(new SparkplugHostState(false, sessionTimestamp));
    }

    private MqttMessage StateMessage(SparkplugHostState state) => new(stateTopic.ToString(), state.ToBytes(), MqttQoS.AtLeastOnce, retain: true);

    private void TellState(SparkplugHostState state) => client.TryPublish(StateMessage(state));

    private void OnClientState(MqttClientState state)
    {
        if (state == MqttClientState.Connected)
        {
            TellState(new SparkplugHostState(true, sessionTimestamp));
            // What happened meanwhile is not known.
            foreach (var node in nodes.Values.Where(n => n.IsOnline)) AskForBirth(node);
            return;
        }
        foreach (var node in nodes.Values)
        {
            StopWaiting(node);
            node.AskedAt = null;
            node.Stale();
            node.NeedsBirth = node.IsOnline;
        }
    }

    private void OnMessage(MqttMessage message)
    {
        if (!SparkplugTopic.TryParse(message.Topic, out var topic))
        {
            Problem(message.Topic, SparkplugProblem.NotATopic);
            return;
        }
        if (topic.Type == SparkplugMessageType.State)
        {
            // The will of a connection that is over came late: nobody must believe it (§5.3). What was retained before is replaced by the birth that is on its way.
            if (topic == stateTopic && !message.Retain && SparkplugHostState.TryRead(message.Payload.Span, out var state) && !state.Online && client.IsSending)
                TellState(new SparkplugHostState(true, sessionTimestamp));
            return;
        }
        if (topic.Type is SparkplugMessageType.NCmd or SparkplugMessageType.DCmd) return;
        SparkplugPayload payload;
        try
        {
            payload = SparkplugPayload.Read(message.Payload.Span, options.Limits);
        }
        catch (SparkplugFormatException)
        {
            Problem(message.Topic, SparkplugProblem.NotAPayload);
            return;
        }
        if (!nodes.TryGetValue(topic.NodeDescriptor, out var node))
        {
            if (nodes.Count >= options.MaxNodes)
            {
                Problem(message.Topic, SparkplugProblem.TooMany);
                return;
            }
            nodes.Add(topic.NodeDescriptor, node = new SparkplugHostNode(topic.Group, topic.Node));
        }
        Receive(node, new SparkplugReceived(topic, payload));
    }

    private void Receive(SparkplugHostNode node, SparkplugReceived message)
    {
        switch (message.Topic.Type)
        {
            case SparkplugMessageType.NBirth:
                Born(node, message);
                return;
            case SparkplugMessageType.NDeath:
                Died(node, message);
                return;
            case var _ when !node.IsOnline:
                Problem(message.Topic, SparkplugProblem.NotBorn);
                AskForBirth(node);
                return;
            case var _ when node.NeedsBirth:
                AskForBirth(node);
                return;
            case var _ when message.Payload.Seq is not <= byte.MaxValue:
                Problem(message.Topic, SparkplugProblem.NoSequenceNumber);
                Distrust(node);
                return;
        }
        var seq = (byte)message.Payload.Seq!.Value;
        if (seq != node.NextSeq)
        {
            Hold(node, seq, message);
            return;
        }
        Apply(node, message);
        while (!node.NeedsBirth && node.Held.Remove(node.NextSeq, out var next)) Apply(node, next);
        if (node.Held.Count == 0) StopWaiting(node);
    }

    /// <summary>Something before it is missing: it may still come (§5.9, tck-id-operational-behavior-host-reordering-start).</summary>
    private void Hold(SparkplugHostNode node, byte seq, SparkplugReceived message)
    {
        if (options.ReorderTimeout <= TimeSpan.Zero || node.Held.Count >= options.MaxHeld || !node.Held.TryAdd(seq, message))
        {
            Problem(message.Topic, SparkplugProblem.SequenceGap);
            Distrust(node);
            return;
        }
        node.Waiting ??= agenda.Add(options.ReorderTimeout, () =>
        {
            node.Waiting = null;
            Problem(message.Topic, SparkplugProblem.SequenceGap);
            Distrust(node);
        });
    }

    private void Apply(SparkplugHostNode node, SparkplugReceived message)
    {
        unchecked
        {
            node.NextSeq++;
        }
        var (topic, payload) = message;
        if (topic.Device is not { } id)
        {
            Take(node, null, node.Metrics, message);
            return;
        }
        if (node.Device(id, options.MaxDevices) is not { } device)
        {
            Problem(topic, SparkplugProblem.TooMany);
            return;
        }
        switch (topic.Type)
        {
            case SparkplugMessageType.DBirth:
                device.Metrics.Replace(payload.Metrics);
                device.IsOnline = true;
                device.BornAt = time.GetUtcNow();
                DeviceChanged?.Invoke(device);
                foreach (var metric in device.Metrics.ToList()) ValueReceived?.Invoke(new SparkplugHostValue(node, device, metric, metric.Birth));
                break;
            case SparkplugMessageType.DDeath:
                device.IsOnline = false;
                device.DiedAt = time.GetUtcNow();
                device.Metrics.Stale();
                DeviceChanged?.Invoke(device);
                break;
            case var _ when !device.IsOnline:
                Problem(topic, SparkplugProblem.NotBorn);
                Distrust(node);
                break;
            default:
                Take(node, device, device.Metrics, message);
                break;
        }
    }

    private void Take(SparkplugHostNode node, SparkplugHostDevice? device, SparkplugHostMetrics metrics, SparkplugReceived message)
    {
        foreach (var received in message.Payload.Metrics)
        {
            if (metrics.Resolve(received) is not { } metric)
            {
                Problem(message.Topic, SparkplugProblem.UnknownMetric);
                Distrust(node);
                continue;
            }
            if (!received.IsHistorical)
            {
                metric.Latest = received;
                metric.IsStale = false;
            }
            ValueReceived?.Invoke(new SparkplugHostValue(node, device, metric, received));
        }
    }

    private void Born(SparkplugHostNode node, SparkplugReceived message)
    {
        StopWaiting(node);
        node.Stale();
        node.Metrics.Replace(message.Payload.Metrics);
        node.BdSeq = SessionOf(message.Payload);
        node.NextSeq = unchecked((byte)((message.Payload.Seq ?? 0) + 1));
        node.BornAt = time.GetUtcNow();
        node.IsOnline = true;
        node.NeedsBirth = false;
        node.AskedAt = null;
        NodeChanged?.Invoke(node);
        foreach (var metric in node.Metrics.ToList()) ValueReceived?.Invoke(new SparkplugHostValue(node, null, metric, metric.Birth));
    }

    private void Died(SparkplugHostNode node, SparkplugReceived message)
    {
        if (!node.IsOnline) return;
        if (SessionOf(message.Payload) != node.BdSeq)
        {
            Problem(message.Topic, SparkplugProblem.OldDeath);
            return;
        }
        StopWaiting(node);
        node.IsOnline = false;
        node.NeedsBirth = false;
        node.DiedAt = time.GetUtcNow();
        node.Stale();
        NodeChanged?.Invoke(node);
    }

    /// <summary>The picture of the node has a hole: nothing more is taken until it is born again.</summary>
    private void Distrust(SparkplugHostNode node)
    {
        StopWaiting(node);
        if (!node.NeedsBirth)
        {
            node.NeedsBirth = true;
            node.Stale();
            NodeChanged?.Invoke(node);
        }
        AskForBirth(node);
    }

    private void AskForBirth(SparkplugHostNode node)
    {
        if (!options.RequestsRebirth || (node.AskedAt is { } last && time.GetUtcNow() - last < options.RebirthPause)) return;
        if (RequestRebirth(node.Group, node.Id)) node.AskedAt = time.GetUtcNow();
    }

    private void StopWaiting(SparkplugHostNode node)
    {
        agenda.Remove(node.Waiting);
        node.Waiting = null;
        node.Held.Clear();
    }

    private void Problem(SparkplugTopic topic, SparkplugProblem problem) => Problem(topic.ToString(), problem);

    private void Problem(string topic, SparkplugProblem problem) => ProblemFound?.Invoke(new SparkplugHostProblem(topic, problem));

    private static ulong? SessionOf(SparkplugPayload payload) => payload.Find(SparkplugEdgeNode.BdSeqMetric)?.Value is { Kind: SparkplugValueKind.Int or SparkplugValueKind.Long } value ? value.Integer : null;

    private ulong Now() => (ulong)time.GetUtcNow().ToUnixTimeMilliseconds();
}
