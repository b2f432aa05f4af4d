using System.IO.Pipelines;
using System.Text.Json.Nodes;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.Mqtt.Sparkplug.Nodes;

/// <summary>
/// A Sparkplug edge node (§5.4 to §5.7): keeps a session, tells births, data and deaths of itself and its devices, and takes commands.
/// Not thread safe: create and use it on one serial context, as its <see cref="MqttClient"/>.
/// <code>
/// CONNECT     will NDEATH: bdSeq, one more than that of the CONNECT before, 255 -> 0
/// SUBSCRIBE   NCMD, DCMD of its devices, STATE of the primary host
/// (STATE online, where there is a primary host)
/// NBIRTH      seq 0, the same bdSeq, Node Control/Rebirth = false, every metric
/// DBIRTH …    seq 1, 2, …, 255, 0, …
/// NDATA, DDATA, DDEATH
/// NDEATH, DISCONNECT   on purpose; when the connection is lost, the broker publishes the will
/// </code>
/// </summary>
public sealed class SparkplugEdgeNode : IAsyncDisposable
{
    /// <summary>The metric that ties a death to its birth.</summary>
    public const string BdSeqMetric = "bdSeq";

    /// <summary>The metric that a host sets to true to ask for all births.</summary>
    public const string RebirthMetric = "Node Control/Rebirth";

    private const int StateVersion = 1;

    private readonly SparkplugEdgeNodeOptions options;
    private readonly TimeProvider time;
    private readonly MqttClient client;
    private readonly List<SparkplugDevice> devices = [];
    private ulong lastAlias;
    private byte nextSeq;
    private byte? bdSeq;
    private ulong hostTimestamp;
    private Task restarting = Task.CompletedTask;
    private bool stopped;

    /// <summary>Makes an edge node; nothing is sent before <see cref="Start"/> or <see cref="ConnectAsync"/>.</summary>
    /// <param name="options">What it is and how it connects.</param>
    /// <param name="connect">Opens a network connection to the broker; throws when there is none.</param>
    /// <param name="time">Timestamps and timers.</param>
    /// <exception cref="ArgumentException">An identifier is none.</exception>
    public SparkplugEdgeNode(SparkplugEdgeNodeOptions options, Func<CancellationToken, ValueTask<IDuplexPipe>> connect, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        Tags = new SparkplugTags(NextAlias, options.DataTypesInData, time);
        client = new MqttClient(options.Mqtt with { CleanSession = true, Will = null, WillAtConnect = NextDeath, WillDelay = TimeSpan.Zero }, connect, time);
        client.StateChanged += OnClientState;
        client.Subscribe(Topic(SparkplugMessageType.NCmd).ToString(), MqttQoS.AtLeastOnce, OnCommand);
        client.Subscribe($"{SparkplugTopic.Namespace}/{options.Group}/DCMD/{options.Node}/+", MqttQoS.AtLeastOnce, OnCommand);
        if (options.PrimaryHost is { } host) client.Subscribe(SparkplugTopic.State(host).ToString(), MqttQoS.AtLeastOnce, OnHostState);
    }

    /// <summary>Raised before the births are told: what its owner sets now, they tell.</summary>
    public event Action? Birthing;

    /// <summary>Raised after NBIRTH and the DBIRTHs are sent, and when the session has ended; see <see cref="IsOnline"/>.</summary>
    public event Action? OnlineChanged;

    /// <summary>Raised for each metric of a command that can be carried out. The node sets no value: its owner does, if it wants, and publishes it.</summary>
    public event Action<SparkplugCommand>? CommandReceived;

    /// <summary>Raised for what cannot.</summary>
    public event Action<SparkplugRefusedCommand>? CommandRefused;

    /// <summary>The node's own metrics, without <c>bdSeq</c> and <c>Node Control/Rebirth</c>.</summary>
    public SparkplugTags Tags { get; }

    /// <summary>Its devices.</summary>
    public IReadOnlyList<SparkplugDevice> Devices => devices;

    /// <summary>Whether its births are told and data can be published.</summary>
    public bool IsOnline { get; private set; }

    /// <summary>The number of this connection, from 0 to 255; null before the first CONNECT.</summary>
    public int? BdSeq => bdSeq;

    /// <summary>Where its connection stands.</summary>
    public MqttClientState ConnectionState => client.State;

