using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TrainingLab.Labs.Attempts.Contracts;

namespace TrainingLab.Tests.Web.Fakes;

/// <summary>One attempt on an imagined bottling line.</summary>
public sealed class FakeAttempt(string id, AttemptRequest request, Action<AttemptSummary> changed) : IAttempt
{
    public const string Token = "attempt-token";
    private static readonly DateTimeOffset PlantStart = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly string[] Commands = ["answer", "help", "historian query", "opcua browse", "opcua read", "ping", "resolve", "switch save", "switch set", "switch show"];

    private readonly Lock _lock = new();
    private readonly Listeners<AttemptEvent> _listeners = new();
    private readonly Dictionary<string, string> _answers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _hints = new(StringComparer.Ordinal);
    private readonly List<EvidenceEntry> _evidence = [];
    private readonly List<OpcUaSubscriptionView> _subscriptions = [];
    private readonly List<MqttFilterView> _filters = [];
    private Dictionary<string, SwitchPortSettings> _ports = NewPorts();
    private bool _saved = true;
    private int _ticks = 120;

    private static readonly MqttTopicView Birth = new("spBv1.0/bottling/NDATA/gateway", "Process/Temperature=5.2 #9=null", 20, false, 0, 12, PlantStart);
    private static readonly MqttTopicView Telemetry = new("plant/note", "<b>{}</b>", 9, true, 1, 1, PlantStart);

    private static readonly SparkplugFindingView Finding = new(
        PlantStart, Birth.Topic, "tck-id-payloads-ndata-seq-inc", true, new LocalizedText("The sequence number of NDATA is one more than the node's last.", "NDATA 的 seq 比该节点上一条大 1。"), null, "seq=6", "seq=7");

    public string Id => id;

    public AttemptSummary Summary { get; private set; } = new(
        id, request.Lab, [.. request.Members.Select(m => m.Account)], AttemptState.Running, DateTimeOffset.UnixEpoch.AddDays(20_000), null, null, 0, 100, false);

    /// <summary>Who did what, in order, for tests of attribution.</summary>
    public List<string> Log { get; } = [];

    /// <summary>Pages that listen.</summary>
    public int Listening => _listeners.Count;

    /// <summary>The last request that came through the service path.</summary>
    public ServiceRequest? Forwarded { get; private set; }

    private bool Isolated => _ports["p4"] is { Trunk: false, AccessVlan: 20 };

    /// <summary>Half a second of plant time.</summary>
    public void Tick()
    {
        _ticks++;
        _listeners.Publish(new ValuesChanged(Snapshot(_ticks)));
        foreach (var subscription in _subscriptions.ToList())
            _listeners.Publish(new OpcUaNotified(subscription.Id, Read(subscription.Server, subscription.NodeId)));
    }

    /// <summary>Says an event to all open pages.</summary>
    public void Publish(AttemptEvent happened) => _listeners.Publish(happened);

    public bool IsToken(string token) => token == Token;

    public async Task<LabDetail> GetLabAsync(CancellationToken cancellationToken)
    {
        // Really waits, as the factory's scheduler makes callers do.
        await Task.Yield();
        return new FakeCatalogue().Find(Summary.Lab)!;
    }

    public Task<IReadOnlyList<AttemptEndpoint>> GetEndpointsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<AttemptEndpoint>>(
    [
        new("filler-1", "opcua", "opc.tcp://lab.local:20001", "filler-1", "10.10.1.11:4840", "lab opcua browse opc.tcp://lab.local:20001"),
        new("capper-1", "opcua", "opc.tcp://lab.local:20003", "capper-1", "10.10.1.12:4840", "lab opcua browse opc.tcp://lab.local:20003"),
        new("broker", "mqtt", "mqtt://lab.local:20002", "broker", "10.10.2.5:1883", "mosquitto_sub -h lab.local -p 20002 -t '#' -v"),
        new("sw-1", "http", $"http://lab.local:8080/a/{id}/sw-1/", "sw-1", "10.10.0.2:80", $"curl -u student:{Token} http://lab.local:8080/a/{id}/sw-1/ports"),
        new("socks", "socks5", "socks5h://lab.local:20009", "workstation", "10.10.9.9", $"curl -x socks5h://{id}:{Token}@lab.local:20009 http://historian.plant/ping"),
    ]);

