using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;

namespace TrainingLab.EndToEndTests.Labs;

/// <summary>One attempt without real ports whose plant time passes only when a test says so, for what a student does by toolbox lines and what then becomes of the checks.</summary>
internal sealed class SteppedLab : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly LabsEnvironment environment;
    private readonly string evidence;

    private SteppedLab(LabsEnvironment environment, AttemptRun run, string evidence)
    {
        this.environment = environment;
        this.evidence = evidence;
        Run = run;
    }

    /// <summary>The attempt.</summary>
    public AttemptRun Run { get; }

    /// <summary>Starts an attempt.</summary>
    public static async Task<SteppedLab> StartAsync(string labId, long seed)
    {
        var environment = await LabsEnvironment.StartAsync(LabsEnvironment.ContentRoot, dataFolder: null);
        var evidence = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".evidence");
        var plan = new AttemptPlan("stepped", environment.Catalog.Labs[labId], seed, [new AttemptStudent(LiveLab.Student)], IsLive: false);
        return new SteppedLab(environment, await AttemptRun.BeginAsync(plan, environment, evidence), evidence);
    }

    /// <summary>A value that the seed drew.</summary>
    public string Variant(string name) => Run.Bound.Variant.All[name].Text;

    /// <summary>Runs one line of the toolbox, with as much plant time as it takes.</summary>
    public async Task<CommandResult> TryAsync(string line)
    {
        var running = Run.ExecAsync(LiveLab.Student, line, TestContext.Current.CancellationToken);
        while (!running.IsCompleted)
            await WaitAsync(Step);
        return await running;
    }

    /// <summary>Runs one line of the toolbox; fails the test where it fails.</summary>
    public async Task<CommandResult> ExecAsync(string line)
    {
        var result = await TryAsync(line);
        Assert.True(result.ExitCode == 0, $"{line}: {string.Join(' ', result.Lines.Select(l => l.Text))}");
        return result;
    }

    /// <summary>Lets plant time pass.</summary>
    public Task WaitAsync(TimeSpan span) => Run.WaitAsync(span, TestContext.Current.CancellationToken);

    /// <summary>Switches a host of the plant on or off, as if somebody pulled its plug.</summary>
    public Task SetPowerAsync(string node, bool on) => Run.Factory.Context.Scheduler.InvokeAsync(() =>
    {
        Run.Factory.Context.Network.SetPower(node, on);
        return ValueTask.CompletedTask;
    });

    /// <summary>What has become of a check.</summary>
    public async Task<TrainingLab.Labs.Grading.CheckOutcome> OutcomeAsync(string check) => (await Run.ScorecardAsync()).Checks.First(c => c.Id == check).Outcome;

    /// <summary>Hands in and gives the scorecard.</summary>
    public async Task<Scorecard> HandInAsync()
    {
        var card = await Run.HandInAsync(LiveLab.Student);
        Assert.Empty(Run.Failures);
        return card;
    }

    public async ValueTask DisposeAsync()
    {
        await Run.DisposeAsync();
        await environment.DisposeAsync();
        File.Delete(evidence);
    }
}
