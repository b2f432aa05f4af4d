using System.IO.Pipelines;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Sessions;
using TrainingLab.Mqtt.Topics;
using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Mqtt.Broker;

/// <summary>
/// A broker of MQTT 3.1.1 and 5. Transport-agnostic: whoever accepts connections calls <see cref="ServeAsync"/> for each.
/// Not thread safe: create and use it on one serial context, to which every await in it comes back.
/// </summary>
public sealed partial class MqttBroker
{
    private readonly SubscriptionTrie subscriptions = new();
    private readonly RetainedMessages retained;
    private readonly Dictionary<string, BrokerSession> sessions = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, BrokerConnection> connected = new(StringComparer.Ordinal);
    private readonly HashSet<BrokerConnection> connections = [];

    /// <summary>Those without an accepted CONNECT, the oldest first.</summary>
    private readonly LinkedList<BrokerConnection> connecting = [];
    private long ownerSubscriptions;

    /// <summary>Makes a broker without sessions and retained messages.</summary>
    /// <param name="options">How it behaves.</param>
    /// <param name="hostTime">Time of the host it runs on.</param>
    /// <param name="observer">Sees what clients do; null for nobody.</param>
    public MqttBroker(MqttBrokerOptions options, TimeProvider hostTime, IMqttBrokerObserver? observer = null)
    {
        Options = options;
        HostTime = hostTime;
        Observer = observer;
        retained = new RetainedMessages(hostTime);
        Agenda = new Agenda(hostTime);
        Memory = new ClientMemory(() => Options.Limits.MaxClientBytes, () => Math.Max(sessions.Count, connections.Count));
    }

    /// <summary>How it behaves.</summary>
    public MqttBrokerOptions Options { get; }

    /// <summary>Its fault switches.</summary>
    public MqttBrokerFaults Faults { get; } = new();

    /// <summary>The connected clients, ordered by client identifier.</summary>
    public IReadOnlyList<MqttClientIdentity> Clients => [.. connected.Values.Select(c => c.Client!)];

    /// <summary>Client identifiers of all sessions, offline ones included, ordered.</summary>
    public IReadOnlyList<string> Sessions => [.. sessions.Keys.Where(static key => BridgeSession.NameOf(key) is null).Order(StringComparer.Ordinal)];

    /// <summary>All sessions with what they hold, ordered by client identifier.</summary>
    public IReadOnlyList<MqttSessionView> SessionViews =>
    [
        .. sessions.Values.OrderBy(s => s.ClientId, StringComparer.Ordinal).Select(s => new MqttSessionView(
            s.ClientId, s.Client?.UserName, connected.ContainsKey(s.ClientId), [.. SubscriptionsOf(s.ClientId)], s.Delivery.Count, s.Delivery.Dropped)),
    ];

    /// <summary>What it counts.</summary>
    public MqttBrokerCounts Counts => new(
        connected.Count,
        sessions.Count,
        sessions.Values.Sum(s => s.Subscriptions.Count),
        retained.Count,
        retained.Bytes,
        PacketsReceived,
        MessagesReceived,
        MessagesSent,
        sessions.Values.Sum(s => s.Delivery.Dropped));

    internal long PacketsReceived { get; set; }

    internal long MessagesReceived { get; set; }

    internal long MessagesSent { get; set; }

    internal TimeProvider HostTime { get; }

    internal IMqttBrokerObserver? Observer { get; }

    /// <summary>What is to be done later: sessions that expire, wills that are delayed.</summary>
    internal Agenda Agenda { get; }

    /// <summary>What the clients together make it hold.</summary>
    internal ClientMemory Memory { get; }

    /// <summary>Serves one connection until it has ended; completes the transport. Never throws for what the peer does.</summary>
    /// <param name="transport">The connection's bytes.</param>
    /// <param name="peer">Who is at its other end.</param>
    /// <param name="cancellation">Ends the connection on the owner's behalf, without publishing its will.</param>
    public async Task ServeAsync(IDuplexPipe transport, MqttPeer peer, CancellationToken cancellation)
    {
        if (connections.Count >= Options.Limits.MaxConnections && !MakeRoom())
        {
            await transport.CloseAsync();
            return;
        }
        var connection = new BrokerConnection(this, transport, peer);
        connections.Add(connection);
        connection.Place = connecting.AddLast(connection);
        try
        {
            await connection.ServeAsync(cancellation);
        }
        finally
        {
            connections.Remove(connection);
            Accepted(connection);
        }
    }

