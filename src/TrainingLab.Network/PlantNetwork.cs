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
    /// <exception cref="ArgumentException">The drawing has mistakes (<see cref="PlantTopology.Validate"/>).</exception>
    public PlantNetwork(PlantTopology topology, PlantNetworkOptions options)
    {
        Topology = topology;
        Options = options;
    }

    public PlantTopology Topology { get; }

    public PlantNetworkOptions Options { get; }

    /// <summary>The connections that are established or interrupted, oldest first.</summary>
    public IReadOnlyCollection<Flow> Flows => [];

    /// <summary>The active captures.</summary>
    public IReadOnlyCollection<PacketCapture> Captures => [];

    /// <summary>
    /// Opens a connection from a host to a name or address. Returns at once when the answer is certain and no cable on the way has latency; otherwise after plant time.
    /// </summary>
    public ValueTask<ConnectResult> ConnectAsync(
        string fromHost, string target, int port, string? account = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary>Accepts connections to a port of a host, switch (its management address) or router (any of its addresses) until disposed.</summary>
    /// <exception cref="InvalidOperationException">Something listens there already.</exception>
    public IDisposable Listen(string host, int port, ConnectionHandler handler) => throw new NotSupportedException();

    /// <summary>Binds a UDP port of a host; 0 takes a free one.</summary>
    /// <exception cref="InvalidOperationException">The port is taken.</exception>
    public DatagramSocket BindDatagram(string host, int port) => throw new NotSupportedException();

    /// <summary>Connects and relays between an outer transport and the plant until both directions have ended.</summary>
    /// <param name="abortOuter">Resets the outer transport, as a refusal does; null completes it.</param>
    /// <remarks>A reject aborts the outer transport; a drop reads nothing and stays silent until the outer side gives up or <paramref name="cancellationToken"/> fires.</remarks>
    public Task<ConnectResult> BridgeAsync(
        IDuplexPipe outer, Action? abortOuter, string fromHost, string target, int port, string? account = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    /// <summary>Whether a packet would arrive and be answered now, and if not, where and why; nothing is sent.</summary>
    public PathResult Trace(string fromHost, string target, FirewallProtocol protocol, int port) => throw new NotSupportedException();

    /// <summary>Looks a name (id, alias, table entry) or a dotted quad up. Names ignore case.</summary>
    public bool TryResolve(string name, out Ipv4Address address) => throw new NotSupportedException();

    public bool IsPowered(string node) => throw new NotSupportedException();

    /// <summary>Switches a host, switch or router on or off. Off: its own sides of connections are reset at once, others hear nothing.</summary>
    public void SetPower(string node, bool on) => throw new NotSupportedException();

    public bool IsPlugged(string cableId) => throw new NotSupportedException();

    /// <summary>Pulls a cable out or puts it back.</summary>
    public void SetCable(string cableId, bool plugged) => throw new NotSupportedException();

    /// <summary>Shapes one cable from now on, also for what is under way on it after this instant. <c>default</c> removes the shape.</summary>
    public void Shape(string cableId, LinkShape shape) => throw new NotSupportedException();

    /// <summary>Records packets from now on, also of connections that exist already, until disposed.</summary>
    public PacketCapture StartCapture(CaptureOptions options) => throw new NotSupportedException();

    /// <summary>The running configuration of a switch.</summary>
    public SwitchConfiguration RunningOf(string switchId) => throw new NotSupportedException();

    /// <summary>The saved configuration of a switch: what it starts with.</summary>
    public SwitchConfiguration SavedOf(string switchId) => throw new NotSupportedException();

    public RouterConfiguration RunningRouter => throw new NotSupportedException();

    public RouterConfiguration SavedRouter => throw new NotSupportedException();

    /// <summary>Gives a command to a switch or the router.</summary>
    /// <param name="who">Null: the owner.</param>
    public ValueTask<CommandResult> ExecuteAsync(string deviceId, DeviceCommand command, PlantPeer? who = null) => throw new NotSupportedException();

    /// <summary>Gives a line command to a switch or the router; see <see cref="DeviceCommandParser"/>.</summary>
    public ValueTask<CommandResult> ExecuteAsync(string deviceId, string command, PlantPeer? who = null) => throw new NotSupportedException();

    /// <summary>The HTTP face of a switch or the router.</summary>
    public DeviceConsole Console(string deviceId) => throw new NotSupportedException();

    /// <summary>Configurations, power, cables, shapes and counters, byte for byte the same for the same history. Connections are not part of it.</summary>
    public JsonNode Save() => throw new NotSupportedException();

    /// <summary>Takes a saved state over; all connections are reset.</summary>
    /// <exception cref="FormatException">Not a state of this network or of a newer version.</exception>
    public void Load(JsonNode state) => throw new NotSupportedException();

    /// <summary>Resets every connection and stops every timer.</summary>
    public void Dispose()
    {
    }
}
