using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Mqtt.Broker;

internal sealed partial class BrokerConnection
{
    private async Task CloseAsync(Task writing)
    {
        Abort(MqttDisconnectReason.ConnectionLost);
        if (session is not null) session.Delivery.Detach();
        silence.Allow(Limits.ConnectTimeout); // A peer that does not take the last words must not keep its session.
        await writing;
        silence.Dispose();
        await transport.CloseAsync();
        try
        {
            await ReportEndAsync();
        }
        finally
        {
            if (heldWill is not null) broker.ReleaseWill(Client!, heldWill);
            aliases?.Dispose();
            if (session is not null) broker.Close(this, session);
            ended.Dispose();
            closed.SetResult();
        }
    }

    private async Task ReportEndAsync()
    {
        var observer = broker.Observer;
        if (Client is null || !reported)
        {
            if (observer is not null) await observer.ConnectFailedAsync(peer, endReason!.Value, endError);
            return;
        }
        if (session is null) return; // Refused, and reported as such.

        if (will is { } message && IsRouted(broker.Judge(Client, message))) await LeaveAsync(message);
        if (observer is not null) await observer.DisconnectedAsync(Client, endReason!.Value, endError);
    }

    /// <summary>The will: now, or later and by the session where it is delayed and the session lives on.</summary>
    private async Task LeaveAsync(MqttMessage message)
    {
        if (willDelay > 0 && !session!.IsClean)
        {
            if (!IsForgotten) broker.LeaveLater(session, Client!, message, willDelay);
            return;
        }
        if (broker.Observer is { } observer) await observer.WillPublishedAsync(Client!, message);
        if (!IsForgotten) broker.Route(broker.Stamp(message), session);
    }
}
