using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;
using TrainingLab.OpcUa.Server.Subscriptions;

namespace TrainingLab.OpcUa.Events.Conditions;

/// <summary>The alarms of a server, the methods that are called on them, and their refresh (OPC 10000-9, 5.5 to 5.8).</summary>
public sealed class ConditionRegistry
{
    private readonly OpcUaServer _server;
    private readonly List<AlarmCondition> _all = [];
    private readonly Dictionary<Node, AlarmCondition> _byNode = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<uint, CallHandler> _methods;

    internal ConditionRegistry(OpcUaServer server)
    {
        _server = server;
        _methods = new Dictionary<uint, CallHandler>
        {
            [9027] = On(static (alarm, _, user) => alarm.Enable(user)),
            [9028] = On(static (alarm, _, user) => alarm.Disable(user)),
            [9029] = On(static (alarm, inputs, user) => alarm.AddComment(user, Text(inputs[1]), Bytes(inputs[0]))),
            [9111] = On(static (alarm, inputs, user) => alarm.Acknowledge(user, Text(inputs[1]), Bytes(inputs[0]))),
            [9113] = On(static (alarm, inputs, user) => alarm.Confirm(user, Text(inputs[1]), Bytes(inputs[0]))),
            [2947] = On(static (alarm, _, user) => alarm.Unshelve(user)),
            [2948] = On(static (alarm, _, user) => alarm.ShelveOnce(user)),
            [2949] = On(static (alarm, inputs, user) => alarm.ShelveFor(Time(inputs[0]), user)),
            [3875] = RefreshAsync,
            [12912] = RefreshAsync,
        };
    }

    /// <summary>All alarms, in the order they were added.</summary>
    public IReadOnlyList<AlarmCondition> All => _all;

    /// <summary>Adds an alarm of this server.</summary>
    public void Add(AlarmCondition alarm)
    {
        ArgumentNullException.ThrowIfNull(alarm);
        _all.Add(alarm);
        _byNode.Add(alarm.Node, alarm);
        if (alarm.ShelvingNode is { } shelving)
        {
            _byNode.Add(shelving, alarm);
        }
    }

    /// <summary>The alarm of a condition's node, or of its shelving state; null where it is none.</summary>
    public AlarmCondition? Find(NodeId node) => _server.AddressSpace.Find(node) is { } found ? _byNode.GetValueOrDefault(found) : null;

    /// <summary>The place of an alarm, from 0 on; -1 before it is added.</summary>
    internal int PlaceOf(AlarmCondition alarm) => _all.IndexOf(alarm);

    /// <summary>Lets all alarms watch from now on.</summary>
    public void Start()
    {
        foreach (var alarm in _all)
        {
            alarm.Start();
        }
    }

    /// <summary>The handler of a method of namespace 0; null where it is none of conditions.</summary>
    internal CallHandler? HandlerOf(uint method) => _methods.GetValueOrDefault(method);

    /// <summary>Node ids have moved to other namespaces.</summary>
    internal void ShowAgain()
    {
        foreach (var alarm in _all)
        {
            alarm.Show();
        }
    }

    private CallHandler On(Func<AlarmCondition, IReadOnlyList<Variant>, string?, StatusCode> act) => (_, objectId, inputs, caller, _) =>
        ValueTask.FromResult<CallResult>(Find(objectId) is { } alarm ? act(alarm, inputs, caller.UserName) : StatusCodes.BadNodeIdInvalid);

    private static byte[] Bytes(in Variant value) => value.TryGet(out byte[]? bytes) && bytes is not null ? bytes : [];

    private static LocalizedText Text(in Variant value) => value.TryGet(out LocalizedText text) ? text : default;

    /// <summary>A duration in milliseconds; what is no time is one that no alarm takes.</summary>
    private static TimeSpan Time(in Variant value) =>
        value.TryGetDouble(out var milliseconds) && milliseconds is > 0 and < int.MaxValue ? TimeSpan.FromMilliseconds(milliseconds) : TimeSpan.Zero;

    /// <summary>ConditionRefresh and ConditionRefresh2 (OPC 10000-9, 5.5.7 and 5.5.8): what is retained, once more, between a start and an end event.</summary>
    private ValueTask<CallResult> RefreshAsync(MethodNode method, NodeId objectId, IReadOnlyList<Variant> inputs, OpcUaCaller caller, CancellationToken cancellationToken) =>
        ValueTask.FromResult<CallResult>(Refresh(inputs, caller));

    private StatusCode Refresh(IReadOnlyList<Variant> inputs, OpcUaCaller caller)
    {
        inputs[0].TryGet(out uint subscriptionId);
        if (!_server.Subscriptions.TryGet(subscriptionId, out var subscription))
        {
            return StatusCodes.BadSubscriptionIdInvalid;
        }

        if (subscription.Session.Id != caller.SessionId)
        {
            return StatusCodes.BadUserAccessDenied;
        }

        if (inputs.Count == 1)
        {
            foreach (var item in subscription.Items)
            {
                Refresh(item as EventItem);
            }

            return StatusCodes.Good;
        }

        inputs[1].TryGet(out uint itemId);
        if (!subscription.TryGetItem(itemId, out var wanted) || wanted is not EventItem events)
        {
            return StatusCodes.BadMonitoredItemIdInvalid;
        }

        Refresh(events);
        return StatusCodes.Good;
    }

    private void Refresh(EventItem? item)
    {
        if (item is null)
        {
            return;
        }

        item.ReceiveAlways(Frame(EventTypeIds.RefreshStartEventType, "Refresh begins"));
        foreach (var alarm in _all)
        {
            if (alarm is { IsRetained: true, LastEvent: { } last } && _server.Notifiers.Reaches(last.Source, item.Node))
            {
                item.Receive(last);
            }
        }

        item.ReceiveAlways(Frame(EventTypeIds.RefreshEndEventType, "Refresh ends"));
    }

    private UaEvent Frame(NodeId type, string message)
    {
        var frame = new UaEvent(type, ObjectIds.Server, "Server", new LocalizedText(message, "en"), severity: 100);
        _server.Notifiers.Stamp(frame);
        return frame;
    }
}
