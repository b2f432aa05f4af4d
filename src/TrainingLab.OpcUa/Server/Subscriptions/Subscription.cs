using TrainingLab.OpcUa.Channel;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Server.Subscriptions;

/// <summary>
/// A subscription (OPC 10000-4, 5.14.1): every publishing interval, what its items have queued is sent, or after so many quiet intervals a keep-alive.
/// Its cycle runs in the time of the connection that created it, so that a frozen plant does not end an outside client's subscription.
/// </summary>
internal sealed class Subscription : IDisposable
{
    private readonly Dictionary<uint, MonitoredItem> _items = [];
    private readonly Queue<MonitoredItem> _ready = new();
    private readonly Queue<NotificationMessage> _sent = new();
    private int _sentValues;
    private readonly ContextTimer _timer;
    private uint _nextSequenceNumber = 1;
    private uint _quietCycles;
    private uint _unservedCycles;
    private bool _hasSentFirst;
    private uint _lastItemId;

    public Subscription(Session session, uint id)
    {
        Session = session;
        Id = id;
        _timer = new ContextTimer(session.Connection.Peer.ConnectionTime, Cycle);
    }

    public Session Session { get; }

    public uint Id { get; }

    public double PublishingInterval { get; private set; }

    public uint KeepAliveCount { get; private set; }

    public uint LifetimeCount { get; private set; }

    public uint MaxNotificationsPerPublish { get; set; }

    public bool PublishingEnabled { get; set; }

    public byte Priority { get; set; }

    /// <summary>Whether something should have been sent and no Publish request was there.</summary>
    public bool IsLate { get; private set; }

    public SamplingGroups Sampling => Session.Server.Subscriptions.Sampling;

    public int ItemCount => _items.Count;

    public IReadOnlyCollection<MonitoredItem> Items => _items.Values;

    private bool HasNotifications => PublishingEnabled && _ready.Count > 0;

    /// <summary>Sets the counts and (re)starts the cycle.</summary>
    public void Configure(double publishingInterval, uint lifetimeCount, uint keepAliveCount)
    {
        KeepAliveCount = keepAliveCount;
        LifetimeCount = lifetimeCount;
        _unservedCycles = 0;
        if (PublishingInterval != publishingInterval)
        {
            PublishingInterval = publishingInterval;
            var interval = TimeSpan.FromMilliseconds(publishingInterval);
            _timer.Start(interval, interval);
        }
    }

    /// <summary>A request named the subscription: it is alive.</summary>
    public void KeepAlive() => _unservedCycles = 0;

    public MonitoredItem Add(Node node, in ReadValueId target)
    {
        var item = new MonitoredItem(this, ++_lastItemId, node, target);
        _items.Add(item.Id, item);
        Session.Server.Subscriptions.ItemCount++;
        return item;
    }

    public bool TryGetItem(uint id, out MonitoredItem item) => _items.TryGetValue(id, out item!);

    public void RemoveItem(MonitoredItem item)
    {
        if (_items.Remove(item.Id))
        {
            item.Remove();
            Session.Server.Subscriptions.ItemCount--;
        }
    }

    /// <summary>An item has something to publish.</summary>
    public void ItemReady(MonitoredItem item)
    {
        if (!item.IsReady)
        {
            item.IsReady = true;
            _ready.Enqueue(item);
        }
    }

    /// <summary>Removes an acknowledged message; BadSequenceNumberUnknown when there is none.</summary>
    public StatusCode Acknowledge(uint sequenceNumber)
    {
        var found = false;
        for (var i = _sent.Count; i > 0; i--)
        {
            var message = _sent.Dequeue();
            if (message.SequenceNumber == sequenceNumber)
            {
                found = true;
                _sentValues -= Values(message);
            }
            else
            {
                _sent.Enqueue(message);
            }
        }

        return found ? StatusCodes.Good : StatusCodes.BadSequenceNumberUnknown;
    }

    public NotificationMessage? FindSent(uint sequenceNumber) => _sent.FirstOrDefault(m => m.SequenceNumber == sequenceNumber);

    /// <summary>Answers a Publish request with notifications or a keep-alive.</summary>
    public void Publish(PublishTicket ticket)
    {
        IsLate = false;
        _quietCycles = 0;
        _unservedCycles = 0;
        _hasSentFirst = true;
        var notifications = TakeNotifications();
        var message = new NotificationMessage(_nextSequenceNumber, Session.Server.Now, notifications.Length == 0 ? [] : [new ExtensionObject(new DataChangeNotification(notifications))]);
        if (notifications.Length > 0)
        {
            // A keep-alive carries the next number without using it up.
            _nextSequenceNumber = _nextSequenceNumber == uint.MaxValue ? 1 : _nextSequenceNumber + 1;
            Keep(message);
        }

        var more = HasNotifications;
        IsLate = more;
        ticket.Answer(this, message, [.. _sent.Select(static m => m.SequenceNumber)], more);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        foreach (var item in _items.Values.ToArray())
        {
            RemoveItem(item);
        }
    }

    private void Cycle()
    {
        var publishing = Session.Publishing;
        _unservedCycles = publishing.HasRequests ? 0 : _unservedCycles + 1;
        if (_unservedCycles >= LifetimeCount)
        {
            Detached.Run(Session.Server.Subscriptions.ExpireAsync(this));
            return;
        }

        _quietCycles++;
        if (HasNotifications || !_hasSentFirst || _quietCycles >= KeepAliveCount || IsLate)
        {
            IsLate = true;
            publishing.Serve();
        }
    }

    private MonitoredItemNotification[] TakeNotifications()
    {
        if (!HasNotifications)
        {
            return [];
        }

        var max = MaxNotificationsPerPublish == 0 ? int.MaxValue : (int)Math.Min(MaxNotificationsPerPublish, int.MaxValue);
        var total = 0;
        foreach (var item in _ready)
        {
            total += item.QueuedCount;
        }

        var notifications = new MonitoredItemNotification[Math.Min(max, total)];
        var count = 0;
        while (count < notifications.Length && _ready.TryPeek(out var item))
        {
            while (count < notifications.Length && item.QueuedCount > 0)
            {
                notifications[count++] = item.Dequeue();
            }

            if (item.QueuedCount == 0)
            {
                _ready.Dequeue();
                item.IsReady = false;
            }
        }

        // Items whose queue was emptied otherwise (disabled, removed) leave the list here.
        while (_ready.TryPeek(out var empty) && empty.QueuedCount == 0)
        {
            _ready.Dequeue();
            empty.IsReady = false;
        }

        return notifications;
    }

    private void Keep(NotificationMessage message)
    {
        _sent.Enqueue(message);
        _sentValues += Values(message);
        var limits = Session.Server.Limits;
        while (_sent.Count > limits.MaxRetransmissionQueue || (_sent.Count > 1 && _sentValues > limits.MaxRetransmissionValues))
        {
            _sentValues -= Values(_sent.Dequeue());
        }
    }

    private static int Values(NotificationMessage message) =>
        message.Notifications.Length > 0 && message.Notifications[0]?.Structure is DataChangeNotification change ? change.MonitoredItems.Length : 0;
}