    public async Task<ScorecardView> GetScorecardAsync(ActorRole audience, string language, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var isolated = Isolated ? CheckOutcome.Passed : CheckOutcome.Failed;
        var answered = !_answers.TryGetValue("loss", out var loss) ? CheckOutcome.NotReached : loss == "0" ? CheckOutcome.Passed : CheckOutcome.Failed;
        var instructor = audience == ActorRole.Instructor;
        CheckView[] checks =
        [
            new("cell-isolated", "segment", isolated, Isolated ? 40 : 0, 40, instructor ? "no path from office-pc to filler-1:4840" : null,
                Isolated ? "no answer within 2 s" : "connected in 2 ms", Isolated ? null : new("Look at the VLAN of the office's port.", "检查办公电脑所在端口的 VLAN。")),
            new("line-lives", "segment", CheckOutcome.Passed, 30, 30, instructor ? "at least one point per 5 s" : null, null, null),
            new("answer-right", "report", answered, answered == CheckOutcome.Passed ? 20 : 0, 20, instructor ? "0 %" : null, loss, null),
            new("report-marked", "report", CheckOutcome.Pending, 0, 10, null, null, null),
        ];
        var score = checks.Sum(c => c.Points) - 2 * _hints.Count;
        return new ScorecardView(request.Lab, instructor ? 7 : null, instructor ? null : "sha256:5d41402abc4b2a76b9719d911017c592", score, 100, score >= 60, checks,
            [.. _hints.Select(h => new DeductionView("hint", h, 2))], new EvidenceHead(_evidence.Count, "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"));
    }

    public Task<PlantPicture> GetPictureAsync(CancellationToken cancellationToken) => Task.FromResult(new PlantPicture(
        [
            new("filler-1", new("Filler 1", "灌装机 1"), PictureKind.Machine, "filler-1/State", ["filler-1/Speed", "filler-1/Count"]),
            new("buffer-1", new("Buffer", "缓冲 1"), PictureKind.Buffer, null, [], "buffer-1/Level", 120),
            new("capper-1", new("Capper 1", "旋盖机 1"), PictureKind.Machine, "capper-1/State", ["capper-1/Speed"]),
            new("buffer-2", new("Buffer", "缓冲 2"), PictureKind.Buffer, null, [], "buffer-2/Level", 80),
            new("labeller-1", new("Labeller 1", "贴标机 1"), PictureKind.Machine, "labeller-1/State", ["labeller-1/Speed", "labeller-1/Temperature"]),
        ],
        [new("filler-1", "buffer-1"), new("buffer-1", "capper-1"), new("capper-1", "buffer-2"), new("buffer-2", "labeller-1")]));

    public Task<IReadOnlyList<TagInfo>> GetTagsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<TagInfo>>(
    [
        new("filler-1/State", new("State of filler 1", "灌装机 1 状态"), "", false, false),
        new("filler-1/Speed", new("Speed of filler 1", "灌装机 1 速度"), "1/min", true, true),
        new("filler-1/Count", new("Bottles filled", "灌装数"), "", true, false),
        new("capper-1/Speed", new("Speed of capper 1", "旋盖机 1 速度"), "1/min", true, true),
        new("labeller-1/Speed", new("Speed of labeller 1", "贴标机 1 速度"), "1/min", true, false),
        new("labeller-1/Temperature", new("Glue temperature", "胶温"), "°C", true, true),
        new("buffer-1/Level", new("Fill of buffer 1", "缓冲 1 存量"), "", true, false),
        new("buffer-2/Level", new("Fill of buffer 2", "缓冲 2 存量"), "", true, false),
    ]);

