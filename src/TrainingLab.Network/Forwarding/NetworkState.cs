using TrainingLab.Network.Configuration;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Forwarding;

/// <summary>What is drawn, plus what is configured, powered and plugged right now. Whoever changes it raises <see cref="Version"/>.</summary>
internal sealed class NetworkState
{
    private readonly Dictionary<CableEnd, (Cable Cable, bool Forward)> _cables = [];
    private readonly Dictionary<string, Ipv4Address> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _ids = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<Nic>> _nicsOfNode = new(StringComparer.Ordinal);
    private readonly Dictionary<Ipv4Address, Nic> _nics = [];

    public NetworkState(PlantTopology topology)
    {
        Topology = topology;
        foreach (var host in topology.Hosts)
        {
            AddNames(host.Id, host.Names, host.Address);
            AddNic(new Nic(host.Id, host.Address, host.PrefixLength, host.Gateway, host.Mac, new CableEnd(host.Id), Vlan: null, InsideSwitch: false));
        }

        foreach (var device in topology.Switches)
        {
            AddNames(device.Id, device.Names, device.ManagementAddress);
            Switches.Add(device.Id, new SwitchState(device));
            AddNic(new Nic(device.Id, device.ManagementAddress, device.ManagementPrefixLength, device.ManagementGateway, device.Mac,
                new CableEnd(device.Id, 0), device.ManagementVlan, InsideSwitch: true));
        }

        if (topology.Router is { } router)
        {
            Router = new RouterState(router);
            foreach (var item in router.Interfaces)
            {
                AddNic(new Nic(router.Id, item.Address, item.PrefixLength, Gateway: null, router.Mac, new CableEnd(router.Id, item.Port), item.Vlan,
                    InsideSwitch: false));
            }

            if (router.Interfaces.Length > 0)
                AddNames(router.Id, router.Names, router.Interfaces[0].Address);
            _nicsOfNode.TryAdd(router.Id, []);
        }

        foreach (var (name, address) in topology.Names)
            _names.TryAdd(name, address);
        foreach (var cable in topology.Cables)
        {
            _cables.Add(cable.A, (cable, true));
            _cables.Add(cable.B, (cable, false));
        }
    }

    public PlantTopology Topology { get; }

    public Dictionary<string, SwitchState> Switches { get; } = new(StringComparer.Ordinal);

    public RouterState? Router { get; }

    /// <summary>Nodes that are switched off.</summary>
    public SortedSet<string> Off { get; } = new(StringComparer.Ordinal);

    /// <summary>Devices that are starting.</summary>
    public SortedSet<string> Booting { get; } = new(StringComparer.Ordinal);

    /// <summary>Cables that are pulled out.</summary>
    public SortedSet<string> Unplugged { get; } = new(StringComparer.Ordinal);

    public int Version { get; private set; }

    public void Changed() => Version++;

    public bool IsNode(string id) => _nicsOfNode.ContainsKey(id);

    public bool IsUp(string node) => !Off.Contains(node) && !Booting.Contains(node);

    public IReadOnlyList<Nic> NicsOf(string node) => _nicsOfNode[node];

    public IEnumerable<Nic> Nics => _nics.Values;

    public Nic? NicAt(Ipv4Address address) => _nics.GetValueOrDefault(address);

    /// <summary>The node with this id or alias, written as drawn.</summary>
    public string? NodeCalled(string name) => _ids.GetValueOrDefault(name);

    public bool TryResolve(string name, out Ipv4Address address) =>
        Ipv4Address.TryParse(name, out address) || _names.TryGetValue(name, out address);

    /// <summary>The plugged cable at this end, and whether leaving here means going from A to B.</summary>
    public bool TryCable(CableEnd end, out Cable cable, out bool forward)
    {
        if (_cables.TryGetValue(end, out var found) && !Unplugged.Contains(found.Cable.Id))
        {
            (cable, forward) = found;
            return true;
        }

        cable = null!;
        forward = false;
        return false;
    }

    private void AddNames(string id, IEnumerable<string> names, Ipv4Address address)
    {
        foreach (var name in names.Prepend(id))
        {
            _names.TryAdd(name, address);
            _ids.TryAdd(name, id);
        }
    }

    private void AddNic(Nic nic)
    {
        _nics.Add(nic.Address, nic);
        if (!_nicsOfNode.TryGetValue(nic.Node, out var list))
            _nicsOfNode.Add(nic.Node, list = []);
        list.Add(nic);
    }
}