    /// <summary>The connection no longer waits for its CONNECT.</summary>
    private void Accepted(BrokerConnection connection)
    {
        if (connection.Place is not { } place) return;
        connecting.Remove(place);
        connection.Place = null;
    }

    /// <summary>Of connections that say nothing the oldest gives way to a new one, so that holding many open locks nobody out. False when there is none.</summary>
    private bool MakeRoom()
    {
        if (connecting.First?.Value is not { } oldest) return false;
        Accepted(oldest);
        oldest.Abort(MqttDisconnectReason.Timeout);
        return true;
    }

    /// <summary>Publishes on the broker's own behalf: no authorisation, no observer, topics that begin with $ allowed. Complete when routed.</summary>
    public ValueTask PublishAsync(MqttMessage message)
    {
        // A copy, as the owner may publish one and the same to several brokers, and each counts who holds it.
        Route(Stamp(message.Copy()), publisher: null);
        return default;
    }

    /// <summary>Receives on the broker's own behalf, from now on and without the retained messages. The handler runs inside the routing and must return quickly. Disposing ends it. Not part of the saved state.</summary>
    /// <exception cref="ArgumentException">The filter is not a valid topic filter.</exception>
    public IDisposable Subscribe(string filter, Action<MqttMessage> handler)
    {
        RequireFilter(filter);
        // A NUL cannot occur in a client identifier, so the owner's subscriptions come first and in the order made.
        var subscription = new OwnerSubscription($"\0{ownerSubscriptions++:D19}", filter, subscriptions, handler);
        subscriptions.Add(filter, subscription, new SubscriptionOptions(MqttQoS.ExactlyOnce));
        return subscription;
    }

    /// <summary>The retained messages whose topic matches the filter, ordered by topic.</summary>
    /// <exception cref="ArgumentException">The filter is not a valid topic filter.</exception>
    public IReadOnlyList<MqttMessage> Retained(string filter)
    {
        RequireFilter(filter);
        return retained.Matching(filter);
    }

    /// <summary>The topic filters of a session and the quality of service granted, ordered by filter; empty when there is no such session.</summary>
    public IReadOnlyList<(string Filter, MqttQoS QoS)> SubscriptionsOf(string clientId) =>
        sessions.TryGetValue(clientId, out var session)
            ? [.. session.Subscriptions.Select(s => (s.Key, s.Value.QoS)).OrderBy(s => s.Key, StringComparer.Ordinal)]
            : [];

    /// <summary>Closes a client's connection as a network failure would (its will is published). False when no such client is connected.</summary>
    public bool DisconnectClient(string clientId)
    {
        if (!connected.TryGetValue(clientId, out var connection)) return false;
        connection.Abort(MqttDisconnectReason.ClosedByOwner);
        return true;
    }

    /// <summary>Ends a client's connection and, where it speaks MQTT 5, says why (§3.14); its will is published. False when no such client is connected.</summary>
    /// <param name="clientId">Whose.</param>
    /// <param name="reason">The reason code of the DISCONNECT, a failure of table 3-10.</param>
    /// <param name="text">The reason in words; null for none.</param>
    /// <param name="server">The other server to use; null for none.</param>
    /// <exception cref="ArgumentException">A server must not give this reason in DISCONNECT.</exception>
    public bool DisconnectClient(string clientId, MqttReasonCode reason, string? text = null, string? server = null)
    {
        if (reason < MqttReasonCode.UnspecifiedError || !DisconnectPacket.IsAllowed(reason, fromClient: false))
            throw new ArgumentException($"{reason} is no reason for a server to disconnect (MQTT 5 §3.14.2.1).", nameof(reason));
        if (!connected.TryGetValue(clientId, out var connection)) return false;
        var properties = text is null && server is null ? null : new MqttProperties { ReasonString = text, ServerReference = server };
        connection.Abort(MqttDisconnectReason.ClosedByOwner, say: reason, properties: properties);
        return true;
    }

    private static void RequireFilter(string filter)
    {
        if (!MqttTopic.IsValidFilter(filter)) throw new ArgumentException($"'{filter}' is not a topic filter (§4.7.1).", nameof(filter));
    }
}
