using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Actions;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Devices;
using TrainingLab.Factory.Http;
using TrainingLab.Factory.Networks;
using TrainingLab.Factory.Services;
using TrainingLab.OpcUa.Security;
using TrainingLab.Simulation.Time;

namespace TrainingLab.Factory;

/// <summary>What the factories of one process share.</summary>
/// <param name="Driver">Wakes factories.</param>
/// <param name="Http">Serves HTTP inside factories.</param>
/// <param name="Wall">Wall time, for connections from outside.</param>
public sealed record FactoryEnvironment(PlantDriver Driver, PlantHttpHost Http, TimeProvider Wall);

/// <summary>What a factory is started from.</summary>
/// <param name="Scenario">The plant.</param>
/// <param name="Profiles">Device profiles by id; at least those that the scenario places.</param>
/// <param name="Seed">Decides all chance.</param>
/// <param name="Epoch">Plant time at the start.</param>
/// <param name="Observer">Told what happens.</param>
public sealed record FactoryStart(
    ScenarioDefinition Scenario,
    IReadOnlyDictionary<string, DeviceProfile> Profiles,
    ulong Seed,
    DateTimeOffset Epoch,
    IFactoryObserver Observer)
{
    /// <summary>Receives true values of the simulated past.</summary>
    public TrueHistory TrueHistory { get; init; } = TrueHistory.None;

    /// <summary>Whom every OPC UA server trusts, in place of a list of its own; null leaves them their own.</summary>
    public ICertificateStore? Trust { get; init; }

    /// <summary>State to go on from; null starts anew, with the scenario's history.</summary>
    public JsonObject? Snapshot { get; init; }
}

/// <summary>A scenario that runs: network, devices and services on one serial scheduler, under one plant clock.</summary>
/// <remarks>Members are used on <see cref="FactoryContext.Scheduler"/>, but for those that say otherwise.</remarks>
public sealed class RunningFactory : IAsyncDisposable
{
    private const int StateVersion = 1;

    private readonly CancellationTokenSource stopping = new();
    private readonly List<IFactoryComponent> components = [];
    private readonly FactoryStart start;
    private readonly PlantModel plant;
    private int isDisposed;

    private RunningFactory(FactoryStart start, FactoryEnvironment environment)
    {
        this.start = start;
        var scheduler = new SerialScheduler(start.Observer.Failed);
        var elapsed = start.Snapshot is null ? TimeSpan.Zero : TimeSpan.FromTicks((long)start.Snapshot["elapsed"]!);
        Clock = new PlantClock(scheduler, start.Epoch, elapsed);
        Context = new FactoryContext(scheduler, Clock, environment.Http, start.Observer, start.Seed, environment.Wall) { Stopping = stopping.Token };
        Network = new PlantNetworkComponent(start.Scenario, Context);
        Context.Network = Network.Network;
        Context.Certificates = new PlantCertificates(start, RsaKeyPool.Shared.Take);
        if (start.Scenario.Services.Broker is { Tls: not null })
            Context.Authority = new PlantAuthority(start.Scenario, Context, RsaKeyPool.Shared.Take);
        Context.Trust = start.Trust;
        Context.Pollers = machine => [.. start.Scenario.Services.Gateways.Where(g => g.Poll.Contains(machine)).Select(g => g.Id)];
        plant = new PlantModel(start, Context);
        Pacing = environment.Driver.Attach(Clock);
    }

    /// <summary>The plant.</summary>
    public ScenarioDefinition Scenario => start.Scenario;

    /// <summary>What the components share.</summary>
    public FactoryContext Context { get; }

    /// <summary>Plant time.</summary>
    public PlantClock Clock { get; }

    /// <summary>How plant time follows wall time. Any thread.</summary>
    public PlantPacing Pacing { get; }

    /// <summary>The plant network.</summary>
    public PlantNetworkComponent Network { get; }

    /// <summary>The machines, in the order of the scenario.</summary>
    public IReadOnlyList<DeviceEmulator> Devices { get; private set; } = [];

    /// <summary>The broker; null where the scenario has none.</summary>
    public MqttBrokerService? Broker { get; private set; }

    /// <summary>The historian; null where the scenario has none.</summary>
    public HistorianService? Historian { get; private set; }

    /// <summary>The identifier nodes.</summary>
    public IReadOnlyList<IdentifierService> Identifiers { get; private set; } = [];

    /// <summary>What a student's tools may connect to, always in the same order.</summary>
    public IReadOnlyList<FactoryEndpoint> Endpoints { get; private set; } = [];

    /// <summary>Whether something was told to restart and is not back yet.</summary>
    public bool IsRestarting => Context.Network.IsRestarting || Devices.Any(d => d.IsRestarting);

    /// <summary>Ticks simulated since the start.</summary>
    public long Tick => Clock.Elapsed.Ticks / Scenario.Tick.Ticks;

    /// <summary>Builds a factory, simulates its past, and starts it; plant time stands still until <see cref="Pacing"/> is told otherwise. Any thread.</summary>
    public static async Task<RunningFactory> StartAsync(FactoryStart start, FactoryEnvironment environment)
    {
        var factory = new RunningFactory(start, environment);
        try
        {
            await factory.Context.Scheduler.InvokeAsync(factory.Build);
        }
        catch
        {
            await factory.DisposeAsync();
            throw;
        }

        return factory;
    }

    /// <summary>The component of a name, such as <c>device/filler-1</c>; null where there is none.</summary>
    public IFactoryComponent? Find(string name) => components.Find(c => c.Name == name);

    /// <summary>The machine of a name; null where there is none.</summary>
    public DeviceEmulator? FindDevice(string name) => Devices.FirstOrDefault(d => d.Id == name);

