using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server.Services;

namespace TrainingLab.OpcUa.Server.Subscriptions;

/// <summary>A monitored item that reports changes of an attribute: sampling, filter, queue.</summary>
internal sealed class DataItem : MonitoredItem, IValueWatcher
{
    private readonly VariableNode? _pushed;
    private readonly bool _polled;
    private readonly ValueQueue _queue;
    private DataValue _lastSample;
    private bool _hasSample;

    public DataItem(Subscription subscription, uint id, Node node, ReadValueId target)
        : base(subscription, id, node, target)
    {
        _queue = new ValueQueue(subscription.Memory);
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

    /// <summary>Milliseconds; 0 reports every change at once. One that waits for its next sample waits by the new interval.</summary>
    public override double SamplingInterval
    {
        get;
        set
        {
            if (value == field)
            {
                return;
            }

            field = value;
            if (Place.List is null)
            {
                return;
            }

            SampleList.Remove(this);
            if (value == 0)
            {
                Sample();
            }
            else
            {
                Schedule();
            }
        }
    }

    public override int QueueSize
    {
        get => _queue.Size;
        set => _queue.Size = value;
    }

    public override int QueuedCount => _queue.Count;

    public DataChangeTrigger Trigger { get; set; } = DataChangeTrigger.StatusValue;

    public DeadbandKind Deadband { get; set; }

    public double DeadbandValue { get; set; }

    public override void Resend()
    {
        if (Mode == MonitoringMode.Reporting && _queue.Count == 0)
        {
            _hasSample = false;
            Sample();
        }
    }

    /// <summary>Where it waits for its next sample.</summary>
    public SampleList.Link Place { get; set; }

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
        Sample();
        if (_polled)
        {
            Schedule();
        }
    }

    public override void AccessChanged()
    {
        if (Mode != MonitoringMode.Disabled)
        {
            Sample();
        }
    }

    public override void NodeRemoved() => Enqueue(DataValue.Bad(StatusCodes.BadNodeIdUnknown));

    public override void Remove()
    {
        base.Remove();
        _pushed?.Unwatch(this);
        SampleList.Remove(this);
        _queue.Clear();
    }

    public MonitoredItemNotification Dequeue()
    {
        Dequeued();
        return new(ClientHandle, _queue.Dequeue());
    }

    /// <summary>Begins with the present value.</summary>
    protected override void OnEnabled()
    {
        Sample();
        if (_polled)
        {
            Schedule();
        }
    }

    protected override void OnDisabled()
    {
        SampleList.Remove(this);
        _queue.Clear();
        _hasSample = false;
    }

    private void Schedule()
    {
        if (Place.List is null)
        {
            Server.Subscriptions.Sampling.Schedule(this);
        }
    }

    private void Sample()
    {
        var value = AttributeService.ReadOne(Subscription.Session, Target);
        if (_hasSample && !DataChange.Passes(_lastSample, value, Trigger, Deadband, DeadbandLimit()))
        {
            return;
        }

        _hasSample = true;
        _lastSample = value;
        Enqueue(AttributeService.WithTimestamps(value, Timestamps, Target.Attribute, Server.Now));
    }

    private double DeadbandLimit() => Deadband switch
    {
        DeadbandKind.Absolute => DeadbandValue,
        DeadbandKind.Percent when (Node as VariableNode)?.Range is { } range => DeadbandValue / 100 * (range.High - range.Low),
        _ => 0,
    };

    private void Enqueue(in DataValue value)
    {
        if (_queue.Count == _queue.Size && _queue.Size > 1)
        {
            Overflows++;
        }

        _queue.Enqueue(value, DiscardOldest);
        Queued();
    }
}
