using System.Security.Cryptography;
using System.Text;
using TrainingLab.Factory.Http;
using TrainingLab.Factory.Ports;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;
using TrainingLab.Labs.Records;
using TrainingLab.Labs.Toolbox;
using TrainingLab.Network.Capture;
using TrainingLab.Network.Topology;
using ScorecardView = TrainingLab.Labs.Attempts.Contracts.ScorecardView;

namespace TrainingLab.Labs.Attempts;

/// <summary>One attempt of the service: thaws its factory when somebody needs it, freezes it when nobody does. Thread safe.</summary>
internal sealed class Attempt : IAttempt, IAsyncDisposable
{
    private static readonly TimeSpan ValuesEvery = TimeSpan.FromMilliseconds(500);

    private readonly AttemptRecord record;
    private readonly AttemptService service;
    private readonly AttemptFiles files;
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly AttemptWatchers watchers = new();
    private readonly Queue<ValuesSnapshot> recent = new();
    private AttemptRun? run;
    private PortBlock? ports;
    private PacketCapture? capture;
    private OpcUaWorkbench? opcUa;
    private MqttWorkbench? mqtt;
    private Scorecard? card;
    private bool isSettled;
    private DateTimeOffset usedAt;
    private DateTimeOffset savedAt;

    public Attempt(AttemptRecord record, AttemptService service)
    {
        this.record = record;
        this.service = service;
        files = new AttemptFiles(service.Options.DataFolder, record.Id);
        usedAt = service.Now;
    }

    /// <inheritdoc/>
    public string Id => record.Id;

    /// <inheritdoc/>
    public AttemptSummary Summary => record.ToSummary();

    /// <summary>First port of its block; 0 when it has none.</summary>
    public int PortBase => record.PortBase;

    private IReadOnlyList<string> Members => [.. record.Members.OrderBy(m => m.Position).Select(m => m.AccountId)];

