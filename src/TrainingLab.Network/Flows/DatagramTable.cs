using TrainingLab.Network.Forwarding;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Flows;

/// <summary>The bound UDP ports, and what the firewall remembers of datagrams so that their answers pass.</summary>
internal sealed class DatagramTable(NetworkState state, Forwarder forwarder, LinkTable links, ConnectionCounters counters, PlantNetworkOptions options)
{
    private const int FirstEphemeralPort = 49152;
    private const int MaxRemembered = 4096;

    private readonly Dictionary<(string Node, int Port), DatagramSocket> _sockets = [];
    private readonly Dictionary<(Ipv4Address From, int FromPort, Ipv4Address To, int ToPort), DateTimeOffset> _remembered = [];
    private readonly HashSet<ITimer> _underWay = [];

    /// <summary>A datagram left, and came as far as the path says.</summary>
    public Action<PlantPeer, Ipv4Address, int, ReadOnlyMemory<byte>, PathResult>? Sent { get; set; }

    public DatagramSocket Bind(string node, int port)
    {
        if (!state.IsNode(node))
            throw new ArgumentException($"There is no node '{node}'.", nameof(node));
        for (var free = FirstEphemeralPort; port == 0; free++)
        {
            if (!_sockets.ContainsKey((node, free)))
                port = free;
        }

        var socket = new DatagramSocket(this, node, port);
        return _sockets.TryAdd((node, port), socket) ? socket : throw new InvalidOperationException($"UDP port {port} of {node} is taken.");
    }

    public void Close(DatagramSocket socket)
    {
        if (_sockets.TryGetValue((socket.Host, socket.Port), out var current) && ReferenceEquals(current, socket))
            _sockets.Remove((socket.Host, socket.Port));
    }

    /// <summary>A restarted router has forgotten everything.</summary>
    public void Forget() => _remembered.Clear();

    /// <summary>Loses what is under way.</summary>
    public void Lose()
    {
        foreach (var timer in _underWay)
            timer.Dispose();
        _underWay.Clear();
    }

    public void Stop()
    {
        Lose();
        foreach (var socket in _sockets.Values.ToArray())
            socket.Dispose();
    }

    public bool Send(DatagramSocket socket, string target, int port, ReadOnlyMemory<byte> payload)
    {
        if (!state.TryResolve(target, out var to))
            return false;
        var now = options.Time.GetUtcNow();
        var from = new PlantPeer(socket.Host, forwarder.SourceFor(socket.Host, to)?.Address ?? default, socket.Port);
        var known = _remembered.TryGetValue((to, port, from.Address, from.Port), out var until) && until > now;
        var path = forwarder.Find(new PacketQuery(socket.Host, to, FirewallProtocol.Udp, port), needsReply: false, replyToKnown: known);
        payload = payload.ToArray();
        Sent?.Invoke(from, to, port, payload, path);
        if (!path.Reached)
            return true;
        Remember((from.Address, from.Port, to, port), now);
        counters.Datagrams++;
        if (links.DatagramArrival(path.Crossings, payload.Length, now) is not { } arrival)
            return true;
        var datagram = new Datagram(from, payload);
        if (arrival <= now)
            Deliver(path.Target!, port, datagram);
        else
            DeliverLater(arrival - now, path.Target!, port, datagram);
        return true;
    }

    private void DeliverLater(TimeSpan delay, string node, int port, Datagram datagram)
    {
        ITimer? timer = null;
        timer = options.Time.CreateTimer(
            _ =>
            {
                _underWay.Remove(timer!);
                timer!.Dispose();
                Deliver(node, port, datagram);
            },
            state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _underWay.Add(timer);
        timer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    private void Deliver(string node, int port, Datagram datagram)
    {
        if (state.IsUp(node) && _sockets.TryGetValue((node, port), out var socket))
            socket.Deliver(datagram);
    }

    private void Remember((Ipv4Address, int, Ipv4Address, int) key, DateTimeOffset now)
    {
        if (_remembered.Count >= MaxRemembered)
        {
            foreach (var old in _remembered.Where(r => r.Value <= now).Select(r => r.Key).ToArray())
                _remembered.Remove(old);
            if (_remembered.Count >= MaxRemembered)
                _remembered.Clear();
        }

        _remembered[key] = now + options.DatagramStateTimeout;
    }
}
