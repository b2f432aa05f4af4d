using System.IO.Pipelines;
using System.Text.Json.Nodes;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Server;

/// <summary>
/// A server on one address space (OPC 10000-4 and -6, binary TCP). It owns no socket: whoever accepts connections passes each to <see cref="ServeAsync"/>.
/// Everything runs on the serial context that calls it.
/// </summary>
public sealed class OpcUaServer
{
    /// <summary>A server that accepts connections at once.</summary>
    /// <param name="options">Names, endpoints, users and limits.</param>
    /// <param name="addressSpace">The nodes; may still be added to.</param>
    /// <param name="hostTime">The host's time: timestamps and sampling.</param>
    /// <param name="observer">Told of every action before it is answered; nobody by default.</param>
    public OpcUaServer(OpcUaServerOptions options, AddressSpace addressSpace, TimeProvider hostTime, IOpcUaObserver? observer = null) => throw new NotSupportedException();

    /// <summary>The nodes.</summary>
    public AddressSpace AddressSpace => throw new NotSupportedException();

    /// <summary>The open connections.</summary>
    public int ConnectionCount => throw new NotSupportedException();

    /// <summary>The open sessions.</summary>
    public int SessionCount => throw new NotSupportedException();

    /// <summary>
    /// Serves one connection until it ends: by the client, by an error of the client's, by <see cref="RestartAsync"/>, or by cancellation.
    /// Never throws for what a peer does. Completes both ends of <paramref name="transport"/>.
    /// </summary>
    public Task ServeAsync(IDuplexPipe transport, OpcUaPeer peer, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>
    /// Ends all connections, sessions and subscriptions as a restart of the machine would, and accepts new ones from then on; the start time in ServerStatus is new.
    /// </summary>
    /// <param name="namespaceOrder">The owner's namespaces (without 0 and 1) in a new order; the same order when null. Node ids and browse names move with them.</param>
    public Task RestartAsync(IReadOnlyList<string>? namespaceOrder = null) => throw new NotSupportedException();

    /// <summary>Ends all connections and refuses new ones until <see cref="RestartAsync"/>.</summary>
    public Task CloseAsync() => throw new NotSupportedException();

    /// <summary>Namespace order and the values of the overlay's variables; not connections, sessions or subscriptions.</summary>
    public JsonNode Save() => throw new NotSupportedException();

    /// <summary>Brings back what <see cref="Save"/> gave, after the owner has declared the same nodes; ends all connections.</summary>
    public void Load(JsonNode state) => throw new NotSupportedException();
}
