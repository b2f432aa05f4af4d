using TrainingLab.OpcUa.Events;
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
        var filterCost = 0;
        session.Connection.Work += results.Length * Operations.OfItem;
        for (var i = 0; i < results.Length; i++)
        {
            var wanted = request.ItemsToCreate[i];
            ExtensionObject? filterResult = null;
            MonitoredItem? item = null;
            var status = IsTooMuch(wanted.RequestedParameters, ref filterCost, session.Server.Limits) ? StatusCodes.BadTooManyOperations : TryCreate(subscription, wanted, request.TimestampsToReturn, out item, out filterResult);
            results[i] = item is null
                ? new MonitoredItemCreateResult(status, 0, 0, 0, filterResult)
                : new MonitoredItemCreateResult(status, item.Id, item.SamplingInterval, (uint)item.QueueSize, filterResult);
            actions[i] = item is null ? Describe(subscription, wanted.ItemToMonitor, wanted.RequestedParameters, status) : Describe(item);
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
        var filterCost = 0;
        session.Connection.Work += results.Length * Operations.OfItem;
        for (var i = 0; i < results.Length; i++)
        {
            var wanted = request.ItemsToModify[i];
            if (!subscription.TryGetItem(wanted.MonitoredItemId, out var item))
            {
                results[i] = new MonitoredItemModifyResult(StatusCodes.BadMonitoredItemIdInvalid, 0, 0, null);
                actions[i] = Describe(subscription, default, wanted.RequestedParameters, StatusCodes.BadMonitoredItemIdInvalid);
                continue;
            }

            ExtensionObject? filterResult = null;
            var status = IsTooMuch(wanted.RequestedParameters, ref filterCost, session.Server.Limits)
                ? StatusCodes.BadTooManyOperations
                : Modify(item, wanted.RequestedParameters, request.TimestampsToReturn, out filterResult);
            results[i] = new MonitoredItemModifyResult(status, item.SamplingInterval, (uint)item.QueueSize, filterResult);
            actions[i] = Describe(item) with { Status = status };
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
            actions.Add(Describe(item));
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
            actions.Add(Describe(item));
        }

        session.Connection.Work += results.Length * Operations.OfItem;
        await session.Server.Observer.MonitoredItemsDeletedAsync(session.Caller, actions);
        return new DeleteMonitoredItemsResponse(results);
    }

    /// <summary>Links items, so that one sets off the reports of others (OPC 10000-4, 5.13.5).</summary>
    public static SetTriggeringResponse SetTriggering(Session session, SetTriggeringRequest request)
    {
        var subscription = SubscriptionService.Get(session, request.SubscriptionId);
        Operations.Check(request.LinksToAdd.Length + request.LinksToRemove.Length, session.Server.Limits.MaxMonitoredItemsPerCall);
        if (!subscription.TryGetItem(request.TriggeringItemId, out var triggering))
        {
            throw new OpcUaException(StatusCodes.BadMonitoredItemIdInvalid);
        }

        // Removing comes first (OPC 10000-4, 5.13.5.2).
        var removed = Array.ConvertAll<uint, StatusCode>(
            request.LinksToRemove, id => subscription.TryGetItem(id, out var linked) && triggering.Unlink(linked) ? StatusCodes.Good : StatusCodes.BadMonitoredItemIdInvalid);
        var added = Array.ConvertAll<uint, StatusCode>(
            request.LinksToAdd,
            id => !subscription.TryGetItem(id, out var linked) ? StatusCodes.BadMonitoredItemIdInvalid
                : triggering.TryLink(linked) ? StatusCodes.Good
                : StatusCodes.BadTooManyMonitoredItems);
        return new SetTriggeringResponse(added, removed);
    }

    /// <summary>Whether the event filters of a request take more work than one request may, with this item's.</summary>
    private static bool IsTooMuch(in MonitoringParameters wanted, ref int cost, OpcUaLimits limits)
    {
        if (wanted.Filter?.Structure is EventFilter filter)
        {
            cost += Math.Min(CompiledEventFilter.CostOf(filter), limits.MaxEventFilterCostPerCall + 1 - cost);
        }

        return cost > limits.MaxEventFilterCostPerCall && wanted.Filter?.Structure is EventFilter;
    }

    private static StatusCode TryCreate(
        Subscription subscription, in MonitoredItemCreateRequest wanted, TimestampsToReturn timestamps, out MonitoredItem? item, out ExtensionObject? filterResult)
    {
        item = null;
        filterResult = null;
        var server = subscription.Server;
        var target = wanted.ItemToMonitor;
        var node = server.AddressSpace.Find(target.Node);
        if (node is null)
        {
            return StatusCodes.BadNodeIdUnknown;
        }

        if (wanted.MonitoringMode is < MonitoringMode.Disabled or > MonitoringMode.Reporting)
        {
            return StatusCodes.BadMonitoringModeInvalid;
        }

        if (subscription.ItemCount >= server.Limits.MaxMonitoredItemsPerSubscription || !server.Subscriptions.TryMakeRoom())
        {
            return StatusCodes.BadTooManyMonitoredItems;
        }

        if (target.Attribute == AttributeId.EventNotifier)
        {
            return TryCreateEvents(subscription, node, wanted, out item, out filterResult);
        }

        // What can never be is refused. What this user may not read, or nobody may, is watched: it reports just that until it changes (OPC 10000-4, 5.13.2.1).
        var present = AttributeService.ReadOne(subscription.Session, target);
        if (present.Status.Code is StatusCodes.BadAttributeIdInvalid or StatusCodes.BadIndexRangeInvalid
            or StatusCodes.BadDataEncodingInvalid or StatusCodes.BadDataEncodingUnsupported)
        {
            return present.Status;
        }

        var status = CheckFilter(node, target.Attribute, wanted.RequestedParameters.Filter, out var filter);
        if (status.IsBad)
        {
            return status;
        }

        var data = subscription.Add(node, target);
        data.Timestamps = timestamps;
        Apply(data, wanted.RequestedParameters, filter);
        data.SetMode(wanted.MonitoringMode);
        item = data;
        return StatusCodes.Good;
    }

    private static StatusCode TryCreateEvents(Subscription subscription, Node node, in MonitoredItemCreateRequest wanted, out MonitoredItem? item, out ExtensionObject? filterResult)
    {
        item = null;
        filterResult = null;
        switch (node)
        {
            case ObjectNode { EventNotifier: var notifier } when (notifier & EventNotifiers.SubscribeToEvents) != 0:
            case ViewNode { EventNotifier: var ofView } when (ofView & EventNotifiers.SubscribeToEvents) != 0:
                break;
            case ObjectNode or ViewNode:
                return StatusCodes.BadNotSupported;
            default:
                return StatusCodes.BadAttributeIdInvalid;
        }

        var access = subscription.Server.AddressSpace.Check(node, Permissions.Browse, subscription.Session.Rights);
        if (access.IsBad)
        {
            return access;
        }

        var status = CheckEventFilter(subscription.Server, wanted.RequestedParameters.Filter, out var filter, out filterResult);
        if (status.IsBad)
        {
            return status;
        }

        if (subscription.Server.Notifiers.FilterCost + filter!.Cost > subscription.Server.Limits.MaxEventFilterCost)
        {
            return StatusCodes.BadTooManyMonitoredItems;
        }

        var events = subscription.Add(node, wanted.ItemToMonitor, filter);
        Apply(events, wanted.RequestedParameters);
        events.SetMode(wanted.MonitoringMode);
        item = events;
        return StatusCodes.Good;
    }

    private static StatusCode CheckEventFilter(OpcUaServer server, ExtensionObject? filter, out CompiledEventFilter? compiled, out ExtensionObject? result)
    {
        compiled = null;
        result = null;
        if (filter?.Structure is not EventFilter wanted)
        {
            // Without select clauses there is nothing to report.
            return filter is null ? StatusCodes.BadEventFilterInvalid : StatusCodes.BadMonitoredItemFilterInvalid;
        }

        var status = CompiledEventFilter.TryCompile(server.AddressSpace, wanted, server.Limits, out compiled, out var filterResult);
        result = new ExtensionObject(filterResult);
        return status;
    }

    private static StatusCode Modify(MonitoredItem item, in MonitoringParameters wanted, TimestampsToReturn timestamps, out ExtensionObject? filterResult)
    {
        filterResult = null;
        item.Timestamps = timestamps;
        StatusCode status;
        if (item is EventItem events)
        {
            status = CheckEventFilter(item.Subscription.Server, wanted.Filter, out var compiled, out filterResult);
            if (!status.IsBad && item.Subscription.Server.Notifiers.FilterCost + compiled!.Cost - events.Filter.Cost > item.Subscription.Server.Limits.MaxEventFilterCost)
            {
                return StatusCodes.BadTooManyMonitoredItems;
            }

            if (!status.IsBad)
            {
                events.Filter = compiled!;
                Apply(events, wanted);
            }

            return status;
        }

        status = CheckFilter(item.Node, item.Target.Attribute, wanted.Filter, out var filter);
        if (!status.IsBad)
        {
            Apply((DataItem)item, wanted, filter);
        }

        return status;
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

    private static void Apply(DataItem item, in MonitoringParameters wanted, DataChangeFilter? filter)
    {
        var subscription = item.Subscription;
        var limits = subscription.Server.Limits;
        var fastest = item.Node is VariableNode variable ? Math.Max(variable.MinimumSamplingInterval, variable.Computed is null ? 0 : limits.MinPublishingInterval) : 0;
        var interval = wanted.SamplingInterval < 0 || double.IsNaN(wanted.SamplingInterval) ? subscription.PublishingInterval : wanted.SamplingInterval;
        interval = interval == 0 ? fastest : Math.Clamp(interval, Math.Max(fastest, limits.MinSamplingInterval), limits.MaxPublishingInterval);
        item.ClientHandle = wanted.ClientHandle;
        item.QueueSize = (int)Math.Clamp(wanted.QueueSize, 1, (uint)limits.MaxQueueSize);
        item.DiscardOldest = wanted.DiscardOldest;
        item.Trigger = filter?.Trigger ?? DataChangeTrigger.StatusValue;
        item.Deadband = (DeadbandKind)(filter?.DeadbandType ?? 0);
        item.DeadbandValue = filter?.DeadbandValue ?? 0;
        item.SamplingInterval = interval;
    }

    /// <summary>Events are not sampled; a size of 0 asks for the server's own (OPC 10000-4, 7.21).</summary>
    private static void Apply(EventItem item, in MonitoringParameters wanted)
    {
        var largest = (uint)item.Subscription.Server.Limits.MaxEventQueueSize;
        item.ClientHandle = wanted.ClientHandle;
        item.QueueSize = (int)(wanted.QueueSize == 0 ? largest : Math.Min(wanted.QueueSize, largest));
        item.DiscardOldest = wanted.DiscardOldest;
    }

    /// <summary>An item as it is.</summary>
    public static MonitoredItemAction Describe(MonitoredItem item) => new(
        item.Subscription.Id, item.Id, item.Target.Node, item.Target.Attribute, item.SamplingInterval, (uint)item.QueueSize, item.DiscardOldest,
        (item as DataItem)?.Deadband ?? DeadbandKind.None, (item as DataItem)?.DeadbandValue ?? 0, item.Mode, StatusCodes.Good);

    private static MonitoredItemAction Describe(Subscription subscription, in ReadValueId target, in MonitoringParameters wanted, StatusCode status) => new(
        subscription.Id, 0, target.Node, target.Attribute, wanted.SamplingInterval, wanted.QueueSize, wanted.DiscardOldest,
        (DeadbandKind)((wanted.Filter?.Structure as DataChangeFilter)?.DeadbandType ?? 0), (wanted.Filter?.Structure as DataChangeFilter)?.DeadbandValue ?? 0, MonitoringMode.Disabled, status);
}
