using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using TrainingLab.OpcUa.Channel;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server.Subscriptions;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Events;
using TrainingLab.OpcUa.Events.Conditions;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Server;

/// <summary>
/// A server on one address space (OPC 10000-4 and -6, binary TCP). It owns no socket: whoever accepts connections passes each to <see cref="ServeAsync"/>.
/// Everything runs on the serial context that calls it.
/// </summary>
public sealed class OpcUaServer
{
    private readonly HashSet<ServerConnection> _connections = [];
    private readonly Dictionary<NodeId, Session> _sessions = [];
    private long _lastConnection;
    private uint _lastChannelId;
    private uint _lastSessionId;
    private bool _closed;

    /// <summary>A server that accepts connections at once.</summary>
    /// <param name="options">Names, endpoints, users and limits.</param>
    /// <param name="addressSpace">The nodes; may still be added to.</param>
    /// <param name="hostTime">The host's time: timestamps and sampling.</param>
    /// <param name="observer">Told of every action before it is answered; nobody by default.</param>
    public OpcUaServer(OpcUaServerOptions options, AddressSpace addressSpace, TimeProvider hostTime, IOpcUaObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(addressSpace);
        ArgumentNullException.ThrowIfNull(hostTime);
        Options = options;
        AddressSpace = addressSpace;
        HostTime = hostTime;
        DecodingLimits = DecodingLimits.Of(options.Limits);
        Unfinished = new UnfinishedMessages(options.Limits.MaxUnfinishedBytes);
        RoleMappings = new RoleMappings(options.Roles);
        addressSpace.Attach(hostTime);
        addressSpace.DescribeNamespaces();
        if (options.Roles is not null)
        {
            addressSpace.EnforceRoles();
        }

        Subscriptions = new SubscriptionRegistry(this);
        Notifiers = new EventNotifiers(this);
        Audit = new AuditTrail(this, observer ?? new SilentObserver());
        Conditions = new ConditionRegistry(this);
        Diagnostics = new ServerDiagnostics(this);
        RoleSet = new RoleSetObject(this);
        ServerObject = new ServerObject(this);
        RoleMappings.Changed += GiveRoles;
    }

    /// <summary>The nodes.</summary>
    public AddressSpace AddressSpace { get; }

    /// <summary>The open connections.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>The open sessions.</summary>
    public int SessionCount => _sessions.Count;

    internal OpcUaServerOptions Options { get; }

    /// <summary>Certificate, trust and endpoints; null where the server offers the endpoint without protection only.</summary>
    public ServerSecurity? Security => Options.Security;

    /// <summary>Slows down whoever guesses passwords.</summary>
    internal SignInThrottle Throttle { get; } = new();

    internal OpcUaLimits Limits => Options.Limits;

    internal DecodingLimits DecodingLimits { get; }

    /// <summary>The ids that requests brought last.</summary>
    internal RecentIdentifiers Identifiers { get; } = new();

    internal TimeProvider HostTime { get; }

    /// <summary>Messages of which chunks are still to come.</summary>
    internal UnfinishedMessages Unfinished { get; }

    /// <summary>Counts requests and rounds of sampling: what is read within one is one moment.</summary>
    internal long Turn { get; set; }

    internal DateTime Now => HostTime.GetUtcNow().UtcDateTime;

    /// <summary>What the server does wrong on purpose; nothing by default.</summary>
    public ServerFaults Faults { get; } = new();

    /// <summary>The alarms.</summary>
    public ConditionRegistry Conditions { get; }

    internal IOpcUaObserver Observer => Audit;

    /// <summary>What is told as audit events; the observer is behind it.</summary>
    internal AuditTrail Audit { get; }

    /// <summary>Who has which role.</summary>
    public RoleMappings RoleMappings { get; }

    internal RoleSetObject RoleSet { get; }

    internal ServerDiagnostics Diagnostics { get; }

    internal SubscriptionRegistry Subscriptions { get; }

    internal EventNotifiers Notifiers { get; }

    internal ServerObject ServerObject { get; }

    internal IReadOnlyCollection<ServerConnection> Connections => _connections;

    internal IReadOnlyCollection<Session> Sessions => _sessions.Values;

