using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Sessions;
using TrainingLab.Mqtt.Topics;
using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Mqtt.Broker;

/// <summary>What the broker keeps of a client beside its connection (§4.1): subscriptions and undelivered messages.</summary>
internal class BrokerSession : Subscriber
{
    /// <summary>An expiry interval that never ends (MQTT 5 §3.1.2.11.2); that of a persistent session of MQTT 3.1.1.</summary>
    public const uint Forever = uint.MaxValue;

    public BrokerSession(string clientId, uint expiryInterval, MqttBroker broker) : base(clientId)
    {
        ExpiryInterval = expiryInterval;
        var limits = broker.Options.Limits;
        Delivery = new DeliveryState(limits.MaxInflight, limits.MaxQueuedMessages, limits.MaxQueuedBytes, broker.HostTime, broker.Memory)
        {
            Sent = (message, qos) =>
            {
                broker.MessagesSent++;
                broker.Observer?.Delivered(clientId, message, qos);
            },
        };
    }

    public string ClientId => Key;

    /// <summary>Whose it is, as of the last connection; null where only a store knows.</summary>
    public MqttClientIdentity? Client { get; set; }

    /// <summary>Seconds for which it outlives its connection.</summary>
    public uint ExpiryInterval { get; set; }

    /// <summary>Ends with its connection.</summary>
    public bool IsClean => ExpiryInterval == 0;

    /// <summary>By filter, as the client wrote it.</summary>
    public Dictionary<string, SubscriptionOptions> Subscriptions { get; } = new(StringComparer.Ordinal);

    /// <summary>About how many bytes its subscriptions take.</summary>
    public long SubscriptionBytes { get; set; }

    public DeliveryState Delivery { get; }

    /// <summary>Whether it has ended; its subscriptions may still be in the tree for a moment, and bring it nothing.</summary>
    public bool IsOver { get; set; }

    /// <summary>When it ends, while it is without a connection.</summary>
    public Agenda.Entry? Expiry { get; set; }

    /// <summary>The will of its last connection that is still to be published, and when.</summary>
    public (MqttClientIdentity Client, MqttMessage Message, Agenda.Entry Due)? PendingWill { get; set; }

    public override void Deliver(in Delivery delivery)
    {
        if (IsOver) return;
        if (delivery.QoS == MqttQoS.AtMostOnce) Delivery.SendAtMostOnce(delivery);
        else Delivery.Send(delivery);
    }

    /// <summary>Sends a retained message because of a new subscription, beyond the queue's bounds if need be.</summary>
    public void DeliverRetained(MqttMessage message, in SubscriptionOptions options)
    {
        var delivery = new Delivery(message, message.QoS < options.QoS ? message.QoS : options.QoS, Retain: true, default(SubscriptionIds).Add(options.Id));
        if (delivery.QoS == MqttQoS.AtMostOnce) Delivery.SendAtMostOnce(delivery, inMemory: true);
        else Delivery.Send(delivery, inMemory: true);
    }
}

/// <summary>A subscription of the broker's owner.</summary>
internal sealed class OwnerSubscription(string key, string filter, SubscriptionTrie subscriptions, Action<MqttMessage> handler) : Subscriber(key), IDisposable
{
    public override void Deliver(in Delivery delivery) => handler(delivery.Message.WithRetain(false));

    public void Dispose() => subscriptions.Remove(filter, this);
}
