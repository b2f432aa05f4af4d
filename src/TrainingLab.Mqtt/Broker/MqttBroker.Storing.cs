using TrainingLab.Mqtt.Storage;
using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt.Broker;

public sealed partial class MqttBroker
{
    private MqttStore? store;

    /// <summary>Awaited before a promise leaves; null when nothing is kept.</summary>
    internal Func<ValueTask>? Durable { get; private set; }

    /// <summary>Keeps persistent sessions and retained messages in a store from now on, and takes back what it kept. Before the first connection.</summary>
    /// <exception cref="InvalidOperationException">There is a store, a session or a connection already.</exception>
    public void Use(MqttStore keeping)
    {
        if (store is not null || sessions.Count > 0 || connections.Count > 0) throw new InvalidOperationException("A store is chosen before the first connection.");
        var kept = keeping.Load();
        foreach (var message in kept.Retained) retained.Set(message);
        foreach (var stored in kept.Sessions) Restore(stored, keeping);
        store = keeping;
        Durable = keeping.CommitAsync;
        // Whether they may be published is known when the owner has set up the broker.
        foreach (var will in kept.Wills) Agenda.Add(TimeSpan.Zero, () => Leave(will));
    }

    /// <summary>Whether so much waits for the store that whoever causes more waits for it first.</summary>
    internal bool IsStoreBehind => store is { IsBehind: true };

    /// <summary>Waits for the store where it is behind. False when it cannot be written.</summary>
    internal async ValueTask<bool> CatchUpAsync()
    {
        if (!IsStoreBehind) return true;
        try
        {
            await store!.CommitAsync();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>
    /// Takes away every subscription that <see cref="MqttBrokerOptions.Authorize"/> no longer allows, also of clients that are away. A session of which nobody knows whose it is, because a
    /// store has kept it, is looked at when its client comes.
    /// </summary>
    public void EnforceAccess()
    {
        foreach (var session in sessions.Values.ToList()) EnforceAccess(session);
    }

    private void EnforceAccess(BrokerSession session)
    {
        if (Options.Authorize is not { } authorize || session.Client is not { } client) return;
        foreach (var filter in session.Subscriptions.Keys.ToList())
        {
            var asked = MqttTopic.TryParseShared(filter, out _, out var shared) ? shared : filter;
            if (!authorize(client, MqttAccess.Subscribe, asked)) Unsubscribe(session, filter);
        }
    }

    /// <summary>Begins to keep a session, if it outlives its connection.</summary>
    private void Keep(BrokerSession session)
    {
        if (store is null || (session.IsClean && session.Delivery.Log is null)) return;
        session.Delivery.Log ??= new SessionLog(store, session.ClientId);
        store.Note(new StoreChange.SessionOpened(session.ClientId, session.ExpiryInterval));
    }

    /// <summary>Notes a change of a session that is kept.</summary>
    private void Note(BrokerSession session, StoreChange change)
    {
        if (session.Delivery.Log is not null) store!.Note(change);
    }

    private void NoteRetained(MqttMessage message)
    {
        if (store is not null && !message.Topic.StartsWith('$')) store.Note(new StoreChange.Retained(message));
    }

    /// <summary>The will of a client that is connected, which must not be lost with the process.</summary>
    internal void HoldWill(MqttClientIdentity client, MqttMessage will, uint delay)
    {
        Memory.Hold(will);
        store?.Note(new StoreChange.WillHeld(client.ClientId, client.UserName, will, delay));
    }

    /// <summary>Its connection has ended, and what was to be done with the will is done.</summary>
    internal void ReleaseWill(MqttClientIdentity client, MqttMessage will)
    {
        Memory.Release(will);
        store?.Note(new StoreChange.WillReleased(client.ClientId));
    }

    /// <summary>A client was connected when the process ended, and so lost its connection.</summary>
    private void Leave(StoreChange.WillHeld left)
    {
        var client = new MqttClientIdentity(new MqttPeer("", "", Account: null, HostTime), left.Client, left.User);
        sessions.TryGetValue(left.Client, out var session);
        if (BrokerConnection.IsRouted(Judge(client, left.Will)))
        {
            if (left.Delay > 0 && session is not null) LeaveLater(session, client, left.Will, left.Delay);
            else PublishWill(client, session, left.Will);
        }
        store!.Note(new StoreChange.WillReleased(left.Client));
    }

    private void Restore(StoredSession stored, MqttStore keeping)
    {
        var session = NewSession(stored.Client, stored.Expiry);
        sessions.Add(session.ClientId, session);
        foreach (var (filter, options) in stored.Subscriptions) Subscribe(session, filter, options);
        foreach (var (number, delivery, packetId, released) in stored.Entries)
        {
            session.Delivery.Restore(number, delivery, packetId, released);
            if (packetId != 0) session.Delivery.RestoreLastPacketId(packetId);
        }
        foreach (var id in stored.Received) session.Delivery.RestoreReceived(id);
        if (stored.Will is { } will)
        {
            var client = new MqttClientIdentity(new MqttPeer("", "", Account: null, HostTime), session.ClientId, will.User);
            var left = will.Due - HostTime.GetUtcNow();
            LeaveIn(session, client, will.Message, left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
        session.Delivery.Log = new SessionLog(keeping, session.ClientId);
        // A client that was connected lost its connection with the process.
        var gone = HostTime.GetUtcNow() - (stored.Since ?? HostTime.GetUtcNow());
        ExpireIn(session, TimeSpan.FromSeconds(stored.Expiry) - gone);
    }
}