    /// <summary>
    /// Serves one connection until it ends: by the client, by an error of the client's, by <see cref="RestartAsync"/>, or by cancellation.
    /// Never throws for what a peer does. Completes both ends of <paramref name="transport"/>.
    /// </summary>
    /// <param name="transport">The bytes. Its awaits must come back to the caller's context (<c>PipeOptions.UseSynchronizationContext</c>).</param>
    /// <param name="peer">Who is at the other end, and the clock of the connection.</param>
    /// <param name="cancellationToken">Ends the connection.</param>
    public async Task ServeAsync(IDuplexPipe transport, OpcUaPeer peer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(peer);
        using var connection = new ServerConnection(this, transport, peer);
        if (_closed || (_connections.Count >= Limits.MaxConnections && !TryMakeRoom()))
        {
            await connection.RefuseAsync(_closed ? StatusCodes.BadServerHalted : StatusCodes.BadTcpNotEnoughResources);
            return;
        }

        connection.Number = ++_lastConnection;
        _connections.Add(connection);
        try
        {
            await connection.RunAsync(cancellationToken);
        }
        finally
        {
            _connections.Remove(connection);

            // Only here could they have been signed in to.
            foreach (var session in _sessions.Values.Where(s => !s.IsActivated && ReferenceEquals(s.Connection, connection)).ToArray())
            {
                RemoveSession(session);
            }
        }
    }

    /// <summary>
    /// Ends all connections, sessions and subscriptions as a restart of the machine would, and accepts new ones from then on; the start time in ServerStatus is new.
    /// </summary>
    /// <param name="namespaceOrder">The owner's namespaces (without 0 and 1) in a new order; the same order when null. Node ids and browse names move with them.</param>
    public async Task RestartAsync(IReadOnlyList<string>? namespaceOrder = null)
    {
        await CloseAsync();
        if (namespaceOrder is not null)
        {
            AddressSpace.Reorder(namespaceOrder);
            Conditions.ShowAgain();
        }

        ServerObject.Started();
        _closed = false;
    }

    /// <summary>Ends all connections and refuses new ones until <see cref="RestartAsync"/>.</summary>
    public async Task CloseAsync()
    {
        _closed = true;
        foreach (var session in _sessions.Values.ToArray())
        {
            await CloseSessionAsync(session, StatusCodes.BadShutdown);
        }

        Subscriptions.Clear();

        foreach (var connection in _connections.ToArray())
        {
            connection.Close(StatusCodes.BadShutdown, "the server is shutting down");
        }
    }

    /// <summary>Gives an event its id and times and brings it to everybody who listens to its source, to a notifier above it, or to the Server object.</summary>
    public void Raise(UaEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        Notifiers.Raise(happened);
    }

    /// <summary>Namespace order and the values of the overlay's variables; not connections, sessions or subscriptions.</summary>
    public JsonNode Save() => ServerSnapshot.Save(this);

    /// <summary>Brings back what <see cref="Save"/> gave, after the owner has declared the same nodes; ends all connections.</summary>
    /// <exception cref="InvalidDataException">The state is of another version or of other namespaces.</exception>
    public void Load(JsonNode state)
    {
        ArgumentNullException.ThrowIfNull(state);
        DropEverybody();
        ServerSnapshot.Load(this, state);
        Conditions.ShowAgain();
    }

    /// <summary>The connection that is open longest without a session that somebody has signed in to gives way (OPC 10000-4, 5.6.2.1), one without a channel before one with; false when all have a session.</summary>
    private bool TryMakeRoom()
    {
        var used = _sessions.Values.Where(static s => s.IsActivated).Select(static s => s.Connection).ToHashSet();
        if (_connections.Where(c => !used.Contains(c)).MinBy(static c => (c.ChannelId != 0, c.Number)) is not { } oldest)
        {
            return false;
        }

        oldest.Close(StatusCodes.BadTcpNotEnoughResources, "others wait for a connection, and this one has no session");
        _connections.Remove(oldest);
        return true;
    }

    internal uint NextChannelId() => ++_lastChannelId;

    /// <exception cref="OpcUaException">BadTooManySessions.</exception>
    internal Session CreateSession(ServerConnection connection, CreateSessionRequest request)
    {
        if (_sessions.Count >= Limits.MaxSessions && !TryGiveUpSession() && !MayUseReserve(connection.Peer.Node))
        {
            throw new OpcUaException(StatusCodes.BadTooManySessions);
        }

        var timeout = double.IsFinite(request.RequestedSessionTimeout) && request.RequestedSessionTimeout > 0 ? request.RequestedSessionTimeout : Limits.MaxSessionTimeout;
        var token = new NodeId(0, RandomNumberGenerator.GetBytes(32));
        var session = new Session(
            this, connection, new NodeId(1, ++_lastSessionId), token, request,
            TimeSpan.FromMilliseconds(Math.Clamp(timeout, Limits.MinSessionTimeout, Limits.MaxSessionTimeout)));
        _sessions.Add(token, session);
        Diagnostics.CumulatedSessions++;
        return session;
    }

