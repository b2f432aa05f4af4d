using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.Tests.OpcUa.Server;

/// <summary>What a standard server answers beyond the embedded one: linked items, moved subscriptions, given-up requests, and what it refuses.</summary>
public class ServiceSetTests
{
    [Fact]
    public void A_linked_item_reports_what_it_has_when_the_other_one_does() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        var client = new SilentClient(bench);
        await client.OpenAsync();
        var id = await SubscribeAsync(client);
        var setpoint = (VariableNode)bench.Space.Find(Bench.Id("Setpoint"))!;
        await client.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new CreateMonitoredItemsRequest(
            id, TimestampsToReturn.Neither, [Item(setpoint.Id, 1), Item(speed.Id, 2, MonitoringMode.Sampling, queueSize: 5)]));
        await PublishAsync(bench, client); // the first value of the setpoint
        var links = await client.CallAsync<SetTriggeringRequest, SetTriggeringResponse>(new SetTriggeringRequest(id, 1, [2, 99], [2]));
        Assert.Equal([StatusCodes.Good, StatusCodes.BadMonitoredItemIdInvalid], links.AddResults.Select(static r => r.Code));
        Assert.Equal([StatusCodes.BadMonitoredItemIdInvalid], links.RemoveResults.Select(static r => r.Code));
        speed.SetValue(1.0);
        Assert.Empty(await PublishAsync(bench, client, step: 1_000)); // only a keep-alive
        setpoint.SetValue(11.0);
        speed.SetValue(2.0); // after the trigger: it waits for the next one
        Assert.Equal(["1:11", "2:100", "2:1"], (await PublishAsync(bench, client)).OrderBy(static s => s[0]));
        setpoint.SetValue(12.0);
        Assert.Equal(["1:12", "2:2"], (await PublishAsync(bench, client)).OrderBy(static s => s[0]));
        await client.CallAsync<SetTriggeringRequest, SetTriggeringResponse>(new SetTriggeringRequest(id, 1, [], [2]));
        speed.SetValue(3.0);
        setpoint.SetValue(13.0);
        Assert.Equal(["1:13"], await PublishAsync(bench, client));
    });

    [Fact]
    public void A_subscription_moves_to_another_session_with_what_is_not_acknowledged() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Users = static (_, _, _, _) => ValueTask.FromResult<StatusCode>(StatusCodes.Good) };
        var log = new ActionLog();
        bench.Observer = log;
        var speed = bench.AddMachine();
        var first = new SilentClient(bench);
        await first.OpenAsync(user: "op");
        var id = await SubscribeAsync(first);
        await first.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new CreateMonitoredItemsRequest(id, TimestampsToReturn.Neither, [Item(speed.Id, 7)]));
        Assert.Equal(["7:100"], await PublishAsync(bench, first));
        first.Send(new PublishRequest([]));
        bench.Settle();

        var second = new SilentClient(bench);
        await second.OpenAsync(user: "op");
        var moved = await second.CallAsync<TransferSubscriptionsRequest, TransferSubscriptionsResponse>(new TransferSubscriptionsRequest([id, 999], SendInitialValues: true));
        Assert.Equal([StatusCodes.Good, StatusCodes.BadSubscriptionIdInvalid], moved.Results.Select(static r => r.Status.Code));
        Assert.Equal([1u], moved.Results[0].AvailableSequenceNumbers);
        var end = (StatusChangeNotification)(await first.AnswerAsync<PublishResponse>()).NotificationMessage.Notifications[0]!.Structure!;
        Assert.Equal(StatusCodes.GoodSubscriptionTransferred, end.Status.Code);
        Assert.Equal(["7:100"], await PublishAsync(bench, second));
        await second.CallAsync<RepublishRequest, RepublishResponse>(new RepublishRequest(id, 1));
        Assert.Contains("unsubscribed GoodSubscriptionTransferred", log.Lines);
        var e = await Assert.ThrowsAsync<OpcUaException>(() => first.CallAsync<RepublishRequest, RepublishResponse>(new RepublishRequest(id, 1)));
        Assert.Equal(StatusCodes.BadSubscriptionIdInvalid, e.Status.Code);
    });

    [Fact]
    public void A_subscription_outlives_its_session_and_ends_with_its_lifetime() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Users = static (_, _, _, _) => ValueTask.FromResult<StatusCode>(StatusCodes.Good) };
        var speed = bench.AddMachine();
        var client = new SilentClient(bench);
        await client.OpenAsync(user: "op");
        var id = await SubscribeAsync(client, lifetimeCount: 600);
        await client.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new CreateMonitoredItemsRequest(id, TimestampsToReturn.Neither, [Item(speed.Id, 1, queueSize: 5)]));
        await client.CallAsync<CloseSessionRequest, CloseSessionResponse>(new CloseSessionRequest(DeleteSubscriptions: false));
        speed.SetValue(1.0);
        bench.Step(30_000);
        var next = new SilentClient(bench);
        await next.OpenAsync(user: "op");
        var moved = await next.CallAsync<TransferSubscriptionsRequest, TransferSubscriptionsResponse>(new TransferSubscriptionsRequest([id], SendInitialValues: false));
        Assert.True(moved.Results[0].Status.IsGood);
        Assert.Equal(["1:100", "1:1"], await PublishAsync(bench, next));
        await next.CallAsync<CloseSessionRequest, CloseSessionResponse>(new CloseSessionRequest(DeleteSubscriptions: false));
        bench.Step(61_000);
        Assert.Equal(0, bench.Server.Subscriptions.Count);
        Assert.Equal(0, bench.Server.Subscriptions.ItemCount);
    });

    [Fact]
    public void Another_users_subscription_stays_where_it_is() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Users = static (_, _, _, _) => ValueTask.FromResult<StatusCode>(StatusCodes.Good) };
        var client = new SilentClient(bench);
        await client.OpenAsync();
        var id = await SubscribeAsync(client);
        await using var other = await bench.ConnectAsync(Bench.ClientOptions with { UserName = "eve", Password = "x" });
        Assert.True(bench.Server.Subscriptions.TryGet(id, out var subscription));
        var session = bench.Server.Sessions.Single(static s => s.Caller.UserName == "eve");
        Assert.Equal(StatusCodes.BadUserAccessDenied, bench.Server.Subscriptions.Transfer(subscription, session, sendInitialValues: false).Code);
    });

    /// <summary>OPC 10000-5, 6.3.13: the server's own namespace and its owner's; permissions are told only where there are some.</summary>
    [Fact]
    public void Namespaces_have_metadata_with_and_without_roles() => Bench.Run(async bench =>
    {
        bench.AddMachine();
        await using var client = await bench.ConnectAsync();
        foreach (var uri in new[] { "urn:test:server", "urn:test:machine", "urn:test:other" })
        {
            var id = new NodeId(bench.Space.IndexOf(uri), $"NamespaceMetadata.{uri}");
            var metadata = (ObjectNode)bench.Space.Find(id)!;
            Assert.Contains(bench.Space.ReferencesOf(metadata), static r => !r.IsForward && r.Target.Id == new NodeId(0, 11715));
            Assert.Equal(new Variant(uri), (await client.ReadAsync(bench.Space.FindPart(metadata, "NamespaceUri")!.Id, TestContext.Current.CancellationToken)).Value);
            Assert.Null(bench.Space.FindPart(metadata, "DefaultRolePermissions"));
        }

        bench.Space.SetDefaultAccess("urn:test:machine", NodeAccess.ForRoles(new Dictionary<Roles, Permissions> { [Roles.Anonymous] = Permissions.Browse }));
        var restricted = bench.Space.Find(new NodeId(2, "NamespaceMetadata.urn:test:machine"))!;
        Assert.NotNull(bench.Space.FindPart(restricted, "DefaultRolePermissions"));
        Assert.Single(bench.Space.ReferencesOf(restricted), static r => r.Target.BrowseName.Name == "NamespaceUri");
    });

    [Fact]
    public void Abandoned_subscriptions_give_way_to_new_ones() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Limits = bench.Options.Limits with { MaxSubscriptions = 2, ReservedSubscriptionsPerSession = 0 } };
        var gone = new SilentClient(bench);
        await gone.OpenAsync();
        await SubscribeAsync(gone);
        await SubscribeAsync(gone);
        var e = await Assert.ThrowsAsync<OpcUaException>(() => SubscribeAsync(gone));
        Assert.Equal(StatusCodes.BadTooManySubscriptions, e.Status.Code);
        await gone.CallAsync<CloseSessionRequest, CloseSessionResponse>(new CloseSessionRequest(DeleteSubscriptions: false));
        var client = new SilentClient(bench);
        await client.OpenAsync();
        await SubscribeAsync(client);
        Assert.Equal(2, bench.Server.Subscriptions.Count);
    });

    [Fact]
    public void A_given_up_publish_request_says_so() => Bench.Run(async bench =>
    {
        var client = new SilentClient(bench);
        await client.OpenAsync();
        await SubscribeAsync(client);
        var handle = client.Send(new PublishRequest([]));
        bench.Settle();
        client.Send(new CancelRequest(handle));
        bench.Settle();
        var e = await Assert.ThrowsAsync<OpcUaException>(() => client.AnswerAsync<PublishResponse>());
        Assert.Equal(StatusCodes.BadRequestCancelledByClient, e.Status.Code);
        Assert.Equal(1u, (await client.AnswerAsync<CancelResponse>()).CancelCount);
        Assert.Equal(0u, (await client.CallAsync<CancelRequest, CancelResponse>(new CancelRequest(handle))).CancelCount);
    });

    [Fact]
    public void Nodes_cannot_be_added_or_deleted() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        var client = new SilentClient(bench);
        await client.OpenAsync();
        var added = await client.CallAsync<AddNodesRequest, AddNodesResponse>(new AddNodesRequest(
            [new AddNodesItem(ObjectIds.ObjectsFolder, ReferenceTypeIds.Organizes, default, new QualifiedName(2, "x"), NodeClass.Object, null, ObjectTypeIds.FolderType)]));
        Assert.Equal(StatusCodes.BadUserAccessDenied, added.Results[0].Status.Code);
        var deleted = await client.CallAsync<DeleteNodesRequest, DeleteNodesResponse>(new DeleteNodesRequest([new DeleteNodesItem(speed.Id, true), new DeleteNodesItem(default, true)]));
        Assert.Equal([StatusCodes.BadUserAccessDenied, StatusCodes.BadUserAccessDenied], deleted.Results.Select(static r => r.Code));
        var linked = await client.CallAsync<AddReferencesRequest, AddReferencesResponse>(new AddReferencesRequest(
            [new AddReferencesItem(speed.Id, ReferenceTypeIds.Organizes, true, null, ObjectIds.Server, NodeClass.Object)]));
        Assert.Equal(StatusCodes.BadUserAccessDenied, linked.Results[0].Code);
        var unlinked = await client.CallAsync<DeleteReferencesRequest, DeleteReferencesResponse>(new DeleteReferencesRequest(
            [new DeleteReferencesItem(speed.Id, ReferenceTypeIds.Organizes, true, ObjectIds.Server, true)]));
        Assert.Equal(StatusCodes.BadUserAccessDenied, unlinked.Results[0].Code);
        Assert.NotNull(bench.Space.Find(speed.Id));
        var e = await Assert.ThrowsAsync<OpcUaException>(() => client.CallAsync<DeleteNodesRequest, DeleteNodesResponse>(new DeleteNodesRequest([])));
        Assert.Equal(StatusCodes.BadNothingToDo, e.Status.Code);
    });

    internal static MonitoredItemCreateRequest Item(NodeId node, uint handle, MonitoringMode mode = MonitoringMode.Reporting, uint queueSize = 1) => new(
        new ReadValueId(node, AttributeId.Value, null, default), mode, new MonitoringParameters(handle, 0, null, queueSize, DiscardOldest: true));

    private static async Task<uint> SubscribeAsync(SilentClient client, uint lifetimeCount = 1_000) =>
        (await client.CallAsync<CreateSubscriptionRequest, CreateSubscriptionResponse>(
            new CreateSubscriptionRequest(100, lifetimeCount, 10, 0, PublishingEnabled: true, 0))).SubscriptionId;

    private static async Task<string[]> PublishAsync(Bench bench, SilentClient client, double step = 100)
    {
        client.Send(new PublishRequest([]));
        bench.Step(step);
        var response = await client.AnswerAsync<PublishResponse>();
        return [.. response.NotificationMessage.Notifications.SelectMany(static n => ((DataChangeNotification)n!.Structure!).MonitoredItems).Select(static m => $"{m.ClientHandle}:{m.Value.Value}")];
    }
}
