using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Sessions;
using TrainingLab.Mqtt.Storage;
using TrainingLab.Mqtt.Topics;
using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Mqtt.Broker;

public sealed partial class MqttBroker
{
    private readonly SortedDictionary<string, SharedGroup> shares = new(StringComparer.Ordinal);
    private long assignedIds;
    private long subscriptionBytes;

    /// <summary>The client that is connected with an identifier.</summary>
    internal BrokerConnection? ConnectionOf(string clientId) => connected.GetValueOrDefault(clientId);

    internal string AssignClientId()
    {
        string id;
        do id = $"auto-{++assignedIds}";
        while (sessions.ContainsKey(id) || connected.ContainsKey(id));
        return id;
    }

    /// <summary>Whether the session is there or may be added, and there is memory for the will.</summary>
    internal bool HasRoomFor(ConnectPacket packet) =>
        (sessions.Count < Options.Limits.MaxSessions || sessions.ContainsKey(packet.ClientId)) && (packet.Will is not { } will || Memory.HasRoom(OutgoingPacket.SizeOf(will)));

    /// <summary>Whether a session may have another subscription.</summary>
    /// <param name="session">The session.</param>
    /// <param name="added">Bytes of further ones that are about to be added.</param>
    internal bool HasRoomForSubscription(BrokerSession session, long added) =>
        Memory.HasRoom(subscriptionBytes + added, Options.Limits.MaxSubscriptionBytes, session.SubscriptionBytes + added);

    /// <summary>About how many bytes of memory a subscription takes where it shares no level of its filter with others: itself, and a node for each level.</summary>
    internal static long SizeOfSubscription(string filter) => 160 + (4 * filter.Length) + (140 * MqttTopic.CountLevels(filter));

    /// <summary>What looking at, adding or removing a subscription is, compared with one step of routing: some for itself, one for each level.</summary>
    internal static int StepsOfSubscription(string filter) => 8 + MqttTopic.CountLevels(filter);

    /// <summary>The client's connection is accepted: resumes or makes its session (§3.1.2.4). True when resumed.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="clientId">Whose.</param>
    /// <param name="clean">Whether an existing session is thrown away.</param>
    /// <param name="expiryInterval">Seconds for which the session will outlive this connection.</param>
    /// <param name="session">The session.</param>
    internal bool Open(BrokerConnection connection, string clientId, bool clean, uint expiryInterval, out BrokerSession session)
    {
        Accepted(connection);
        connected.Add(clientId, connection);
        if (sessions.TryGetValue(clientId, out var existing))
        {
            if (!clean && !existing.IsClean)
            {
                session = existing;
                Agenda.Remove(session.Expiry);
                session.Expiry = null;
                // The client is back in time, so its will is not published (MQTT 5 §3.1.3.2.2).
                if (session.PendingWill is { } will)
                {
                    Agenda.Remove(will.Due);
                    Forget(session);
                }
                session.ExpiryInterval = expiryInterval;
                session.Client = connection.Client;
                Keep(session);
                EnforceAccess(session);
                return true;
            }
            End(existing);
        }
        session = new BrokerSession(clientId, expiryInterval, this) { Client = connection.Client };
        sessions.Add(clientId, session);
        Keep(session);
        return false;
    }

    /// <summary>The client's connection has ended.</summary>
    internal void Close(BrokerConnection connection, BrokerSession session)
    {
        session.Delivery.Detach();
        if (connected.GetValueOrDefault(session.ClientId) == connection) connected.Remove(session.ClientId);
        if (sessions.GetValueOrDefault(session.ClientId) != session) return;
        if (session.IsClean)
        {
            End(session);
            return;
        }
        Note(session, new StoreChange.SessionLeft(session.ClientId, session.ExpiryInterval, HostTime.GetUtcNow()));
        ExpireIn(session, TimeSpan.FromSeconds(session.ExpiryInterval));
    }