    /// <inheritdoc/>
    public bool IsToken(string token) => record.Token is { } own && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(own), Encoding.UTF8.GetBytes(token));

    /// <summary>Begins the attempt.</summary>
    public async Task BeginAsync(AttemptPlan plan)
    {
        await gate.WaitAsync();
        try
        {
            await GoLiveAsync(await AttemptRun.BeginAsync(plan, service.Environment, files.Evidence), plan.Speed);
            isSettled = true;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Completes a hand-in that the end of the process cut short. To be awaited before anything else is asked of an attempt that another process has begun.</summary>
    public async Task SettleAsync()
    {
        if (isSettled)
            return;
        await gate.WaitAsync();
        try
        {
            if (isSettled)
                return;
            if (record.State != AttemptState.HandedIn)
            {
                var end = HandInProgress.Of(files.Evidence);
                if (end.By is { } by && !end.IsSealed)
                {
                    var live = await AttemptRun.ResumeAsync(Id, service.Environment, files.Evidence, await files.ReadAsync(), "crash");
                    card = await live.HandInAsync(by);
                    await live.DisposeAsync();
                }

                if (end.By is not null)
                    await EndedAsync(card ??= GradeAgain());
            }

            isSettled = true;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public Task<LabDetail> GetLabAsync(CancellationToken cancellationToken) =>
        ReadAsync(r => Task.FromResult(LabViews.DetailOf(r.Bound.Source, r.Bound.Lab, r.Bound.Variant)), () => Restore(bound => LabViews.DetailOf(bound.Source, bound.Lab, bound.Variant)));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AttemptEndpoint>> GetEndpointsAsync(CancellationToken cancellationToken)
    {
        if (record.State == AttemptState.HandedIn)
            return [];
        await ThawAsync();
        return ports is { } open ? EndpointViews.Of(open, record, service.Options) : [];
    }

    /// <inheritdoc/>
    public async Task<ScorecardView> GetScorecardAsync(ActorRole audience, string language, CancellationToken cancellationToken)
    {
        var current = run is { } live ? await live.ScorecardAsync() : card ??= GradeAgain();
        return ScorecardViews.Of(current, audience, language);
    }

    /// <inheritdoc/>
    public Task<PlantPicture> GetPictureAsync(CancellationToken cancellationToken) =>
        ReadAsync(r => Task.FromResult(PlantViews.PictureOf(r.Factory)), () => new PlantPicture([], []));

    /// <inheritdoc/>
    public Task<IReadOnlyList<TagInfo>> GetTagsAsync(CancellationToken cancellationToken) =>
        ReadAsync(r => Task.FromResult(PlantViews.TagsOf(r.Factory)), () => []);

    /// <inheritdoc/>
    public Task<ValuesSnapshot> GetValuesAsync(CancellationToken cancellationToken) =>
        ReadAsync(r => Task.FromResult(PlantViews.ValuesOf(r.Factory)), () => new ValuesSnapshot(record.LastActionAt ?? record.StartedAt, 0, []));

    /// <inheritdoc/>
    public Task<IReadOnlyList<ValuesSnapshot>> GetRecentValuesAsync(TimeSpan plantTime, CancellationToken cancellationToken) => ReadAsync(
        r => Task.FromResult<IReadOnlyList<ValuesSnapshot>>([.. recent.Where(v => v.PlantTime >= r.Factory.Clock.GetUtcNow() - plantTime)]),
        () => []);

    /// <inheritdoc/>
    public IAsyncEnumerable<AttemptEvent> WatchAsync(CancellationToken cancellationToken) => watchers.WatchAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<CommandResult> ExecAsync(AttemptActor actor, string commandLine, CancellationToken cancellationToken) =>
        ExecAsync(actor, commandLine, everyCommand: false, cancellationToken);

    // The workspace's own forms are there in every lab, whichever commands its toolbox has.
    private async Task<CommandResult> ExecAsync(AttemptActor actor, string commandLine, bool everyCommand, CancellationToken cancellationToken)
    {
        if (record.State == AttemptState.HandedIn)
            return new CommandResult(3, [new CommandOutputLine(actor.Language == "zh" ? "本次作答已交卷" : "the attempt has been handed in", IsError: true)]);
        var live = await ThawAsync();
        await ActedAsync(actor, commandLine);
        return await live.ExecAsync(actor.Account, commandLine, cancellationToken, actor.Language, everyCommand, actor.Role == ActorRole.Instructor);
    }

    /// <inheritdoc/>
    public Task<CompletionResult> CompleteAsync(string line, int cursor, CancellationToken cancellationToken) =>
        ReadAsync(r => r.CompleteAsync(line, cursor), () => new CompletionResult(cursor, []), onFactory: false);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SwitchView>> GetSwitchesAsync(CancellationToken cancellationToken) =>
        ReadAsync(r => Task.FromResult(PlantViews.SwitchesOf(r.Factory)), () => []);

    /// <inheritdoc/>
    public async Task<ActionOutcome> SetSwitchPortAsync(AttemptActor actor, string switchName, string port, SwitchPortSettings settings, CancellationToken cancellationToken)
    {
        var mode = settings.Trunk
            ? $"trunk native {settings.NativeVlan} allowed {VlanSet.Of(settings.TrunkVlans.Where(VlanSet.IsVlan).Select(v => (ushort)v))}"
            : $"access vlan {settings.AccessVlan}";
        var outcome = await SwitchAsync(actor, $"switch {switchName} port {port} {mode}", cancellationToken);
        return outcome.Done ? await SwitchAsync(actor, $"switch {switchName} port {port} {(settings.Enabled ? "enable" : "disable")}", cancellationToken) : outcome;
    }

    /// <inheritdoc/>
    public Task<ActionOutcome> SaveSwitchAsync(AttemptActor actor, string switchName, CancellationToken cancellationToken) =>
        SwitchAsync(actor, $"switch {switchName} save", cancellationToken);

    /// <inheritdoc/>
    public async Task<OpcUaBrowseResult> BrowseAsync(AttemptActor actor, string server, string? nodeId, CancellationToken cancellationToken) =>
        record.State == AttemptState.HandedIn ? new OpcUaBrowseResult("BadShutdown", []) : await OpcUaAsync(w => w.BrowseAsync(actor.Account, server, nodeId, cancellationToken));

    /// <inheritdoc/>
    public async Task<OpcUaValueView> ReadAsync(AttemptActor actor, string server, string nodeId, CancellationToken cancellationToken) =>
        await OpcUaAsync(w => w.ReadAsync(actor.Account, server, nodeId, cancellationToken));

    /// <inheritdoc/>
    public async Task<OpcUaSubscribeResult> SubscribeAsync(AttemptActor actor, string server, OpcUaSubscribeRequest request, CancellationToken cancellationToken)
    {
        if (record.State == AttemptState.HandedIn)
            return new OpcUaSubscribeResult("BadShutdown", null);
        await ActedAsync(actor, $"subscribe {server} {request.NodeId}");
        return await OpcUaAsync(w => w.SubscribeAsync(actor.Account, server, request, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<ActionOutcome> UnsubscribeAsync(AttemptActor actor, string subscriptionId, CancellationToken cancellationToken) =>
        await OpcUaAsync(w => w.UnsubscribeAsync(subscriptionId));

    /// <inheritdoc/>
    public Task<IReadOnlyList<OpcUaSubscriptionView>> GetSubscriptionsAsync(CancellationToken cancellationToken) =>
        ReadAsync(_ => Task.FromResult(opcUa?.Subscriptions ?? []), () => []);

    /// <inheritdoc/>
    public async Task<ActionOutcome> SubscribeTopicsAsync(AttemptActor actor, string filter, int qos, MqttLogin? login, CancellationToken cancellationToken)
    {
        if (record.State == AttemptState.HandedIn)
            return ActionOutcome.Refused("the attempt has been handed in", "作答已交卷");
        await ActedAsync(actor, $"subscribe {filter}");
        var live = await ThawAsync();
        return await live.OnFactoryAsync(() => mqtt!.SubscribeAsync(actor.Account, filter, qos, login, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<ActionOutcome> UnsubscribeTopicsAsync(AttemptActor actor, string filter, CancellationToken cancellationToken)
    {
        var live = await ThawAsync();
        return await live.OnFactoryAsync(() => Task.FromResult(mqtt!.Unsubscribe(filter)));
    }

    /// <inheritdoc/>
    public Task<MqttTopicsView> GetTopicsAsync(CancellationToken cancellationToken) =>
        ReadAsync(_ => Task.FromResult(mqtt?.Show() ?? MqttTopicsView.None), () => MqttTopicsView.None);

    /// <inheritdoc/>
    public Task<MqttMessageView?> GetTopicAsync(string topic, CancellationToken cancellationToken) => ReadAsync(_ => Task.FromResult(mqtt?.Show(topic)), () => null);

    /// <inheritdoc/>
    public async Task<HistorianResult> QueryAsync(AttemptActor actor, string query, CancellationToken cancellationToken)
    {
        var result = await ExecAsync(actor, ToolboxArguments.Join(["query", query]), everyCommand: true, cancellationToken);
        return HistorianViews.Of(result);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AnswerView>> GetAnswersAsync(CancellationToken cancellationToken) => ReadAsync(
        r => Task.FromResult<IReadOnlyList<AnswerView>>(
        [
            .. r.Bound.Lab.Tasks.SelectMany(t => t.Questions.Select(q => new AnswerView(t.Id, LabViews.QuestionOf(q), r.Recorder.Grader.Scope.Answer(q.Id)?.Body.Raw))),
        ]),
        () => []);

    /// <inheritdoc/>
    public async Task<ActionOutcome> AnswerAsync(AttemptActor actor, string question, string value, CancellationToken cancellationToken)
    {
        if (record.State == AttemptState.HandedIn)
            return ActionOutcome.Refused("the attempt has been handed in", "作答已交卷");
        var live = await ThawAsync();
        await ActedAsync(actor, $"answer {question}");
        var outcome = await live.AnswerAsync(actor.Account, question, value);
        watchers.Tell(new AttemptChanged());
        return outcome;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<HintView>> GetHintsAsync(CancellationToken cancellationToken) => ReadAsync(
        r => Task.FromResult<IReadOnlyList<HintView>>(
        [
            .. r.Bound.Lab.Tasks.SelectMany(t => t.Hints.Select(h => new HintView(
                h.Id, t.Id, h.Points, r.Recorder.TakenHints.Contains(h.Id) ? LabViews.Of(h.Text) : null))),
        ]),
        () => []);

    /// <inheritdoc/>
    public async Task<ActionOutcome> TakeHintAsync(AttemptActor actor, string hint, CancellationToken cancellationToken)
    {
        if (record.State == AttemptState.HandedIn)
            return ActionOutcome.Refused("the attempt has been handed in", "作答已交卷");
        var live = await ThawAsync();
        await ActedAsync(actor, $"hint {hint}");
        var (outcome, _) = await live.TakeHintAsync(actor.Account, hint);
        watchers.Tell(new AttemptChanged());
        return outcome;
    }

    /// <inheritdoc/>
    public async Task<ActionOutcome> StartOverAsync(AttemptActor actor, CancellationToken cancellationToken)
    {
        if (record.State == AttemptState.HandedIn)
            return ActionOutcome.Refused("the attempt has been handed in", "作答已交卷");
        await ThawAsync();
        await gate.WaitAsync(cancellationToken);
        try
        {
            var live = run!;
            await LeaveAsync();
            await live.StartOverAsync();
            files.DeleteState();
            await GoLiveAsync(live, live.Factory.Pacing.Speed);
        }
        finally
        {
            gate.Release();
        }

        await ActedAsync(actor, "start over");
        watchers.Tell(new EndpointsChanged());
        watchers.Tell(new SwitchesChanged());
        return ActionOutcome.Ok("the factory is back in its first state", "工厂已恢复初始状态");
    }

    /// <inheritdoc/>
    public async Task<ActionOutcome> HandInAsync(AttemptActor actor, CancellationToken cancellationToken)
    {
        if (record.State == AttemptState.HandedIn)
            return ActionOutcome.Refused("it has been handed in already", "已经交卷");
        await ThawAsync();
        await gate.WaitAsync(cancellationToken);
        try
        {
            var live = run!;
            record.State = AttemptState.HandingIn;
            await LeaveAsync();
            card = await live.HandInAsync(actor.Account);
            run = null;
            await live.DisposeAsync();
            await EndedAsync(card);
        }
        finally
        {
            gate.Release();
        }

        await ActedAsync(actor, "hand in");
        watchers.Tell(new ScorecardChanged());
        watchers.Tell(new EndpointsChanged());
        watchers.Tell(new AttemptChanged());
        return ActionOutcome.Ok("handed in and sealed", "已交卷并封存");
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<EvidenceEntry>> GetEvidenceAsync(long after, int limit, CancellationToken cancellationToken)
    {
        IReadOnlyList<EvidenceEntry> entries =
            [.. EvidenceReader.Read(files.Evidence).Where(r => r.Number > after).Select(EvidenceViews.Of).OfType<EvidenceEntry>().Take(limit)];
        return Task.FromResult(entries);
    }

    /// <inheritdoc/>
    public async Task WriteEvidenceAsync(Stream destination, ActorRole audience, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(files.Evidence, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (audience == ActorRole.Instructor)
        {
            await file.CopyToAsync(destination, cancellationToken);
            return;
        }

        using var copy = new MemoryStream();
        Redactor.Redact(file, copy);
        copy.Position = 0;
        await copy.CopyToAsync(destination, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task WriteCaptureAsync(Stream destination, string? node, CancellationToken cancellationToken)
    {
        var live = await ThawAsync();
        if (node is not null && node != live.Factory.Scenario.Network.Workstation)
            throw new KeyNotFoundException($"there is no capture at {node}");
        var bytes = await live.OnFactoryAsync(() => Task.FromResult(capture?.ToArray() ?? []));
        await destination.WriteAsync(bytes, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> GetServicesAsync(CancellationToken cancellationToken) => ReadAsync(
        r => Task.FromResult<IReadOnlyList<string>>([.. r.Factory.Endpoints.Where(e => e.Protocol == Factory.EndpointProtocol.Http).Select(e => e.Name)]),
        () => []);

    /// <inheritdoc/>
    public async Task<ServiceResponse?> ForwardAsync(AttemptActor actor, ServiceRequest request, CancellationToken cancellationToken)
    {
        if (record.State == AttemptState.HandedIn)
            return null;
        var live = await ThawAsync();
        return await live.OnFactoryAsync(() => ServiceForwarder.ForwardAsync(live.Factory, actor.Account, request, cancellationToken));
    }

    /// <summary>Writes a snapshot where one is due, and freezes the attempt where nobody uses it.</summary>
    public async Task TendAsync()
    {
        if (run is null || !await gate.WaitAsync(TimeSpan.Zero))
            return;
        try
        {
            if (run is not { } live)
                return;
            if (watchers.Any)
                usedAt = service.Now;
            if (service.Now - usedAt > service.Options.IdleAfter)
            {
                await LeaveAsync();
                await FreezeNowAsync(live, "idle");
            }
            else if (service.Now - savedAt > service.Options.SnapshotEvery)
            {
                savedAt = service.Now;
                await files.WriteAsync(await live.SaveAsync());
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Freezes the attempt because the process ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await gate.WaitAsync();
        try
        {
            if (run is { } live)
            {
                await LeaveAsync();
                await FreezeNowAsync(live, "stopped");
            }
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task EndedAsync(Scorecard final)
    {
        record.State = AttemptState.HandedIn;
        Note(final);
        files.DeleteState();
        await service.SavedAsync(record);
    }

    private void Note(Scorecard now)
    {
        record.Score = (int)now.Score;
        record.Max = (int)now.Max;
        record.Passed = now.Passed;
    }

    private async Task FreezeNowAsync(AttemptRun live, string reason)
    {
        card = await live.ScorecardAsync();
        run = null;
        await files.WriteAsync(await live.FreezeAsync(reason));
        record.State = AttemptState.Frozen;
        await service.SavedAsync(record);
    }

    /// <summary>The running attempt; resumes it where it stands still.</summary>
    private async Task<AttemptRun> ThawAsync()
    {
        usedAt = service.Now;
        if (run is { } running)
            return running;
        await gate.WaitAsync();
        try
        {
            if (run is null)
            {
                var reason = record.State == AttemptState.Frozen ? "returned" : "crash";
                var resumed = await AttemptRun.ResumeAsync(Id, service.Environment, files.Evidence, await files.ReadAsync(), reason);
                await GoLiveAsync(resumed, speed: 1);
                record.State = AttemptState.Running;
                await service.SavedAsync(record);
            }

            return run!;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task GoLiveAsync(AttemptRun live, double speed)
    {
        ports = await service.OpenPortsAsync(live.Factory, record, Members);
        await live.OnFactoryAsync(() =>
        {
            var factory = live.Factory;
            var workstation = factory.Scenario.Network.Workstation;
            capture = factory.Context.Network.StartCapture(new CaptureOptions { Points = [workstation], MaxBytes = 4 * 1024 * 1024 });
            mqtt = new MqttWorkbench(factory, () => watchers.Tell(new TopicsChanged()));
            opcUa = new OpcUaWorkbench(factory, (id, value) => watchers.Tell(new OpcUaNotified(id, value)));
            live.Recorder.Recorded += OnRecorded;
            recent.Clear();
            factory.Clock.CreateTimer(_ => ShowValues(live), state: null, ValuesEvery, ValuesEvery);
            return Task.CompletedTask;
        });
        await live.Factory.Pacing.SetSpeedAsync(speed == 0 ? 1 : speed);
        savedAt = service.Now;
        run = live;
    }

    /// <summary>Closes what connects the attempt to the outside.</summary>
    private async Task LeaveAsync()
    {
        if (ports is { } open)
            await open.DisposeAsync();
        ports = null;
        if (run is { } live)
        {
            await live.OnFactoryAsync(async () =>
            {
                live.Recorder.Recorded -= OnRecorded;
                if (opcUa is not null)
                    await opcUa.DisposeAsync();
                mqtt?.Close();
                capture?.Dispose();
            });
        }

        opcUa = null;
        mqtt = null;
    }

    private void ShowValues(AttemptRun live)
    {
        if (live.Factory.Tick % 20 == 0)
        {
            recent.Enqueue(PlantViews.ValuesOf(live.Factory, numbersOnly: true));
            while (recent.Count > 300)
                recent.Dequeue();
        }

        if (watchers.Any)
            watchers.Tell(new ValuesChanged(PlantViews.ValuesOf(live.Factory)));
    }

    private void OnRecorded(EvidenceRecord written)
    {
        if (EvidenceViews.Of(written) is { } entry)
            watchers.Tell(new EvidenceAppended(entry));
        if (written.Body is ReadsObserved)
            return;
        var now = run?.Recorder.Grader.Scorecard();
        if (now is null)
            return;
        if (card is null || card.Score != now.Score || !card.Checks.Select(c => c.Outcome).SequenceEqual(now.Checks.Select(c => c.Outcome)))
        {
            Note(now);
            service.Tell(record);
            watchers.Tell(new ScorecardChanged());
        }

        card = now;
        if (written.Body is ActionTaken { Protocol: "network" })
            watchers.Tell(new SwitchesChanged());
    }

    private async Task ActedAsync(AttemptActor actor, string action)
    {
        usedAt = service.Now;
        record.LastActionAt = service.Now;
        record.LastAction = action.Length > 80 ? action[..80] : action;
        await service.SavedAsync(record);
    }

    private async Task<ActionOutcome> SwitchAsync(AttemptActor actor, string line, CancellationToken cancellationToken)
    {
        var result = await ExecAsync(actor, line, everyCommand: true, cancellationToken);
        var text = string.Join(' ', result.Lines.Select(l => l.Text));
        return result.ExitCode == 0 ? ActionOutcome.Ok(text, text) : ActionOutcome.Refused(text, text);
    }

    private async Task<T> OpcUaAsync<T>(Func<OpcUaWorkbench, Task<T>> work)
    {
        var live = await ThawAsync();
        return await live.OnFactoryAsync(() => work(opcUa!));
    }

    /// <summary>Reads something of the running factory; of an attempt that has been handed in, what is left of it.</summary>
    private async Task<T> ReadAsync<T>(Func<AttemptRun, Task<T>> live, Func<T> ended, bool onFactory = true)
    {
        if (record.State == AttemptState.HandedIn)
            return ended();
        var running = await ThawAsync();
        return onFactory ? await running.OnFactoryAsync(() => live(running)) : await live(running);
    }

    private Scorecard GradeAgain()
    {
        var grade = new EvidenceGrader(LabsEnvironment.Format).Grade(files.Evidence);
        return grade.Scorecard ?? throw new InvalidDataException(grade.Problem?.En ?? "the evidence cannot be graded");
    }

    private T Restore<T>(Func<BoundLab, T> view) => view(BoundLab.Restore((AttemptBegun)EvidenceReader.Read(files.Evidence).First().Body));
}