    public Task<ValuesSnapshot> GetValuesAsync(CancellationToken cancellationToken) => Task.FromResult(Snapshot(_ticks));

    public Task<IReadOnlyList<ValuesSnapshot>> GetRecentValuesAsync(TimeSpan plantTime, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ValuesSnapshot>>([.. Enumerable.Range(0, _ticks).Select(Snapshot)]);

    public IAsyncEnumerable<AttemptEvent> WatchAsync(CancellationToken cancellationToken) => _listeners.ListenAsync(cancellationToken);

    public Task<CommandResult> ExecAsync(AttemptActor actor, string commandLine, CancellationToken cancellationToken)
    {
        Did(actor, "toolbox", "exec", commandLine, "0");
        if (commandLine == "crash")
            throw new InvalidOperationException("secret detail");
        CommandResult result = commandLine.Split(' ')[0] switch
        {
            "help" => new(0, [.. Commands.Select(c => new CommandOutputLine("  " + c))]),
            "ping" => new(1, [new("filler-1 (10.10.1.11): no answer", IsError: true)]),
            "switch" => new(0, [.. _ports.Select(p => new CommandOutputLine($"{p.Key}  {(p.Value.Trunk ? "trunk " : "access")}  vlan {p.Value.AccessVlan}"))], new JsonObject { ["switch"] = "sw-1" }),
            var unknown => new(2, [new($"unknown command '{unknown}', try help", IsError: true)]),
        };
        return Task.FromResult(result);
    }

    public Task<CompletionResult> CompleteAsync(string line, int cursor, CancellationToken cancellationToken) =>
        Task.FromResult(new CompletionResult(0, [.. Commands.Where(c => c.StartsWith(line[..cursor], StringComparison.Ordinal))]));

    public Task<IReadOnlyList<SwitchView>> GetSwitchesAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<SwitchView>>(
    [
        new("sw-1",
            [
                new("p1", "filler-1", _ports["p1"]), new("p2", "capper-1", _ports["p2"]), new("p3", null, _ports["p3"]),
                new("p4", "office-pc", _ports["p4"]), new("p5", "router", _ports["p5"]),
            ],
            _saved),
    ]);

    public Task<ActionOutcome> SetSwitchPortAsync(AttemptActor actor, string switchName, string port, SwitchPortSettings settings, CancellationToken cancellationToken)
    {
        if (switchName != "sw-1" || !_ports.ContainsKey(port))
            return Task.FromResult(ActionOutcome.Refused($"There is no port {port}.", $"没有端口 {port}。"));
        _ports[port] = settings;
        _saved = false;
        Did(actor, "http", "PUT", $"sw-1/{port}", "200");
        _listeners.Publish(new SwitchesChanged());
        _listeners.Publish(new ScorecardChanged());
        return Task.FromResult(ActionOutcome.Ok($"Port {port} is configured.", $"端口 {port} 已配置。"));
    }

    public Task<ActionOutcome> SaveSwitchAsync(AttemptActor actor, string switchName, CancellationToken cancellationToken)
    {
        _saved = true;
        Did(actor, "http", "POST", "sw-1/save", "200");
        _listeners.Publish(new SwitchesChanged());
        return Task.FromResult(ActionOutcome.Ok("The configuration is saved.", "配置已保存。"));
    }

    public Task<OpcUaBrowseResult> BrowseAsync(AttemptActor actor, string server, string? nodeId, CancellationToken cancellationToken) => Task.FromResult(
        server == "capper-1" ? new OpcUaBrowseResult("BadTimeout", [])
        : nodeId switch
        {
            null => new OpcUaBrowseResult("Good", [new("ns=2;s=Filler", "2:Filler", "Filler", "Object", true), new("i=2253", "0:Server", "Server", "Object", true)]),
            "ns=2;s=Filler" => new OpcUaBrowseResult("Good",
            [
                new("ns=2;s=Filler.CurMachSpeed", "2:CurMachSpeed", "CurMachSpeed", "Variable", false),
                new("ns=2;s=Filler.ProdProcessedCount", "2:ProdProcessedCount", "ProdProcessedCount", "Variable", false),
                new("ns=2;s=Filler.Reset", "2:Reset", "Reset", "Method", false),
            ]),
            _ => new OpcUaBrowseResult("Good", []),
        });

    public Task<OpcUaValueView> ReadAsync(AttemptActor actor, string server, string nodeId, CancellationToken cancellationToken) => Task.FromResult(Read(server, nodeId));

    public Task<OpcUaSubscribeResult> SubscribeAsync(AttemptActor actor, string server, OpcUaSubscribeRequest request, CancellationToken cancellationToken)
    {
        if (request.NodeId.Contains("Reset", StringComparison.Ordinal))
            return Task.FromResult(new OpcUaSubscribeResult("BadAttributeIdInvalid", null));
        var subscription = new OpcUaSubscriptionView(
            (_subscriptions.Count + 1).ToString(CultureInfo.InvariantCulture), server, request.NodeId, Math.Max(50, request.PublishingMs), request.SamplingMs, request.DeadbandKind, request.Deadband);
        _subscriptions.Add(subscription);
        Did(actor, "opcua", "CreateMonitoredItems", request.NodeId, "Good");
        _listeners.Publish(new AttemptChanged());
        return Task.FromResult(new OpcUaSubscribeResult("Good", subscription));
    }

    public Task<ActionOutcome> UnsubscribeAsync(AttemptActor actor, string subscriptionId, CancellationToken cancellationToken) => Task.FromResult(
        _subscriptions.RemoveAll(s => s.Id == subscriptionId) > 0 ? ActionOutcome.Ok("Deleted.", "已删除。") : ActionOutcome.Refused("There is no such subscription.", "没有此订阅。"));

    public Task<ActionOutcome> SubscribeTopicsAsync(AttemptActor actor, string filter, int qos, MqttLogin? login, CancellationToken cancellationToken)
    {
        Log.Add($"{actor.Name}: topics {filter} {qos}");
        if (filter == "secret/#")
            return Task.FromResult(new ActionOutcome(false, new LocalizedText("refused", "被拒绝")));
        _filters.Add(new MqttFilterView(filter, qos));
        return Task.FromResult(new ActionOutcome(true, new LocalizedText("subscribed", "已订阅")));
    }

    public Task<ActionOutcome> UnsubscribeTopicsAsync(AttemptActor actor, string filter, CancellationToken cancellationToken) =>
        Task.FromResult(new ActionOutcome(_filters.RemoveAll(f => f.Filter == filter) > 0, new LocalizedText("no such filter", "没有该过滤器")));

    public Task<MqttTopicsView> GetTopicsAsync(CancellationToken cancellationToken) => Task.FromResult(
        _filters.Count == 0 ? MqttTopicsView.None : new MqttTopicsView([.. _filters], [Birth, Telemetry], IsFull: false, [Finding], []));

    public Task<MqttMessageView?> GetTopicAsync(string topic, CancellationToken cancellationToken) => Task.FromResult<MqttMessageView?>(
        topic == Telemetry.Topic ? new MqttMessageView(Telemetry, "<b>{}</b>", null, null, [])
        : topic != Birth.Topic ? null
        : new MqttMessageView(Birth, null, new SparkplugMessageView("NDATA", "bottling/gateway", null, 7,
            [new SparkplugMetricView("Process/Temperature", 4, "Double", "5.2", PlantStart, false, "engUnit: °C"), new SparkplugMetricView(null, 9, null, null, PlantStart, true, "")]), null, [Finding]));

    public Task<IReadOnlyList<OpcUaSubscriptionView>> GetSubscriptionsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<OpcUaSubscriptionView>>([.. _subscriptions]);

    public Task<HistorianResult> QueryAsync(AttemptActor actor, string query, CancellationToken cancellationToken) => Task.FromResult(
        query.StartsWith("SHOW", StringComparison.OrdinalIgnoreCase) ? new HistorianResult([new("measurements", null, ["name"], [["counts"], ["states"]])], null)
        : query.StartsWith("SELECT", StringComparison.OrdinalIgnoreCase) ? new HistorianResult(
            [new("counts", "machine=filler-1", ["time", "mean", "last"], [["2026-03-02T08:00:00Z", "98.4", "1200"], ["2026-03-02T08:01:00Z", "97.9", null]])], null)
        : new HistorianResult([], $"error parsing query: found {query}, expected SELECT or SHOW at line 1, char 1"));

    public Task<IReadOnlyList<AnswerView>> GetAnswersAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<AnswerView>>([.. FakeCatalogue.Tasks.SelectMany(t => t.Questions.Select(q => new AnswerView(t.Id, q, _answers.GetValueOrDefault(q.Id))))]);

    public Task<ActionOutcome> AnswerAsync(AttemptActor actor, string question, string value, CancellationToken cancellationToken)
    {
        if (!FakeCatalogue.Tasks.SelectMany(t => t.Questions).Any(q => q.Id == question))
            return Task.FromResult(ActionOutcome.Refused("There is no such question.", "没有此问题。"));
        _answers[question] = value;
        Did(actor, "answer", "Answer", question, "taken");
        _listeners.Publish(new ScorecardChanged());
        return Task.FromResult(ActionOutcome.Ok("The answer is noted.", "答案已记录。"));
    }

    public Task<IReadOnlyList<HintView>> GetHintsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<HintView>>(
    [
        Hint("h1", "segment", new("Start with `switch show sw-1`.", "先运行 `switch show sw-1`。")), Hint("h2", "segment", new("The office sits on p4.", "办公电脑接在 p4。")),
        Hint("h3", "report", new("Count them in a capture.", "在抓包文件中计数。")),
    ]);

    public Task<ActionOutcome> TakeHintAsync(AttemptActor actor, string hint, CancellationToken cancellationToken)
    {
        _hints.Add(hint);
        Did(actor, "hint", "TakeHint", hint, "taken");
        _listeners.Publish(new ScorecardChanged());
        return Task.FromResult(ActionOutcome.Ok("Here it is.", "提示如下。"));
    }

    public Task<ActionOutcome> StartOverAsync(AttemptActor actor, CancellationToken cancellationToken)
    {
        _ports = NewPorts();
        _saved = true;
        _ticks = 0;
        _subscriptions.Clear();
        Did(actor, "attempt", "StartOver", null, "done");
        _listeners.Publish(new SwitchesChanged());
        _listeners.Publish(new ScorecardChanged());
        return Task.FromResult(ActionOutcome.Ok("The factory is back at its first state.", "工厂已恢复到初始状态。"));
    }

    public Task<ActionOutcome> HandInAsync(AttemptActor actor, CancellationToken cancellationToken)
    {
        if (Summary.State == AttemptState.HandedIn)
            return Task.FromResult(ActionOutcome.Refused("It has been handed in already.", "已经交卷。"));
        Did(actor, "attempt", "HandIn", null, "sealed");
        Summary = Summary with { State = AttemptState.HandedIn };
        changed(Summary);
        _listeners.Publish(new AttemptChanged());
        return Task.FromResult(ActionOutcome.Ok("Handed in.", "已交卷。"));
    }

    public Task<IReadOnlyList<EvidenceEntry>> GetEvidenceAsync(long after, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<EvidenceEntry>>([.. _evidence.Where(e => e.Index > after).Take(limit)]);

    public async Task WriteEvidenceAsync(Stream destination, ActorRole audience, CancellationToken cancellationToken) =>
        await destination.WriteAsync(Encoding.UTF8.GetBytes($"{{\"audience\":\"{audience}\"}}\n"), cancellationToken);

    // pcapng section header block type, the start of every capture file.
    public async Task WriteCaptureAsync(Stream destination, string? node, CancellationToken cancellationToken) =>
        await destination.WriteAsync(new byte[] { 0x0A, 0x0D, 0x0D, 0x0A }, cancellationToken);

    public Task<IReadOnlyList<string>> GetServicesAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>(["historian", "sw-1"]);

    public Task<ServiceResponse?> ForwardAsync(AttemptActor actor, ServiceRequest request, CancellationToken cancellationToken)
    {
        Forwarded = request;
        if (request.Service is not ("sw-1" or "historian"))
            return Task.FromResult<ServiceResponse?>(null);
        Did(actor, "http", request.Method, request.Service + request.PathAndQuery, "200");
        return Task.FromResult<ServiceResponse?>(new ServiceResponse(200,
            [new("Content-Type", "text/plain"), new("Set-Cookie", "tl-session=stolen"), new("Content-Security-Policy", "default-src *")], Encoding.UTF8.GetBytes("p1 access 1")));
    }

    private static Dictionary<string, SwitchPortSettings> NewPorts() => new(StringComparer.Ordinal)
    {
        ["p1"] = new(true, false, 10, 1, []), ["p2"] = new(true, false, 10, 1, []), ["p3"] = new(false, false, 1, 1, []),
        ["p4"] = new(true, false, 10, 1, []), ["p5"] = new(true, true, 1, 1, [10, 20, 21, 22]),
    };

    private HintView Hint(string hint, string task, LocalizedText text) => new(hint, task, 2, _hints.Contains(hint) ? text : null);

    private OpcUaValueView Read(string server, string nodeId) => new(
        server, nodeId, (97 + _ticks % 7 * 0.25).ToString(CultureInfo.InvariantCulture), "Double", "1/min", "Good", PlantStart.AddSeconds(_ticks / 2.0), PlantStart.AddSeconds(_ticks / 2.0));

    private static ValuesSnapshot Snapshot(int tick)
    {
        var wave = Math.Sin(tick / 12.0);
        var suspended = tick % 60 >= 48;
        return new ValuesSnapshot(PlantStart.AddSeconds(tick / 2.0), 1,
        [
            new("filler-1/State", null, "Execute"), new("filler-1/Speed", 98.25 + wave, null), new("filler-1/Count", 1200 + tick, null),
            new("capper-1/State", null, suspended ? "Suspended" : "Execute"), new("capper-1/Speed", suspended ? 0 : 96.5 - wave, null),
            new("labeller-1/State", null, "Held"), new("labeller-1/Speed", 0, null),
            new("labeller-1/Temperature", 142.125 + wave * 3, null, tick % 50 > 45 ? ValueQuality.Bad : ValueQuality.Good),
            new("buffer-1/Level", 60 + Math.Round(wave * 30), null), new("buffer-2/Level", 12, null),
        ]);
    }

    private void Did(AttemptActor actor, string protocol, string operation, string? target, string outcome)
    {
        EvidenceEntry entry;
        lock (_lock)
        {
            Log.Add($"{actor.Name}: {operation} {target}");
            entry = new EvidenceEntry(_evidence.Count + 1, PlantStart.AddSeconds(_ticks / 2.0), DateTimeOffset.UnixEpoch.AddDays(20_000), actor.Name, protocol, operation, target, outcome);
            _evidence.Add(entry);
            Summary = Summary with { Score = Isolated ? 70 : 30, LastActionAt = entry.WallTime, LastAction = $"{protocol} {operation} {target}" };
        }

        _listeners.Publish(new EvidenceAppended(entry));
        changed(Summary);
    }
}
