using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server.Subscriptions;

namespace TrainingLab.OpcUa.Server.Services;

/// <summary>Monitored items (OPC 10000-4, 5.13).</summary>
internal static class MonitoredItemService
{
    public static async ValueTask<CreateMonitoredItemsResponse> CreateAsync(Session session, CreateMonitoredItemsRequest request)
    {
        var subscription = SubscriptionService.Get(session, request.SubscriptionId);
        AttributeService.CheckTimestamps(request.TimestampsToReturn);
        Operations.Check(request.ItemsToCreate.Length, session.Server.Limits.MaxMonitoredItemsPerCall);
        var results = new MonitoredItemCreateResult[request.ItemsToCreate.Length];
        var actions = new MonitoredItemAction[results.Length];
        for (var i = 0; i < results.Length; i++)
        {
            var wanted = request.ItemsToCreate[i];
            var status = TryCreate(subscription, wanted, request.TimestampsToReturn, out var item);
            results[i] = item is null
                ? new MonitoredItemCreateResult(status, 0, 0, 0, null)
                : new MonitoredItemCreateResult(status, item.Id, item.SamplingInterval, (uint)item.QueueSize, null);
            actions[i] = Describe(subscription, item, wanted.ItemToMonitor, wanted.RequestedParameters, status);
        }

        await session.Server.Observer.MonitoredItemsCreatedAsync(session.Caller, actions);
        return new CreateMonitoredItemsResponse(results);
    }

    public static async ValueTask<ModifyMonitoredItemsResponse> ModifyAsync(Session session, ModifyMonitoredItemsRequest request)
    {
        var subscription = SubscriptionService.Get(session, request.SubscriptionId);
        AttributeService.CheckTimestamps(request.TimestampsToReturn);
        Operations.Check(request.ItemsToModify.Length, session.Server.Limits.MaxMonitoredItemsPerCall);
        var results = new MonitoredItemModifyResult[request.ItemsToModify.Length];
        var actions = new MonitoredItemAction[results.Length];
        for (var i = 0; i < results.Length; i++)
        {
            var wanted = request.ItemsToModify[i];
            if (!subscription.TryGetItem(wanted.MonitoredItemId, out var item))
            {
                results[i] = new MonitoredItemModifyResult(StatusCodes.BadMonitoredItemIdInvalid, 0, 0, null);
                actions[i] = Describe(subscription, null, default, wanted.RequestedParameters, StatusCodes.BadMonitoredItemIdInvalid);
                continue;
            }

            var status = CheckFilter(item.Node, item.Target.Attribute, wanted.RequestedParameters.Filter, out var filter);
            if (!status.IsBad)
            {
                item.Timestamps = request.TimestampsToReturn;
                Apply(subscription, item, wanted.RequestedParameters, filter);
            }

            results[i] = new MonitoredItemModifyResult(status, item.SamplingInterval, (uint)item.QueueSize, null);
            actions[i] = Describe(subscription, item, item.Target, wanted.RequestedParameters, status);
        }

        await session.Server.Observer.MonitoredItemsModifiedAsync(session.Caller, actions);
        return new ModifyMonitoredItemsResponse(results);
    }

    public static async ValueTask<SetMonitoringModeResponse> SetModeAsync(Session session, SetMonitoringModeRequest request)
    {
        var subscription = SubscriptionService.Get(session, request.SubscriptionId);
        Operations.Check(request.MonitoredItemIds.Length, session.Server.Limits.MaxMonitoredItemsPerCall);
        if (request.MonitoringMode is < MonitoringMode.Disabled or > MonitoringMode.Reporting)
        {
            throw new OpcUaException(StatusCodes.BadMonitoringModeInvalid);
        }

        var results = new StatusCode[request.MonitoredItemIds.Length];
        var actions = new List<MonitoredItemAction>(results.Length);
        for (var i = 0; i < results.Length; i++)
        {
            if (!subscription.TryGetItem(request.MonitoredItemIds[i], out var item))
            {
                results[i] = StatusCodes.BadMonitoredItemIdInvalid;
                continue;
            }

            item.SetMode(request.MonitoringMode);
            actions.Add(Describe(subscription, item, item.Target, default, StatusCodes.Good));
        }

        await session.Server.Observer.MonitoredItemsModifiedAsync(session.Caller, actions);
        return new SetMonitoringModeResponse(results);
    }

    public static async ValueTask<DeleteMonitoredItemsResponse> DeleteAsync(Session session, DeleteMonitoredItemsRequest request)
    {
        var subscription = SubscriptionService.Get(session, request.SubscriptionId);
        Operations.Check(request.MonitoredItemIds.Length, session.Server.Limits.MaxMonitoredItemsPerCall);
        var results = new StatusCode[request.MonitoredItemIds.Length];
        var actions = new List<MonitoredItemAction>(results.Length);
        for (var i = 0; i < results.Length; i++)
        {
            if (!subscription.TryGetItem(request.MonitoredItemIds[i], out var item))
            {
                results[i] = StatusCodes.BadMonitoredItemIdInvalid;
                continue;
            }

            subscription.RemoveItem(item);
            actions.Add(Describe(subscription, item, item.Target, default, StatusCodes.Good));
        }

        await session.Server.Observer.MonitoredItemsDeletedAsync(session.Caller, actions);
        return new DeleteMonitoredItemsResponse(results);
    }

