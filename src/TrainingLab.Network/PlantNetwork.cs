using System.IO.Pipelines;
using System.Text.Json.Nodes;
using TrainingLab.Network.Capture;
using TrainingLab.Network.Configuration;
using TrainingLab.Network.Consoles;
using TrainingLab.Network.Flows;
using TrainingLab.Network.Forwarding;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network;

/// <summary>Serves one accepted connection and returns when it has ended; then both directions are completed.</summary>
public delegate Task ConnectionHandler(IDuplexPipe transport, PlantPeer peer, CancellationToken cancellationToken);

/// <summary>
/// The running plant network: one per factory, used only on the factory's serial context. Nodes are named by their ids; targets by id, alias or address.
/// </summary>
public sealed class PlantNetwork : IDisposable
{
    private readonly NetworkState _state;
    private readonly Forwarder _forwarder;
    private readonly LinkTable _links;
    private readonly ConnectionTable _connections;
    private readonly DatagramTable _datagrams;
    private readonly DeviceLifecycle _lifecycle;
    private readonly DeviceControl _control;
    private readonly CaptureTable _captures;
    private readonly HashSet<string> _cables;

    /// <exception cref="ArgumentException">The drawing has mistakes (<see cref="PlantTopology.Validate"/>).</exception>
    public PlantNetwork(PlantTopology topology, PlantNetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(options);
        if (topology.Validate() is [var error, ..])
            throw new ArgumentException($"The topology cannot be built: {error.Kind} at {error.Subject}: {error.Detail}.", nameof(topology));
        Topology = topology;
        Options = options;
        _cables = topology.Cables.Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        _state = new NetworkState(topology);
        _forwarder = new Forwarder(_state);
        _links = new LinkTable(options);
        _connections = new ConnectionTable(_state, _forwarder, _links, options);
        _datagrams = new DatagramTable(_state, _forwarder, _links, _connections.Counters, options);
        _lifecycle = new DeviceLifecycle(_state, options, NodeLost, Changed);
        _control = new DeviceControl(_state, _forwarder, _lifecycle, options, Changed);
        _captures = new CaptureTable(_state, _connections, _datagrams, options);
    }

    public PlantTopology Topology { get; }

    public PlantNetworkOptions Options { get; }

    /// <summary>The connections that are established or interrupted, oldest first.</summary>
    public IReadOnlyCollection<Flow> Flows => _connections.Flows;

    /// <summary>The active captures.</summary>
    public IReadOnlyCollection<PacketCapture> Captures => _captures.Active;

    /// <summary>The router's running configuration.</summary>
    /// <exception cref="InvalidOperationException">There is no router.</exception>
    public RouterConfiguration RunningRouter => Router.Running;

    /// <summary>What the router starts with.</summary>
    /// <exception cref="InvalidOperationException">There is no router.</exception>
    public RouterConfiguration SavedRouter => Router.Saved;

    private RouterState Router => _state.Router ?? throw new InvalidOperationException("This network has no router.");

    /// <summary>
    /// Opens a connection from a host to a name or address. Returns at once when the answer is certain and no cable on the way has latency; otherwise after plant time.
    /// </summary>
    /// <param name="account">Whom the connection is attributed to; see <see cref="PlantPeer.Account"/>.</param>
    public ValueTask<ConnectResult> ConnectAsync(
        string fromHost, string target, int port, string? account = null, CancellationToken cancellationToken = default) =>
        _connections.ConnectAsync(fromHost, target, port, account, cancellationToken);

    /// <summary>Accepts connections to a port of a host, switch (its management address) or router (any of its addresses) until disposed; accepted ones stay.</summary>
    /// <exception cref="InvalidOperationException">Something listens there already.</exception>
    public IDisposable Listen(string host, int port, ConnectionHandler handler) => _connections.Listen(host, port, handler);

    /// <summary>Binds a UDP port of a host; 0 takes a free one.</summary>
    /// <exception cref="InvalidOperationException">The port is taken.</exception>
    public DatagramSocket BindDatagram(string host, int port) => _datagrams.Bind(host, port);

    /// <summary>Connects and relays between an outer transport and the plant until both directions have ended.</summary>
    /// <param name="abortOuter">Resets the outer transport, as a refusal does; null completes it.</param>
    /// <remarks>A reject aborts the outer transport; a drop stays silent until the outer side gives up or <paramref name="cancellationToken"/> fires.</remarks>
    public async Task<ConnectResult> BridgeAsync(
        IDuplexPipe outer, Action? abortOuter, string fromHost, string target, int port, string? account = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(outer);
        var result = await ConnectAsync(fromHost, target, port, account, cancellationToken);
        if (result.Connection is { } connection)
        {
            await Bridge.RelayAsync(outer, abortOuter, connection, connection.Abort, cancellationToken);
            return result;
        }

        if (result.Status == ConnectStatus.TimedOut)
            await Bridge.SilenceAsync(outer, cancellationToken);
        abortOuter?.Invoke();
        await Bridge.CompleteAsync(outer);
        return result;
    }

