using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Network.Configuration;
using TrainingLab.Network.Flows;
using TrainingLab.Network.Forwarding;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network;

/// <summary>The saved form of a network's state. Configurations are stored as line commands, the form that users see.</summary>
internal static class NetworkSnapshot
{
    private const int Version = 1;

    public static JsonObject Save(NetworkState state, DeviceLifecycle lifecycle, LinkTable links, ConnectionTable connections)
    {
        var counters = connections.Counters;
        return new JsonObject
        {
            ["v"] = Version,
            ["switches"] = new JsonObject(state.Switches.Values.Select(s => KeyValuePair.Create<string, JsonNode?>(s.Drawn.Id, new JsonObject
            {
                ["running"] = Ports(s.Running),
                ["saved"] = Ports(s.Saved),
            }))),
            ["router"] = state.Router is { } router
                ? new JsonObject { ["running"] = FirewallJson.Write(router.Running.Firewall), ["saved"] = FirewallJson.Write(router.Saved.Firewall) }
                : null,
            ["off"] = Names(state.Off),
            ["unplugged"] = Names(state.Unplugged),
            ["steps"] = new JsonArray([.. lifecycle.Steps.Select(s => (JsonNode)new JsonObject
            {
                ["device"] = s.Device,
                ["starting"] = s.Starting,
                ["due"] = s.Due.ToString("O", CultureInfo.InvariantCulture),
            })]),
            ["shapes"] = new JsonObject(links.Shapes.Select(s => KeyValuePair.Create<string, JsonNode?>(s.Key, new JsonObject
            {
                ["latencyTicks"] = s.Value.Latency.Ticks,
                ["jitterTicks"] = s.Value.Jitter.Ticks,
                ["bytesPerSecond"] = s.Value.BytesPerSecond,
                ["loss"] = s.Value.Loss,
            }))),
            ["nextPorts"] = new JsonObject(connections.NextPorts.Select(p => KeyValuePair.Create<string, JsonNode?>(p.Key, p.Value))),
            ["lastFlow"] = connections.LastId,
            ["counters"] = new JsonObject
            {
                ["opened"] = counters.Opened,
                ["closed"] = counters.Closed + connections.Flows.Count,
                ["refused"] = counters.Refused,
                ["timedOut"] = counters.TimedOut,
                ["bytes"] = counters.Bytes + connections.Flows.Sum(f => f.BytesFromClient + f.BytesFromServer),
                ["datagrams"] = counters.Datagrams,
            },
        };
    }

    /// <exception cref="FormatException">Not such a state.</exception>
    public static void Load(JsonNode node, NetworkState state, DeviceLifecycle lifecycle, LinkTable links, ConnectionTable connections)
    {
        try
        {
            if ((int)node["v"]! != Version)
                throw new FormatException($"The network state has version {node["v"]}; this program reads version {Version}.");
            foreach (var (id, saved) in node["switches"]!.AsObject())
            {
                if (!state.Switches.TryGetValue(id, out var device))
                    throw new FormatException($"The network state has a switch '{id}' that this network does not have.");
                device.Running = Ports(saved!["running"]!);
                device.Saved = Ports(saved["saved"]!);
            }

            if (state.Router is { } router && node["router"] is { } routerNode)
            {
                router.Running = new RouterConfiguration(FirewallJson.Read(routerNode["running"]!));
                router.Saved = new RouterConfiguration(FirewallJson.Read(routerNode["saved"]!));
            }

            Names(node["off"]!, state.Off);
            Names(node["unplugged"]!, state.Unplugged);
            lifecycle.Dispose();
            state.Booting.Clear();
            foreach (var step in node["steps"]!.AsArray())
            {
                lifecycle.Schedule((string)step!["device"]!, (bool)step["starting"]!,
                    DateTimeOffset.ParseExact((string)step["due"]!, "O", CultureInfo.InvariantCulture));
            }

            links.Clear();
            foreach (var (cable, shape) in node["shapes"]!.AsObject())
            {
                links.Shape(cable, new LinkShape(new TimeSpan((long)shape!["latencyTicks"]!), new TimeSpan((long)shape["jitterTicks"]!),
                    (long)shape["bytesPerSecond"]!, (double)shape["loss"]!));
            }

            connections.NextPorts.Clear();
            foreach (var (host, port) in node["nextPorts"]!.AsObject())
                connections.NextPorts.Add(host, (int)port!);
            connections.LastId = (long)node["lastFlow"]!;
            var counters = node["counters"]!;
            connections.Counters.Opened = (long)counters["opened"]!;
            connections.Counters.Closed = (long)counters["closed"]!;
            connections.Counters.Refused = (long)counters["refused"]!;
            connections.Counters.TimedOut = (long)counters["timedOut"]!;
            connections.Counters.Bytes = (long)counters["bytes"]!;
            connections.Counters.Datagrams = (long)counters["datagrams"]!;
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException("This is not the state of a plant network.", e);
        }
    }

    private static JsonArray Names(IEnumerable<string> names) => new([.. names.Select(n => (JsonNode)n)]);

    private static void Names(JsonNode node, SortedSet<string> into)
    {
        into.Clear();
        foreach (var name in node.AsArray())
            into.Add((string)name!);
    }

    private static JsonArray Ports(SwitchConfiguration configuration) => new([.. configuration.Ports.Select(p => (JsonNode)PortJson.Write(p))]);

    private static SwitchConfiguration Ports(JsonNode node) => new([.. node.AsArray().Select(p => PortJson.Read(p!))]);
}