    /// <summary>Connects and stays connected until <see cref="StopAsync"/>.</summary>
    public void Start()
    {
        stopped = false;
        client.Start();
    }

    /// <summary>Starts, and returns how the attempt to connect ended; see <see cref="MqttClient.ConnectAsync"/>.</summary>
    public Task<MqttConnectResult> ConnectAsync(CancellationToken cancellation)
    {
        stopped = false;
        return client.ConnectAsync(cancellation);
    }

    /// <summary>Publishes NDEATH, sends DISCONNECT and stops (§5.5).</summary>
    public async Task StopAsync()
    {
        stopped = true;
        TellDeath();
        await client.StopAsync();
        await restarting;
    }

    /// <summary>Adds a device, not online yet.</summary>
    /// <exception cref="ArgumentException">The identifier is none, or taken.</exception>
    public SparkplugDevice AddDevice(string id)
    {
        SparkplugTopic.Of(SparkplugMessageType.DBirth, options.Group, options.Node, id);
        if (FindDevice(id) is not null) throw new ArgumentException($"There is a device '{id}' already.", nameof(id));
        var device = new SparkplugDevice(this, id, new SparkplugTags(NextAlias, options.DataTypesInData, time));
        devices.Add(device);
        return device;
    }

    /// <summary>Tells all births again within the session: NBIRTH with seq 0 and the same bdSeq, then DBIRTH of each device that is online. Does nothing without a session.</summary>
    public void Rebirth()
    {
        if (IsOnline) TellBirths();
    }

    /// <summary>Publishes what has changed as NDATA. False when nothing has, or there is no session.</summary>
    public bool Publish() => IsOnline && PublishChanges(SparkplugMessageType.NData, null, Tags);

    /// <summary>What outlives a restart: the number of the last CONNECT, and the last word of the primary host.</summary>
    public JsonNode Save() => new JsonObject { ["v"] = StateVersion, ["bdSeq"] = bdSeq is { } last ? (int)last : null, ["hostTimestamp"] = hostTimestamp };

    /// <summary>Takes back what <see cref="Save"/> gave.</summary>
    /// <exception cref="InvalidOperationException">The node is not stopped.</exception>
    /// <exception cref="NotSupportedException">The state has another version.</exception>
    public void Load(JsonNode state)
    {
        if (client.State != MqttClientState.Stopped) throw new InvalidOperationException("An edge node must be stopped before its state is loaded.");
        if ((int)state["v"]! != StateVersion) throw new NotSupportedException($"Edge node state of version {(int)state["v"]!}; this one reads version {StateVersion}.");
        bdSeq = (byte?)(int?)state["bdSeq"];
        hostTimestamp = (ulong)state["hostTimestamp"]!;
    }

    /// <summary>Stops the node.</summary>
    public ValueTask DisposeAsync() => new(StopAsync());

    internal void Birth(SparkplugDevice device)
    {
        if (!IsOnline) return;
        device.Tags.ForgetCurrent();
        Send(SparkplugMessageType.DBirth, device.Id, [.. device.Tags.Select(t => t.Birth())]);
    }

    internal void Death(SparkplugDevice device)
    {
        if (IsOnline) Send(SparkplugMessageType.DDeath, device.Id, []);
    }

    internal bool Publish(SparkplugDevice device) => IsOnline && PublishChanges(SparkplugMessageType.DData, device.Id, device.Tags);

    private bool PublishChanges(SparkplugMessageType type, string? device, SparkplugTags tags)
    {
        if (!client.IsSending) return false;
        var changes = tags.TakeChanges();
        return changes.Length > 0 && Send(type, device, changes);
    }

    private void TellBirths()
    {
        if (!client.IsSending) return;
        Birthing?.Invoke();
        nextSeq = 0;
        Tags.ForgetCurrent();
        IsOnline = true;
        Send(SparkplugMessageType.NBirth, null,
        [
            DescribeSession(),
            SparkplugMetric.Of(RebirthMetric, SparkplugDataType.Boolean, false, time.GetUtcNow()),
            .. Tags.Select(t => t.Birth()),
        ]);
        foreach (var device in devices.Where(d => d.IsOnline)) Birth(device);
        OnlineChanged?.Invoke();
    }

    /// <summary>Says on purpose what the will would say.</summary>
    private void TellDeath()
    {
        if (IsOnline && client.IsSending) client.TryPublish(DeathMessage());
        GoOffline();
    }

