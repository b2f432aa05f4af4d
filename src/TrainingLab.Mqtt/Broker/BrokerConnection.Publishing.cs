using TrainingLab.Mqtt.Bridging;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Mqtt.Broker;

internal sealed partial class BrokerConnection
{
    private int heldAcknowledgements;

    /// <summary>The last answer that a fault holds back; those behind it wait for it.</summary>
    private Task held = Task.CompletedTask;
    private RateLimit rate;

    private ValueTask OnPublishAsync(PublishPacket packet)
    {
        if (packet.Properties is { SubscriptionIdentifiers.Count: > 0 }) throw new MqttProtocolException(MqttReasonCode.ProtocolError, "A subscription identifier from a client.");
        var message = packet.Properties?.TopicAlias is null ? packet.ToMessage() : (aliases ??= new TopicAliases(Limits.MaxTopicAliases, broker.Memory)).Resolve(packet);
        RequireWithinLimits(message.Topic, packet.Topic.Length);
        broker.MessagesReceived++;
        message = broker.Stamp(message);
        if (packet.Payload.Length > Limits.MaxPayloadSize) throw new MqttProtocolException(MqttReasonCode.QuotaExceeded, $"A payload of {packet.Payload.Length} bytes; the limit is {Limits.MaxPayloadSize}.");
        if (!rate.Take(Limits.MaxMessagesPerSecond, broker.HostTime)) throw new MqttProtocolException(MqttReasonCode.MessageRateTooHigh, $"More than {Limits.MaxMessagesPerSecond} messages in a second.");
        if (packet.QoS != MqttQoS.AtMostOnce) return OnAcknowledgedPublishAsync(message, packet.PacketId);

        var outcome = broker.Judge(Client!, message);
        broker.Observer?.PublishedAtMostOnce(Client!, message, outcome);
        if (IsRouted(outcome)) Route(message);
        return default;
    }

    private async ValueTask OnAcknowledgedPublishAsync(MqttMessage message, ushort packetId)
    {
        var delivery = session!.Delivery;
        var exactlyOnce = message.QoS == MqttQoS.ExactlyOnce;
        var reason = MqttReasonCode.Success;
        if (!exactlyOnce || !delivery.HasReceived(packetId))
        {
            if ((exactlyOnce || IsV5) && delivery.Unreleased + heldAcknowledgements >= Limits.MaxUnreleased)
                throw new MqttProtocolException(MqttReasonCode.ReceiveMaximumExceeded, $"More than {Limits.MaxUnreleased} messages not acknowledged or released.");
            var outcome = broker.Judge(Client!, message);
            if (broker.Observer is { } observer) await observer.PublishedAsync(Client!, message, outcome);
            if (IsForgotten) return;
            reason = ReasonOf(outcome);
            // A message that is refused is over with PUBREC; MQTT 3.1.1 cannot refuse.
            if (exactlyOnce && (reason < MqttReasonCode.UnspecifiedError || !IsV5)) delivery.Receive(packetId);
            if (IsRouted(outcome) && !Route(message)) reason = MqttReasonCode.NoMatchingSubscribers;
        }

        var answer = OutgoingPacket.Answer(exactlyOnce ? MqttPacketType.PubRec : MqttPacketType.PubAck, packetId, reason);
        var hold = broker.Faults.AcknowledgementDelay + (broker.Faults.AnswerDelay?.Invoke() ?? TimeSpan.Zero);
        if (hold > TimeSpan.Zero || !held.IsCompleted)
        {
            held = AnswerLaterAsync(answer, hold, held);
            return;
        }
        output.Enqueue(answer);
        await output.AnswersReadAsync();
    }

    private bool Route(MqttMessage message)
    {
        if (BridgeWay.HasPassed(message, broker.Options.BridgeIdentity)) return true;
        var any = broker.RouteInTime(message, session!);
        input.Took(broker.RoutingSteps);
        return any;
    }

    private async Task AnswerLaterAsync(OutgoingPacket answer, TimeSpan delay, Task before)
    {
        if (answer.Type == MqttPacketType.PubAck) heldAcknowledgements++;
        try
        {
            if (delay > TimeSpan.Zero) await Task.Delay(delay, broker.HostTime, ended.Token);
            await before;
        }
        catch (OperationCanceledException)
        {
            return;
        }
        if (Ending) return;
        if (answer.Type == MqttPacketType.PubAck) heldAcknowledgements--;
        output.Enqueue(answer);
    }

    private static MqttReasonCode ReasonOf(MqttPublishOutcome outcome) => outcome switch
    {
        MqttPublishOutcome.NotAuthorized => MqttReasonCode.NotAuthorized,
        MqttPublishOutcome.ReservedTopic => MqttReasonCode.TopicNameInvalid,
        _ => MqttReasonCode.Success,
    };

    internal static bool IsRouted(MqttPublishOutcome outcome) => outcome is MqttPublishOutcome.Accepted or MqttPublishOutcome.NotRetained;
}
