using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Mqtt.Broker;

internal sealed partial class BrokerConnection
{
    private ValueTask OnPublishAsync(PublishPacket packet)
    {
        var message = packet.ToMessage();
        RequireWithinLimits(message.Topic, packet.Topic.Length);
        if (packet.QoS != MqttQoS.AtMostOnce) return OnAcknowledgedPublishAsync(message, packet.PacketId);

        var outcome = broker.Judge(Client!, message);
        broker.Observer?.PublishedAtMostOnce(Client!, message, outcome);
        if (IsRouted(outcome)) broker.Route(message);
        return default;
    }

    private async ValueTask OnAcknowledgedPublishAsync(MqttMessage message, ushort packetId)
    {
        var delivery = session!.Delivery;
        var twice = message.QoS == MqttQoS.ExactlyOnce && delivery.HasReceived(packetId);
        if (!twice)
        {
            if (message.QoS == MqttQoS.ExactlyOnce && delivery.Unreleased >= Limits.MaxUnreleased)
                throw new MqttProtocolException(MqttReasonCode.ReceiveMaximumExceeded, $"More than {Limits.MaxUnreleased} messages at QoS 2 not released.");
            var outcome = broker.Judge(Client!, message);
            if (broker.Observer is { } observer) await observer.PublishedAsync(Client!, message, outcome);
            if (IsForgotten) return;
            if (message.QoS == MqttQoS.ExactlyOnce) delivery.Receive(packetId);
            if (IsRouted(outcome)) broker.Route(message);
        }

        var answer = OutgoingPacket.Answer(message.QoS == MqttQoS.ExactlyOnce ? MqttPacketType.PubRec : MqttPacketType.PubAck, packetId);
        if (broker.Faults.AcknowledgementDelay > TimeSpan.Zero)
        {
            _ = AnswerLaterAsync(answer, broker.Faults.AcknowledgementDelay);
            return;
        }
        output.Enqueue(answer);
        await output.AnswersReadAsync();
    }

    private async Task AnswerLaterAsync(OutgoingPacket answer, TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, broker.HostTime, ended.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        output.Enqueue(answer);
    }

    private static bool IsRouted(MqttPublishOutcome outcome) => outcome is MqttPublishOutcome.Accepted or MqttPublishOutcome.NotRetained;
}
