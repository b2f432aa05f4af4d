using System.IO.Pipelines;
using TrainingLab.Mqtt.Topics;
using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Mqtt.Broker;

/// <summary>
/// An MQTT 3.1.1 broker. Transport-agnostic: whoever accepts connections calls <see cref="ServeAsync"/> for each.
/// Not thread safe: create and use it on one serial context, to which every await in it comes back.
/// </summary>
public sealed partial class MqttBroker
{
    private readonly SubscriptionTrie subscriptions = new();
    private readonly RetainedMessages retained = new();
    private readonly Dictionary<string, BrokerSession> sessions = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, BrokerConnection> connected = new(StringComparer.Ordinal);
    private readonly HashSet<BrokerConnection> connections = [];
    private List<Subscriber>? spareMatches = [];
    private long assignedIds;
    private long ownerSubscriptions;
    private long droppable;

    /// <summary>Makes a broker without sessions and retained messages.</summary>
    /// <param name="options">How it behaves.</param>
    /// <param name="hostTime">Time of the host it runs on.</param>
    /// <param name="observer">Sees what clients do; null for nobody.</param>
    public MqttBroker(MqttBrokerOptions options, TimeProvider hostTime, IMqttBrokerObserver? observer = null)
    {
        Options = options;
        HostTime = hostTime;
        Observer = observer;
    }

    /// <summary>How it behaves.</summary>
    public MqttBrokerOptions Options { get; }

    /// <summary>Its fault switches.</summary>
    public MqttBrokerFaults Faults { get; } = new();

    /// <summary>The connected clients, ordered by client identifier.</summary>
    public IReadOnlyList<MqttClientIdentity> Clients => [.. connected.Values.Select(c => c.Client!)];

    /// <summary>Client identifiers of all sessions, offline ones included, ordered.</summary>
    public IReadOnlyList<string> Sessions => [.. sessions.Keys.Order(StringComparer.Ordinal)];

    internal TimeProvider HostTime { get; }

    internal IMqttBrokerObserver? Observer { get; }

    /// <summary>Serves one connection until it has ended; completes the transport. Never throws for what the peer does.</summary>
    /// <param name="transport">The connection's bytes.</param>
    /// <param name="peer">Who is at its other end.</param>
    /// <param name="cancellation">Ends the connection on the owner's behalf, without publishing its will.</param>
    public async Task ServeAsync(IDuplexPipe transport, MqttPeer peer, CancellationToken cancellation)
    {
        if (connections.Count >= Options.Limits.MaxConnections)
        {
            await transport.CloseAsync();
            return;
        }
        var connection = new BrokerConnection(this, transport, peer);
        connections.Add(connection);
        try
        {
            await connection.ServeAsync(cancellation);
        }
        finally
        {
            connections.Remove(connection);
        }
    }

    /// <summary>Publishes on the broker's own behalf: no authorisation, no observer, topics that begin with $ allowed. Complete when routed.</summary>
    public ValueTask PublishAsync(MqttMessage message)
    {
        Route(message);
        return default;
    }

