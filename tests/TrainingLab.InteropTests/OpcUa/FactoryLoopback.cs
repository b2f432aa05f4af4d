using System.Net;
using System.Security.Cryptography;
using TrainingLab.Factory;
using TrainingLab.Factory.Actions;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Http;
using TrainingLab.Factory.Ports;
using TrainingLab.InteropTests.Peers;
using TrainingLab.Simulation.Time;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>The bottling line at real speed, its machines reached at ports of 127.0.0.1.</summary>
internal sealed class FactoryLoopback : IFactoryObserver, IAsyncDisposable
{
    private readonly PlantDriver _driver = new(TimeProvider.System);
    private PlantHttpHost _http = null!;
    private PortBlock _ports = null!;

    private FactoryLoopback()
    {
    }

    public RunningFactory Factory { get; private set; } = null!;

    /// <summary>Defects of the program.</summary>
    public List<Exception> Failures { get; } = [];

    /// <summary>Starts the line with another profile of its filler, and other settings of the scenario.</summary>
    public static async Task<FactoryLoopback> StartAsync(Func<DeviceProfile, DeviceProfile> change, Func<ScenarioDefinition, ScenarioDefinition>? scenario = null)
    {
        var root = Path.GetFullPath(Path.Combine(PeerRequirement.PeersFolder, "..", ".."));
        SourceFile Source(string path) => SourceFile.FromText(Path.GetRelativePath(root, path), File.ReadAllText(path));
        var devices = Directory.GetFiles(Path.Combine(root, "devices"), "*.device.yaml").ToDictionary(static f => Path.GetFileName(f)[..^".device.yaml".Length], Source, StringComparer.Ordinal);
        var model = ScenarioReader.ReadValid(Source(Path.Combine(root, "scenarios", "bottling-line.scenario.yaml")), devices, new Dictionary<string, ScalarValue>(StringComparer.Ordinal));
        var profiles = model.Profiles.ToDictionary(static p => p.Key, static p => p.Value, StringComparer.Ordinal);
        profiles["filler"] = change(profiles["filler"]);
        var loopback = new FactoryLoopback { _http = await PlantHttpHost.StartAsync() };
        loopback.Factory = await RunningFactory.StartAsync(
            new FactoryStart((scenario is null ? model.Definition : scenario(model.Definition)) with { History = null }, profiles, 7, TimeProvider.System.GetUtcNow(), loopback), new FactoryEnvironment(loopback._driver, loopback._http, TimeProvider.System));
        loopback._ports = await PortBlock.OpenAsync(loopback.Factory, IPAddress.Loopback, 0, static _ => "student", static (_, _) => "student", CancellationToken.None);
        await loopback.Factory.Pacing.SetSpeedAsync(1);
        return loopback;
    }

    /// <summary>The address of a machine's server.</summary>
    public string UrlOf(string machine) => $"opc.tcp://127.0.0.1:{_ports.Ports.First(p => p.Endpoint.Name == machine).Port}/";

    /// <summary>The port of an endpoint on 127.0.0.1.</summary>
    public int PortOf(string endpoint) => _ports.Ports.First(p => p.Endpoint.Name == endpoint).Port;

    /// <summary>Switches a fault of a machine.</summary>
    public async Task SwitchAsync(string machine, string fault, bool on) => await Factory.Context.Scheduler.InvokeAsync(
        async () =>
        {
            await Factory.ApplyAsync(Factory.FindDevice(machine)!.SwitchFault(fault, on));
            return true;
        });

    public async ValueTask DisposeAsync()
    {
        await _ports.DisposeAsync();
        await Factory.DisposeAsync();
        await _http.DisposeAsync();
        _driver.Dispose();
    }

    ValueTask IFactoryObserver.ChangedAsync(ActionEvent action, FactoryInput? input) => ValueTask.CompletedTask;

    void IFactoryObserver.Observed(ActionEvent action, FactoryInput? input)
    {
        // Nobody watches.
    }

    void IFactoryObserver.Failed(Exception exception) => Failures.Add(exception);
}
