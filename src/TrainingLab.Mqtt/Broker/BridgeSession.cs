using TrainingLab.Mqtt.Bridging;
using TrainingLab.Mqtt.Sessions;

namespace TrainingLab.Mqtt.Broker;

/// <summary>What the broker keeps for a bridge: subscriptions, and messages under the names that the other broker knows. Its connection is one that the bridge opens.</summary>
internal sealed class BridgeSession(string name, MqttBroker broker) : BrokerSession(KeyOf(name), Forever, broker)
{
    private const string Prefix = "\0bridge/";

    /// <summary>The bridge's name.</summary>
    public string Name => name;

    /// <summary>What it carries.</summary>
    public IReadOnlyList<MqttBridgeTopic> Topics { get; set; } = [];

    /// <summary>This broker's identity; null where it has none.</summary>
    public string? ThisEnd { get; set; }

    /// <summary>The other broker's identity, as of the last connection; null while it is not known.</summary>
    public string? OtherEnd { get; set; }

    /// <summary>A NUL cannot occur in a client identifier, so no client can take the session of a bridge.</summary>
    public static string KeyOf(string name) => Prefix + name;

    /// <summary>The bridge of a session's key; null where it is a client's.</summary>
    public static string? NameOf(string key) => key.StartsWith(Prefix, StringComparison.Ordinal) ? key[Prefix.Length..] : null;

    public override void Deliver(in Delivery delivery)
    {
        var message = delivery.Message;
        if (!BridgeWay.MayLeaveFor(message, OtherEnd)) return;
        foreach (var rule in Topics)
        {
            if (rule.ToRemote(message.Topic) is not { Length: > 0 } topic) continue;
            var qos = message.QoS < rule.QoS ? message.QoS : rule.QoS;
            base.Deliver(new Delivery(BridgeWay.Leaving(message.WithTopic(topic), ThisEnd), qos, delivery.Retain));
            return;
        }
    }
}