    private void GoOffline()
    {
        if (!IsOnline) return;
        IsOnline = false;
        OnlineChanged?.Invoke();
    }

    /// <summary>The will of the next CONNECT.</summary>
    private MqttMessage NextDeath()
    {
        bdSeq = bdSeq is { } last ? unchecked((byte)(last + 1)) : (byte)0;
        return DeathMessage();
    }

    private MqttMessage DeathMessage() => new(
        Topic(SparkplugMessageType.NDeath).ToString(),
        new SparkplugPayload { Timestamp = Now(), Metrics = [DescribeSession()] }.ToBytes(),
        MqttQoS.AtLeastOnce);

    private SparkplugMetric DescribeSession() => SparkplugMetric.Of(BdSeqMetric, SparkplugDataType.Int64, (long)(bdSeq ?? 0), time.GetUtcNow());

    private bool Send(SparkplugMessageType type, string? device, IReadOnlyList<SparkplugMetric> metrics)
    {
        var payload = new SparkplugPayload { Timestamp = Now(), Metrics = metrics, Seq = nextSeq };
        if (!client.IsSending || !client.TryPublish(new MqttMessage(Topic(type, device).ToString(), payload.ToBytes()))) return false;
        unchecked
        {
            nextSeq++;
        }
        return true;
    }

    private void OnClientState(MqttClientState state)
    {
        if (state != MqttClientState.Connected) GoOffline();
        else if (options.PrimaryHost is null) TellBirths();
    }

    private void OnHostState(MqttMessage message)
    {
        // An older word than the last is the will of a connection that is long over (§5.4).
        if (!SparkplugHostState.TryRead(message.Payload.Span, out var state) || state.Timestamp < hostTimestamp) return;
        hostTimestamp = state.Timestamp;
        if (state.Online && !IsOnline)
        {
            TellBirths();
        }
        else if (!state.Online && IsOnline)
        {
            TellDeath();
            restarting = RestartAsync();
        }
    }

    /// <summary>Without its primary host a node leaves this broker and looks again (§5.10).</summary>
    private async Task RestartAsync()
    {
        await client.StopAsync();
        if (!stopped) client.Start();
    }

    private void OnCommand(MqttMessage message)
    {
        SparkplugPayload payload;
        try
        {
            payload = SparkplugPayload.Read(message.Payload.Span, options.Limits);
        }
        catch (SparkplugFormatException)
        {
            CommandRefused?.Invoke(new SparkplugRefusedCommand(message.Topic, null, SparkplugRefusal.NotAPayload));
            return;
        }
        var device = SparkplugTopic.TryParse(message.Topic, out var topic) && topic.Device is { } id ? FindDevice(id) : null;
        if (topic is null || (topic.IsDevice && device is not { IsOnline: true }))
        {
            CommandRefused?.Invoke(new SparkplugRefusedCommand(message.Topic, null, SparkplugRefusal.UnknownDevice));
            return;
        }
        foreach (var metric in payload.Metrics) Command(message.Topic, device, metric);
    }

    private void Command(string topic, SparkplugDevice? device, SparkplugMetric metric)
    {
        if (device is null && metric.Name == RebirthMetric)
        {
            if (metric.Value.Boolean) Rebirth();
            return;
        }
        var tags = device?.Tags ?? Tags;
        var tag = metric.Name is { } name ? tags.Find(name) : metric.Alias is { } alias ? tags.Find(alias) : null;
        object? value = null;
        if (tag is null) Refuse(SparkplugRefusal.UnknownMetric);
        else if (!metric.IsNull && !metric.Value.TryGet(tag.Type, out value)) Refuse(SparkplugRefusal.WrongType);
        else CommandReceived?.Invoke(new SparkplugCommand(device, tag, value));

        void Refuse(SparkplugRefusal reason) => CommandRefused?.Invoke(new SparkplugRefusedCommand(topic, metric.Name ?? $"#{metric.Alias}", reason));
    }

    private SparkplugDevice? FindDevice(string id) => devices.Find(d => d.Id == id);

    private ulong? NextAlias() => options.UseAliases ? ++lastAlias : null;

    private SparkplugTopic Topic(SparkplugMessageType type, string? device = null) => SparkplugTopic.Of(type, options.Group, options.Node, device);

    private ulong Now() => (ulong)time.GetUtcNow().ToUnixTimeMilliseconds();
}
