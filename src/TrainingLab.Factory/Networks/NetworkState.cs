using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Network;
using TrainingLab.Network.Configuration;
using TrainingLab.Network.Topology;

namespace TrainingLab.Factory.Networks;

/// <summary>What state checks may read of the network.</summary>
internal static class NetworkState
{
    public static JsonNode? Read(PlantNetwork network, ReadOnlySpan<string> path)
    {
        if (path.Length < 2)
            return null;
        var device = path[0];
        var isSwitch = network.Topology.Switches.Any(s => s.Id == device);
        var isRouter = network.Topology.Router?.Id == device;
        return path[1] switch
        {
            "up" => JsonValue.Create(network.IsUp(device)),
            "isSaved" when isSwitch => JsonValue.Create(network.RunningOf(device).Equals(network.SavedOf(device))),
            "isSaved" when isRouter => JsonValue.Create(network.RunningRouter.Equals(network.SavedRouter)),
            "running" when isSwitch => Read(network.RunningOf(device), path[2..]),
            "saved" when isSwitch => Read(network.SavedOf(device), path[2..]),
            "running" when isRouter => Read(network.RunningRouter.Firewall, path[2..]),
            "saved" when isRouter => Read(network.SavedRouter.Firewall, path[2..]),
            _ => null,
        };
    }

    private static JsonNode? Read(SwitchConfiguration configuration, ReadOnlySpan<string> path)
    {
        if (path is not ["ports", var number, var property] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) || configuration.Port(n) is not { } port)
            return null;
        return property switch
        {
            "mode" => JsonValue.Create(port.Mode == PortMode.Access ? "access" : "trunk"),
            "access" => JsonValue.Create((int)port.AccessVlan),
            "native" => JsonValue.Create((int)port.NativeVlan),
            "allowed" => JsonValue.Create(port.Allowed.ToString()),
            "enabled" => JsonValue.Create(port.Enabled),
            _ => null,
        };
    }

    private static JsonNode? Read(Firewall firewall, ReadOnlySpan<string> path) => path switch
    {
        ["default"] => JsonValue.Create(firewall.Default.ToString().ToLowerInvariant()),
        ["rules"] => new JsonArray([.. firewall.Rules.Select(r => (JsonNode)JsonValue.Create(
            $"{r.Action} from {r.From} to {r.To} {r.Protocol} {r.Ports}".ToLowerInvariant())!)]),
        _ => null,
    };
}
