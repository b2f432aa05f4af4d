using System.Collections.Immutable;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Forwarding;

/// <summary>
/// Answers whether a packet arrives and its answer comes back: address resolution inside a broadcast domain, the gateway, the router and its firewall.
/// Broadcast domains are remembered until the state changes.
/// </summary>
internal sealed class Forwarder(NetworkState state)
{
    private const byte FirstTtl = 64;

    private readonly Dictionary<Nic, Flood> _floods = [];
    private int _version = -1;

    public Flood FloodFrom(Nic nic)
    {
        if (_version != state.Version)
        {
            _floods.Clear();
            _version = state.Version;
        }

        if (!_floods.TryGetValue(nic, out var flood))
            _floods.Add(nic, flood = new Flood(state, nic));
        return flood;
    }

    /// <summary>The address that a node uses towards a target: a router has several.</summary>
    public Nic? SourceFor(string node, Ipv4Address to)
    {
        var nics = state.NicsOf(node);
        foreach (var nic in nics)
        {
            if (nic.Subnet.Contains(to))
                return nic;
        }

        return nics.Count > 0 ? nics[0] : null;
    }

    /// <param name="needsReply">False for a datagram: only the way there counts, beside address resolution.</param>
    /// <param name="replyToKnown">True when a firewall on the way remembers the opposite direction and lets this one pass.</param>
    public PathResult Find(PacketQuery query, bool needsReply = true, bool replyToKnown = false)
    {
        if (SourceFor(query.From, query.To) is not { } source || !state.IsUp(query.From))
            return Lost(new Refusal(RefusalReason.SenderDown, query.From), new Leg());
        var there = Walk(source, source.Address, query.To, query, replyToKnown ? Stateful.Known : Stateful.New);
        if (there.Refusal is not null || !needsReply || there.Target is null)
            return there.Refusal is null ? Result(there, []) : Lost(there.Refusal, there);
        if (there.Target.Node == query.From)
            return Result(there, []);

        var back = Walk(there.Target, query.To, source.Address, query, there.PassedRouter ? Stateful.Known : Stateful.Unknown);
        return back.Refusal is { } refusal
            ? Lost(refusal with { OnReturn = true }, there, back)
            : Result(there, [.. back.Crossings]);
    }

    private static PathResult Result(Leg leg, ImmutableArray<Crossing> back) =>
        new(leg.Target!.Node, [.. leg.Hops], [.. leg.Crossings], back, leg.RuleId, Refusal: null);

    private static PathResult Lost(Refusal refusal, Leg there, Leg? back = null) =>
        new(there.Target?.Node, [.. there.Hops], [.. there.Crossings], back is null ? [] : [.. back.Crossings], there.RuleId, refusal);

    private Leg Walk(Nic from, Ipv4Address source, Ipv4Address to, PacketQuery query, Stateful stateful)
    {
        var leg = new Leg();
        var atRouter = IsRouter(from.Node);
        if (state.NicAt(to) is { } own && own.Node == from.Node)
        {
            leg.Target = own;
            leg.Hops.Add(new Hop(own.Node, null, null, null));
            return leg;
        }

        if (atRouter && SourceFor(from.Node, to) is { } exit)
            from = exit;
        if (from.Subnet.Contains(to))
        {
            Resolve(leg, from, to, FirstTtl);
            return leg;
        }

        if (atRouter)
            return leg.Fail(new Refusal(RefusalReason.NoRoute, from.Node, Target: to.ToString()));
        if (from.Gateway is not { } gateway)
            return leg.Fail(new Refusal(RefusalReason.NoGateway, from.Node, Target: to.ToString()));
        if (Resolve(leg, from, gateway, FirstTtl) is not { } door)
            return leg;
        if (!IsRouter(door.Node))
            return leg.Fail(new Refusal(RefusalReason.NoRoute, door.Node, Target: to.ToString()));
        return Route(leg, door, source, to, query, stateful);
    }