    /// <summary>A connection ended and left a will that is delayed: it is published then, or when the session ends, whichever is first (MQTT 5 §3.1.2.5).</summary>
    internal void LeaveLater(BrokerSession session, MqttClientIdentity client, MqttMessage will, uint delay) =>
        LeaveIn(session, client, will, TimeSpan.FromSeconds(delay));

    /// <summary>Adds a subscription, or replaces one with the same filter (§3.8.4). True when it is new.</summary>
    internal bool Subscribe(BrokerSession session, string filter, in SubscriptionOptions options)
    {
        var isNew = !session.Subscriptions.ContainsKey(filter);
        session.Subscriptions[filter] = options;
        if (isNew) CountSubscription(session, SizeOfSubscription(filter));
        Note(session, new StoreChange.Subscribed(session.ClientId, filter, options));
        if (!MqttTopic.TryParseShared(filter, out var share, out var shared))
        {
            subscriptions.Add(filter, session, options);
            return isNew;
        }
        if (!shares.TryGetValue(filter, out var group))
        {
            shares.Add(filter, group = new SharedGroup(share, shared));
            subscriptions.Add(shared, group, new SubscriptionOptions(MqttQoS.ExactlyOnce));
        }
        group.Add(session, options);
        return isNew;
    }

    /// <summary>
    /// Looks step by step for the retained messages that match a subscription (<see cref="RetainedMessages.Search"/>); none for a shared one (MQTT 5 §4.8.2). They are in memory anyway, so they may exceed
    /// the queue's bounds, but a client that asks for them again and again without reading gets no more than about all of them twice.
    /// </summary>
    internal IEnumerable<MqttMessage?> RetainedFor(BrokerSession session, string filter) =>
        MqttTopic.IsShared(filter) || session.Delivery.Backlog >= Math.Max(Options.Limits.MaxQueuedMessages, retained.Count) ? [] : retained.Search(filter);

    /// <summary>Removes a subscription. False when there is none.</summary>
    internal bool Unsubscribe(BrokerSession session, string filter)
    {
        if (!session.Subscriptions.Remove(filter)) return false;
        Note(session, new StoreChange.Unsubscribed(session.ClientId, filter));
        Remove(session, filter);
        return true;
    }

    private void CountSubscription(BrokerSession session, long bytes)
    {
        session.SubscriptionBytes += bytes;
        subscriptionBytes += bytes;
    }

    private void ExpireIn(BrokerSession session, TimeSpan left)
    {
        if (session.ExpiryInterval == BrokerSession.Forever) return;
        session.Expiry = Agenda.Add(left, () => End(session));
    }

    private void LeaveIn(BrokerSession session, MqttClientIdentity client, MqttMessage will, TimeSpan left)
    {
        Memory.Hold(will);
        session.PendingWill = (client, will, Agenda.Add(left, () =>
        {
            Forget(session);
            PublishWill(client, session, will);
        }));
        Note(session, new StoreChange.WillLeft(session.ClientId, client.UserName, will, HostTime.GetUtcNow() + left));
    }

    /// <summary>The will of a session waits no longer.</summary>
    private void Forget(BrokerSession session)
    {
        Memory.Release(session.PendingWill!.Value.Message);
        session.PendingWill = null;
        Note(session, new StoreChange.WillGone(session.ClientId));
    }

    private void PublishWill(MqttClientIdentity client, BrokerSession? session, MqttMessage will)
    {
        var stamped = Stamp(will);
        if (Observer is not { } observer)
        {
            Route(stamped, session);
            return;
        }
        _ = ReportAndRouteAsync(observer.WillPublishedAsync(client, will));

        async Task ReportAndRouteAsync(ValueTask reported)
        {
            await reported;
            Route(stamped, session);
        }
    }

    private void Remove(BrokerSession session, string filter)
    {
        CountSubscription(session, -SizeOfSubscription(filter));
        if (!shares.TryGetValue(filter, out var group))
        {
            subscriptions.Remove(filter, session);
            return;
        }
        group.Remove(session);
        if (!group.IsEmpty) return;
        shares.Remove(filter);
        subscriptions.Remove(group.Filter, group);
    }
}
