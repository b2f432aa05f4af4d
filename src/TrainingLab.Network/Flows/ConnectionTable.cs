using TrainingLab.Network.Forwarding;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Flows;

/// <summary>Who listens, who is connected to whom, and how a connection comes to be.</summary>
internal sealed class ConnectionTable(NetworkState state, Forwarder forwarder, LinkTable links, PlantNetworkOptions options)
{
    private const int FirstEphemeralPort = 49152;

    private readonly Dictionary<(string Node, int Port), Listener> _listeners = [];
    private readonly SortedDictionary<long, Flow> _flows = [];
    private readonly SortedDictionary<string, int> _nextPort = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Flow> Flows => _flows.Values;

    public ConnectionCounters Counters { get; } = new();

    public long LastId { get; set; }

    /// <summary>The next client port of each node that ever connected.</summary>
    public SortedDictionary<string, int> NextPorts => _nextPort;

    public Action<Flow>? Opened { get; set; }

    public Action<Flow>? Rerouted { get; set; }

    /// <summary>An attempt that will fail; its first segment came as far as the path says.</summary>
    public Action<PlantPeer, Ipv4Address, int, PathResult>? Tried { get; set; }

    public IDisposable Listen(string node, int port, ConnectionHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        if (!state.IsNode(node))
            throw new ArgumentException($"There is no node '{node}'.", nameof(node));
        var listener = new Listener(this, node, port, handler);
        return _listeners.TryAdd((node, port), listener)
            ? listener
            : throw new InvalidOperationException($"Port {port} of {node} is taken.");
    }

    public async ValueTask<ConnectResult> ConnectAsync(string from, string target, int port, string? account, CancellationToken cancellationToken)
    {
        if (!state.IsNode(from))
            throw new ArgumentException($"There is no node '{from}'.", nameof(from));
        cancellationToken.ThrowIfCancellationRequested();
        if (!state.TryResolve(target, out var address))
        {
            return Refuse(new PlantPeer(from, default, 0, account), target, null, port, ConnectStatus.NameUnknown,
                new Refusal(RefusalReason.NameUnknown, Target: target));
        }

        var client = new PlantPeer(from, forwarder.SourceFor(from, address)?.Address ?? default, NextPort(from), account);
        var query = new PacketQuery(from, address, FirewallProtocol.Tcp, port);
        var path = forwarder.Find(query);
        if (!path.Reached || !_listeners.ContainsKey((path.Target!, port)))
            Tried?.Invoke(client, address, port, path);
        if (links.AnyShaped(path.Crossings) || links.AnyShaped(path.ReturnCrossings))
        {
            var now = options.Time.GetUtcNow();
            var answer = links.Arrival(path.ReturnCrossings, 0, links.Arrival(path.Crossings, 0, now));
            await Task.Delay(answer - now, options.Time, cancellationToken);
            path = forwarder.Find(query);
        }

        if (path.Refusal is { } refusal)
        {
            if (refusal.Reason == RefusalReason.FirewallReject)
                return Refuse(client, target, address, port, ConnectStatus.Refused, refusal);
            if (Patience(refusal) is { Ticks: > 0 } patience)
                await Task.Delay(patience, options.Time, cancellationToken);
            return Refuse(client, target, address, port, ConnectStatus.TimedOut, refusal);
        }

        if (!_listeners.TryGetValue((path.Target!, port), out var listener))
        {
            return Refuse(client, target, address, port, ConnectStatus.Refused,
                new Refusal(RefusalReason.NoListener, path.Target, port, Target: target));
        }

        var flow = new Flow(++LastId, client, new PlantPeer(path.Target!, address, port), path, options, links, Ended);
        _flows.Add(flow.Id, flow);
        Counters.Opened++;
        Opened?.Invoke(flow);
        options.Observer?.ConnectionOpened(flow);
        _ = ServeAsync(flow, listener.Handler);
        return new ConnectResult(ConnectStatus.Connected, flow.ClientSide, null);
    }

    /// <summary>The network changed: every live flow looks for its path again.</summary>
    public void Reroute()
    {
        foreach (var flow in _flows.Values.ToArray())
        {
            flow.Reroute(forwarder.Find(new PacketQuery(flow.Client.Host, flow.Server.Address, FirewallProtocol.Tcp, flow.Server.Port)));
            if (flow.IsLive)
                Rerouted?.Invoke(flow);
        }
    }

    public void Reshape()
    {
        foreach (var flow in _flows.Values.ToArray())
            flow.PassOrShape();
    }

    public void LoseNode(string node)
    {
        foreach (var flow in _flows.Values.Where(f => f.Client.Host == node || f.Server.Host == node).ToArray())
            flow.LoseSide(node);
    }

    public void ResetAll()
    {
        foreach (var flow in _flows.Values.ToArray())
            flow.Cut();
    }

    private TimeSpan Patience(Refusal refusal) => refusal.Reason switch
    {
        RefusalReason.NoGateway or RefusalReason.SenderDown or RefusalReason.NotConnected => TimeSpan.Zero,
        RefusalReason.FirewallDrop or RefusalReason.FirewallNoState or RefusalReason.NoRoute => options.ConnectTimeout,
        _ => options.ArpTimeout,
    };

    private ConnectResult Refuse(PlantPeer from, string target, Ipv4Address? address, int port, ConnectStatus status, Refusal refusal)
    {
        if (status == ConnectStatus.Refused)
            Counters.Refused++;
        else
            Counters.TimedOut++;
        options.Observer?.ConnectionRefused(new RefusedConnection(from, target, address, port, status, refusal));
        return new ConnectResult(status, null, refusal);
    }

    private async Task ServeAsync(Flow flow, ConnectionHandler handler)
    {
        var side = flow.ServerSide;
        try
        {
            await handler(side, flow.Client, flow.ServerStopping.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The connection or the node ended; that is not the handler's fault.
        }
#pragma warning disable CA1031 // A handler's mistake ends its own connection and is reported, it must not end the factory.
        catch (Exception e)
#pragma warning restore CA1031
        {
            flow.Cut();
            options.Observer?.HandlerFailed(flow, e);
        }

        side.Dispose();
    }

    private void Ended(Flow flow)
    {
        if (!_flows.Remove(flow.Id))
            return;
        Counters.Closed++;
        Counters.Bytes += flow.BytesFromClient + flow.BytesFromServer;
        options.Observer?.ConnectionClosed(flow);
    }

    private int NextPort(string node)
    {
        var port = _nextPort.GetValueOrDefault(node, FirstEphemeralPort);
        _nextPort[node] = port == ushort.MaxValue ? FirstEphemeralPort : port + 1;
        return port;
    }

    private sealed class Listener(ConnectionTable table, string node, int port, ConnectionHandler handler) : IDisposable
    {
        public ConnectionHandler Handler { get; } = handler;

        public void Dispose()
        {
            if (table._listeners.TryGetValue((node, port), out var current) && ReferenceEquals(current, this))
                table._listeners.Remove((node, port));
        }
    }
}

/// <summary>What the network counted since its start.</summary>
internal sealed class ConnectionCounters
{
    public long Opened { get; set; }

    public long Closed { get; set; }

    public long Refused { get; set; }

    public long TimedOut { get; set; }

    /// <summary>Of ended connections.</summary>
    public long Bytes { get; set; }

    public long Datagrams { get; set; }
}