    /// <summary>The machines and the broker, with what can go wrong with them.</summary>
    public IEnumerable<IFaultyComponent> Faulty => Broker is null ? Devices : Devices.Append<IFaultyComponent>(Broker);

    /// <summary>The machine or broker of a name; null where there is none.</summary>
    public IFaultyComponent? FindFaulty(string name) => Faulty.FirstOrDefault(c => c.Id == name);

    /// <summary>Reads a state path, such as <c>network/sw-1/running/ports/3/access</c>; null where there is nothing.</summary>
    public JsonNode? Read(string path)
    {
        var parts = path.Split('/');
        for (var length = Math.Min(2, parts.Length); length > 0; length--)
        {
            if (Find(string.Join('/', parts.AsSpan(0, length))) is { } component)
                return component.Read(parts.AsSpan(length));
        }

        return null;
    }

    /// <summary>Does a recorded change again.</summary>
    public ValueTask ApplyAsync(FactoryInput input) =>
        (Find(input.Component) ?? throw new FormatException($"There is no component {input.Component}.")).ApplyAsync(input.Payload);

    /// <summary>Everything that a resumed factory needs.</summary>
    public JsonObject Save() => new()
    {
        ["v"] = StateVersion,
        ["elapsed"] = Clock.Elapsed.Ticks,
        ["plant"] = plant.Save(),
        ["components"] = new JsonObject(components.Select(c => KeyValuePair.Create(c.Name, (JsonNode?)c.Save()))),
    };

    /// <summary>Stops everything; connections are closed when this returns. Any thread; a second call does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0)
            return;
        await Pacing.DisposeAsync();
        await Context.Scheduler.InvokeAsync(() =>
        {
#pragma warning disable MA0042 // CancelAsync would run the callbacks on the thread pool, outside the factory's context.
            stopping.Cancel();
#pragma warning restore MA0042
            Context.Network.Dispose();
        });
        // What comes from outside enters only when the factory is quiet: by then everything that was cancelled has ended.
        await Context.Scheduler.InvokeAsync(() => { });
        Context.Scheduler.Close();
        Context.Authority?.Dispose();
        stopping.Dispose();
    }

    private void Build()
    {
        components.Add(Network);
        if (Context.Certificates.Any)
            components.Add(Context.Certificates);
        if (Context.Authority is { } authority)
            components.Add(authority);
        AddDevices();
        AddServices();
        Endpoints = [.. ListEndpoints()];
        if (start.Snapshot is { } snapshot)
            Load(snapshot);
        else
            plant.SimulateHistory(Historian);
        foreach (var component in components)
            component.Start();
        plant.Start();
    }

    private void AddDevices()
    {
        Devices = [.. Scenario.Devices.Select(d => new DeviceEmulator(d, start.Profiles[d.Profile], plant, Context, Scenario))];
        components.AddRange(Devices);
    }

    private void AddServices()
    {
        var services = Scenario.Services;
        if (services.Broker is { } broker)
            components.Add(Broker = new MqttBrokerService(broker, Scenario.Faults, Context));
        if (services.Historian is { } historian)
            components.Add(Historian = new HistorianService(historian, Context));
        Identifiers = [.. services.Identifiers.Select(n => new IdentifierService(n, services.Identifiers, Context))];
        components.AddRange(Identifiers);
        var ports = Devices.Where(d => d.Profile.Faces.Opcua is not null).ToDictionary(d => d.Id, d => d.Profile.Faces.Opcua!.Port, StringComparer.Ordinal);
        components.AddRange(services.Gateways.Select(g => new EdgeGateway(g, ports, new BrokerLogin(g.Id, g.Login, services.Broker!, Context), Context)));
        components.AddRange(services.Collectors.Select(c => new Collector(c, new BrokerLogin(c.Id, c.Login, services.Broker!, Context), services.Historian!, Context)));
    }

    private void Load(JsonObject snapshot)
    {
        if ((int?)snapshot["v"] != StateVersion)
            throw new FormatException($"The state of a factory has version {snapshot["v"]}; this program knows {StateVersion}.");
        plant.Load(snapshot["plant"]!);
        foreach (var (name, state) in snapshot["components"]!.AsObject())
            Find(name)?.Load(state!);
    }

    private IEnumerable<FactoryEndpoint> ListEndpoints()
    {
        foreach (var device in Devices)
        {
            if (device.Profile.Faces.Opcua is { } face)
                yield return Endpoint(device.Id, EndpointProtocol.OpcUa, face.Port);
        }

        if (Scenario.Services.Broker is { } broker)
        {
            yield return Endpoint(broker.Id, EndpointProtocol.Mqtt, broker.Port);
            if (broker.Tls is { } tls)
                yield return Endpoint(broker.Id, EndpointProtocol.Mqtts, tls.Port) with { Name = $"{broker.Id}-tls" };
        }

        if (Scenario.Services.Historian is { } historian)
            yield return Endpoint(historian.Id, EndpointProtocol.Http, historian.Port);
        foreach (var node in Scenario.Services.Identifiers)
            yield return Endpoint(node.Id, EndpointProtocol.Http, node.Port);
        foreach (var (id, address) in Network.Consoles)
            yield return new FactoryEndpoint(id, EndpointProtocol.Http, id, string.Create(CultureInfo.InvariantCulture, $"{address}:80"), 80);
    }

    private FactoryEndpoint Endpoint(string node, EndpointProtocol protocol, int port)
    {
        _ = Context.Network.TryResolve(node, out var address);
        return new FactoryEndpoint(node, protocol, node, string.Create(CultureInfo.InvariantCulture, $"{address}:{port}"), port);
    }
}