    private Leg Route(Leg leg, Nic door, Ipv4Address source, Ipv4Address to, PacketQuery query, Stateful stateful)
    {
        leg.PassedRouter = true;
        leg.Target = null;
        if (state.NicAt(to) is { } local && local.Node == door.Node)
        {
            leg.Target = local;
            leg.PassedRouter = false;
            return leg;
        }

        Nic? exit = null;
        foreach (var nic in state.NicsOf(door.Node))
        {
            if (nic.Subnet.Contains(to) && (exit is null || nic.PrefixLength > exit.PrefixLength))
                exit = nic;
        }

        if (exit is null)
            return leg.Fail(new Refusal(RefusalReason.NoRoute, door.Node, Target: to.ToString()));
        if (stateful == Stateful.Unknown)
            return leg.Fail(new Refusal(RefusalReason.FirewallNoState, door.Node));
        if (stateful == Stateful.New)
        {
            var decision = FirewallDecision.Of(state.Router!.Running.Firewall, state, source, to, query.Protocol, query.Port);
            leg.RuleId = decision.Rule?.Id;
            if (decision.Action != FirewallAction.Allow)
            {
                return leg.Fail(new Refusal(
                    decision.Action == FirewallAction.Reject ? RefusalReason.FirewallReject : RefusalReason.FirewallDrop,
                    door.Node, RuleId: decision.Rule?.Id, Target: to.ToString()));
            }
        }

        Resolve(leg, exit, to, FirstTtl - 1);
        return leg;
    }

    // ARP (RFC 826): the broadcast must reach the owner of the address, and its answer must come back.
    private Nic? Resolve(Leg leg, Nic from, Ipv4Address to, byte ttl)
    {
        if (state.NicAt(to) is not { } target)
        {
            leg.Fail(new Refusal(RefusalReason.NoSuchAddress, from.Node, Target: to.ToString()));
            return null;
        }

        var flood = FloodFrom(from);
        if (!flood.Reaches(target))
        {
            var (refusal, crossed) = Layer2Fault.Explain(state, from, target);
            if (!state.IsUp(target.Node) && refusal.Reason is RefusalReason.TagNotUnderstood or RefusalReason.SwitchDown)
                refusal = new Refusal(RefusalReason.HostDown, target.Node, Target: to.ToString());
            leg.Add(from, target, crossed, ttl, lost: true);
            leg.Fail(refusal);
            return null;
        }

        var answered = FloodFrom(target).Reaches(from);
        leg.Add(from, target, flood.StepsTo(target), ttl, lost: !answered);
        if (!answered)
        {
            leg.Fail(Layer2Fault.Explain(state, target, from).Refusal with { OnReturn = true });
            return null;
        }

        leg.Target = target;
        return target;
    }

    private bool IsRouter(string node) => string.Equals(state.Router?.Drawn.Id, node, StringComparison.Ordinal);

    private enum Stateful
    {
        /// <summary>The rules decide.</summary>
        New,

        /// <summary>The answer to what the firewall let pass.</summary>
        Known,

        /// <summary>The answer to what the firewall never saw.</summary>
        Unknown,
    }

    /// <summary>One direction, as far as it came.</summary>
    private sealed class Leg
    {
        public Nic? Target { get; set; }

        public List<Hop> Hops { get; } = [];

        public List<Crossing> Crossings { get; } = [];

        public bool PassedRouter { get; set; }

        public string? RuleId { get; set; }

        public Refusal? Refusal { get; private set; }

        public Leg Fail(Refusal refusal)
        {
            Refusal = refusal;
            Target = null;
            return this;
        }

        public void Add(Nic from, Nic to, List<Step> steps, byte ttl, bool lost)
        {
            if (Hops.Count == 0 || from.Node != Hops[^1].Node)
                Hops.Add(new Hop(from.Node, null, null, from.InsideSwitch ? from.Vlan : null));
            var destination = lost ? MacAddress.Broadcast : to.Mac;
            foreach (var step in steps)
            {
                Hops[^1] = Hops[^1] with { OutPort = step.From.Port };
                Hops.Add(new Hop(step.To.Node, step.To.Port, null, step.Vlan ?? step.Tag));
                Crossings.Add(new Crossing(step.Cable.Id, step.Forward, step.Tag, from.Mac, destination, ttl));
            }
        }
    }
}