    private static StatusCode TryCreate(Subscription subscription, in MonitoredItemCreateRequest wanted, TimestampsToReturn timestamps, out MonitoredItem? item)
    {
        item = null;
        var server = subscription.Session.Server;
        var target = wanted.ItemToMonitor;
        var node = server.AddressSpace.Find(target.Node);
        if (node is null)
        {
            return StatusCodes.BadNodeIdUnknown;
        }

        // What can never be read is refused; what cannot be read now is watched.
        var present = AttributeService.ReadOne(server.AddressSpace, target);
        if (present.Status.Code is StatusCodes.BadAttributeIdInvalid or StatusCodes.BadNotReadable or StatusCodes.BadIndexRangeInvalid
            or StatusCodes.BadDataEncodingInvalid or StatusCodes.BadDataEncodingUnsupported)
        {
            return present.Status;
        }

        if (wanted.MonitoringMode is < MonitoringMode.Disabled or > MonitoringMode.Reporting)
        {
            return StatusCodes.BadMonitoringModeInvalid;
        }

        var status = CheckFilter(node, target.Attribute, wanted.RequestedParameters.Filter, out var filter);
        if (status.IsBad)
        {
            return status;
        }

        if (subscription.ItemCount >= server.Limits.MaxMonitoredItemsPerSubscription || server.Subscriptions.ItemCount >= server.Limits.MaxMonitoredItems)
        {
            return StatusCodes.BadTooManyMonitoredItems;
        }

        item = subscription.Add(node, target);
        item.Timestamps = timestamps;
        Apply(subscription, item, wanted.RequestedParameters, filter);
        item.SetMode(wanted.MonitoringMode);
        return StatusCodes.Good;
    }

    private static StatusCode CheckFilter(Node node, AttributeId attribute, ExtensionObject? filter, out DataChangeFilter? accepted)
    {
        accepted = null;
        if (filter is null)
        {
            return StatusCodes.Good;
        }

        if (filter.Structure is not DataChangeFilter change)
        {
            return StatusCodes.BadMonitoredItemFilterUnsupported;
        }

        if (attribute != AttributeId.Value || node is not VariableNode variable)
        {
            return StatusCodes.BadFilterNotAllowed;
        }

        if (change.Trigger is < DataChangeTrigger.Status or > DataChangeTrigger.StatusValueTimestamp)
        {
            return StatusCodes.BadMonitoredItemFilterInvalid;
        }

        switch ((DeadbandKind)change.DeadbandType)
        {
            case DeadbandKind.None:
                break;
            case DeadbandKind.Absolute:
                if (!(change.DeadbandValue >= 0))
                {
                    return StatusCodes.BadDeadbandFilterInvalid;
                }

                break;
            case DeadbandKind.Percent:
                if (!(change.DeadbandValue is >= 0 and <= 100))
                {
                    return StatusCodes.BadDeadbandFilterInvalid;
                }

                if (variable.Range is null)
                {
                    return StatusCodes.BadMonitoredItemFilterUnsupported;
                }

                break;
            default:
                return StatusCodes.BadDeadbandFilterInvalid;
        }

        // A deadband is for numbers (OPC 10000-4, 7.22.2).
        if (change.DeadbandType != 0 && !variable.Value.Value.IsNull && !IsNumeric(variable.Value.Value.Type))
        {
            return StatusCodes.BadFilterNotAllowed;
        }

        accepted = change;
        return StatusCodes.Good;
    }

    private static bool IsNumeric(BuiltInType type) => type is >= BuiltInType.SByte and <= BuiltInType.Double;

    private static void Apply(Subscription subscription, MonitoredItem item, in MonitoringParameters wanted, DataChangeFilter? filter)
    {
        var limits = subscription.Session.Server.Limits;
        var fastest = item.Node is VariableNode variable ? Math.Max(variable.MinimumSamplingInterval, variable.Computed is null ? 0 : limits.MinPublishingInterval) : 0;
        var interval = wanted.SamplingInterval < 0 || double.IsNaN(wanted.SamplingInterval) ? subscription.PublishingInterval : wanted.SamplingInterval;
        interval = interval == 0 ? fastest : Math.Clamp(interval, Math.Max(fastest, limits.MinSamplingInterval), limits.MaxPublishingInterval);
        item.SamplingInterval = interval;
        item.ClientHandle = wanted.ClientHandle;
        item.QueueSize = (int)Math.Clamp(wanted.QueueSize, 1, (uint)limits.MaxQueueSize);
        item.DiscardOldest = wanted.DiscardOldest;
        item.Trigger = filter?.Trigger ?? DataChangeTrigger.StatusValue;
        item.Deadband = (DeadbandKind)(filter?.DeadbandType ?? 0);
        item.DeadbandValue = filter?.DeadbandValue ?? 0;
    }

    private static MonitoredItemAction Describe(Subscription subscription, MonitoredItem? item, in ReadValueId target, in MonitoringParameters wanted, StatusCode status) =>
        item is null
            ? new MonitoredItemAction(
                subscription.Id, 0, target.Node, target.Attribute, wanted.SamplingInterval, wanted.QueueSize, wanted.DiscardOldest,
                (DeadbandKind)((wanted.Filter?.Structure as DataChangeFilter)?.DeadbandType ?? 0), (wanted.Filter?.Structure as DataChangeFilter)?.DeadbandValue ?? 0, MonitoringMode.Disabled, status)
            : new MonitoredItemAction(
                subscription.Id, item.Id, item.Target.Node, item.Target.Attribute, item.SamplingInterval, (uint)item.QueueSize, item.DiscardOldest, item.Deadband, item.DeadbandValue, item.Mode, status);
}
