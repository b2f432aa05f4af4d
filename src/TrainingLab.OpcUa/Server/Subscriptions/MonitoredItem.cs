using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server.Services;

namespace TrainingLab.OpcUa.Server.Subscriptions;

/// <summary>One attribute of one node in a subscription (OPC 10000-4, 5.13.1): sampling, filter, queue.</summary>
internal sealed class MonitoredItem : IValueWatcher
{
    private readonly Subscription _subscription;
    private readonly VariableNode? _pushed;
    private readonly bool _polled;
    private readonly ValueQueue _queue = new();
    private DataValue _lastSample;
    private bool _hasSample;
    private bool _scheduled;
    private bool _removed;

    public MonitoredItem(Subscription subscription, uint id, Node node, ReadValueId target)
    {
        _subscription = subscription;
        Id = id;
        Node = node;
        Target = target;
        if (target.Attribute == AttributeId.Value && node is VariableNode variable)
        {
            _polled = variable.Computed is not null;
            if (!_polled && variable.Space is not null)
            {
                _pushed = variable;
                variable.Watch(this);
            }
        }
    }

    public uint Id { get; }

    public Node Node { get; }

    public ReadValueId Target { get; }

    public uint ClientHandle { get; set; }

    public TimestampsToReturn Timestamps { get; set; }

    /// <summary>Milliseconds; 0 reports every change at once.</summary>
    public double SamplingInterval { get; set; }

    public int QueueSize
    {
        get => _queue.Size;
        set => _queue.Size = value;
    }

    public bool DiscardOldest { get; set; } = true;

    public DataChangeTrigger Trigger { get; set; } = DataChangeTrigger.StatusValue;

    public DeadbandKind Deadband { get; set; }

    public double DeadbandValue { get; set; }

    public MonitoringMode Mode { get; private set; }

    /// <summary>Values that wait to be published.</summary>
    public int QueuedCount => _queue.Count;

    /// <summary>Whether the subscription has it on its list of items with something to publish.</summary>
    public bool IsReady { get; set; }

    /// <summary>Switches sampling and reporting (OPC 10000-4, 5.13.1.3); starting begins with the present value.</summary>
    public void SetMode(MonitoringMode mode)
    {
        var before = Mode;
        Mode = mode;
        if (mode == MonitoringMode.Disabled)
        {
            _queue.Clear();
            _hasSample = false;
        }
        else if (before == MonitoringMode.Disabled)
        {
            Sample();
            if (_polled)
            {
                Schedule();
            }
        }

        ReportIfReady();
    }

    /// <summary>Queues the present value whether or not it has changed.</summary>
    public void Resend()
    {
        if (Mode == MonitoringMode.Reporting && _queue.Count == 0)
        {
            _hasSample = false;
            Sample();
        }
    }

    /// <inheritdoc/>
    public void ValueChanged()
    {
        if (Mode == MonitoringMode.Disabled)
        {
            return;
        }

        if (SamplingInterval == 0)
        {
            Sample();
        }
        else
        {
            Schedule();
        }
    }

    /// <summary>Its sampling interval is over.</summary>
    public void SampleNow()
    {
        _scheduled = false;
        if (_removed || Mode == MonitoringMode.Disabled)
        {
            return;
        }

        Sample();
        if (_polled)
        {
            Schedule();
        }
    }

    /// <summary>The node has left the address space.</summary>
    public void NodeRemoved() => Enqueue(DataValue.Bad(StatusCodes.BadNodeIdUnknown));

    public void Remove()
    {
        _removed = true;
        _pushed?.Unwatch(this);
        _queue.Clear();
    }

    public MonitoredItemNotification Dequeue() => new(ClientHandle, _queue.Dequeue());

    private void Schedule()
    {
        if (!_scheduled)
        {
            _scheduled = true;
            _subscription.Sampling.Schedule(this);
        }
    }

    private void Sample()
    {
        var server = _subscription.Session.Server;
        var value = AttributeService.ReadOne(server.AddressSpace, Target);
        if (_hasSample && !DataChange.Passes(_lastSample, value, Trigger, Deadband, DeadbandLimit()))
        {
            return;
        }

        _hasSample = true;
        _lastSample = value;
        Enqueue(AttributeService.WithTimestamps(value, Timestamps, Target.Attribute, server.Now));
    }

    private double DeadbandLimit() => Deadband switch
    {
        DeadbandKind.Absolute => DeadbandValue,
        DeadbandKind.Percent when (Node as VariableNode)?.Range is { } range => DeadbandValue / 100 * (range.High - range.Low),
        _ => 0,
    };

    private void Enqueue(in DataValue value)
    {
        _queue.Enqueue(value, DiscardOldest);
        ReportIfReady();
    }

    private void ReportIfReady()
    {
        if (Mode == MonitoringMode.Reporting && _queue.Count > 0)
        {
            _subscription.ItemReady(this);
        }
    }
}
