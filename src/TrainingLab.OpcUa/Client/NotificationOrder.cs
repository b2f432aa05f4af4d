using TrainingLab.OpcUa.Messages;

namespace TrainingLab.OpcUa.Client;

/// <summary>
/// Hands out the notification messages of a subscription in the order of their sequence numbers, and asks once more for those that got lost on the way (OPC 10000-4, 5.14.1.2 and 5.14.6).
/// </summary>
/// <param name="subscriptionId">The subscription.</param>
/// <param name="channel">Where to ask.</param>
/// <param name="deliver">Takes the messages.</param>
/// <param name="lost">Told how many answers to Publish requests have got lost.</param>
internal sealed class NotificationOrder(uint subscriptionId, ClientChannel channel, Action<NotificationMessage> deliver, Action<uint> lost)
{
    /// <summary>Most messages asked for at one gap; older ones are given up.</summary>
    private const uint MaxRepublished = 100;

    private readonly Queue<NotificationMessage> _arrived = [];
    private uint _expected = 1;
    private bool _busy;

    /// <summary>Takes a message; one that comes while an earlier one is asked for waits for it.</summary>
    public async Task ReceiveAsync(NotificationMessage message)
    {
        _arrived.Enqueue(message);
        if (_busy)
        {
            return;
        }

        _busy = true;
        try
        {
            while (_arrived.TryDequeue(out var next))
            {
                if (next.SequenceNumber > _expected)
                {
                    lost(next.SequenceNumber - _expected);
                    await RecoverAsync(Math.Max(_expected, next.SequenceNumber - Math.Min(next.SequenceNumber, MaxRepublished)), next.SequenceNumber);
                }

                // A keep-alive has the number of the message to come.
                _expected = next.Notifications.Length == 0 ? next.SequenceNumber : next.SequenceNumber + 1;
                deliver(next);
            }
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task RecoverAsync(uint from, uint to)
    {
        for (var number = from; number < to && channel.IsOpen; number++)
        {
            try
            {
                deliver((await channel.SendAsync<RepublishRequest, RepublishResponse>(new RepublishRequest(subscriptionId, number), CancellationToken.None)).NotificationMessage);
            }
            catch (OpcUaException e) when (e.Status.Code is StatusCodes.BadMessageNotAvailable or StatusCodes.BadSubscriptionIdInvalid or StatusCodes.BadTimeout)
            {
                // The server no longer has it: it is lost.
            }
        }
    }
}
