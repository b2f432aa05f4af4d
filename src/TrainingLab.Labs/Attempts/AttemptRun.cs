using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Factory;
using TrainingLab.Factory.Actions;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Devices;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;
using TrainingLab.Labs.Toolbox;
using LocalizedText = TrainingLab.Factory.Definitions.LocalizedText;

namespace TrainingLab.Labs.Attempts;

/// <summary>An attempt whose factory runs: the factory, its evidence and its grading. Members may be called from any thread.</summary>
public sealed class AttemptRun : IAsyncDisposable
{
    /// <summary>Name of the checkpoint that starting over goes back to.</summary>
    public const string StartCheckpoint = "start";

    /// <summary>Longest plant time that a hand-in runs on for holds to decide.</summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromHours(8);

    /// <summary>Longest plant time that a hand-in waits for what restarts.</summary>
    private static readonly TimeSpan LongestRestart = TimeSpan.FromMinutes(1);

    /// <summary>Plant time between two looks whether a piece of work has ended.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    /// <summary>Plant time between two looks at watched state, counted reads and open holds.</summary>
    private static readonly TimeSpan Housekeeping = TimeSpan.FromSeconds(1);

    private readonly LabsEnvironment environment;
    private readonly AttemptBegun begun;
    private AttemptProber prober = null!;
    private int isDisposed;
    private TrueHistory history = TrueHistory.None;

    private AttemptRun(LabsEnvironment environment, BoundLab bound, AttemptBegun begun, AttemptRecorder recorder)
    {
        this.environment = environment;
        this.begun = begun;
        Bound = bound;
        Recorder = recorder;
        recorder.Changed += () => prober.Want();
    }

    /// <summary>Raised after each record of evidence, on the factory's scheduler.</summary>
    public event Action<EvidenceRecord> Recorded
    {
        add => Recorder.Recorded += value;
        remove => Recorder.Recorded -= value;
    }

    /// <summary>The lab.</summary>
    public BoundLab Bound { get; }

    /// <summary>The running factory.</summary>
    public RunningFactory Factory { get; private set; } = null!;

    /// <summary>Whether it has been handed in.</summary>
    public bool IsHandedIn => Recorder.Grader.Scope.IsHandedIn;

    /// <summary>Defects of the program that came to light; a run with any is not to be trusted.</summary>
    public IReadOnlyList<Exception> Failures => Recorder.Failures;

    internal AttemptRecorder Recorder { get; }

    private LabDefinition Lab => Bound.Lab;