    /// <summary>Receives on the broker's own behalf, from now on and without the retained messages. The handler runs inside the routing and must return quickly. Disposing ends it. Not part of the saved state.</summary>
    /// <exception cref="ArgumentException">The filter is not a valid topic filter.</exception>
    public IDisposable Subscribe(string filter, Action<MqttMessage> handler)
    {
        RequireFilter(filter);
        // A NUL cannot occur in a client identifier, so the owner's subscriptions come first and in the order made.
        var subscription = new OwnerSubscription($"\0{ownerSubscriptions++:D19}", filter, subscriptions, handler);
        subscriptions.Add(filter, subscription, MqttQoS.ExactlyOnce);
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
            ? [.. session.Subscriptions.Select(s => (s.Key, s.Value)).OrderBy(s => s.Key, StringComparer.Ordinal)]
            : [];

    /// <summary>Closes a client's connection as a network failure would (its will is published). False when no such client is connected.</summary>
    public bool DisconnectClient(string clientId)
    {
        if (!connected.TryGetValue(clientId, out var connection)) return false;
        connection.Abort(MqttDisconnectReason.ClosedByOwner);
        return true;
    }

    /// <summary>Keeps the message if it is to be retained, and hands it to every subscriber once.</summary>
    internal void Route(MqttMessage message)
    {
        if (message.Retain && retained.HasRoomFor(message, Options.Limits.MaxRetainedMessages, Options.Limits.MaxRetainedBytes)) retained.Set(message);
        // An owner's handler may publish in turn, so the list is not shared with a routing in progress.
        var matches = spareMatches ?? [];
        spareMatches = null;
        subscriptions.Match(message.Topic, matches);
        // The nested routing would overwrite MatchedQoS, so owners, who may nest, come after the sessions.
        foreach (var subscriber in matches)
            if (subscriber is BrokerSession) subscriber.Deliver(message, message.QoS < subscriber.MatchedQoS ? message.QoS : subscriber.MatchedQoS);
        foreach (var subscriber in matches)
            if (subscriber is OwnerSubscription) subscriber.Deliver(message, message.QoS);
        matches.Clear();
        spareMatches = matches;
    }

    /// <summary>What becomes of a message that a client published.</summary>
    internal MqttPublishOutcome Judge(MqttClientIdentity client, MqttMessage message)
    {
        if (message.Topic.StartsWith('$')) return MqttPublishOutcome.ReservedTopic;
        if (Options.Authorize is { } authorize && !authorize(client, MqttAccess.Publish, message.Topic)) return MqttPublishOutcome.NotAuthorized;
        if (IsDropped(message)) return MqttPublishOutcome.DroppedByFault;
        if (message.Retain && !retained.HasRoomFor(message, Options.Limits.MaxRetainedMessages, Options.Limits.MaxRetainedBytes))
            return MqttPublishOutcome.NotRetained;
        return MqttPublishOutcome.Accepted;
    }

    /// <summary>The client that is connected with an identifier.</summary>
    internal BrokerConnection? ConnectionOf(string clientId) => connected.GetValueOrDefault(clientId);

    internal string AssignClientId()
    {
        string id;
        do id = $"auto-{++assignedIds}";
        while (sessions.ContainsKey(id) || connected.ContainsKey(id));
        return id;
    }

    /// <summary>Whether a session with this identifier is there or may be added.</summary>
    internal bool HasRoomForSession(string clientId) => sessions.Count < Options.Limits.MaxSessions || sessions.ContainsKey(clientId);

    /// <summary>The client's connection is accepted: resumes or makes its session (§3.1.2.4). True when resumed.</summary>
    internal bool Open(BrokerConnection connection, string clientId, bool clean, out BrokerSession session)
    {
        connected.Add(clientId, connection);
        if (sessions.TryGetValue(clientId, out var existing))
        {
            if (!clean && !existing.IsClean)
            {
                session = existing;
                return true;
            }
            Discard(existing);
        }
        session = new BrokerSession(clientId, clean, Options.Limits, Observer);
        sessions.Add(clientId, session);
        return false;
    }

    /// <summary>The client's connection has ended.</summary>
    internal void Close(BrokerConnection connection, BrokerSession session)
    {
        session.Delivery.Detach();
        if (session.IsClean && sessions.GetValueOrDefault(session.ClientId) == session) Discard(session);
        if (connected.GetValueOrDefault(session.ClientId) == connection) connected.Remove(session.ClientId);
    }

    /// <summary>Adds a subscription and sends the retained messages that match it (§3.8.4).</summary>
    internal void Subscribe(BrokerSession session, string filter, MqttQoS qos)
    {
        session.Subscriptions[filter] = qos;
        subscriptions.Add(filter, session, qos);
    }

    internal void SendRetained(BrokerSession session, string filter, MqttQoS qos)
    {
        var unbounded = session.Delivery.Count < Options.Limits.MaxQueuedMessages;
        foreach (var message in retained.Matching(filter)) session.DeliverRetained(message, qos, unbounded);
    }

    internal void Unsubscribe(BrokerSession session, string filter)
    {
        if (session.Subscriptions.Remove(filter)) subscriptions.Remove(filter, session);
    }

    private void Discard(BrokerSession session)
    {
        foreach (var filter in session.Subscriptions.Keys) subscriptions.Remove(filter, session);
        session.Subscriptions.Clear();
        sessions.Remove(session.ClientId);
    }

    private bool IsDropped(MqttMessage message)
    {
        if (Faults.DropFilter is not { } filter)
        {
            droppable = 0;
            return false;
        }
        if (!MqttTopic.Matches(filter, message.Topic)) return false;
        return ++droppable % Math.Max(1, Faults.DropEvery) == 0;
    }

    private static void RequireFilter(string filter)
    {
        if (!MqttTopic.IsValidFilter(filter)) throw new ArgumentException($"'{filter}' is not a topic filter (MQTT 3.1.1 §4.7.1).", nameof(filter));
    }
}
