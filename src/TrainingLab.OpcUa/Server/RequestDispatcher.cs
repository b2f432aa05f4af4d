using TrainingLab.OpcUa.Channel;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Server.Services;

namespace TrainingLab.OpcUa.Server;

/// <summary>A request that is being answered.</summary>
/// <param name="Connection">Where it came from and where the answer goes.</param>
/// <param name="RequestId">The number of the message.</param>
/// <param name="Header">Its header.</param>
/// <param name="TypeId">What is asked for; 0 for what is no request of the standard.</param>
internal readonly record struct RequestContext(ServerConnection Connection, uint RequestId, RequestHeader Header, uint TypeId)
{
    public OpcUaServer Server => Connection.Server;

    public void Answer<T>(T message)
        where T : IServiceMessage<T> => Connection.Answer(RequestId, Header.RequestHandle, message);

    /// <summary>Refuses the whole service.</summary>
    public void Fault(StatusCode status)
    {
        Server.Diagnostics.Rejected(status);
        Server.FindSession(Header.AuthenticationToken)?.Counters.Failed(TypeId);
        Connection.Fault(RequestId, Header.RequestHandle, status);
    }
}

/// <summary>Decodes each request and hands it to its service. A service that fails as a whole answers a ServiceFault.</summary>
internal static class RequestDispatcher
{
    /// <summary>The request is decoded when this returns; what is awaited is only the service.</summary>
    public static ValueTask DispatchAsync(ServerConnection connection, in IncomingMessage message)
    {
        connection.Server.Turn++;
        var reader = new UaReader(message.Body, connection.Server.DecodingLimits, connection.Server.Identifiers);
        var typeId = reader.ReadNodeId();
        var header = RequestHeader.Read(ref reader);
        var context = new RequestContext(connection, message.RequestId, header, typeId is { NamespaceIndex: 0, IdType: IdType.Numeric } ? typeId.Numeric : 0);
        try
        {
            return context.TypeId != 0
                ? Dispatch(context, context.TypeId, ref reader)
                : Refuse(context, StatusCodes.BadServiceUnsupported);
        }
        catch (OpcUaException e) when (e.Status.Code is not StatusCodes.BadDecodingError and not StatusCodes.BadEncodingLimitsExceeded)
        {
            connection.Writer.Abandon(); // Of services that write their answer as they go.
            return Refuse(context, e.Status);
        }
        catch
        {
            connection.Writer.Abandon();
            throw;
        }
    }

