using System.Collections.Immutable;
using TrainingLab.Network.Flows;
using TrainingLab.Network.Forwarding;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Capture;

/// <summary>The active captures, and which flows they see.</summary>
internal sealed class CaptureTable
{
    // As long as Linux trusts a neighbour it did not hear from.
    private static readonly TimeSpan ArpLifetime = TimeSpan.FromSeconds(60);

    private readonly NetworkState _state;
    private readonly ConnectionTable _connections;
    private readonly PlantNetworkOptions _options;
    private readonly List<PacketCapture> _active = [];
    private readonly Dictionary<(MacAddress, Ipv4Address), DateTimeOffset> _neighbours = [];
    private ushort _identification;

    public CaptureTable(NetworkState state, ConnectionTable connections, DatagramTable datagrams, PlantNetworkOptions options)
    {
        _state = state;
        _connections = connections;
        _options = options;
        connections.Opened = Opened;
        connections.Rerouted = flow => Attach(flow);
        connections.Tried = Tried;
        datagrams.Sent = Sent;
    }

    public IReadOnlyCollection<PacketCapture> Active => _active;

    public PacketCapture Start(CaptureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var interfaces = options.Points.IsDefaultOrEmpty
            ? _state.Topology.Cables.Select(c => (c.Id, c.Id)).ToList()
            : options.Points.Select(p => (p, CableOf(p).Id)).ToList();
        var capture = new PacketCapture(this, options, interfaces);
        _active.Add(capture);
        foreach (var flow in _connections.Flows)
            Attach(flow);
        return capture;
    }

    public void Stop(PacketCapture capture)
    {
        if (!_active.Remove(capture))
            return;
        foreach (var flow in _connections.Flows)
            Attach(flow);
    }

    public void Stop() => _active.Clear();

    /// <summary>Puts the same packet on every cable of a way that a capture sees.</summary>
    public void Record(IEnumerable<PacketCapture> captures, ImmutableArray<Crossing> way, Func<EthernetHeader, byte, ushort, byte[]> build)
    {
        var identification = _identification++;
        var now = _options.Time.GetUtcNow();
        foreach (var crossing in way)
        {
            // As far as address resolution came there is nothing but its own broadcast.
            if (crossing.Destination == MacAddress.Broadcast)
                continue;
            foreach (var capture in captures)
            {
                capture.Add(crossing.CableId, now, () => build(
                    new EthernetHeader(crossing.Destination, crossing.Source, crossing.Tag, EthernetHeader.Ipv4), crossing.Ttl, identification));
            }
        }
    }

    private Cable CableOf(string point) =>
        _state.Topology.Cables.FirstOrDefault(c => c.Id == point)
        ?? _state.Topology.Cables.FirstOrDefault(c => c.A.Node == point || c.B.Node == point)
        ?? throw new ArgumentException($"'{point}' is neither a cable nor a node with a cable.", nameof(point));

    private FlowTap? Attach(Flow flow)
    {
        if (_active.Count == 0 && flow.Tap is null)
            return null;
        // A flow whose path is lost may come back by any way, so every capture that wants it keeps it until then.
        var captures = _active
            .Where(c => (c.Options.Filter is null || c.Options.Filter(flow))
                && (!flow.Path.Reached || flow.Path.Crossings.Any(x => c.Sees(x.CableId)) || flow.Path.ReturnCrossings.Any(x => c.Sees(x.CableId))))
            .ToList();
        if (captures.Count == 0)
            flow.Tap?.Detach();
        else if (flow.Tap is { } tap)
            tap.See(captures);
        else
            flow.Tap = new FlowTap(this, flow, captures);
        return flow.Tap;
    }

    private void Opened(Flow flow)
    {
        if (_active.Count == 0)
            return;
        Resolve(flow.Client.Address, flow.Server.Address, flow.Path.Crossings, flow.Path.ReturnCrossings);
        Attach(flow)?.Handshake();
    }

    // The attempt that fails: the SYN as far as it comes, and the reset if one comes back.
    private void Tried(PlantPeer client, Ipv4Address to, int port, PathResult path)
    {
        if (_active.Count == 0)
            return;
        Resolve(client.Address, to, path.Crossings, path.ReturnCrossings);
        var unfiltered = _active.Where(c => c.Options.Filter is null).ToList();
        var sequence = FlowTap.InitialSequence(client, to, port);
        Record(unfiltered, path.Crossings, (ethernet, ttl, id) => new TcpSegment(client.Port, port, sequence, 0, TcpFlags.Syn)
            .Frame(ethernet, new Ipv4Header(client.Address, to, Ipv4Header.Tcp, ttl, id), []));
        var back = path.Reached ? path.ReturnCrossings
            : path.Refusal!.Reason == RefusalReason.FirewallReject ? Reverse(path.Crossings)
            : [];
        Record(unfiltered, back, (ethernet, ttl, id) => new TcpSegment(port, client.Port, 0, sequence + 1, TcpFlags.Rst | TcpFlags.Ack)
            .Frame(ethernet, new Ipv4Header(to, client.Address, Ipv4Header.Tcp, ttl, id), []));
    }

    private void Sent(PlantPeer from, Ipv4Address to, int port, ReadOnlyMemory<byte> payload, PathResult path)
    {
        if (_active.Count == 0)
            return;
        Resolve(from.Address, to, path.Crossings, []);
        Record(_active.Where(c => c.Options.Filter is null), path.Crossings, (ethernet, ttl, id) => new UdpDatagram(from.Port, port)
            .Frame(ethernet, new Ipv4Header(from.Address, to, Ipv4Header.Udp, ttl, id), payload.Span));
    }

    private static ImmutableArray<Crossing> Reverse(ImmutableArray<Crossing> way) =>
        [.. way.Reverse().Select(c => c with { Forward = !c.Forward, Source = c.Destination, Destination = c.Source })];

    // ARP on each of the (one or two) segments of a way, unless it was done a short while ago.
    private void Resolve(Ipv4Address source, Ipv4Address to, ImmutableArray<Crossing> way, ImmutableArray<Crossing> back)
    {
        var now = _options.Time.GetUtcNow();
        for (var start = 0; start < way.Length;)
        {
            var first = way[start];
            var end = start;
            while (end < way.Length && way[end].Source == first.Source)
                end++;
            var asker = start == 0
                ? _state.NicAt(source)
                : _state.Nics.FirstOrDefault(n => n.Mac == first.Source && n.Subnet.Contains(to));
            if (asker is not null && (asker.Subnet.Contains(to) ? to : asker.Gateway) is { } target
                && !(_neighbours.TryGetValue((asker.Mac, target), out var until) && until > now))
            {
                var segment = way.AsSpan()[start..end];
                var answered = first.Destination != MacAddress.Broadcast;
                foreach (var crossing in segment)
                    RecordArp(crossing, now, new ArpMessage(false, asker.Mac, asker.Address, default, target));
                if (answered)
                {
                    _neighbours[(asker.Mac, target)] = now + ArpLifetime;
                    foreach (var crossing in segment.ToArray().Reverse())
                    {
                        var tag = back.FirstOrDefault(b => b.CableId == crossing.CableId) is { CableId: not null } reply ? reply.Tag : crossing.Tag;
                        RecordArp(crossing with { Tag = tag }, now, new ArpMessage(true, first.Destination, target, asker.Mac, asker.Address));
                    }
                }
            }

            start = end;
        }
    }

    private void RecordArp(Crossing crossing, DateTimeOffset now, ArpMessage message)
    {
        foreach (var capture in _active)
            capture.Add(crossing.CableId, now, () => message.Frame(crossing.Tag));
    }
}
