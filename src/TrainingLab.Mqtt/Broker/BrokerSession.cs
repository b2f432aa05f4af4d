using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Sessions;
using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt.Broker;

/// <summary>What the broker keeps of a client beside its connection (MQTT 3.1.1 §4.1): subscriptions and undelivered messages.</summary>
internal sealed class BrokerSession : Subscriber
{
    public BrokerSession(string clientId, bool clean, MqttLimits limits, IMqttBrokerObserver? observer) : base(clientId)
    {
        IsClean = clean;
        Delivery = new DeliveryState(limits.MaxInflight, limits.MaxQueuedMessages, limits.MaxQueuedBytes)
        {
            Sent = observer is null ? null : (message, qos) => observer.Delivered(clientId, message, qos),
        };
    }

    public string ClientId => Key;

    /// <summary>Ends with its connection.</summary>
    public bool IsClean { get; }

    public Dictionary<string, MqttQoS> Subscriptions { get; } = new(StringComparer.Ordinal);

    public DeliveryState Delivery { get; }

    public override void Deliver(MqttMessage message, MqttQoS qos)
    {
        if (qos == MqttQoS.AtMostOnce) Delivery.SendAtMostOnce(message, retain: false);
        else Delivery.Send(message, qos, retain: false);
    }

    /// <summary>Sends a retained message because of a new subscription. It is in memory anyway, so it may exceed the queue's bounds if the queue is within them.</summary>
    public void DeliverRetained(MqttMessage message, MqttQoS granted, bool unbounded)
    {
        var qos = message.QoS < granted ? message.QoS : granted;
        if (qos == MqttQoS.AtMostOnce) Delivery.SendAtMostOnce(message, retain: true, unbounded);
        else Delivery.Send(message, qos, retain: true, unbounded);
    }
}

/// <summary>A subscription of the broker's owner.</summary>
internal sealed class OwnerSubscription(string key, string filter, SubscriptionTrie subscriptions, Action<MqttMessage> handler) : Subscriber(key), IDisposable
{
    public override void Deliver(MqttMessage message, MqttQoS qos) => handler(message.WithRetain(false));

    public void Dispose() => subscriptions.Remove(filter, this);
}
