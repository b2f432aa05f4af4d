using System.Text;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Topics;
using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Mqtt.Broker;

internal sealed partial class BrokerConnection
{
    /// <summary>What finding a message and queueing it is, compared with one step of routing.</summary>
    private const int StepsOfMessage = 4;

    /// <summary>A client of MQTT 3.1.1 that is a bridge has no words for these options, and means them.</summary>
    private bool isBridge;

    private async ValueTask OnSubscribeAsync(SubscribePacket packet)
    {
        var results = new List<MqttSubscribeResult>(packet.Filters.Count);
        HashSet<string>? added = null;
        var addedBytes = 0L;
        foreach (var filter in packet.Filters)
        {
            var isNew = !session!.Subscriptions.ContainsKey(filter.Filter) && added?.Contains(filter.Filter) != true;
            var code = JudgeFilter(filter, isNew, added?.Count ?? 0, addedBytes);
            if (isNew && code <= MqttSubscribeReturnCode.GrantedExactlyOnce)
            {
                (added ??= new HashSet<string>(StringComparer.Ordinal)).Add(filter.Filter);
                addedBytes += MqttBroker.SizeOfSubscription(filter.Filter);
            }
            results.Add(new MqttSubscribeResult(filter.Filter, filter.QoS, code));
            if (await IsOverAfterAsync(MqttBroker.StepsOfSubscription(filter.Filter))) return;
        }

        if (broker.Observer is { } observer) await observer.SubscribedAsync(Client!, results);
        if (IsForgotten) return;
        var id = packet.Properties?.SubscriptionIdentifiers is [var given] ? given : 0;
        var retaining = new List<(string Filter, SubscriptionOptions Options)>();
        for (var i = 0; i < results.Count; i++)
        {
            if (!results[i].IsGranted) continue;
            var filter = packet.Filters[i];
            var options = new SubscriptionOptions(filter.QoS, filter.NoLocal || isBridge, filter.RetainAsPublished || isBridge, id);
            var isNew = broker.Subscribe(session!, filter.Filter, options);
            if (filter.RetainHandling == MqttRetainHandling.Send || (isNew && filter.RetainHandling == MqttRetainHandling.SendIfNew)) retaining.Add((filter.Filter, options));
            if (await IsOverAfterAsync(MqttBroker.StepsOfSubscription(filter.Filter))) return;
        }
        output.Enqueue(OutgoingPacket.SubAck(new SubAckPacket(packet.PacketId, [.. results.Select(r => r.ReturnCode)])));
        foreach (var (filter, options) in retaining) await SendRetainedAsync(filter, options);
        await output.AnswersReadAsync();
    }

    /// <summary>Sends the retained messages that match a subscription, in turns with what others want: each as it then is, unless it is gone.</summary>
    private async ValueTask SendRetainedAsync(string filter, SubscriptionOptions options)
    {
        if (Ending || !session!.Subscriptions.ContainsKey(filter)) return;
        foreach (var message in broker.RetainedFor(session, filter))
        {
            if (message is not null) session.DeliverRetained(message, options);
            if (await IsOverAfterAsync(message is null ? 1 : StepsOfMessage) || !session.Subscriptions.ContainsKey(filter)) return;
        }
    }

    /// <summary>Notes some work, and lets others have their turn when it is time. Whether this connection has ended meanwhile.</summary>
    private async ValueTask<bool> IsOverAfterAsync(int steps)
    {
        input.Took(steps);
        await input.TakeTurnsAsync();
        return Ending || IsForgotten;
    }

    private MqttSubscribeReturnCode JudgeFilter(in SubscribeFilter filter, bool isNew, int added, long addedBytes)
    {
        var shared = filter.Filter;
        if (MqttTopic.IsShared(filter.Filter) && !MqttTopic.TryParseShared(filter.Filter, out _, out shared)) return MqttSubscribeReturnCode.TopicFilterInvalid;
        if (!IsWithinLimits(filter.Filter, Encoding.UTF8.GetByteCount(filter.Filter))) return MqttSubscribeReturnCode.TopicFilterInvalid;
        if (isNew && (session!.Subscriptions.Count + added >= Limits.MaxSubscriptionsPerSession || !broker.HasRoomForSubscription(session, addedBytes))) return MqttSubscribeReturnCode.QuotaExceeded;
        return broker.Options.Authorize?.Invoke(Client!, MqttAccess.Subscribe, shared) ?? true
            ? (MqttSubscribeReturnCode)filter.QoS
            : MqttSubscribeReturnCode.NotAuthorized;
    }

    private async ValueTask OnUnsubscribeAsync(UnsubscribePacket packet)
    {
        if (broker.Observer is { } observer) await observer.UnsubscribedAsync(Client!, packet.Filters);
        if (IsForgotten) return;
        var reasons = new MqttReasonCode[packet.Filters.Count];
        for (var i = 0; i < reasons.Length; i++)
        {
            reasons[i] = broker.Unsubscribe(session!, packet.Filters[i]) ? MqttReasonCode.Success : MqttReasonCode.NoSubscriptionExisted;
            if (await IsOverAfterAsync(MqttBroker.StepsOfSubscription(packet.Filters[i]))) return;
        }
        output.Enqueue(OutgoingPacket.UnsubAck(new UnsubAckPacket(packet.PacketId, reasons)));
        await output.AnswersReadAsync();
    }
}
