using TrainingLab.OpcUa.Channel;
using TrainingLab.OpcUa.Events;
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
    private ContextTimer _timer;
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

    public OpcUaServer Server => Session.Server;

    /// <summary>The session that it reports to; it may be closed, and the subscription wait for another to take it over.</summary>
    public Session Session { get; private set; }

    public uint Id { get; }

    /// <summary>What happened to it, for diagnostics.</summary>
    public SubscriptionCounters Counters { get; } = new();

    public double PublishingInterval { get; private set; }

    public uint KeepAliveCount { get; private set; }

    public uint LifetimeCount { get; private set; }

    public uint MaxNotificationsPerPublish { get; set; }

    public bool PublishingEnabled { get; private set; }

    public byte Priority { get; set; }

    /// <summary>How many items are set off by others, each pair counted.</summary>
    public int LinkCount { get; set; }

    /// <summary>Whether something should have been sent and no Publish request was there.</summary>
    public bool IsLate { get; private set; }

    public int ItemCount => _items.Count;

    public IReadOnlyCollection<MonitoredItem> Items => _items.Values;

    /// <summary>Sequence numbers of the messages that Republish can still give.</summary>
    public uint[] AvailableSequenceNumbers => [.. _sent.Select(static m => m.SequenceNumber)];

    public uint NextSequenceNumber => _nextSequenceNumber;

    /// <summary>Intervals since something was sent, and since anybody asked.</summary>
    public (uint Quiet, uint Unserved) Cycles => (_quietCycles, _unservedCycles);

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
            StartCycle();
        }
    }

    public void SetPublishing(bool enabled)
    {
        PublishingEnabled = enabled;
        if (enabled)
        {
            Counters.Enabled++;
        }
        else
        {
            Counters.Disabled++;
        }
    }

    /// <summary>Reports to another session from now on; its cycle runs in that session's time.</summary>
    public void MoveTo(Session session, bool sendInitialValues)
    {
        var before = Session.Connection.Peer.ConnectionTime;
        Session = session;
        _unservedCycles = 0;
        if (!ReferenceEquals(before, session.Connection.Peer.ConnectionTime))
        {
            _timer.Dispose();
            _timer = new ContextTimer(session.Connection.Peer.ConnectionTime, Cycle);
            StartCycle();
        }

        if (sendInitialValues)
        {
            foreach (var item in _items.Values)
            {
                item.Resend();
            }
        }
    }

    /// <summary>A request named the subscription: it is alive.</summary>
    public void KeepAlive() => _unservedCycles = 0;

    public DataItem Add(Node node, in ReadValueId target) => Add(new DataItem(this, ++_lastItemId, node, target));

    public EventItem Add(Node node, in ReadValueId target, CompiledEventFilter filter) => Add(new EventItem(this, ++_lastItemId, node, target, filter));

    public bool TryGetItem(uint id, out MonitoredItem item) => _items.TryGetValue(id, out item!);

    public void RemoveItem(MonitoredItem item)
    {
        if (_items.Remove(item.Id))
        {
            item.Remove();
            Server.Subscriptions.ItemCount--;
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
                Server.Subscriptions.Memory.Return(NotificationBudget.SizeOf(message));
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
        Counters.PublishRequests++;
        IsLate = false;
        _quietCycles = 0;
        _unservedCycles = 0;
        _hasSentFirst = true;
        var message = new NotificationMessage(_nextSequenceNumber, Server.Now, TakeNotifications());
        if (message.Notifications.Length > 0)
        {
            // A keep-alive carries the next number without using it up.
            _nextSequenceNumber = _nextSequenceNumber == uint.MaxValue ? 1 : _nextSequenceNumber + 1;
            Keep(message);
        }

        var more = HasNotifications;
        IsLate = more;
        ticket.Answer(this, message, AvailableSequenceNumbers, more);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        foreach (var item in _items.Values.ToArray())
        {
            RemoveItem(item);
        }

        while (_sent.TryDequeue(out var message))
        {
            Server.Subscriptions.Memory.Return(NotificationBudget.SizeOf(message));
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

        if (Session.IsClosed)
        {
            return;
        }

        _quietCycles++;
        if (HasNotifications || !_hasSentFirst || _quietCycles >= KeepAliveCount || IsLate)
        {
            if (IsLate || !publishing.HasRequests)
            {
                Counters.LatePublishRequests++;
            }

            IsLate = true;
            publishing.Serve();
        }
    }

    private T Add<T>(T item)
        where T : MonitoredItem
    {
        _items.Add(item.Id, item);
        Server.Subscriptions.ItemCount++;
        return item;
    }

    private void StartCycle()
    {
        var interval = TimeSpan.FromMilliseconds(PublishingInterval);
        _timer.Start(interval, interval);
    }

    private ExtensionObject[] TakeNotifications()
    {
        if (!HasNotifications)
        {
            return [];
        }

        var left = MaxNotificationsPerPublish == 0 ? int.MaxValue : (int)Math.Min(MaxNotificationsPerPublish, int.MaxValue);
        var (values, events) = CountReady();
        var changes = new MonitoredItemNotification[Math.Min(left, values)];
        var happened = events == 0 ? [] : new List<EventFieldList>();
        var count = 0;

        // What does not fit a message follows in the next one.
        var room = (long)Server.Limits.MaxMessageSize / 4;
        while (_ready.TryPeek(out var item))
        {
            while (left > 0 && room > 0 && item.ReportableCount > 0)
            {
                left--;
                if (item is DataItem data)
                {
                    changes[count] = data.Dequeue();
                    room -= NotificationBudget.SizeOf(changes[count].Value);
                    count++;
                }
                else
                {
                    happened.Add(((EventItem)item).Dequeue());
                    room -= NotificationBudget.SizeOf(happened[^1].Fields);
                }
            }

            if (item.ReportableCount > 0)
            {
                break;
            }

            // Also items whose queue was emptied otherwise (disabled, removed).
            _ready.Dequeue();
            item.IsReady = false;
        }

        Counters.DataChanges += (uint)count;
        Counters.Events += (uint)happened.Count;
        var notifications = new List<ExtensionObject>(2);
        if (count > 0)
        {
            notifications.Add(new ExtensionObject(new DataChangeNotification(count == changes.Length ? changes : changes[..count])));
        }

        if (happened.Count > 0)
        {
            notifications.Add(new ExtensionObject(new EventNotificationList([.. happened])));
        }

        return [.. notifications];
    }

    private (int Values, int Events) CountReady()
    {
        var (values, events) = (0, 0);
        foreach (var item in _ready)
        {
            if (item is DataItem)
            {
                values += item.ReportableCount;
            }
            else
            {
                events += item.ReportableCount;
            }
        }

        return (values, events);
    }

    private void Keep(NotificationMessage message)
    {
        var memory = Server.Subscriptions.Memory;
        _sent.Enqueue(message);
        memory.Take(NotificationBudget.SizeOf(message));
        while (_sent.Count > Server.Limits.MaxRetransmissionQueue || (_sent.Count > 0 && memory.IsOver))
        {
            memory.Return(NotificationBudget.SizeOf(_sent.Dequeue()));
            Counters.DiscardedMessages++;
        }
    }
}
