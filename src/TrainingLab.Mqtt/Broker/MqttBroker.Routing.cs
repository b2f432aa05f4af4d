using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt.Broker;

public sealed partial class MqttBroker
{
    /// <summary>What a level of the topic of a retained message is: looked for twice, and made.</summary>
    private const int StepsOfLevel = 3;

    private List<Subscriber>? spareMatches = [];
    private long droppable;

    /// <summary>How much the last routing was: nodes of the trees looked at and subscribers found.</summary>
    internal int RoutingSteps { get; private set; }

    /// <summary>Notes when the message expires, if it does: from its arrival on (MQTT 5 §3.3.2.3.3).</summary>
    internal MqttMessage Stamp(MqttMessage message) =>
        message.Properties?.MessageExpiryInterval is { } seconds ? message.ExpiringIn(TimeSpan.FromSeconds(seconds), HostTime) : message;

    /// <summary>Keeps the message if it is to be retained, and hands it to every subscriber once. False when there was none.</summary>
    internal bool Route(MqttMessage message, BrokerSession? publisher)
    {
        if (message.Retain && retained.HasRoomFor(message, Options.Limits.MaxRetainedMessages, Options.Limits.MaxRetainedBytes))
        {
            retained.Set(message);
            NoteRetained(message);
        }
        // An owner's handler may publish in turn, so the list is not shared with a routing in progress.
        var matches = spareMatches ?? [];
        spareMatches = null;
        subscriptions.Match(message.Topic, publisher, matches);
        // A nested routing would overwrite how the message goes to whom, so owners, who may nest, come after the sessions.
        var steps = subscriptions.Visited + (message.Retain ? StepsOfLevel * MqttTopic.CountLevels(message.Topic) : 0);
        foreach (var subscriber in matches)
        {
            steps += subscriber.Weight;
            if (subscriber is not OwnerSubscription) subscriber.Deliver(subscriber.Matched(message));
        }
        foreach (var subscriber in matches)
            if (subscriber is OwnerSubscription) subscriber.Deliver(subscriber.Matched(message));
        RoutingSteps = steps;
        var any = matches.Count > 0;
        matches.Clear();
        spareMatches = matches;
        return any;
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

    private bool IsDropped(MqttMessage message)
    {
        if (Faults.Loses?.Invoke(message) == true) return true;
        if (Faults.DropFilter is not { } filter)
        {
            droppable = 0;
            return false;
        }
        if (!MqttTopic.Matches(filter, message.Topic)) return false;
        return ++droppable % Math.Max(1, Faults.DropEvery) == 0;
    }
}
