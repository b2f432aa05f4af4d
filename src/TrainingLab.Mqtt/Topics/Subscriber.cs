using TrainingLab.Mqtt.Sessions;

namespace TrainingLab.Mqtt.Topics;

/// <summary>What a subscription asks for (§3.8.3.1). What follows the quality of service exists in MQTT 5 only.</summary>
/// <param name="QoS">The highest quality of service.</param>
/// <param name="NoLocal">Whether the subscriber's own messages are left out.</param>
/// <param name="RetainAsPublished">Whether messages keep their retain flag.</param>
/// <param name="Id">The subscription identifier, 0 for none.</param>
internal readonly record struct SubscriptionOptions(MqttQoS QoS, bool NoLocal = false, bool RetainAsPublished = false, int Id = 0);

/// <summary>Somebody to whom matching messages are handed.</summary>
internal abstract class Subscriber(string key)
{
    private MqttQoS matchedQoS;
    private bool matchedRetain;
    private SubscriptionIds matchedIds;
    private long matchedBy;

    /// <summary>Orders subscribers of one filter, so that the order of delivery depends on the set of subscriptions and not on its history.</summary>
    public string Key { get; } = key;

    /// <summary>
    /// One more filter of this subscriber matches. False when another one did already in this match, so that overlapping filters deliver once,
    /// at the highest quality of service and with every identifier (§3.3.4, §3.3.5).
    /// </summary>
    public bool Take(long match, in SubscriptionOptions options)
    {
        var isFirst = matchedBy != match;
        if (isFirst)
        {
            matchedBy = match;
            matchedQoS = options.QoS;
            matchedRetain = options.RetainAsPublished;
            matchedIds = default;
        }
        else
        {
            if (options.QoS > matchedQoS) matchedQoS = options.QoS;
            matchedRetain |= options.RetainAsPublished;
        }
        if (options.Id != 0) matchedIds = matchedIds.Add(options.Id);
        return isFirst;
    }

    /// <summary>The message as the match in progress hands it over.</summary>
    public Delivery Matched(MqttMessage message) =>
        new(message, message.QoS < matchedQoS ? message.QoS : matchedQoS, matchedRetain && message.Retain, matchedIds);

    /// <summary>How much it is to deliver a message to it, compared with one to a session.</summary>
    public virtual int Weight => 1;

    public abstract void Deliver(in Delivery delivery);
}
