using TrainingLab.Factory;
using TrainingLab.Factory.Actions;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Toolbox;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.Cli.Running;

/// <summary>A factory alone: nothing is recorded and nothing graded.</summary>
internal sealed class LocalSimulation(string id, RunningFactory factory) : ILocalRun
{
    private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id => id;

    public RunningFactory Factory => factory;

    /// <summary>Completes when somebody asks to end it.</summary>
    public Task EndAsked => asked.Task;

    /// <summary>Starts a factory; plant time stands still. It begins now, unless the scenario insists on its own start.</summary>
    public static Task<RunningFactory> StartAsync(LabsEnvironment environment, ScenarioModel scenario, long seed, IFactoryObserver observer, ICertificateStore? trust = null)
    {
        var now = environment.Wall.GetUtcNow();
        var epoch = scenario.Definition.FixedStart ? scenario.Definition.Start : now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        return RunningFactory.StartAsync(new FactoryStart(scenario.Definition, scenario.Profiles, unchecked((ulong)seed), epoch, observer) { Trust = trust }, environment.Factories);
    }

    public Task<CommandResult> ExecAsync(string line, CancellationToken cancellationToken) => factory.Context.Scheduler.InvokeAsync(
        () => new ValueTask<CommandResult>(ToolboxCommands.RunAsync(new ToolboxContext(factory, LocalAttempt.Student, Allowed: null) { IsInstructor = true }, line, cancellationToken)));

    public Task<string?> ScorecardAsync() => Task.FromResult<string?>(null);

    public Task<string?> HandInAsync()
    {
        asked.TrySetResult();
        return Task.FromResult<string?>(null);
    }
}

/// <summary>Passes on what happens in a factory that nobody grades.</summary>
/// <param name="changed">Told of each change that somebody made; none by default.</param>
internal sealed class SimulationObserver(Action<ActionEvent>? changed = null) : IFactoryObserver
{
    private readonly Lock gate = new();
    private readonly List<Exception> failures = [];

    /// <summary>Defects that no component caught. Any thread.</summary>
    public IReadOnlyList<Exception> Failures
    {
        get
        {
            lock (gate)
                return [.. failures];
        }
    }

    public ValueTask ChangedAsync(ActionEvent action, FactoryInput? input)
    {
        changed?.Invoke(action);
        return ValueTask.CompletedTask;
    }

    public void Observed(ActionEvent action, FactoryInput? input)
    {
        // Reads are not shown: a client that polls would fill the screen.
    }

    public void Failed(Exception exception)
    {
        lock (gate)
            failures.Add(exception);
    }
}