    /// <summary>Whether a packet would arrive and be answered now, and if not, where and why; nothing is sent.</summary>
    public PathResult Trace(string fromHost, string target, FirewallProtocol protocol, int port)
    {
        RequireNode(fromHost);
        return TryResolve(target, out var address)
            ? _forwarder.Find(new PacketQuery(fromHost, address, protocol, port))
            : new PathResult(null, [], [], [], null, new Refusal(RefusalReason.NameUnknown, Target: target));
    }

    /// <summary>Looks a name (id, alias, table entry) or a dotted quad up. Names ignore case.</summary>
    public bool TryResolve(string name, out Ipv4Address address) => _state.TryResolve(name, out address);

    /// <summary>False also while a device starts.</summary>
    public bool IsUp(string node)
    {
        RequireNode(node);
        return _state.IsUp(node);
    }

    /// <summary>Whether a switch or router is about to restart or is starting; false for what is off.</summary>
    public bool IsRestarting => _lifecycle.Steps.Any();

    /// <summary>Switches a host, switch or router on or off. Off: its own sides of connections are reset at once, others hear nothing.</summary>
    public void SetPower(string node, bool on)
    {
        RequireNode(node);
        _lifecycle.SetPower(node, on);
    }

    public bool IsPlugged(string cableId)
    {
        RequireCable(cableId);
        return !_state.Unplugged.Contains(cableId);
    }

    /// <summary>Pulls a cable out or puts it back.</summary>
    public void SetCable(string cableId, bool plugged)
    {
        RequireCable(cableId);
        if (plugged ? _state.Unplugged.Remove(cableId) : _state.Unplugged.Add(cableId))
            Changed();
    }

    /// <summary>Shapes one cable from now on; a <c>default</c> shape removes it. What is under way keeps its time.</summary>
    public void Shape(string cableId, LinkShape shape)
    {
        RequireCable(cableId);
        _links.Shape(cableId, shape);
        _connections.Reshape();
    }

    /// <summary>Records packets from now on, also of connections that exist already, until disposed.</summary>
    /// <exception cref="ArgumentException">A point is neither a cable nor a node with a cable.</exception>
    public PacketCapture StartCapture(CaptureOptions options) => _captures.Start(options);

    /// <summary>The running configuration of a switch.</summary>
    public SwitchConfiguration RunningOf(string switchId) => _state.Switches[switchId].Running;

    /// <summary>The saved configuration of a switch: what it starts with.</summary>
    public SwitchConfiguration SavedOf(string switchId) => _state.Switches[switchId].Saved;

    /// <summary>What a switch has learned.</summary>
    public IReadOnlyList<MacTableEntry> MacTableOf(string switchId) => _control.MacTable(switchId);

    /// <summary>Gives a command to a switch or the router.</summary>
    /// <param name="who">Null: the owner.</param>
    public ValueTask<CommandResult> ExecuteAsync(string deviceId, DeviceCommand command, PlantPeer? who = null) =>
        _control.ExecuteAsync(deviceId, command, who);

    /// <summary>Gives a line command to a switch or the router; see <see cref="DeviceCommandParser"/>.</summary>
    public ValueTask<CommandResult> ExecuteAsync(string deviceId, string command, PlantPeer? who = null) =>
        _control.ExecuteAsync(deviceId, command, who);

    /// <summary>The HTTP face of a switch or the router.</summary>
    public DeviceConsole Console(string deviceId)
    {
        if (!_state.Switches.ContainsKey(deviceId) && _state.Router?.Drawn.Id != deviceId)
            throw new ArgumentException($"There is no switch or router '{deviceId}'.", nameof(deviceId));
        return new DeviceConsole(this, deviceId);
    }

    /// <summary>Configurations, power, cables, shapes and counters, byte for byte the same for the same history. Connections are not part of it.</summary>
    public JsonNode Save() => NetworkSnapshot.Save(_state, _lifecycle, _links, _connections);

    /// <summary>Takes a saved state over; all connections are reset.</summary>
    /// <exception cref="FormatException">Not a state of this network or of a newer version.</exception>
    public void Load(JsonNode state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _connections.ResetAll();
        _datagrams.Forget();
        _datagrams.Lose();
        NetworkSnapshot.Load(state, _state, _lifecycle, _links, _connections);
        _state.Changed();
    }

    /// <summary>Resets every connection and stops every timer.</summary>
    public void Dispose()
    {
        _connections.ResetAll();
        _datagrams.Stop();
        _lifecycle.Dispose();
        _captures.Stop();
    }

    private void Changed()
    {
        _state.Changed();
        _connections.Reroute();
    }

    private void NodeLost(string node)
    {
        _connections.LoseNode(node);
        if (_state.Router?.Drawn.Id == node)
            _datagrams.Forget();
    }

    private void RequireNode(string node)
    {
        if (!_state.IsNode(node))
            throw new ArgumentException($"There is no node '{node}'.", nameof(node));
    }

    private void RequireCable(string cableId)
    {
        if (!_cables.Contains(cableId))
            throw new ArgumentException($"There is no cable '{cableId}'.", nameof(cableId));
    }
}
