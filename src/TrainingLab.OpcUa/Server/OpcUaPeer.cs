using TrainingLab.OpcUa.Security;

namespace TrainingLab.OpcUa.Server;

/// <summary>Who is at the other end of a connection, as the network knows it.</summary>
/// <param name="Node">The plant node the connection comes from, for example <c>workstation</c>.</param>
/// <param name="Address">Its address and port, for example <c>10.10.3.7:51234</c>.</param>
/// <param name="ConnectionTime">The clock of this connection's timers: handshake, channel and session lifetimes, publishing and keep-alive. Wire time for peers outside the plant.</param>
/// <param name="Account">The person or account behind the connection, where the listener knows it.</param>
/// <param name="EndpointUrl">The URL under which this connection reaches the server when the listener knows better than the client (port forwarding); null means that the client's own is right.</param>
public sealed record OpcUaPeer(string Node, string Address, TimeProvider ConnectionTime, string? Account = null, string? EndpointUrl = null);

/// <summary>Who did something on a server.</summary>
/// <param name="Peer">The connection's other end.</param>
/// <param name="SessionId">The session's node id; null before there is one.</param>
/// <param name="SessionName">The name the client gave its session.</param>
/// <param name="UserName">The signed-in user; null for an anonymous session.</param>
/// <param name="ApplicationUri">The client's application URI.</param>
/// <param name="Mode">How the session's channel is protected.</param>
/// <param name="Policy">The policy of the session's channel.</param>
public sealed record OpcUaCaller(
    OpcUaPeer Peer, NodeId SessionId, string? SessionName, string? UserName, string? ApplicationUri,
    MessageSecurityMode Mode = MessageSecurityMode.None, SecurityPolicy? Policy = null)
{
    /// <summary>The policy, None where nothing is said.</summary>
    public SecurityPolicy SecurityPolicy => Policy ?? SecurityPolicy.None;

    /// <summary>The roles of the session; none before a user has signed in.</summary>
    public Roles Roles { get; init; }

    /// <summary>What the client calls its present request in its own audit log; null when it has none.</summary>
    public string? AuditEntryId { get; init; }
}
