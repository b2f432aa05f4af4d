using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Forwarding;

/// <summary>Finds where a frame that does not arrive is lost: it follows the shortest row of cables towards the target and asks every port.</summary>
internal static class Layer2Fault
{
    /// <returns>The reason, and the cables that the frame did cross.</returns>
    public static (Refusal Refusal, List<Step> Crossed) Explain(NetworkState state, Nic from, Nic to)
    {
        var crossed = new List<Step>();
        if (!from.InsideSwitch && !state.TryCable(from.End, out _, out _))
            return (new Refusal(RefusalReason.NotConnected, from.Node, from.End.Port), crossed);
        var route = Route(state, from, to);
        if (route is null)
            return (new Refusal(RefusalReason.NoCable, from.Node, Target: to.Node), crossed);
        ushort vlan = from.Vlan ?? 0;
        var tag = from.InsideSwitch ? null : from.Vlan;
        foreach (var (cable, forward) in route)
        {
            var step = new Step(cable, forward, tag);
            if (state.Switches.TryGetValue(step.From.Node, out var sender))
            {
                if (PortRules.Leave(step.From.Node, sender.Running.Port(step.From.Port)!, vlan, out tag) is { } refusal)
                    return (refusal, crossed);
                step = step with { Tag = tag };
            }

            crossed.Add(step);
            if (state.Switches.TryGetValue(step.To.Node, out var receiver))
            {
                if (!state.IsUp(step.To.Node))
                    return (new Refusal(RefusalReason.SwitchDown, step.To.Node), crossed);
                if (PortRules.Enter(step.To.Node, receiver.Running.Port(step.To.Port)!, tag, out vlan) is { } refusal)
                    return (refusal, crossed);
                crossed[^1] = step with { Vlan = vlan };
            }
        }

        return (to.InsideSwitch
            ? new Refusal(RefusalReason.VlanMismatch, to.Node, Port: null, vlan, to.Vlan)
            : new Refusal(RefusalReason.TagNotUnderstood, to.Node, to.End.Port, tag, to.Vlan), crossed);
    }

    // Breadth first over plugged cables, whatever the switches are configured to do.
    private static List<(Cable Cable, bool Forward)>? Route(NetworkState state, Nic from, Nic to)
    {
        var came = new Dictionary<string, (string Previous, Cable Cable, bool Forward)?>(StringComparer.Ordinal) { [from.Node] = null };
        var queue = new Queue<string>([from.Node]);
        while (queue.TryDequeue(out var node))
        {
            if (string.Equals(node, to.Node, StringComparison.Ordinal))
            {
                var route = new List<(Cable, bool)>();
                for (var at = came[node]; at is { } hop; at = came[hop.Previous])
                    route.Add((hop.Cable, hop.Forward));
                route.Reverse();
                return route;
            }

            IEnumerable<int> ports = state.Switches.TryGetValue(node, out var device)
                ? device.Running.Ports.Select(p => p.Number)
                : string.Equals(node, from.Node, StringComparison.Ordinal) ? [from.End.Port] : [];
            foreach (var port in ports)
            {
                if (state.TryCable(new CableEnd(node, port), out var cable, out var forward))
                {
                    var next = forward ? cable.B.Node : cable.A.Node;
                    if (came.TryAdd(next, (node, cable, forward)))
                        queue.Enqueue(next);
                }
            }
        }

        return null;
    }
}
