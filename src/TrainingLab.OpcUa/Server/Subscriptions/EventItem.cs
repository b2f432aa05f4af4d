using TrainingLab.OpcUa.Events;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Server.Subscriptions;

/// <summary>
/// A monitored item that reports events of a notifier (OPC 10000-4, 5.13.1.5 and 7.22.3). When its queue is full, its oldest or newest event gives way to an overflow event, which
/// takes no place of the queue.
/// </summary>
internal sealed class EventItem : MonitoredItem
{
    private readonly LinkedList<Variant[]> _queue = [];
    private int _size = 1;
    private bool _overflown;

    public EventItem(Subscription subscription, uint id, Node node, ReadValueId target, CompiledEventFilter filter)
        : base(subscription, id, node, target)
    {
        Filter = filter;
        Server.Notifiers.Add(this);
    }

    public CompiledEventFilter Filter
    {
        get;
        set
        {
            Server.Notifiers.FilterCost += value.Cost - (field?.Cost ?? 0);
            field = value;
        }
    }

    public override int QueueSize
    {
        get => _size;
        set
        {
            _size = value;
            while (_queue.Count > _size)
            {
                Take(_queue.First!);
            }
        }
    }

    public override int QueuedCount => _queue.Count;

    /// <summary>An event came to the notifier.</summary>
    public void Receive(UaEvent happened)
    {
        if (Mode != MonitoringMode.Disabled && MayReceive(happened) && Filter.Passes(happened, Server.AddressSpace))
        {
            Enqueue(Filter.Select(happened, Server.AddressSpace, Subscription.Session.LocaleIds));
        }
    }

    /// <summary>An event that no where clause holds back: the frame of a refresh.</summary>
    public void ReceiveAlways(UaEvent happened)
    {
        if (Mode != MonitoringMode.Disabled)
        {
            Enqueue(Filter.Select(happened, Server.AddressSpace, Subscription.Session.LocaleIds));
        }
    }

    public override void Remove()
    {
        base.Remove();
        Server.Notifiers.Remove(this);
        Server.Notifiers.FilterCost -= Filter.Cost;
        Clear();
    }

    public EventFieldList Dequeue()
    {
        Dequeued();
        var fields = Take(_queue.First!);
        if (_queue.Count == 0)
        {
            _overflown = false;
        }

        return new(ClientHandle, fields);
    }

    protected override void OnEnabled()
    {
    }

    protected override void OnDisabled()
    {
        Clear();
        _overflown = false;
    }

    /// <summary>
    /// An event needs the permission on its type and on its source (OPC 10000-3, 8.55), here on its condition, too. An audit event needs it on all audit events: whoever may receive those learns of
    /// what is done to any node.
    /// </summary>
    private bool MayReceive(UaEvent happened)
    {
        var space = Server.AddressSpace;
        return !space.EnforcesRoles || (Allows(happened.Type) && Allows(happened.IsAudit ? EventTypeIds.AuditEventType : happened.Source) && (happened.ConditionId.IsNull || Allows(happened.ConditionId)));

        bool Allows(NodeId id) => space.Find(id) is not { } node || space.Check(node, Permissions.ReceiveEvents, Subscription.Session.Rights).IsGood;
    }

    private void Enqueue(Variant[] fields)
    {
        var held = _queue.Count - (_overflown ? 1 : 0);
        if (held == 0 || (held < _size && Subscription.Memory.HasRoomFor(NotificationBudget.SizeOf(fields))))
        {
            Put(fields, first: false);
        }
        else
        {
            Overflow(fields);
        }

        Queued();
    }

    private void Overflow(Variant[] fields)
    {
        Overflows++;
        if (DiscardOldest)
        {
            // The overflow event stays first; the oldest event behind it gives way.
            if (_overflown)
            {
                Take(_queue.First!.Next!);
            }
            else
            {
                Take(_queue.First!);
                Put(OverflowEvent(), first: true);
            }

            Put(fields, first: false);
        }
        else if (!_overflown)
        {
            Put(OverflowEvent(), first: false);
        }

        _overflown = true;
    }

    private void Put(Variant[] fields, bool first)
    {
        Subscription.Memory.Take(NotificationBudget.SizeOf(fields));
        if (first)
        {
            _queue.AddFirst(fields);
        }
        else
        {
            _queue.AddLast(fields);
        }
    }

    private Variant[] Take(LinkedListNode<Variant[]> node)
    {
        Subscription.Memory.Return(NotificationBudget.SizeOf(node.Value));
        _queue.Remove(node);
        return node.Value;
    }

    private void Clear()
    {
        while (_queue.First is { } first)
        {
            Take(first);
        }
    }

    private Variant[] OverflowEvent()
    {
        var overflow = new UaEvent(EventTypeIds.EventQueueOverflowEventType, ObjectIds.Server, "Server", new LocalizedText("Events were lost", "en"), severity: 500);
        Server.Notifiers.Stamp(overflow);
        return Filter.Select(overflow, Server.AddressSpace, Subscription.Session.LocaleIds);
    }
}
