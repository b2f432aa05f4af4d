using TrainingLab.OpcUa.Channel;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.OpcUa.Client;

/// <summary>Keeps Publish requests at the server while there are subscriptions, acknowledges, and hands out what comes. A request whose answer does not come is sent anew.</summary>
internal sealed class ClientPublishing(ClientChannel channel)
{
    private const int Outstanding = 3;
    private const uint KeepAliveCount = 10;
    private const uint LifetimeCount = 100;

    // Zero would ask for the server's default, which for some servers is one: an event would push out the one before.
    private const uint EventQueueSize = 1000;

    private readonly Dictionary<uint, OpcUaSubscription> _subscriptions = [];
    private readonly List<SubscriptionAcknowledgement> _toAcknowledge = [];
    private int _running;
    private int _created;

    public async Task<OpcUaSubscription> SubscribeAsync(double publishingInterval, IReadOnlyList<WatchItem> items, Action<DataChange>? onChange, CancellationToken cancellationToken)
    {
        var requests = items.Select(static (item, i) => new MonitoredItemCreateRequest(
            new ReadValueId(item.Node, AttributeId.Value, null, default),
            MonitoringMode.Reporting,
            new MonitoringParameters((uint)i, item.SamplingInterval, Filter(item), item.QueueSize, DiscardOldest: true))).ToArray();
        return await SubscribeAsync(publishingInterval, requests, (id, granted) => new OpcUaSubscription(this, id, granted, items, onChange), cancellationToken);
    }

    /// <summary>Creates a subscription with one item for the events of a notifier.</summary>
    public Task<OpcUaSubscription> SubscribeAsync(double publishingInterval, NodeId notifier, EventFilter filter, Action<Variant[]> onEvent, CancellationToken cancellationToken)
    {
        var request = new MonitoredItemCreateRequest(
            new ReadValueId(notifier, AttributeId.EventNotifier, null, default),
            MonitoringMode.Reporting,
            new MonitoringParameters(0, 0, new ExtensionObject(filter), EventQueueSize, DiscardOldest: true));
        return SubscribeAsync(publishingInterval, [request], (id, granted) => new OpcUaSubscription(this, id, granted, [], onChange: null) { OnEvent = onEvent }, cancellationToken);
    }

    private async Task<OpcUaSubscription> SubscribeAsync(
        double publishingInterval, MonitoredItemCreateRequest[] requests, Func<uint, double, OpcUaSubscription> create, CancellationToken cancellationToken)
    {
        var created = await channel.SendAsync<CreateSubscriptionRequest, CreateSubscriptionResponse>(
            new CreateSubscriptionRequest(publishingInterval, LifetimeCount, KeepAliveCount, 0, PublishingEnabled: true, 0), cancellationToken);
        var subscription = create(created.SubscriptionId, created.RevisedPublishingInterval);
        subscription.Order = new NotificationOrder(subscription.Id, channel, message => Deliver(subscription, message), Replace);
        _subscriptions.Add(subscription.Id, subscription);
        _created++;
        if (requests.Length > 0)
        {
            var response = await channel.SendAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(
                new CreateMonitoredItemsRequest(subscription.Id, TimestampsToReturn.Both, requests), cancellationToken);
            subscription.ItemStatuses = [.. OpcUaClient.Complete(response.Results, requests.Length).Select(static r => r.Status)];
        }

        while (_running < Outstanding)
        {
            StartPublishing();
        }

        return subscription;
    }

    private void StartPublishing()
    {
        _running++;
        Detached.Run(PublishAsync());
    }

    /// <summary>Requests whose answers have got lost wait in vain, each until its time is over: others take their place.</summary>
    private void Replace(uint lost)
    {
        for (var i = 0; i < Math.Min(lost, Outstanding) && _running < 3 * Outstanding; i++)
        {
            StartPublishing();
        }
    }

    public async ValueTask DeleteAsync(OpcUaSubscription subscription)
    {
        if (_subscriptions.Remove(subscription.Id) && channel.IsOpen)
        {
            try
            {
                await channel.SendAsync<DeleteSubscriptionsRequest, DeleteSubscriptionsResponse>(new DeleteSubscriptionsRequest([subscription.Id]), CancellationToken.None);
            }
            catch (OpcUaException)
            {
                // Gone already.
            }
        }
    }

    private static ExtensionObject? Filter(WatchItem item) => item.Deadband == DeadbandKind.None
        ? null
        : new ExtensionObject(new DataChangeFilter(DataChangeTrigger.StatusValue, (uint)item.Deadband, item.DeadbandValue));

    private async Task PublishAsync()
    {
        StatusCode end = StatusCodes.BadConnectionClosed;
        try
        {
            while (_subscriptions.Count > 0 && channel.IsOpen)
            {
                var created = _created;
                try
                {
                    var acknowledgements = _toAcknowledge.ToArray();
                    _toAcknowledge.Clear();
                    var response = await channel.SendAsync<PublishRequest, PublishResponse>(new PublishRequest(acknowledgements), CancellationToken.None, LongestWait());
                    if (_subscriptions.TryGetValue(response.SubscriptionId, out var subscription))
                    {
                        await subscription.Order.ReceiveAsync(response.NotificationMessage);
                    }
                }
                catch (OpcUaException e) when (e.Status.Code is StatusCodes.BadNoSubscription && created != _created)
                {
                    // It waited for those that were deleted; there is a new one since.
                }
                catch (OpcUaException e) when (e.Status.Code is StatusCodes.BadTooManyPublishRequests or StatusCodes.BadTimeout)
                {
                    // Not this one; the others go on, and where it has been replaced, that is all of it.
                    if (_running > Outstanding)
                    {
                        break;
                    }
                }
            }
        }
        catch (OpcUaException e)
        {
            // No subscription or no session any more.
            end = e.Status;
        }

        _running--;
        if (_running == 0)
        {
            foreach (var subscription in _subscriptions.Values.ToArray())
            {
                subscription.End(end);
            }
        }
    }

    /// <summary>After what time an answer must have got lost: each subscription sends one at least at every keep-alive, and the requests take turns.</summary>
    private TimeSpan LongestWait() => TimeSpan.FromMilliseconds(_subscriptions.Values.Max(static s => s.PublishingInterval) * KeepAliveCount * (Outstanding + 1)) + channel.RequestTimeout;

    private void Deliver(OpcUaSubscription subscription, NotificationMessage message)
    {
        if (message.Notifications.Length > 0)
        {
            _toAcknowledge.Add(new SubscriptionAcknowledgement(subscription.Id, message.SequenceNumber));
        }

        foreach (var notification in message.Notifications)
        {
            switch (notification?.Structure)
            {
                case DataChangeNotification change:
                    foreach (var item in change.MonitoredItems)
                    {
                        subscription.Receive(item);
                    }

                    break;
                case EventNotificationList list:
                    foreach (var happened in list.Events)
                    {
                        subscription.OnEvent?.Invoke(happened.Fields);
                    }

                    break;
                case StatusChangeNotification { Status.IsBad: true } ended:
                    _subscriptions.Remove(subscription.Id);
                    subscription.End(ended.Status);
                    break;
            }
        }
    }
}
