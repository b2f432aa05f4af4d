using TrainingLab.OpcUa.Messages;
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
        Sampling = new SamplingGroups(server);
        Memory = new NotificationBudget(server.Limits.MaxNotificationBytes, server.Limits.AllSubscriptions);
        Stock = new FairStock(server.Limits.MaxSubscriptions, server.Limits.ReservedSubscriptionsPerSession);
        Items = new FairStock(server.Limits.MaxMonitoredItems, server.Limits.ReservedMonitoredItemsPerSession);
        server.AddressSpace.Removed += NodeRemoved;
    }

    public SamplingGroups Sampling { get; }

    /// <summary>What all notifications take that wait or are kept.</summary>
    public NotificationBudget Memory { get; }

    public int Count => _subscriptions.Count;

    /// <summary>Subscriptions, held by sessions.</summary>
    public FairStock Stock { get; }

    /// <summary>Monitored items, held by sessions.</summary>
    public FairStock Items { get; }

    /// <summary>Monitored items over all subscriptions.</summary>
    public int ItemCount => (int)Items.Used;

    /// <summary>All subscriptions, also those whose session has ended.</summary>
    public IReadOnlyCollection<Subscription> All => _subscriptions.Values;

    /// <summary>Subscriptions created since the server started.</summary>
    public uint Cumulated { get; private set; }

    public bool TryGet(uint id, out Subscription subscription) => _subscriptions.TryGetValue(id, out subscription!);

    /// <exception cref="OpcUaException">BadTooManySubscriptions.</exception>
    public Subscription Create(Session session)
    {
        if (session.Publishing.Subscriptions.Count >= _server.Limits.MaxSubscriptionsPerSession || !TryMakeRoom(session.SubscriptionShare, 1))
        {
            throw new OpcUaException(StatusCodes.BadTooManySubscriptions);
        }

        var subscription = new Subscription(session, ++_lastId);
        _subscriptions.Add(subscription.Id, subscription);
        session.SubscriptionShare.Take(1);
        session.Publishing.Add(subscription);
        Cumulated++;
        return subscription;
    }

    /// <summary>Moves a subscription to another session of the same user (OPC 10000-4, 5.14.7).</summary>
    public StatusCode Transfer(Subscription subscription, Session session, bool sendInitialValues)
    {
        var before = subscription.Session;
        subscription.Counters.TransferRequests++;
        if (ReferenceEquals(before, session))
        {
            return StatusCodes.BadNothingToDo;
        }

        if (!IsOfTheSame(before, session))
        {
            return StatusCodes.BadUserAccessDenied;
        }

        if (session.Publishing.Subscriptions.Count >= _server.Limits.MaxSubscriptionsPerSession)
        {
            return StatusCodes.BadTooManySubscriptions;
        }

        // One whose session is gone is of the common stock already: it always finds room.
        if (!before.IsClosed && !session.SubscriptionShare.HasRoomFor(1))
        {
            return StatusCodes.BadTooManySubscriptions;
        }

        if (!before.IsClosed && !session.ItemShare.HasRoomFor(subscription.ItemCount))
        {
            return StatusCodes.BadTooManyMonitoredItems;
        }

        if (before.Caller.ApplicationUri == session.Caller.ApplicationUri)
        {
            subscription.Counters.TransferredToSameClient++;
        }
        else
        {
            subscription.Counters.TransferredToAltClient++;
        }

        before.Publishing.ReportEnd(subscription, StatusCodes.GoodSubscriptionTransferred);
        before.Publishing.Remove(subscription);
        before.SubscriptionShare.Return(1);
        session.SubscriptionShare.Take(1);
        session.Publishing.Add(subscription);
        subscription.MoveTo(session, sendInitialValues);
        return StatusCodes.Good;
    }

    /// <summary>Ends all subscriptions.</summary>
    public void Clear()
    {
        foreach (var subscription in _subscriptions.Values.ToArray())
        {
            Remove(subscription);
        }
    }

    public void Remove(Subscription subscription)
    {
        if (_subscriptions.Remove(subscription.Id))
        {
            subscription.Dispose();
            subscription.Session.SubscriptionShare.Return(1);
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

    /// <summary>Makes room for more: subscriptions without a session give way, the oldest first. False when there are none left, and still no room.</summary>
    public bool TryMakeRoom(FairShare share, int amount)
    {
        while (!share.HasRoomFor(amount))
        {
            if (Oldest(static s => s.Session.IsClosed) is not { } abandoned)
            {
                return false;
            }

            Remove(abandoned);
        }

        return true;
    }

    /// <summary>A session has left subscriptions behind, which are of the common stock now: beyond it the oldest of such give way.</summary>
    public void DropSurplus()
    {
        while ((Stock.IsOverdrawn || Items.IsOverdrawn) && Oldest(static s => s.Session.IsClosed) is { } abandoned)
        {
            Remove(abandoned);
        }
    }

    /// <summary>Whether two sessions belong to one user; without users, to one application, which only a protected channel shows.</summary>
    private static bool IsOfTheSame(Session before, Session now) => now.User.IsAnonymous
        ? before.User.IsAnonymous && before.Caller.ApplicationUri == now.Caller.ApplicationUri && IsProtected(before) && IsProtected(now)
        : before.User == now.User;

    private static bool IsProtected(Session session) => session.Mode is MessageSecurityMode.Sign or MessageSecurityMode.SignAndEncrypt;

    private Subscription? Oldest(Func<Subscription, bool> which) => _subscriptions.Values.Where(which).MinBy(static s => s.Id);

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