    private static ValueTask Dispatch(in RequestContext context, uint typeId, ref UaReader reader)
    {
        switch (typeId)
        {
            case 428:
                context.Answer(DiscoveryService.GetEndpoints(context, GetEndpointsRequest.Read(ref reader)));
                return ValueTask.CompletedTask;
            case 422:
                context.Answer(DiscoveryService.FindServers(context, FindServersRequest.Read(ref reader)));
                return ValueTask.CompletedTask;
        }

        if (!context.Connection.ServesSessions)
        {
            return Refuse(context, StatusCodes.BadSecurityPolicyRejected);
        }

        switch (typeId)
        {
            case 461:
                return Complete(context, SessionService.CreateAsync(context, CreateSessionRequest.Read(ref reader)));
            case 467:
                return Complete(context, SessionService.ActivateAsync(context, ActivateSessionRequest.Read(ref reader)));
            case 437 or 12208 or 12211:
                // RegisterServer, FindServersOnNetwork, RegisterServer2: what a discovery server offers, and this is none.
                return Refuse(context, StatusCodes.BadServiceUnsupported);
            case 473:
                return Complete(context, SessionService.CloseAsync(context, CloseSessionRequest.Read(ref reader)));
        }

        var session = SessionService.FindActivated(context);
        session.Begin(context.Header, typeId);
        switch (typeId)
        {
            case 631:
                AttributeService.Read(context, session, ref reader);
                return ValueTask.CompletedTask;
            case 673:
                return Complete(context, AttributeService.WriteAsync(session, WriteRequest.Read(ref reader)));
            case 712:
                return Complete(context, MethodService.CallAsync(session, CallRequest.Read(ref reader)));
            case 527:
                context.Answer(ViewService.Browse(session, BrowseRequest.Read(ref reader)));
                return ValueTask.CompletedTask;
            case 533:
                context.Answer(ViewService.BrowseNext(session, BrowseNextRequest.Read(ref reader)));
                return ValueTask.CompletedTask;
            case 554:
                context.Answer(ViewService.Translate(session, TranslateBrowsePathsToNodeIdsRequest.Read(ref reader)));
                return ValueTask.CompletedTask;
            case 560:
                context.Answer(ViewService.Register(session, RegisterNodesRequest.Read(ref reader)));
                return ValueTask.CompletedTask;
            case 566:
                context.Answer(ViewService.Unregister(session, UnregisterNodesRequest.Read(ref reader)));
                return ValueTask.CompletedTask;
            case 787:
                return Complete(context, SubscriptionService.CreateAsync(session, CreateSubscriptionRequest.Read(ref reader)));
            case 793:
                return Complete(context, SubscriptionService.ModifyAsync(session, ModifySubscriptionRequest.Read(ref reader)));
            case 799:
                return Complete(context, SubscriptionService.SetPublishingModeAsync(session, SetPublishingModeRequest.Read(ref reader)));
            case 847:
                return Complete(context, SubscriptionService.DeleteAsync(session, DeleteSubscriptionsRequest.Read(ref reader)));
            case 826:
                session.Publishing.Publish(context, PublishRequest.Read(ref reader));
                return ValueTask.CompletedTask;
            case 832:
                SubscriptionService.Republish(context, session, RepublishRequest.Read(ref reader));
                return ValueTask.CompletedTask;
            case 751:
                return Complete(context, MonitoredItemService.CreateAsync(session, CreateMonitoredItemsRequest.Read(ref reader)));
            case 763:
                return Complete(context, MonitoredItemService.ModifyAsync(session, ModifyMonitoredItemsRequest.Read(ref reader)));
            case 769:
                return Complete(context, MonitoredItemService.SetModeAsync(session, SetMonitoringModeRequest.Read(ref reader)));
            case 781:
                return Complete(context, MonitoredItemService.DeleteAsync(session, DeleteMonitoredItemsRequest.Read(ref reader)));
            case 664:
                return Complete(context, HistoryService.ReadAsync(session, HistoryReadRequest.Read(ref reader)));
            case 700:
                context.Answer(HistoryService.Update(session, HistoryUpdateRequest.Read(ref reader)));
                return ValueTask.CompletedTask;
            case 775:
                context.Answer(MonitoredItemService.SetTriggering(session, SetTriggeringRequest.Read(ref reader)));
                return ValueTask.CompletedTask;
            case 841:
                return Complete(context, SubscriptionService.TransferAsync(session, TransferSubscriptionsRequest.Read(ref reader)));
            case 479:
                var cancelled = CancelRequest.Read(ref reader).RequestHandle;
                context.Answer(new CancelResponse(session.Publishing.Cancel(cancelled)));
                session.Server.Audit.Cancel(session.Caller, cancelled);
                return ValueTask.CompletedTask;
            case 488:
                context.Answer(NodeManagementService.AddNodes(session, AddNodesRequest.Read(ref reader)));
                return ValueTask.CompletedTask;
            case 494:
                context.Answer(NodeManagementService.AddReferences(session, AddReferencesRequest.Read(ref reader)));
                return ValueTask.CompletedTask;
            case 500:
                context.Answer(NodeManagementService.DeleteNodes(session, DeleteNodesRequest.Read(ref reader)));
                return ValueTask.CompletedTask;
            case 506:
                context.Answer(NodeManagementService.DeleteReferences(session, DeleteReferencesRequest.Read(ref reader)));
                return ValueTask.CompletedTask;
            default:
                return Refuse(context, StatusCodes.BadServiceUnsupported);
        }
    }

    private static ValueTask Refuse(in RequestContext context, StatusCode status)
    {
        context.Fault(status);
        return ValueTask.CompletedTask;
    }

    /// <summary>Answers when the service is done; without an await when it is done already.</summary>
    private static ValueTask Complete<T>(in RequestContext context, ValueTask<T> service)
        where T : IServiceMessage<T>
    {
        if (service.IsCompletedSuccessfully)
        {
            context.Answer(service.Result);
            return ValueTask.CompletedTask;
        }

        return AwaitAsync(context, service);
    }

    private static async ValueTask AwaitAsync<T>(RequestContext context, ValueTask<T> service)
        where T : IServiceMessage<T>
    {
        try
        {
            context.Answer(await service);
        }
        catch (OpcUaException e)
        {
            context.Fault(e.Status);
        }
        catch (OperationCanceledException)
        {
            context.Fault(StatusCodes.BadRequestCancelledByClient);
        }
    }
}
