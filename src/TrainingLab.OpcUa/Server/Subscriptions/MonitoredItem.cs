using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Server.Subscriptions;

/// <summary>One attribute of one node in a subscription (OPC 10000-4, 5.13.1): mode, links, and a queue that its kind fills.</summary>
internal abstract class MonitoredItem(Subscription subscription, uint id, Node node, ReadValueId target)
{
    private HashSet<MonitoredItem>? _triggered;
    private HashSet<MonitoredItem>? _triggeredBy;
    private int _due;

    public Subscription Subscription => subscription;

    public uint Id => id;

    public Node Node => node;

    public ReadValueId Target => target;

    public uint ClientHandle { get; set; }

    public TimestampsToReturn Timestamps { get; set; }

    public bool DiscardOldest { get; set; } = true;

    public MonitoringMode Mode { get; private set; }

    /// <summary>Milliseconds; 0 reports every change at once.</summary>
    public virtual double SamplingInterval { get; set; }

    public abstract int QueueSize { get; set; }

    /// <summary>What is in the queue.</summary>
    public abstract int QueuedCount { get; }

    /// <summary>What may be published: everything while it reports, else what was there when another item set it off.</summary>
    public int ReportableCount => Mode == MonitoringMode.Reporting ? QueuedCount : Math.Min(_due, QueuedCount);

    /// <summary>Whether the subscription has it on its list of items with something to publish.</summary>
    public bool IsReady { get; set; }

    /// <summary>How often its queue was full.</summary>
    public uint Overflows { get; protected set; }

    protected bool IsRemoved { get; private set; }

    protected OpcUaServer Server => subscription.Server;

    /// <summary>Switches sampling and reporting (OPC 10000-4, 5.13.1.3).</summary>
    public void SetMode(MonitoringMode mode)
    {
        var before = Mode;
        Mode = mode;
        if (mode == MonitoringMode.Disabled)
        {
            _due = 0;
            OnDisabled();
        }
        else if (before == MonitoringMode.Disabled)
        {
            OnEnabled();
        }

        if (ReportableCount > 0)
        {
            subscription.ItemReady(this);
        }
    }

    /// <summary>Lets this item set off another one's reports; false when it has too many links.</summary>
    public bool TryLink(MonitoredItem other)
    {
        _triggered ??= [];
        if (_triggered.Contains(other))
        {
            return true;
        }

        if (_triggered.Count >= Server.Limits.MaxTriggeringLinks || subscription.LinkCount >= Server.Limits.MaxTriggeringLinksPerSubscription)
        {
            return false;
        }

        _triggered.Add(other);
        (other._triggeredBy ??= []).Add(this);
        subscription.LinkCount++;
        return true;
    }

    public bool Unlink(MonitoredItem other)
    {
        if (_triggered is null || !_triggered.Remove(other))
        {
            return false;
        }

        other._triggeredBy!.Remove(this);
        subscription.LinkCount--;
        return true;
    }

    /// <summary>Queues the present value whether or not it has changed.</summary>
    public virtual void Resend()
    {
    }

    /// <summary>The session may see more or less than before.</summary>
    public virtual void AccessChanged()
    {
    }

    /// <summary>The node has left the address space.</summary>
    public virtual void NodeRemoved()
    {
    }

    public virtual void Remove()
    {
        IsRemoved = true;
        foreach (var other in _triggered?.ToArray() ?? [])
        {
            Unlink(other);
        }

        foreach (var other in _triggeredBy?.ToArray() ?? [])
        {
            other.Unlink(this);
        }
    }

    protected abstract void OnEnabled();

    protected abstract void OnDisabled();

    /// <summary>Something was queued: it is reported, and what is linked to it (OPC 10000-4, 5.13.1.6).</summary>
    protected void Queued()
    {
        if (ReportableCount > 0)
        {
            subscription.ItemReady(this);
        }

        if (_triggered is null)
        {
            return;
        }

        foreach (var item in _triggered)
        {
            if (item is { Mode: MonitoringMode.Sampling, IsRemoved: false, QueuedCount: > 0 })
            {
                item._due = item.QueuedCount;
                subscription.ItemReady(item);
            }
        }
    }

    /// <summary>Something was taken out of the queue to be published.</summary>
    protected void Dequeued() => _due = Math.Max(0, _due - 1);
}