    /// <summary>
    /// Makes room for a session: one that nobody has signed in to gives way, the oldest of the connection that has most of them; else one whose connection is gone, that which was used longest ago.
    /// Its subscriptions wait for another session as if it had timed out. False when all are in use.
    /// </summary>
    private bool TryGiveUpSession()
    {
        if (_sessions.Values.Where(static s => !s.IsActivated).GroupBy(static s => s.Connection).MaxBy(static g => g.Count()) is { } unused)
        {
            RemoveSession(unused.MinBy(static s => s.Id.Numeric)!);
            return true;
        }

        if (_sessions.Values.Where(static s => !s.Connection.IsOpen).MinBy(static s => s.LastContact) is { } left)
        {
            left.KeepsSubscriptions = true;
            Detached.Run(CloseSessionAsync(left, StatusCodes.BadTimeout));
            return true;
        }

        return false;
    }

    /// <summary>Whether somebody on a host may take one of the reserved places: where there are users, that shows when he signs in.</summary>
    private bool MayUseReserve(string host) =>
        _sessions.Count < Limits.MaxSessions + Limits.ReservedSessions && (Options.Users is not null || Options.UserCertificates is not null || !HasSessionFrom(host, except: null));

    /// <summary>
    /// Whether a session may be signed in to: <see cref="OpcUaLimits.MaxSessions"/> whoever comes first, and in the reserved places a user with a name or a host that has no session yet.
    /// Clients that take all they can get without a name keep out neither an operator nor the plant's other machines.
    /// </summary>
    internal bool HasPlaceFor(Session session, UserIdentity user) =>
        session.IsActivated || !user.IsAnonymous || _sessions.Values.Count(static s => s.IsActivated) < Limits.MaxSessions || !HasSessionFrom(session.Caller.Peer.Node, except: session);

    private bool HasSessionFrom(string host, Session? except) => _sessions.Values.Any(s => s.IsActivated && !ReferenceEquals(s, except) && s.Caller.Peer.Node == host);

    internal Session? FindSession(NodeId authenticationToken) => _sessions.GetValueOrDefault(authenticationToken);

    internal async Task CloseSessionAsync(Session session, StatusCode reason)
    {
        if (session.IsClosed)
        {
            return;
        }

        RemoveSession(session);
        if (reason.Code == StatusCodes.BadTimeout)
        {
            Diagnostics.SessionTimeouts++;
        }
        else if (reason.IsBad)
        {
            Diagnostics.SessionAborts++;
        }

        await Observer.SessionClosedAsync(session.Caller, reason);
    }

    internal void RemoveSession(Session session)
    {
        _sessions.Remove(session.AuthenticationToken);
        session.Dispose();
    }

    internal bool HasSession(NodeId sessionId) => _sessions.Values.Any(s => s.Id == sessionId);

    /// <summary>
    /// Another certificate, or other lists of whom to trust (OPC 10000-12, 7.10.9): channels under the old certificate, and those of clients that are no longer trusted, end when what has been answered has
    /// left. The sessions of the latter end at once, the others wait for their clients to come again.
    /// </summary>
    internal void SecurityChanged(ServerSecurity security)
    {
        var now = HostTime.GetUtcNow();
        foreach (var connection in _connections)
        {
            if (connection.Channel.Asymmetric is not { } channel)
            {
                continue;
            }

            var verdict = CertificateValidator.Check(channel.Peer.Certificate, channel.Peer.Issuers, CertificateUse.Client, security.Store, security.Rules, now);
            if (!verdict.IsGood)
            {
                connection.CloseSoon(verdict.Status, verdict.Reason, verdict.Told);
                foreach (var session in _sessions.Values.Where(s => ReferenceEquals(s.Connection, connection)).ToArray())
                {
                    Detached.Run(CloseSessionAsync(session, StatusCodes.BadSecureChannelClosed));
                }
            }
            else if (!ReferenceEquals(channel.Own, security.Certificate))
            {
                connection.CloseSoon(StatusCodes.Good, "the server has another certificate", StatusCodes.Good);
            }
        }
    }

    private void GiveRoles()
    {
        foreach (var session in _sessions.Values)
        {
            session.GiveRoles();
        }
    }

    private void DropEverybody()
    {
        foreach (var session in _sessions.Values.ToArray())
        {
            RemoveSession(session);
        }

        Subscriptions.Clear();
        foreach (var connection in _connections.ToArray())
        {
            connection.Close(StatusCodes.BadShutdown, "the server is shutting down");
        }
    }

    private sealed class SilentObserver : IOpcUaObserver;
}
