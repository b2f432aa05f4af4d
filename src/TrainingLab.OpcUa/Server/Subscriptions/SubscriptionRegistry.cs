using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Server.Subscriptions;

/// <summary>All subscriptions of a server.</summary>
internal sealed class SubscriptionRegistry
{
    private readonly Dictionary<uint, Subscription> _subscriptions = [];
    private readonly OpcUaServer _server;
    private uint _lastId;

    public SubscriptionRegistry(OpcUaServer server)
    {
        _server = server;
        Sampling = new SamplingGroups(server.HostTime);
        server.AddressSpace.Removed += NodeRemoved;
    }

    public SamplingGroups Sampling { get; }

    public int Count => _subscriptions.Count;

    /// <summary>Monitored items over all subscriptions.</summary>
    public int ItemCount { get; set; }

    public bool TryGet(uint id, out Subscription subscription) => _subscriptions.TryGetValue(id, out subscription!);

    /// <exception cref="OpcUaException">BadTooManySubscriptions.</exception>
    public Subscription Create(Session session)
    {
        if (_subscriptions.Count >= _server.Limits.MaxSubscriptions || session.Publishing.Subscriptions.Count >= _server.Limits.MaxSubscriptionsPerSession)
        {
            throw new OpcUaException(StatusCodes.BadTooManySubscriptions);
        }

        var subscription = new Subscription(session, ++_lastId);
        _subscriptions.Add(subscription.Id, subscription);
        session.Publishing.Add(subscription);
        return subscription;
    }

    public void Remove(Subscription subscription)
    {
        if (_subscriptions.Remove(subscription.Id))
        {
            subscription.Dispose();
        }
    }

    /// <summary>Nobody has asked for what a subscription has to say: it ends.</summary>
    public async Task ExpireAsync(Subscription subscription)
    {
        if (_subscriptions.ContainsKey(subscription.Id))
        {
            subscription.Session.Publishing.ReportEnd(subscription, StatusCodes.BadTimeout);
            Remove(subscription);
            subscription.Session.Publishing.Remove(subscription);
            await _server.Observer.SubscriptionDeletedAsync(subscription.Session.Caller, subscription.Id, StatusCodes.BadTimeout);
        }
    }

    private void NodeRemoved(Node node)
    {
        foreach (var subscription in _subscriptions.Values)
        {
            foreach (var item in subscription.Items)
            {
                if (ReferenceEquals(item.Node, node))
                {
                    item.NodeRemoved();
                }
            }
        }
    }
}
