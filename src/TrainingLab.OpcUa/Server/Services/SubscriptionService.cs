using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Server.Subscriptions;

namespace TrainingLab.OpcUa.Server.Services;

/// <summary>Subscriptions (OPC 10000-4, 5.14); Publish itself is in <see cref="SessionPublishing"/>.</summary>
internal static class SubscriptionService
{
    private const uint DefaultKeepAliveCount = 10;
    private const uint MaxKeepAliveCount = 10_000;
    private const uint MaxLifetimeCount = 100_000;

    public static async ValueTask<CreateSubscriptionResponse> CreateAsync(Session session, CreateSubscriptionRequest request)
    {
        var subscription = session.Server.Subscriptions.Create(session);
        subscription.MaxNotificationsPerPublish = request.MaxNotificationsPerPublish;
        subscription.SetPublishing(request.PublishingEnabled);
        subscription.Priority = request.Priority;
        Configure(subscription, request.RequestedPublishingInterval, request.RequestedLifetimeCount, request.RequestedMaxKeepAliveCount);
        await session.Server.Observer.SubscriptionCreatedAsync(session.Caller, Describe(subscription));
        return new CreateSubscriptionResponse(subscription.Id, subscription.PublishingInterval, subscription.LifetimeCount, subscription.KeepAliveCount);
    }

    public static async ValueTask<ModifySubscriptionResponse> ModifyAsync(Session session, ModifySubscriptionRequest request)
    {
        var subscription = Get(session, request.SubscriptionId);
        subscription.Counters.Modified++;
        subscription.MaxNotificationsPerPublish = request.MaxNotificationsPerPublish;
        subscription.Priority = request.Priority;
        Configure(subscription, request.RequestedPublishingInterval, request.RequestedLifetimeCount, request.RequestedMaxKeepAliveCount);
        await session.Server.Observer.SubscriptionModifiedAsync(session.Caller, Describe(subscription));
        return new ModifySubscriptionResponse(subscription.PublishingInterval, subscription.LifetimeCount, subscription.KeepAliveCount);
    }

    public static async ValueTask<SetPublishingModeResponse> SetPublishingModeAsync(Session session, SetPublishingModeRequest request)
    {
        Operations.Check(request.SubscriptionIds.Length, session.Server.Limits.MaxSubscriptionsPerSession);
        var results = new StatusCode[request.SubscriptionIds.Length];
        for (var i = 0; i < results.Length; i++)
        {
            if (!TryGet(session, request.SubscriptionIds[i], out var subscription))
            {
                results[i] = StatusCodes.BadSubscriptionIdInvalid;
                continue;
            }

            subscription.SetPublishing(request.PublishingEnabled);
            await session.Server.Observer.SubscriptionModifiedAsync(session.Caller, Describe(subscription));
        }

        return new SetPublishingModeResponse(results);
    }

    public static async ValueTask<DeleteSubscriptionsResponse> DeleteAsync(Session session, DeleteSubscriptionsRequest request)
    {
        Operations.Check(request.SubscriptionIds.Length, session.Server.Limits.MaxSubscriptionsPerSession);
        var results = new StatusCode[request.SubscriptionIds.Length];
        for (var i = 0; i < results.Length; i++)
        {
            if (!TryGet(session, request.SubscriptionIds[i], out var subscription))
            {
                results[i] = StatusCodes.BadSubscriptionIdInvalid;
                continue;
            }

            session.Server.Subscriptions.Remove(subscription);
            session.Publishing.Remove(subscription);
            await session.Server.Observer.SubscriptionDeletedAsync(session.Caller, subscription.Id, StatusCodes.Good);
        }

        return new DeleteSubscriptionsResponse(results);
    }

    public static void Republish(in RequestContext context, Session session, RepublishRequest request)
    {
        var subscription = Get(session, request.SubscriptionId);
        subscription.Counters.RepublishRequests++;
        var message = subscription.FindSent(request.RetransmitSequenceNumber) ?? throw new OpcUaException(StatusCodes.BadMessageNotAvailable);
        subscription.Counters.Republished++;
        context.Connection.BeginAnswer(context.Header.RequestHandle, RepublishResponse.TypeId).WriteRaw(message.Body.Written);
        context.Connection.EndAnswer(context.RequestId, context.Header.RequestHandle);
    }

    /// <summary>Moves subscriptions here; to the observer they end with the session that had them, and begin with all their items in this one.</summary>
    public static async ValueTask<TransferSubscriptionsResponse> TransferAsync(Session session, TransferSubscriptionsRequest request)
    {
        Operations.Check(request.SubscriptionIds.Length, session.Server.Limits.MaxSubscriptions);
        var server = session.Server;
        var results = new TransferResult[request.SubscriptionIds.Length];
        for (var i = 0; i < results.Length; i++)
        {
            if (!server.Subscriptions.TryGet(request.SubscriptionIds[i], out var subscription))
            {
                server.Audit.Transfer(session.Caller, StatusCodes.BadSubscriptionIdInvalid);
                results[i] = new TransferResult(StatusCodes.BadSubscriptionIdInvalid, []);
                continue;
            }

            var before = subscription.Session.Caller;
            var available = subscription.AvailableSequenceNumbers;
            var status = server.Subscriptions.Transfer(subscription, session, request.SendInitialValues);
            server.Audit.Transfer(session.Caller, status);
            results[i] = new TransferResult(status, status.IsBad ? [] : available);
            if (status.IsGood)
            {
                await server.Observer.SubscriptionDeletedAsync(before, subscription.Id, StatusCodes.GoodSubscriptionTransferred);
                await server.Observer.SubscriptionCreatedAsync(session.Caller, Describe(subscription));
                await server.Observer.MonitoredItemsCreatedAsync(session.Caller, [.. subscription.Items.Select(MonitoredItemService.Describe)]);
            }
        }

        return new TransferSubscriptionsResponse(results);
    }

    /// <summary>A subscription of this session.</summary>
    /// <exception cref="OpcUaException">BadSubscriptionIdInvalid.</exception>
    public static Subscription Get(Session session, uint id) =>
        TryGet(session, id, out var subscription) ? subscription : throw new OpcUaException(StatusCodes.BadSubscriptionIdInvalid);

    private static bool TryGet(Session session, uint id, out Subscription subscription)
    {
        if (session.Server.Subscriptions.TryGet(id, out subscription) && ReferenceEquals(subscription.Session, session))
        {
            subscription.KeepAlive();
            return true;
        }

        return false;
    }

    /// <summary>The lifetime is at least three keep-alives (OPC 10000-4, 5.14.2.2).</summary>
    private static void Configure(Subscription subscription, double interval, uint lifetimeCount, uint keepAliveCount)
    {
        var limits = subscription.Session.Server.Limits;
        var revisedInterval = interval > 0 ? Math.Clamp(interval, limits.MinPublishingInterval, limits.MaxPublishingInterval) : limits.MinPublishingInterval;
        var longest = (uint)Math.Clamp(limits.MaxSubscriptionLifetime / revisedInterval, 3, MaxLifetimeCount);
        var revisedKeepAlive = Math.Min(keepAliveCount == 0 ? DefaultKeepAliveCount : Math.Min(keepAliveCount, MaxKeepAliveCount), longest / 3);
        subscription.Configure(revisedInterval, Math.Clamp(lifetimeCount, revisedKeepAlive * 3, longest), revisedKeepAlive);
    }

    private static SubscriptionAction Describe(Subscription subscription) => new(
        subscription.Id, subscription.PublishingInterval, subscription.KeepAliveCount, subscription.LifetimeCount, subscription.PublishingEnabled, subscription.Priority);
}
