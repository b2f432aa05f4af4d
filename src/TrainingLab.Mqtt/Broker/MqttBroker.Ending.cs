using TrainingLab.Mqtt.Sessions;
using TrainingLab.Mqtt.Storage;
using TrainingLab.Mqtt.Topics;
using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Mqtt.Broker;

public sealed partial class MqttBroker
{
    /// <summary>Sessions that are over and have left something to be done, which goes on in turns with everything else.</summary>
    private readonly Queue<EndedSession> ended = new();
    private readonly Turns endingTurns = new();
    private bool isClearing;

    /// <summary>The session is over: its subscriptions, what waited for it, and a will that waited for it to end.</summary>
    private void End(BrokerSession session)
    {
        List<string> shared = shares.Count == 0 ? [] : [.. session.Subscriptions.Keys.Where(f => MqttTopic.IsShared(f))];
        var left = shared.Count > 0 ? session.Delivery.Transferable() : [];
        Discard(session);
        ended.Enqueue(new EndedSession(session, shared, new Queue<MqttMessage>(left)));
        if (!isClearing) _ = ClearAsync();
        if (session.PendingWill is not { } will) return;
        session.PendingWill = null;
        Agenda.Remove(will.Due);
        PublishWill(will.Client, session, will.Message);
    }

    /// <summary>The session is there no more; only its subscriptions, but for shared ones, are still in the tree.</summary>
    private void Discard(BrokerSession session)
    {
        Note(session, new StoreChange.SessionEnded(session.ClientId));
        session.IsOver = true;
        session.Delivery.Log = null;
        session.Delivery.Clear();
        if (session.PendingWill is { } will) Memory.Release(will.Message);
        Agenda.Remove(session.Expiry);
        session.Expiry = null;
        foreach (var filter in session.Subscriptions.Keys.Where(f => MqttTopic.IsShared(f)).ToList())
        {
            session.Subscriptions.Remove(filter);
            Remove(session, filter);
        }
        sessions.Remove(session.ClientId);
    }

    /// <summary>Hands over what members of shares were to get, and takes subscriptions out of the tree.</summary>
    private async Task ClearAsync()
    {
        isClearing = true;
        try
        {
            for (; ended.TryPeek(out var gone); ended.Dequeue())
            {
                while (gone.Left.TryDequeue(out var message))
                {
                    HandOver(message, gone);
                    endingTurns.Took((1 + gone.Session.Subscriptions.Count + gone.Shared.Count) * (1 + (MqttTopic.CountLevels(message.Topic) / 8)));
                    await endingTurns.TakeAsync();
                }
                foreach (var filter in gone.Session.Subscriptions.Keys)
                {
                    Remove(gone.Session, filter);
                    endingTurns.Took(StepsOfSubscription(filter));
                    await endingTurns.TakeAsync();
                }
            }
        }
        finally
        {
            isClearing = false;
        }
    }

    /// <summary>
    /// What the member of a share was to get goes to another one when its session ends (MQTT 5 §4.8.2). Not what it may have got because of a subscription of its own as well: one of the two copies was for it.
    /// </summary>
    private void HandOver(MqttMessage message, EndedSession gone)
    {
        if (message.HasExpired(HostTime) || gone.Session.Subscriptions.Keys.Any(f => MqttTopic.Matches(f, message.Topic))) return;
        foreach (var filter in gone.Shared)
        {
            if (!shares.TryGetValue(filter, out var group) || !MqttTopic.Matches(group.Filter, message.Topic)) continue;
            group.Deliver(new Delivery(message, message.QoS, message.Retain));
            return;
        }
    }

    /// <summary>A session that is over.</summary>
    /// <param name="Session">The session, with those of its subscriptions that are still in the tree.</param>
    /// <param name="Shared">Its shared subscriptions.</param>
    /// <param name="Left">What it was to get as a member of shares, or may have been.</param>
    private sealed record EndedSession(BrokerSession Session, List<string> Shared, Queue<MqttMessage> Left);
}