    /// <summary>Begins an attempt: evidence, factory, initial state. Plant time stands still.</summary>
    public static async Task<AttemptRun> BeginAsync(AttemptPlan plan, LabsEnvironment environment, string evidencePath)
    {
        var bound = BoundLab.Bind(plan.Source, plan.Source.Draw(plan.Seed, environment.Secret));
        var scenario = bound.Scenario.Definition;
        var now = environment.Wall.GetUtcNow();
        var salt = Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(environment.Secret, System.Text.Encoding.UTF8.GetBytes("seed:" + plan.Id)))[..32];
        var begun = new AttemptBegun
        {
            GraderVersion = Grader.Version,
            Lab = plan.Source.Id,
            LabVersion = plan.Source.Bundle.Version,
            Students = plan.Students,
            Epoch = plan.IsLive && !scenario.FixedStart ? now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)) : scenario.Start,
            Speed = plan.IsLive ? plan.Speed : 0,
            Seed = plan.Seed,
            CommitmentSalt = salt,
            SeedCommitment = AttemptBegun.Commit(salt, plan.Seed),
            Variant = bound.Variant.ToJson(),
            Bundle = plan.Source.Bundle.ToBytes(),
        };
        var writer = EvidenceWriter.Create(evidencePath, OptionsFor(environment, plan.Id));
        var run = new AttemptRun(environment, bound, begun, new AttemptRecorder(writer, new Grader(GradedLabCompiler.Compile(bound.Lab))));
        await run.StartFactoryAsync(snapshot: null);
        await run.OnFactoryAsync(async () =>
        {
            await run.Recorder.AppendAsync(begun);
            await run.SetUpAsync();
        });
        return run;
    }

    /// <summary>Goes on with an attempt: from its last snapshot plus the inputs recorded since, at the plant instant of its last record.</summary>
    /// <param name="id">The attempt's id.</param>
    /// <param name="environment">What attempts share.</param>
    /// <param name="evidencePath">Its evidence.</param>
    /// <param name="snapshot">Its last snapshot; null where there is none.</param>
    /// <param name="reason">Why it stood still: <c>returned</c> or <c>crash</c>.</param>
    public static async Task<AttemptRun> ResumeAsync(string id, LabsEnvironment environment, string evidencePath, AttemptSnapshot? snapshot, string reason)
    {
        var first = EvidenceReader.Read(evidencePath).First();
        var begun = (AttemptBegun)first.Body;
        var bound = BoundLab.Restore(begun);
        var grader = new Grader(GradedLabCompiler.Compile(bound.Lab));
        var inputs = new List<(DateTimeOffset Plant, FactoryInput Input)>();
        var last = begun.Epoch;
        var hints = new List<string>();
        var writer = EvidenceWriter.Open(evidencePath, OptionsFor(environment, id), record =>
        {
            grader.Fold(record);
            last = record.Plant;
            if (record.Body is HintTaken hint)
                hints.Add(hint.Hint);
            if (record.Body is CheckpointRestored)
            {
                inputs.Clear();
                // A snapshot from before is of a factory that is no more.
                if (record.Number > (snapshot?.Records ?? 0))
                    snapshot = null;
            }
            else if (record.Number > (snapshot?.Records ?? 0))
            {
                if (record.Body is InputApplied input)
                    inputs.Add((record.Plant, new FactoryInput(input.Target, input.Payload)));
                else if (record.Body is FaultSwitched switched)
                    inputs.Add((record.Plant, switched.ToInput(bound.Scenario.Definition)));
            }
        });
        var run = new AttemptRun(environment, bound, begun, new AttemptRecorder(writer, grader) { IsFrozen = grader.Scope.IsHandedIn });
        run.Recorder.TakenHints.UnionWith(hints);
        await run.StartFactoryAsync(snapshot?.Factory);
        if (snapshot is null)
            await run.OnFactoryAsync(run.RunStartCommandsAsync);
        foreach (var (plant, input) in inputs)
        {
            await run.AdvanceToAsync(plant);
            await run.OnFactoryAsync(async () => await run.Factory.ApplyAsync(input));
        }

        await run.AdvanceToAsync(last);
        await run.OnFactoryAsync(async () =>
        {
            await run.Recorder.AppendAsync(new AttemptResumed(reason));
            await run.NoteTruthsAsync();
            run.history.Release();
            await run.Recorder.SampleAsync();
        });
        return run;
    }

    /// <summary>Runs one line of the toolbox in somebody's name: a student's, or an instructor's, who may do more.</summary>
    public Task<CommandResult> ExecAsync(
        string account, string line, CancellationToken cancellationToken, string language = "en", bool everyCommand = false, bool isInstructor = false) => OnFactoryAsync(async () =>
    {
        if (Recorder.IsFrozen)
            return new CommandResult(3, [new CommandOutputLine("the attempt has been handed in", IsError: true)]);
        var context = ContextFor(account) with { Language = language, IsInstructor = isInstructor };
        return await ToolboxCommands.RunAsync(everyCommand ? context with { Allowed = null } : context, line, cancellationToken);
    });

    /// <summary>How a line of the toolbox can go on.</summary>
    public Task<CompletionResult> CompleteAsync(string line, int cursor) =>
        OnFactoryAsync(() => Task.FromResult(ToolboxCommands.Complete(ContextFor("student"), line, cursor)));

    /// <summary>Answers a question; the last answer counts.</summary>
    public Task<ActionOutcome> AnswerAsync(string student, string question, string value) => OnFactoryAsync(() => AnswerNowAsync(student, question, value));

    /// <summary>Opens a hint.</summary>
    public Task<(ActionOutcome Outcome, LocalizedText? Text)> TakeHintAsync(string student, string hint) => OnFactoryAsync(() => TakeHintNowAsync(student, hint));

    /// <summary>The scorecard now.</summary>
    public Task<Scorecard> ScorecardAsync() => OnFactoryAsync(() => Task.FromResult(Recorder.Grader.Scorecard()));

    /// <summary>The scorecard now, for whoever is on the factory's scheduler, as a handler of <see cref="Recorded"/> is.</summary>
    public Scorecard ScorecardNow() => Recorder.Grader.Scorecard();

    /// <summary>Lets plant time pass as fast as it goes.</summary>
    public Task WaitAsync(TimeSpan span, CancellationToken cancellationToken = default) => Factory.Pacing.RunAsync(span, cancellationToken);

    /// <summary>The state of the factory and how many records it rests on.</summary>
    public Task<AttemptSnapshot> SaveAsync() => OnFactoryAsync(async () =>
    {
        await Recorder.FlushReadsAsync();
        return new AttemptSnapshot(Recorder.Grader.Scope.Records, Factory.Save());
    });

    /// <summary>Writes that the attempt stands still, and closes evidence and factory.</summary>
    public async Task<AttemptSnapshot> FreezeAsync(string reason)
    {
        await Factory.Pacing.FreezeAsync();
        var snapshot = await OnFactoryAsync(async () =>
        {
            await Recorder.FlushReadsAsync();
            await Recorder.AppendAsync(new AttemptFrozen(reason));
            return new AttemptSnapshot(Recorder.Grader.Scope.Records, Factory.Save());
        });
        await DisposeAsync();
        return snapshot;
    }

    /// <summary>Puts the factory back into its first state; evidence and what was graded as done stay.</summary>
    public async Task StartOverAsync()
    {
        var speed = Factory.Pacing.Speed;
        await Factory.DisposeAsync();
        await StartFactoryAsync(snapshot: null);
        await OnFactoryAsync(async () =>
        {
            await Recorder.AppendAsync(new CheckpointRestored(StartCheckpoint));
            Recorder.ForgetSamples();
            await SetUpAsync();
        });
        await Factory.Pacing.SetSpeedAsync(speed);
    }

    /// <summary>Ends the attempt: inputs freeze, plant time runs on until open holds have decided, and the evidence is sealed.</summary>
    public async Task<Scorecard> HandInAsync(string by)
    {
        await Factory.Pacing.FreezeAsync();
        await OnFactoryAsync(async () =>
        {
            await Recorder.FlushReadsAsync();
            await Recorder.SampleAsync();
            if (!IsHandedIn)
                await Recorder.AppendAsync(new HandedIn(by));
            Recorder.IsFrozen = true;
            // Nobody may go on over a connection that he has opened before.
            foreach (var flow in Factory.Context.Network.Flows.Where(f => f.Client.Account is not null).ToList())
                flow.Cut();
        });
        // What was told to restart comes back first: whoever saves, restarts and hands in has done nothing wrong.
        for (var restarted = TimeSpan.Zero; restarted < LongestRestart && await OnFactoryAsync(() => Task.FromResult(Factory.IsRestarting)); restarted += Housekeeping)
            await Factory.Pacing.RunAsync(Housekeeping);
        await ProbeAsync();
        var waited = TimeSpan.Zero;
        while (waited < LongestHold && await OnFactoryAsync(() => Task.FromResult(Recorder.Grader.NextHold)) is not null)
        {
            await Factory.Pacing.RunAsync(Housekeeping);
            waited += Housekeeping;
        }

        await ProbeAsync();
        return await OnFactoryAsync(async () =>
        {
            await NoteTruthsAsync();
            await Recorder.SampleAsync();
            await Recorder.SealAsync();
            return Recorder.Grader.Scorecard();
        });
    }

    /// <summary>Ends the factory and closes the evidence without sealing it.</summary>
    /// <remarks>A second call does nothing.</remarks>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0)
            return;
        await Factory.Pacing.FreezeAsync();
        await OnFactoryAsync(async () => await Recorder.CloseAsync());
        await Factory.DisposeAsync();
    }

    /// <summary>Lets plant time pass, as fast as it goes, until work in the factory has ended.</summary>
    /// <remarks>Whether it has is asked inside the factory, when all is quiet: so the plant instant at which it has does not depend on how busy the computer is.</remarks>
    internal async Task<T> RunUntilAsync<T>(Task<T> work)
    {
        while (!await OnFactoryAsync(() => Task.FromResult(work.IsCompleted)))
            await Factory.Pacing.RunAsync(Moment);
        return await work;
    }

    /// <summary>Runs work on the factory's scheduler.</summary>
    internal Task<T> OnFactoryAsync<T>(Func<Task<T>> work) => Factory.Context.Scheduler.InvokeAsync(() => new ValueTask<T>(work()));

    /// <summary>Runs work on the factory's scheduler.</summary>
    internal Task OnFactoryAsync(Func<Task> work) => OnFactoryAsync(async () =>
    {
        await work();
        return true;
    });

    private static EvidenceOptions OptionsFor(LabsEnvironment environment, string attempt) =>
        new(EvidenceSalts.ForAttempt(environment.Secret, attempt), environment.Key, environment.Flusher, environment.Wall);

    private async Task StartFactoryAsync(JsonObject? snapshot)
    {
        history = TruthReader.HistoryFor(Lab);
        Factory = await RunningFactory.StartAsync(
            new FactoryStart(Bound.Scenario.Definition, Bound.Scenario.Profiles, unchecked((ulong)begun.Seed!.Value), begun.Epoch, Recorder)
            {
                Snapshot = snapshot,
                TrueHistory = history,
            },
            environment.Factories);
        Recorder.Attach(Factory);
        prober = new AttemptProber(Factory, Recorder);
        var factory = Factory;
        await OnFactoryAsync(() =>
        {
            factory.Context.Every(Housekeeping, () => factory.Context.Run(HouseKeepAsync));
            return Task.CompletedTask;
        });
    }

    private async Task SetUpAsync()
    {
        await RunStartCommandsAsync();
        await NoteTruthsAsync();
        history.Release();
        await Recorder.SampleAsync();
        prober.Want();
    }

    /// <summary>The lab's initial state; what switches are told is saved, as a base would hand them over.</summary>
    private async Task RunStartCommandsAsync()
    {
        var context = new ToolboxContext(Factory, Account: null, Allowed: null);
        foreach (var line in Lab.Start)
        {
            var result = await ToolboxCommands.RunAsync(context, line, Factory.Context.Stopping);
            if (result.ExitCode != 0)
                throw new FormatException($"start: {line}: {string.Join(' ', result.Lines.Select(l => l.Text))}");
        }
    }

    private ValueTask NoteTruthsAsync() => TruthReader.NoteAsync(Lab, Factory, history, Recorder);

    private async Task HouseKeepAsync()
    {
        if (Recorder.IsSealed)
            return;
        await Recorder.FlushReadsAsync();
        await Recorder.SampleAsync();
        await NoteTruthsAsync();
        var grader = Recorder.Grader;
        var since = Factory.Clock.GetUtcNow() - Recorder.LastPlant;
        if (grader.NextHold is { } due && grader.Scope.Elapsed + since >= due)
            await Recorder.AppendAsync(new TimePassed());
        await prober.WatchAsync();
    }

    /// <summary>A round of probes, with plant time running as long as they need it.</summary>
    private async Task ProbeAsync()
    {
        if (Recorder.Needs.Probes.Count == 0)
            return;
        await RunUntilAsync(OnFactoryAsync(async () =>
        {
            await prober.RunAsync();
            return true;
        }));
    }

    private async Task AdvanceToAsync(DateTimeOffset plant)
    {
        var span = plant - Factory.Clock.GetUtcNow();
        if (span > TimeSpan.Zero)
            await Factory.Pacing.RunAsync(span);
    }

    private ToolboxContext ContextFor(string student) =>
        new(Factory, student, Lab.Toolbox.ToHashSet(StringComparer.Ordinal)) { Attempt = new ToolboxAttempt(this, student) };

    private async Task<ActionOutcome> AnswerNowAsync(string student, string question, string value)
    {
        if (Recorder.IsFrozen)
            return Refused("the attempt has been handed in", "作答已交卷");
        if (Lab.Questions.FirstOrDefault(q => q.Id == question) is not { } asked)
            return Refused($"there is no question {question}; there are {string.Join(", ", Lab.Questions.Select(q => q.Id))}", $"没有问题 {question}；可回答：{string.Join("、", Lab.Questions.Select(q => q.Id))}");
        if (value.Length > 1000)
            return Refused("an answer has at most 1000 characters", "答案最多 1000 个字符");
        var read = GradedLabCompiler.Compile(asked).Normalise(value);
        var tried = Recorder.Grader.Scope.Tried(question);
        var isNew = !tried.Contains(read.Length > 0 ? read : value);
        // Whoever could try everything would need to know nothing. It says nothing about which of them is right.
        if (isNew && tried.Count >= asked.Tries)
            return Refused($"{question} takes {asked.Tries} different answers, and there are as many; give one of them again, or leave the last", $"问题 {question} 最多接受 {asked.Tries} 个不同的答案，次数已用完；可重新提交其中之一，否则以最后一次为准");
        await Recorder.AppendAsync(new AnswerGiven(question, value, read, student));
        var left = asked.Tries - Recorder.Grader.Scope.Tried(question).Count;
        return left <= 3
            ? ActionOutcome.Ok($"{question} = {value} (different answers left: {left})", $"{question} = {value}（还可提交 {left} 个不同的答案）")
            : ActionOutcome.Ok($"{question} = {value}", $"{question} = {value}");
    }

    private async Task<(ActionOutcome Outcome, LocalizedText? Text)> TakeHintNowAsync(string student, string id)
    {
        if (Recorder.IsFrozen)
            return (Refused("the attempt has been handed in", "作答已交卷"), null);
        if (Lab.Hints.FirstOrDefault(h => h.Id == id) is not { } hint)
            return (Refused($"there is no hint {id}", $"没有提示 {id}"), null);
        if (!Recorder.TakenHints.Contains(id))
            await Recorder.AppendAsync(new HintTaken(id, hint.Points, student));
        return (ActionOutcome.Ok($"{hint.Points} points", $"扣 {hint.Points} 分"), hint.Text);
    }

    private static ActionOutcome Refused(string en, string zh) => ActionOutcome.Refused(en, zh);

    private sealed class ToolboxAttempt(AttemptRun run, string student) : IToolboxAttempt
    {
        public Task<ActionOutcome> AnswerAsync(string question, string value, CancellationToken cancellationToken) => run.AnswerNowAsync(student, question, value);

        public async Task<(ActionOutcome Outcome, string? Text)> TakeHintAsync(string hint, CancellationToken cancellationToken)
        {
            var (outcome, text) = await run.TakeHintNowAsync(student, hint);
            return (outcome, text is null ? null : $"{text.En}\n{text.Zh}");
        }

        public async Task SwitchFaultAsync(string device, string fault, bool? on, CancellationToken cancellationToken)
        {
            var switched = new FaultSwitched(student, device, fault, on);
            await run.Recorder.AppendAsync(switched);
            await run.Factory.ApplyAsync(switched.ToInput(run.Factory.Scenario));
        }

        public Contracts.ScorecardView Scorecard() => ScorecardViews.Of(run.Recorder.Grader.Scorecard(), ActorRole.Student);
    }
}

/// <summary>The state of an attempt's factory.</summary>
/// <param name="Records">Records of evidence that it rests on; what was recorded later is applied again.</param>
/// <param name="Factory">The factory's state.</param>
public sealed record AttemptSnapshot(long Records, JsonObject Factory);
