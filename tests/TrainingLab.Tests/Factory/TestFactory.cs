using System.Text.Json.Nodes;
using TrainingLab.Factory;
using TrainingLab.Factory.Actions;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Http;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Toolbox;
using TrainingLab.Simulation.Time;
using TrainingLab.Tests.House;

namespace TrainingLab.Tests.Factory;

/// <summary>A whole factory for tests, in plant time. Disposing it fails the test where a component of it failed silently.</summary>
internal sealed class TestFactory : IFactoryObserver, IAsyncDisposable
{
    /// <summary>Student in whose name the toolbox acts.</summary>
    public const string Student = "student";

    private static readonly Lazy<Task<PlantHttpHost>> Http = new(() => PlantHttpHost.StartAsync());
    private static readonly PlantDriver Driver = new(TimeProvider.System);

    private TestFactory()
    {
    }

    public RunningFactory Factory { get; private set; } = null!;

    /// <summary>What students did, in order.</summary>
    public List<ActionEvent> Actions { get; } = [];

    /// <summary>The inputs among that.</summary>
    public List<FactoryInput> Inputs { get; } = [];

    /// <summary>What was only observed.</summary>
    public List<ActionEvent> Observations { get; } = [];

    /// <summary>Defects; a test that provokes one clears it.</summary>
    public List<Exception> Failures { get; } = [];

    /// <summary>Starts the first scenario of some files, with the profiles among them that it does not find shipped.</summary>
    public static async Task<TestFactory> StartAsync(IEnumerable<SourceFile> files)
    {
        var given = files.ToList();
        var devices = Devices();
        foreach (var file in given.Where(f => f.Path.EndsWith(".device.yaml", StringComparison.Ordinal)))
            devices[Path.GetFileName(file.Path)[..^".device.yaml".Length]] = file;
        var scenario = given.First(f => f.Path.EndsWith(".scenario.yaml", StringComparison.Ordinal));
        return await StartAsync(ScenarioReader.ReadValid(scenario, devices, new Dictionary<string, ScalarValue>(StringComparer.Ordinal)), seed: 1, snapshot: null);
    }

    public static async Task<TestFactory> StartAsync(
        string scenario = "bottling-line", ulong seed = 7, JsonObject? snapshot = null, Func<ScenarioModel, ScenarioModel>? change = null, params (string Name, string Value)[] with)
    {
        var model = Read(scenario, with);
        return await StartAsync(change is null ? model : change(model), seed, snapshot);
    }

    private static async Task<TestFactory> StartAsync(ScenarioModel model, ulong seed, JsonObject? snapshot)
    {
        var test = new TestFactory();
        test.Factory = await RunningFactory.StartAsync(
            new FactoryStart(model.Definition, model.Profiles, seed, model.Definition.Start, test) { Snapshot = snapshot },
            new FactoryEnvironment(Driver, await Http.Value, TimeProvider.System));
        return test;
    }

    /// <summary>Reads a scenario that ships with the program.</summary>
    public static ScenarioModel Read(string scenario, params (string Name, string Value)[] with) => ScenarioReader.ReadValid(
        Source($"scenarios/{scenario}.scenario.yaml"),
        Devices(),
        with.ToDictionary(w => w.Name, w => ScalarValue.FromPlain(w.Value), StringComparer.Ordinal));

    /// <summary>Lets plant time pass.</summary>
    public Task RunAsync(double seconds) => Factory.Pacing.RunAsync(TimeSpan.FromSeconds(seconds));

    /// <summary>Runs work on the factory's scheduler while plant time passes as far as it needs it.</summary>
    public async Task<T> DoAsync<T>(Func<Task<T>> work)
    {
        var doing = Factory.Context.Scheduler.InvokeAsync(work);
        while (!await Factory.Context.Scheduler.InvokeAsync(() => doing.IsCompleted))
            await RunAsync(0.1);
        return await doing;
    }

    public Task DoAsync(Action work) => Factory.Context.Scheduler.InvokeAsync(work);

    /// <summary>Runs a line of the toolbox; fails the test where it fails.</summary>
    public async Task<CommandResult> ExecAsync(string line, string student = Student)
    {
        var result = await TryExecAsync(line, student);
        Assert.True(result.ExitCode == 0, $"{line}: {string.Join(' ', result.Lines.Select(l => l.Text))}");
        return result;
    }

    public Task<CommandResult> TryExecAsync(string line, string student = Student) =>
        DoAsync(() => ToolboxCommands.RunAsync(new ToolboxContext(Factory, student, Allowed: null), line, CancellationToken.None));

    /// <summary>The state at a path, as text.</summary>
    public Task<string?> ReadAsync(string path) => Factory.Context.Scheduler.InvokeAsync(() => Factory.Read(path)?.ToJsonString());

    public async Task<string> SaveAsync() => (await SnapshotAsync()).ToJsonString();

    public Task<JsonObject> SnapshotAsync() => Factory.Context.Scheduler.InvokeAsync(Factory.Save);

    /// <summary>One value that the historian answers; null where it has none.</summary>
    public async Task<double?> QueryAsync(string query)
    {
        var result = await ExecAsync($"query \"{query}\"");
        return (double?)result.Json?["results"]?[0]?["series"]?[0]?["values"]?[0]?[1];
    }

    public async ValueTask DisposeAsync()
    {
        await Factory.DisposeAsync();
        Assert.Empty(Failures);
    }

    ValueTask IFactoryObserver.ChangedAsync(ActionEvent action, FactoryInput? input)
    {
        Actions.Add(action);
        if (input is not null)
            Inputs.Add(input);
        return ValueTask.CompletedTask;
    }

    void IFactoryObserver.Observed(ActionEvent action, FactoryInput? input)
    {
        Observations.Add(action);
        if (input is not null)
            Inputs.Add(input);
    }

    void IFactoryObserver.Failed(Exception exception) => Failures.Add(exception);

    private static Dictionary<string, SourceFile> Devices() =>
        Repository.Files("devices", "*.device.yaml").ToDictionary(f => Path.GetFileName(f)[..^".device.yaml".Length], Source, StringComparer.Ordinal);

    private static SourceFile Source(string path) => SourceFile.FromText(path, File.ReadAllText(Path.Combine(Repository.Root, path)));
}
