using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Forwarding;

/// <summary>A cable crossed by a frame with a tag; <paramref name="Vlan"/> is where a switch at its end put it.</summary>
internal readonly record struct Step(Cable Cable, bool Forward, ushort? Tag, ushort? Vlan = null)
{
    public CableEnd To => Forward ? Cable.B : Cable.A;

    public CableEnd From => Forward ? Cable.A : Cable.B;
}

/// <summary>
/// A broadcast frame from one interface, followed everywhere: which interfaces hear it and over which cables. Every switch sees it at most once per VLAN, so
/// loops of cables end.
/// </summary>
internal sealed class Flood
{
    private readonly NetworkState _state;
    private readonly List<(string Switch, ushort Vlan, int Parent, Step? Via)> _visited = [];
    private readonly HashSet<(string, ushort)> _seen = [];
    private readonly Dictionary<Nic, (int Parent, Step? Via)> _heard = [];

    public Flood(NetworkState state, Nic source)
    {
        _state = state;
        if (!state.IsUp(source.Node))
            return;
        if (source.InsideSwitch)
            Visit(source.Node, source.Vlan!.Value, -1, via: null);
        else
            Cross(source.End, source.Vlan, -1);
        for (var i = 0; i < _visited.Count; i++)
            Spread(i);
    }

    public bool Reaches(Nic nic) => _heard.ContainsKey(nic);

    /// <summary>The cables on the way to an interface that hears it.</summary>
    public List<Step> StepsTo(Nic nic)
    {
        var steps = new List<Step>();
        var (parent, via) = _heard[nic];
        while (true)
        {
            if (via is { } step)
                steps.Add(step);
            if (parent < 0)
                break;
            (_, _, parent, via) = _visited[parent];
        }

        steps.Reverse();
        return steps;
    }

    /// <summary>In which VLANs and through which port the frame came into each switch; port 0 is the switch itself.</summary>
    public IEnumerable<(string Switch, ushort Vlan, int Port)> Entries => _visited.Select(v => (v.Switch, v.Vlan, v.Via?.To.Port ?? 0));

    private void Spread(int index)
    {
        var (device, vlan, _, via) = _visited[index];
        foreach (var port in _state.Switches[device].Running.Ports)
        {
            if (port.Number != via?.To.Port && PortRules.Leave(device, port, vlan, out var tag) is null)
                Cross(new CableEnd(device, port.Number), tag, index);
        }
    }

    private void Cross(CableEnd from, ushort? tag, int parent)
    {
        if (!_state.TryCable(from, out var cable, out var forward))
            return;
        var step = new Step(cable, forward, tag);
        var to = step.To;
        if (!_state.IsUp(to.Node))
            return;
        if (_state.Switches.TryGetValue(to.Node, out var device))
        {
            if (device.Running.Port(to.Port) is { } port && PortRules.Enter(to.Node, port, tag, out var vlan) is null)
                Visit(to.Node, vlan, parent, step with { Vlan = vlan });
            return;
        }

        foreach (var nic in _state.NicsOf(to.Node))
        {
            if (nic.End == to && nic.Vlan == tag)
                _heard.TryAdd(nic, (parent, step));
        }
    }

    private void Visit(string device, ushort vlan, int parent, Step? via)
    {
        if (!_seen.Add((device, vlan)))
            return;
        _visited.Add((device, vlan, parent, via));
        foreach (var nic in _state.NicsOf(device))
        {
            if (nic.Vlan == vlan)
                _heard.TryAdd(nic, (_visited.Count - 1, null));
        }
    }
}
