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
    private readonly SentMessages _sent;
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
        Memory = new FairShare(session.Server.Subscriptions.Memory);
        _sent = new SentMessages(session.Server.Limits.MaxRetransmissionQueue, Memory);
        _timer = new ContextTimer(session.Connection.Peer.ConnectionTime, Cycle);
    }

    public OpcUaServer Server => Session.Server;

    /// <summary>The session that it reports to; it may be closed, and the subscription wait for another to take it over.</summary>
    public Session Session { get; private set; }

    public uint Id { get; }

    /// <summary>What its notifications take that wait or are kept.</summary>
    public FairShare Memory { get; }

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
    public uint[] AvailableSequenceNumbers => _sent.SequenceNumbers;

    /// <summary>How many those are.</summary>
    public int AvailableMessages => _sent.Count;

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
        Session.ItemShare.Return(_items.Count);
        Session = session;
        Session.ItemShare.Take(_items.Count);
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
            Session.ItemShare.Return(1);
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
    public StatusCode Acknowledge(uint sequenceNumber) => _sent.Acknowledge(sequenceNumber) ? StatusCodes.Good : StatusCodes.BadSequenceNumberUnknown;

    /// <summary>A message that can be sent again; null when it is not kept.</summary>
    public SentMessage? FindSent(uint sequenceNumber) => _sent.Find(sequenceNumber);

    /// <summary>Answers a Publish request with notifications or a keep-alive.</summary>
    public void Publish(PublishTicket ticket)
    {
        Counters.PublishRequests++;
        IsLate = false;
        _quietCycles = 0;
        _unservedCycles = 0;
        _hasSentFirst = true;
        var message = _sent.Begin(_nextSequenceNumber);
        NotificationMessage.Begin(message.Body, _nextSequenceNumber, Server.Now, notifications: 0);
        if (HasNotifications)
        {
            TakeNotifications(message, ticket.MaxMessageSize / 2);
        }

        var more = HasNotifications;
        IsLate = more;
        if (message.Values == 0)
        {
            // A keep-alive carries the next number without using it up.
            ticket.Answer(this, message.Body.Written, AvailableSequenceNumbers, more);
            _sent.Return(message);
            return;
        }

        _nextSequenceNumber = _nextSequenceNumber == uint.MaxValue ? 1 : _nextSequenceNumber + 1;
        var kept = _sent.TryKeep(message, out var discarded);
        Counters.DiscardedMessages += discarded;
        ticket.Answer(this, message.Body.Written, AvailableSequenceNumbers, more);
        if (!kept)
        {
            _sent.Return(message);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        _sent.Dispose();
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
        Session.ItemShare.Take(1);
        return item;
    }

    private void StartCycle()
    {
        var interval = TimeSpan.FromMilliseconds(PublishingInterval);
        _timer.Start(interval, interval);
    }

    /// <summary>Writes what the items have queued into a message: the values straight from their queues, then the events. The rest is for the next message.</summary>
    /// <param name="message">The message, begun without notifications.</param>
    /// <param name="enough">Bytes from which on nothing more is taken, so that the client can take the message.</param>
    private void TakeNotifications(SentMessage message, long enough)
    {
        var left = MaxNotificationsPerPublish == 0 ? int.MaxValue : (int)Math.Min(MaxNotificationsPerPublish, int.MaxValue);
        var writer = message.Body;
        var begun = writer.Length;
        var changes = DataChangeNotification.Begin(writer);
        var (taken, values, eventBytes) = (0, 0, 0L);
        List<EventFieldList>? happened = null;
        while (_ready.TryPeek(out var item))
        {
            while (left > 0 && (taken == 0 || writer.Length + eventBytes < enough) && item.ReportableCount > 0)
            {
                left--;
                taken++;
                if (item is DataItem data)
                {
                    data.Dequeue().Write(writer);
                    values++;
                }
                else
                {
                    var happening = ((EventItem)item).Dequeue();
                    (happened ??= []).Add(happening);
                    eventBytes += NotificationBudget.SizeOf(happening.Fields);
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

        if (values > 0)
        {
            DataChangeNotification.End(writer, changes, values);
        }
        else
        {
            writer.Truncate(begun);
        }

        if (happened is not null)
        {
            writer.WriteExtensionObject(new ExtensionObject(new EventNotificationList([.. happened])));
        }

        Counters.DataChanges += (uint)values;
        Counters.Events += (uint)(happened?.Count ?? 0);
        message.Values = taken;
        NotificationMessage.SetCount(writer, (values > 0 ? 1 : 0) + (happened is not null ? 1 : 0));
    }
}
