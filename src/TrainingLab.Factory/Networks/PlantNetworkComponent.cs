using System.Text.Json.Nodes;
using TrainingLab.Factory.Actions;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Http;
using TrainingLab.Network;
using TrainingLab.Network.Consoles;
using TrainingLab.Network.Flows;
using TrainingLab.Network.Topology;
using TrainingLab.Simulation.Chance;

namespace TrainingLab.Factory.Networks;

/// <summary>The plant network with the consoles of its switches and its firewall, and the ports that office computers answer on.</summary>
public sealed class PlantNetworkComponent : IFactoryComponent, INetworkObserver
{
    private const int ConsolePort = 80;

    private readonly NetworkDefinition definition;
    private readonly FactoryContext context;
    private readonly Dictionary<string, SeededChance> chances = new(StringComparer.Ordinal);

    public PlantNetworkComponent(ScenarioDefinition scenario, FactoryContext context)
    {
        definition = scenario.Network;
        this.context = context;
        Network = new PlantNetwork(TopologyBuilder.Build(scenario), new PlantNetworkOptions
        {
            Time = context.Clock,
            ReaderScheduler = context.Scheduler.PipeScheduler,
            WriterScheduler = context.Scheduler.PipeScheduler,
            Chance = Next,
            Observer = this,
        });
    }

    /// <inheritdoc/>
    public string Name => "network";

    /// <summary>The network itself.</summary>
    public PlantNetwork Network { get; }

    /// <summary>The devices that have a console.</summary>
    public IEnumerable<(string Id, Ipv4Address Address)> Consoles
    {
        get
        {
            foreach (var device in Network.Topology.Switches)
                yield return (device.Id, device.ManagementAddress);
            if (definition.Router is { } router && Ipv4Address.TryParse(router.Console, out var address))
                yield return (router.Id, address);
        }
    }

    /// <inheritdoc/>
    public void Start()
    {
        foreach (var (id, _) in Consoles)
        {
            var console = Network.Console(id);
            context.ListenHttp(id, ConsolePort, (request, _) => HandleAsync(console, request));
        }

        foreach (var host in definition.Hosts)
        {
            foreach (var port in host.Listens)
                Network.Listen(host.Id, port, AnswerAsync);
        }
    }

    /// <inheritdoc/>
    public JsonNode Save() => new JsonObject
    {
        ["v"] = 1,
        ["network"] = Network.Save(),
        ["chance"] = new JsonObject(chances.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => KeyValuePair.Create(c.Key, (JsonNode?)c.Value.Save()))),
    };

    /// <inheritdoc/>
    public void Load(JsonNode state)
    {
        Network.Load(state["network"]!);
        chances.Clear();
        foreach (var (name, saved) in state["chance"]!.AsObject())
        {
            _ = Next(name);
            chances[name].Load((string)saved!);
        }
    }

    /// <inheritdoc/>
    public async ValueTask ApplyAsync(JsonObject payload) => await Network.ExecuteAsync((string)payload["device"]!, (string)payload["command"]!);

    /// <summary>Reads <c>{device}/running|saved/ports/{n}/mode|access|native|allowed|enabled</c>, <c>{device}/running|saved/rules/{n}/…</c>, <c>{device}/isSaved</c> and <c>{node}/up</c>.</summary>
    public JsonNode? Read(ReadOnlySpan<string> path) => NetworkState.Read(Network, path);

    ValueTask INetworkObserver.ConfigurationChangedAsync(ConfigurationChange change) => context.ChangedAsync(
        change.Who,
        "network",
        "configure",
        change.Device,
        change.Outcome.ToString(),
        new JsonObject { ["command"] = change.Command, ["before"] = change.Before, ["after"] = change.After, ["error"] = change.Error },
        change.Outcome == ConfigurationOutcome.Applied
            ? new FactoryInput(Name, new JsonObject { ["device"] = change.Device, ["command"] = change.Command })
            : null);

    void INetworkObserver.ConnectionOpened(Flow flow) => context.Observed(
        flow.Client,
        "network",
        "connect",
        $"{flow.Server.Host}:{flow.Server.Port}",
        nameof(ConnectStatus.Connected),
        []);

    void INetworkObserver.ConnectionRefused(RefusedConnection attempt) => context.Observed(
        attempt.From,
        "network",
        "connect",
        $"{attempt.Target}:{attempt.Port}",
        attempt.Status.ToString(),
        new JsonObject { ["reason"] = attempt.Refusal.Describe("en") });

    void INetworkObserver.HandlerFailed(Flow flow, Exception exception) => context.Failed(exception);

    private double Next(string stream)
    {
        if (!chances.TryGetValue(stream, out var chance))
            chances[stream] = chance = new SeededChance(context.Seed, $"network/{stream}");
        return chance.Uniform();
    }

    private static async ValueTask<PlantHttpResponse> HandleAsync(DeviceConsole console, PlantHttpRequest request)
    {
        var response = await console.HandleAsync(new ConsoleRequest(
            request.Method,
            request.Path,
            request.Body,
            request.Peer,
            request.Query,
            request.Headers.GetValueOrDefault("Accept-Language"),
            request.Headers.GetValueOrDefault("Content-Type")));
        var headers = response.Headers.ToList();
        if (response.Location is not null)
            headers.Add(new("Location", response.Location));
        return new PlantHttpResponse(response.Status, headers, response.ContentType, response.Body);
    }

    /// <summary>An office computer that accepts a connection, says its name and hangs up: enough to show that there is a path.</summary>
    private static async Task AnswerAsync(System.IO.Pipelines.IDuplexPipe transport, PlantPeer peer, CancellationToken cancellationToken)
    {
        await transport.Output.WriteAsync("hello\r\n"u8.ToArray(), cancellationToken);
        await transport.Output.CompleteAsync();
        await transport.Input.CompleteAsync();
    }
}
