namespace TrainingLab.Network.Topology;

/// <summary>Finds every mistake of a drawing at once.</summary>
internal static class TopologyValidator
{
    public static IReadOnlyList<TopologyError> Validate(PlantTopology topology)
    {
        var errors = new List<TopologyError>();
        var ids = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var addresses = new Dictionary<Ipv4Address, string>();
        var ends = new HashSet<CableEnd>();

        void Node(string id, IEnumerable<string> aliases)
        {
            if (!HostNames.IsName(id))
                errors.Add(new(TopologyErrorKind.BadId, id, id));
            if (!ids.Add(id))
                errors.Add(new(TopologyErrorKind.DuplicateId, id, id));
            foreach (var name in aliases.Prepend(id))
            {
                if (!HostNames.IsName(name))
                    errors.Add(new(TopologyErrorKind.BadId, id, name));
                else if (!names.TryAdd(name, id) && !names[name].Equals(id, StringComparison.OrdinalIgnoreCase))
                    errors.Add(new(TopologyErrorKind.DuplicateName, id, name));
            }
        }

        void Address(string id, Ipv4Address address, int prefix, Ipv4Address? gateway)
        {
            if (prefix is < 1 or > 32)
                errors.Add(new(TopologyErrorKind.BadPrefix, id, $"{address}/{prefix}"));
            else if (gateway is { } g && !new Ipv4Subnet(address, prefix).Contains(g))
                errors.Add(new(TopologyErrorKind.GatewayOutsideSubnet, id, g.ToString()));
            if (!addresses.TryAdd(address, id))
                errors.Add(new(TopologyErrorKind.DuplicateAddress, id, address.ToString()));
        }

        void Vlan(string id, int vlan)
        {
            if (!VlanSet.IsVlan(vlan))
                errors.Add(new(TopologyErrorKind.BadVlan, id, vlan.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        foreach (var host in topology.Hosts)
        {
            Node(host.Id, host.Names);
            Address(host.Id, host.Address, host.PrefixLength, host.Gateway);
            ends.Add(new CableEnd(host.Id));
        }

        foreach (var device in topology.Switches)
        {
            Node(device.Id, device.Names);
            Address(device.Id, device.ManagementAddress, device.ManagementPrefixLength, device.ManagementGateway);
            Vlan(device.Id, device.ManagementVlan);
            foreach (var port in device.Ports)
            {
                Vlan(device.Id, port.AccessVlan);
                Vlan(device.Id, port.NativeVlan);
                if (port.Number < 1 || !ends.Add(new CableEnd(device.Id, port.Number)))
                    errors.Add(new(TopologyErrorKind.DuplicatePort, device.Id, new CableEnd(device.Id, port.Number).ToString()));
            }
        }

        if (topology.Router is { } router)
        {
            Node(router.Id, router.Names);
            foreach (var item in router.Interfaces)
            {
                Address(router.Id, item.Address, item.PrefixLength, gateway: null);
                if (item.Vlan is { } vlan)
                    Vlan(router.Id, vlan);
                ends.Add(new CableEnd(router.Id, item.Port));
            }

            foreach (var group in router.Firewall.Rules.GroupBy(r => r.Id, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
                errors.Add(new(TopologyErrorKind.DuplicateRule, router.Id, group.Key));
        }

        var used = new HashSet<CableEnd>();
        foreach (var cable in topology.Cables)
        {
            foreach (var end in (ReadOnlySpan<CableEnd>)[cable.A, cable.B])
            {
                if (!ends.Contains(end))
                    errors.Add(new(TopologyErrorKind.UnknownCableEnd, end.Node, end.ToString()));
                else if (!used.Add(end))
                    errors.Add(new(TopologyErrorKind.PortUsedTwice, end.Node, end.ToString()));
            }
        }

        return errors;
    }
}
