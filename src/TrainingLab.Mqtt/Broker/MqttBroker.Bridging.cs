using TrainingLab.Mqtt.Bridging;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Sessions;
using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt.Broker;

public sealed partial class MqttBroker
{
    /// <summary>Names of the bridges for which something is kept, ordered.</summary>
    public IReadOnlyList<string> Bridges => [.. sessions.Keys.Select(BridgeSession.NameOf).OfType<string>().Order(StringComparer.Ordinal)];

    /// <summary>Where the state of a bridge is told, with the name that other brokers use.</summary>
    internal static string BridgeStateTopic(string name) => $"$SYS/broker/connection/{name}/state";

    /// <summary>Throws away what is kept for a bridge that has ended. False when there is nothing.</summary>
    public bool ForgetBridge(string name)
    {
        if (!sessions.TryGetValue(BridgeSession.KeyOf(name), out var session)) return false;
        End(session);
        _ = PublishAsync(new MqttMessage(BridgeStateTopic(name), default, retain: true));
        return true;
    }

    /// <summary>The session of a bridge, kept or new, with these subscriptions and no others.</summary>
    internal BridgeSession OpenBridge(string name, IReadOnlyList<MqttBridgeTopic> topics, MqttClientOptions limits)
    {
        var session = sessions.GetValueOrDefault(BridgeSession.KeyOf(name)) as BridgeSession;
        if (session is null)
        {
            session = new BridgeSession(name, this);
            sessions.Add(session.ClientId, session);
            Keep(session);
        }
        session.Topics = topics;
        session.ThisEnd = Options.BridgeIdentity;
        session.Delivery.Limit(limits.MaxInflight, limits.MaxQueuedMessages);
        var wanted = topics.Where(t => t.IsOut).Select(t => t.LocalFilter).Distinct(StringComparer.Ordinal).ToList();
        foreach (var filter in session.Subscriptions.Keys.Except(wanted, StringComparer.Ordinal).ToList()) Unsubscribe(session, filter);
        // Not what the bridge itself has brought, and with the retain flag that it was published with.
        foreach (var filter in wanted) Subscribe(session, filter, new SubscriptionOptions(MqttQoS.ExactlyOnce, NoLocal: true, RetainAsPublished: true));
        return session;
    }

    /// <summary>A bridge brings a message from another broker.</summary>
    internal void Bring(MqttMessage message, BridgeSession bridge)
    {
        MessagesReceived++;
        if (BridgeWay.HasPassed(message, Options.BridgeIdentity)) return;
        // What an ordinary subscription brings does not yet say where it comes from.
        Route(Stamp(BridgeWay.Leaving(message, bridge.OtherEnd)), bridge);
    }

    /// <summary>Sends a bridge the retained messages that match a filter.</summary>
    internal void SendRetained(BridgeSession bridge, string filter)
    {
        foreach (var message in retained.Search(filter).OfType<MqttMessage>()) bridge.Deliver(new Delivery(message, message.QoS, Retain: true));
    }

    /// <summary>A session of a key: a client's or a bridge's.</summary>
    private BrokerSession NewSession(string key, uint expiryInterval) =>
        BridgeSession.NameOf(key) is { } bridge ? new BridgeSession(bridge, this) : new BrokerSession(key, expiryInterval, this);
}
