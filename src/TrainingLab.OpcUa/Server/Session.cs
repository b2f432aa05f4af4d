using System.Security.Cryptography;
using TrainingLab.OpcUa.Channel;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server.Subscriptions;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Server;

/// <summary>A client's session (OPC 10000-4, 5.7). It outlives its connection until it times out.</summary>
internal sealed class Session : IDisposable
{
    private const int NonceLength = 32;

    private readonly ContextTimer _timeout;
    private readonly TimeProvider _time;
    private long _touched;

    public Session(OpcUaServer server, ServerConnection connection, NodeId id, NodeId token, CreateSessionRequest request, TimeSpan timeout)
    {
        Server = server;
        Connection = connection;
        Id = id;
        AuthenticationToken = token;
        Timeout = timeout;
        Publishing = new SessionPublishing(this);
        SubscriptionShare = new FairShare(server.Subscriptions.Stock);
        ItemShare = new FairShare(server.Subscriptions.Items);
        Policy = connection.Channel.Policy ?? SecurityPolicy.None;
        Mode = connection.Channel.Mode;
        ClientCertificate = connection.Channel.Asymmetric?.Peer.RawData;
        Caller = new OpcUaCaller(connection.Peer, id, request.SessionName, UserName: null, request.ClientDescription.ApplicationUri, Mode, Policy);
        _time = connection.Peer.ConnectionTime;
        _timeout = new ContextTimer(_time, OnTimeout);
        Client = request.ClientDescription;
        Created = LastContact = server.Now;
        Touch();
        _timeout.Start(Timeout);
    }

    public OpcUaServer Server { get; }

    /// <summary>The connection it was last activated on.</summary>
    public ServerConnection Connection { get; private set; }

    public NodeId Id { get; }

    public NodeId AuthenticationToken { get; }

    public TimeSpan Timeout { get; }

    /// <summary>The policy of the channel that it was created on; another channel must have the same.</summary>
    public SecurityPolicy Policy { get; }

    /// <summary>The mode of the channel that it was created on.</summary>
    public MessageSecurityMode Mode { get; }

    /// <summary>The certificate of the application that created it; null without protection.</summary>
    public byte[]? ClientCertificate { get; }

    /// <summary>The nonce that the client's next signature must cover.</summary>
    public byte[] ServerNonce { get; private set; } = [];

    public OpcUaCaller Caller { get; private set; }

    /// <summary>Who has signed in.</summary>
    public UserIdentity User { get; private set; } = UserIdentity.Anonymous;

    /// <summary>What decides about access to nodes.</summary>
    public AccessRights Rights => new(Caller.Roles, Mode);

    public bool IsActivated { get; private set; }

    public bool IsClosed { get; private set; }

    /// <summary>Whether its subscriptions go on without it, until their lifetime is over or another session takes them.</summary>
    public bool KeepsSubscriptions { get; set; }

    public SessionPublishing Publishing { get; }

    /// <summary>How many of the server's subscriptions are its.</summary>
    public FairShare SubscriptionShare { get; }

    /// <summary>How many of the server's monitored items are its.</summary>
    public FairShare ItemShare { get; }

    public BrowseContinuations Continuations { get; } = new();

    public HistoryContinuations HistoryContinuations { get; } = new();

    /// <summary>Who the client says it is.</summary>
    public ApplicationDescription Client { get; }

    /// <summary>When it was created, host time.</summary>
    public DateTime Created { get; }

    /// <summary>When its last request came, host time.</summary>
    public DateTime LastContact { get; private set; }

    /// <summary>The languages of its user, the preferred one first; null when it has not said.</summary>
    public IReadOnlyList<string?>? LocaleIds { get; set; }

    public ServiceCounters Counters { get; } = new();

    /// <summary>A request came: the session lives for another timeout. The timer is left alone; it looks again when it comes.</summary>
    public void Touch() => _touched = _time.GetTimestamp();

    /// <summary>A request for a service came.</summary>
    public void Begin(in RequestHeader header, uint requestType)
    {
        Touch();
        LastContact = Server.Now;
        Counters.Requested(requestType);
        if (Caller.AuditEntryId != header.AuditEntryId)
        {
            Caller = Caller with { AuditEntryId = header.AuditEntryId };
        }
    }

    /// <summary>A new nonce for the client to sign.</summary>
    public byte[] RenewNonce() => ServerNonce = RandomNumberGenerator.GetBytes(NonceLength);

    public void Activate(ServerConnection connection, UserIdentity user)
    {
        Connection = connection;
        User = user;
        Caller = Caller with { Peer = connection.Peer, UserName = user.UserName };
        IsActivated = true;
        GiveRoles();
    }

    /// <summary>The roles that the present mappings give.</summary>
    public Roles RolesOf(UserIdentity user) => Server.RoleMappings.Of(new SessionOrigin(user, Caller.ApplicationUri, Mode, Policy.Uri, Connection.HelloUrl));

    /// <summary>Takes the roles that the user has now. With others, what was found under the old ones is forgotten, and monitored items look again.</summary>
    public void GiveRoles()
    {
        var roles = IsActivated ? RolesOf(User) : Roles.None;
        if (roles == Caller.Roles)
        {
            return;
        }

        Caller = Caller with { Roles = roles };
        if (Server.AddressSpace.EnforcesRoles)
        {
            Continuations.Clear();
            HistoryContinuations.Clear();
            foreach (var item in Publishing.Subscriptions.SelectMany(static s => s.Items))
            {
                item.AccessChanged();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        IsClosed = true;
        _timeout.Dispose();
        Publishing.Dispose();
        SubscriptionShare.GiveUpReserve();
        ItemShare.GiveUpReserve();
        Server.Subscriptions.DropSurplus();
    }

    private void OnTimeout()
    {
        var left = Timeout - _time.GetElapsedTime(_touched);
        if (left > TimeSpan.Zero)
        {
            // Not before the time is over, where timers count whole milliseconds.
            _timeout.Start(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)));
            return;
        }

        KeepsSubscriptions = true;
        Detached.Run(Server.CloseSessionAsync(this, StatusCodes.BadTimeout));
    }
}
