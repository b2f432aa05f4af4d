using System.Collections.Immutable;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Network.Topology;

namespace TrainingLab.Factory.Networks;

/// <summary>Draws the plant network that a scenario describes: one host per machine, service and office computer, one cable per attachment.</summary>
public static class TopologyBuilder
{
    /// <summary>Every host of a scenario with the place where it is plugged in, in the order of the file.</summary>
    public static IEnumerable<(string Id, Attachment At)> Hosts(ScenarioDefinition scenario)
    {
        foreach (var host in scenario.Network.Hosts)
            yield return (host.Id, host.At);
        foreach (var device in scenario.Devices)
            yield return (device.Id, device.At);
        var services = scenario.Services;
        if (services.Broker is { } broker)
            yield return (broker.Id, broker.At);
        if (services.Historian is { } historian)
            yield return (historian.Id, historian.At);
        foreach (var gateway in services.Gateways)
            yield return (gateway.Id, gateway.At);
        foreach (var collector in services.Collectors)
            yield return (collector.Id, collector.At);
        foreach (var node in services.Identifiers)
            yield return (node.Id, node.At);
    }

    /// <summary>Draws the network.</summary>
    /// <exception cref="FormatException">An address or VLAN cannot be read; validation reports these with their place.</exception>
    public static PlantTopology Build(ScenarioDefinition scenario)
    {
        var network = scenario.Network;
        var hosts = ImmutableArray.CreateBuilder<PlantHost>();
        var cables = ImmutableArray.CreateBuilder<Cable>();
        foreach (var (id, at) in Hosts(scenario))
        {
            var (address, length) = ReadAddress(at.Address);
            hosts.Add(new PlantHost(id, address, length, at.Gateway is null ? null : Ipv4(at.Gateway)));
            cables.Add(new Cable(new CableEnd(at.Switch, at.Port), new CableEnd(id)));
        }

        foreach (var cable in network.Cables)
            cables.Add(new Cable(ReadEnd(cable.From), ReadEnd(cable.To)));
        if (network.Router is { } router)
            cables.Add(new Cable(new CableEnd(router.Switch, router.Port), new CableEnd(router.Id)));
        return new PlantTopology(hosts.ToImmutable(), [.. network.Switches.Select(Switch)], network.Router is { } r ? Router(r) : null, cables.ToImmutable());
    }

    /// <summary>Reads <c>10.10.1.11/24</c>.</summary>
    /// <exception cref="FormatException">It is no such text.</exception>
    public static (Ipv4Address Address, int PrefixLength) ReadAddress(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && int.TryParse(text.AsSpan(slash + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var length) && length <= 32
            ? (Ipv4(text[..slash]), length)
            : throw new FormatException($"'{text}' is no address with prefix length, such as 10.10.1.11/24.");
    }

    /// <summary>Reads <c>sw-1:8</c>.</summary>
    /// <exception cref="FormatException">It is no such text.</exception>
    public static CableEnd ReadEnd(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && int.TryParse(text.AsSpan(colon + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var port)
            ? new CableEnd(text[..colon], port)
            : throw new FormatException($"'{text}' is no switch:port, such as sw-1:8.");
    }

    private static Ipv4Address Ipv4(string text) =>
        Ipv4Address.TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is no IPv4 address.");

    private static PlantSwitch Switch(SwitchDefinition definition)
    {
        var (address, length) = ReadAddress(definition.Address);
        var ports = definition.Ports.OrderBy(p => p.Key).Select(p => Port(p.Key, p.Value));
        return new PlantSwitch(
            definition.Id,
            [.. ports],
            address,
            length,
            checked((ushort)definition.ManagementVlan),
            definition.Gateway is null ? null : Ipv4(definition.Gateway));
    }

    private static SwitchPort Port(int number, PortDefinition definition)
    {
        var port = definition.Access is { } vlan
            ? SwitchPort.Access(number, checked((ushort)vlan), definition.Label ?? "")
            : SwitchPort.Trunk(
                number,
                definition.Allowed is null ? VlanSet.All : VlanSet.Of(definition.Allowed.Select(v => checked((ushort)v))),
                checked((ushort)(definition.Native ?? 1)),
                definition.Label ?? "");
        return port with { Enabled = definition.Enabled };
    }

    private static PlantRouter Router(RouterDefinition definition)
    {
        var interfaces = definition.Interfaces.Select(i =>
        {
            var (address, length) = ReadAddress(i.Address);
            return new RouterInterface($"vlan{i.Vlan}", address, length, checked((ushort)i.Vlan));
        });
        var rules = definition.Rules.Select(r => new FirewallRule(
            r.Id,
            Action(r.Action),
            Match(r.From),
            Match(r.To),
            r.Ports.Count == 0 ? FirewallProtocol.Any : FirewallProtocol.Tcp,
            Ports(r.Ports),
            r.Comment ?? ""));
        return new PlantRouter(definition.Id, [.. interfaces], new Firewall([.. rules], Action(definition.Otherwise)));
    }

    private static FirewallAction Action(FirewallActionDefinition action) => action switch
    {
        FirewallActionDefinition.Allow => FirewallAction.Allow,
        FirewallActionDefinition.Reject => FirewallAction.Reject,
        _ => FirewallAction.Drop,
    };

    private static AddressMatch Match(string text) =>
        AddressMatch.TryParse(text, out var match) ? match : throw new FormatException($"'{text}' is no address, network, host name or any.");

    private static PortSet Ports(IReadOnlyList<string> ports) =>
        ports.Count == 0 ? PortSet.Any
        : PortSet.TryParse(string.Join(',', ports), out var set) ? set
        : throw new FormatException($"'{string.Join(',', ports)}' are no ports, such as 4840 or 8000-8099.");
}
