using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Events;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.Tests.OpcUa.Server;

/// <summary>Requests that are well-formed and ask for too much: what a server holds and does for one client has named limits.</summary>
public class HostileRequestTests
{
    [Fact]
    public void An_answer_a_thousand_times_larger_than_its_request_is_not_written_to_its_end() => Bench.Run(async bench =>
    {
        AddCurve(bench);
        var client = await OpenAsync(bench);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refused = await RefusalAsync(() => client.CallAsync<ReadRequest, ReadResponse>(
            new ReadRequest(0, TimestampsToReturn.Neither, [.. Enumerable.Repeat(new ReadValueId(Bench.Id("Curve"), AttributeId.Value, null, default), 10_000)])));
        Assert.Equal(StatusCodes.BadResponseTooLarge, refused);

        // 1.6 GB if it were written.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 40_000_000);
        await client.CallAsync<ReadRequest, ReadResponse>(new ReadRequest(0, TimestampsToReturn.Neither, [new ReadValueId(Bench.Id("Curve"), AttributeId.Value, null, default)]));
    });

    [Fact]
    public void A_browse_of_everything_many_times_is_too_large_for_an_answer() => Bench.Run(async bench =>
    {
        var client = await OpenAsync(bench);
        var everything = new BrowseDescription(new NodeId(0, 68), BrowseDirection.Both, default, true, 0, 63);
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var response = await client.CallAsync<BrowseRequest, BrowseResponse>(new BrowseRequest(default, 0, [.. Enumerable.Repeat(everything, 2_000)]));
            Assert.Contains(response.Results, static r => r.Status.Code == StatusCodes.BadQueryTooComplex || r.Status.Code == StatusCodes.BadNoContinuationPoints);
        }
        catch (OpcUaException e)
        {
            Assert.Equal(StatusCodes.BadResponseTooLarge, e.Status.Code);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000_000);
    });

    [Fact]
    public void Values_that_wait_take_no_more_memory_than_is_allowed() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Limits = bench.Options.Limits with { MaxNotificationBytes = 4_000_000 } };
        bench.AddMachine();
        var note = bench.Space.AddVariable(Bench.Id("Machine"), Bench.Id("Note"), "Note", BuiltInType.String, new VariableOptions { InitialValue = "" });
        var client = await OpenAsync(bench);
        var subscription = await SubscribeAsync(client);
        await CreateAsync(client, subscription, [.. Enumerable.Repeat(Item(Bench.Id("Note"), queueSize: uint.MaxValue), 10)]);
        var memory = bench.Server.Subscriptions.Memory;
        for (var i = 0; i < 300; i++)
        {
            note.SetValue(new string((char)('a' + (i % 26)), 100_000));
            Assert.InRange(memory.Used, 0, 4_000_000 + (10 * 210_000));
        }

        // The latest value of each item is there, with the bit that says that others are not.
        client.Send(new PublishRequest([]));
        bench.Step(200);
        var published = await client.AnswerAsync<PublishResponse>();
        var changes = Assert.IsType<DataChangeNotification>(published.NotificationMessage.Notifications[0]!.Structure).MonitoredItems;
        Assert.Contains(changes, static c => (c.Value.Status.Code & 0x480) == 0x480);
        await client.CallAsync<DeleteSubscriptionsRequest, DeleteSubscriptionsResponse>(new DeleteSubscriptionsRequest([subscription]));
        Assert.Equal(0, memory.Used);
    });

    [Fact]
    public void Event_filters_cost_no_more_than_is_allowed() => Bench.Run(async bench =>
    {
        bench.AddMachine();
        var limits = bench.Server.Limits;
        var client = await OpenAsync(bench);
        var subscription = await SubscribeAsync(client);
        var message = new SimpleAttributeOperand(default, [new QualifiedName(0, "Message")], AttributeId.Value, null);
        var severity = new ExtensionObject(message with { BrowsePath = [new QualifiedName(0, "Severity")] });

        // Too many operands, a pattern as long as a book, a literal as large as a message.
        var list = new ContentFilterElement(FilterOperator.InList, [severity, .. Enumerable.Range(0, 90_000).Select(static i => new ExtensionObject(new LiteralOperand(new Variant(i))))]);
        var like = new ContentFilterElement(FilterOperator.Like, [severity, new ExtensionObject(new LiteralOperand(new string('%', 200_000)))]);
        var large = new ContentFilterElement(FilterOperator.Equals, [severity, new ExtensionObject(new LiteralOperand(Variant.From(new double[90_000])))]);
        foreach (var element in new[] { list, like, large })
        {
            var results = await CreateAsync(client, subscription, [EventItem([message], [element])]);
            Assert.Contains(results[0].Status.Code, new uint[] { StatusCodes.BadTooManyOperations, StatusCodes.BadEventFilterInvalid });
        }

        // Filters that are taken, until there are too many; each request may hold some of them.
        var granted = 0;
        for (var i = 0; i < 5; i++)
        {
            granted += (await CreateAsync(client, subscription, [.. Enumerable.Repeat(EventItem([.. Enumerable.Repeat(message, 200)], []), 20)])).Count(static r => r.Status.IsGood);
        }

        Assert.Equal(limits.MaxEventFilterCost / 200, granted);
        Assert.Equal(limits.MaxEventFilterCost, bench.Server.Notifiers.FilterCost);
        for (var i = 0; i < 200; i++)
        {
            bench.Server.Raise(new UaEvent(EventTypeIds.BaseEventType, ObjectIds.Server, "Server", new LocalizedText(new string('x', 1_000), "en"), 1));
        }

        Assert.InRange(bench.Server.Subscriptions.Memory.Used, 0, limits.MaxNotificationBytes + 10_000_000);
        await client.CallAsync<DeleteSubscriptionsRequest, DeleteSubscriptionsResponse>(new DeleteSubscriptionsRequest([subscription]));
        Assert.Equal(0, bench.Server.Notifiers.FilterCost);
        Assert.Equal(0, bench.Server.Subscriptions.Memory.Used);
    });

    [Fact]
    public void Many_writes_that_are_much_work_for_filters_leave_others_their_turn() => Bench.Run(async bench =>
    {
        bench.AddMachine();
        await using var other = await bench.ConnectAsync();
        var client = await OpenAsync(bench);
        var subscription = await SubscribeAsync(client);
        var message = new SimpleAttributeOperand(default, [new QualifiedName(0, "Message")], AttributeId.Value, null);
        for (var i = 0; i < 3; i++)
        {
            await CreateAsync(client, subscription, [.. Enumerable.Repeat(EventItem([.. Enumerable.Repeat(message, 200)], []), 10)]);
        }

        client.Send(new WriteRequest([.. Enumerable.Repeat(new WriteValue(Bench.Id("Setpoint"), AttributeId.Value, null, new DataValue(1.0)), 50)]));
        var answer = client.AnswerAsync<WriteResponse>();
        bench.Settle();
        Assert.False(answer.IsCompleted);
        Assert.Equal(StatusCodes.Good, (await other.ReadAsync(Bench.Id("Speed"), TestContext.Current.CancellationToken)).Status.Code);
        bench.Step(20);
        Assert.All((await answer).Results, static r => Assert.Equal(StatusCodes.Good, r.Code));
    });

    [Fact]
    public void Links_between_items_are_limited_and_go_with_their_items() => Bench.Run(async bench =>
    {
        bench.AddMachine();
        var client = await OpenAsync(bench);
        var subscription = await SubscribeAsync(client);
        var items = (await CreateAsync(client, subscription, [.. Enumerable.Repeat(Item(Bench.Id("Speed")), 3_000)])).Select(static r => r.MonitoredItemId).ToArray();
        var links = 0;
        for (var i = 0; i < 20; i++)
        {
            var response = await client.CallAsync<SetTriggeringRequest, SetTriggeringResponse>(new SetTriggeringRequest(subscription, items[i], items[100..2_100], []));
            links += response.AddResults.Count(static r => r.IsGood);
        }

        Assert.Equal(bench.Server.Limits.MaxTriggeringLinksPerSubscription, links);
        await client.CallAsync<DeleteMonitoredItemsRequest, DeleteMonitoredItemsResponse>(new DeleteMonitoredItemsRequest(subscription, items[..15]));
        Assert.True(bench.Server.Subscriptions.TryGet(subscription, out var held) && held.LinkCount == 0, "links without their items");
    });

    [Fact]
    public void Ever_other_sampling_intervals_leave_no_timers_behind() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        var client = await OpenAsync(bench);
        var subscription = await SubscribeAsync(client);
        var item = (await CreateAsync(client, subscription, [Item(Bench.Id("Speed"), 50)]))[0].MonitoredItemId;
        for (var i = 0; i < 1_000; i++)
        {
            await client.CallAsync<ModifyMonitoredItemsRequest, ModifyMonitoredItemsResponse>(new ModifyMonitoredItemsRequest(
                subscription, TimestampsToReturn.Both, [new MonitoredItemModifyRequest(item, new MonitoringParameters(1, 10 + (i / 100.0), null, 1, true))]));
            speed.SetValue(i);
            bench.Step(25);
        }

        Assert.InRange(bench.Server.Subscriptions.Sampling.Count, 1, 200);
    });

    /// <summary>An interval that is changed while a value waits for the end of the old one.</summary>
    [Fact]
    public void A_new_sampling_interval_holds_at_once() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        var client = await OpenAsync(bench);
        var subscription = await SubscribeAsync(client);
        var item = (await CreateAsync(client, subscription, [Item(Bench.Id("Speed"), 3_600_000)]))[0].MonitoredItemId;
        Assert.True(bench.Server.Subscriptions.TryGet(subscription, out var held));
        var first = held.Items.Single();
        Assert.Equal(1, first.QueuedCount);
        speed.SetValue(1.0);
        bench.Step(1_000);
        await client.CallAsync<ModifyMonitoredItemsRequest, ModifyMonitoredItemsResponse>(new ModifyMonitoredItemsRequest(
            subscription, TimestampsToReturn.Both, [new MonitoredItemModifyRequest(item, new MonitoringParameters(1, 100, null, 10, true))]));
        Assert.Equal(1, first.QueuedCount);
        bench.Step(100);
        Assert.Equal(2, first.QueuedCount);
    });

    [Theory]
    [InlineData(double.NaN, 100)]
    [InlineData(-1, 100)]
    [InlineData(double.NegativeInfinity, 100)]
    [InlineData(0, 0)]
    [InlineData(double.PositiveInfinity, 3_600_000)]
    [InlineData(double.Epsilon, 10)]
    public void Sampling_intervals_that_are_no_times_are_brought_inside(double wanted, double granted) => Bench.Run(async bench =>
    {
        bench.AddMachine();
        var client = await OpenAsync(bench);
        var subscription = await SubscribeAsync(client);
        Assert.Equal(granted, (await CreateAsync(client, subscription, [Item(Bench.Id("Speed"), wanted)]))[0].RevisedSamplingInterval);
    });

    [Theory]
    [InlineData(double.NaN, 1.0)]
    [InlineData(double.PositiveInfinity, uint.MaxValue)]
    [InlineData(-5, 0)]
    public void Subscriptions_do_not_live_for_ever(double interval, double counts) => Bench.Run(async bench =>
    {
        var client = await OpenAsync(bench);
        var granted = await client.CallAsync<CreateSubscriptionRequest, CreateSubscriptionResponse>(new(interval, (uint)counts, (uint)counts, 0, PublishingEnabled: true, 0));
        Assert.InRange(granted.RevisedPublishingInterval, bench.Server.Limits.MinPublishingInterval, bench.Server.Limits.MaxPublishingInterval);
        Assert.True(granted.RevisedLifetimeCount >= 3 * granted.RevisedMaxKeepAliveCount && granted.RevisedMaxKeepAliveCount > 0);
        Assert.InRange(granted.RevisedLifetimeCount * granted.RevisedPublishingInterval, 0, bench.Server.Limits.MaxSubscriptionLifetime);
    });

    [Fact]
    public void Items_of_those_who_have_left_give_way() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Limits = bench.Options.Limits with { MaxMonitoredItems = 100 } };
        bench.AddMachine();
        var gone = await OpenAsync(bench);
        var left = await SubscribeAsync(gone);
        await CreateAsync(gone, left, [.. Enumerable.Repeat(Item(Bench.Id("Speed")), 100)]);
        var client = await OpenAsync(bench);
        var subscription = await SubscribeAsync(client);
        Assert.Equal(StatusCodes.BadTooManyMonitoredItems, (await CreateAsync(client, subscription, [Item(Bench.Id("Speed"))]))[0].Status.Code);
        await gone.CallAsync<CloseSessionRequest, CloseSessionResponse>(new CloseSessionRequest(DeleteSubscriptions: false));
        Assert.Equal(StatusCodes.Good, (await CreateAsync(client, subscription, [Item(Bench.Id("Speed"))]))[0].Status.Code);
        Assert.Equal(1, bench.Server.Subscriptions.ItemCount);
    });

    [Fact]
    public void Names_that_a_session_keeps_are_names() => Bench.Run(async bench =>
    {
        var client = new SilentClient(bench);
        await client.HelloAsync();
        await client.OpenChannelAsync();
        var book = new string('x', 100_000);
        var plain = new CreateSessionRequest(new ApplicationDescription("urn:c", "urn:c", "c", ApplicationType.Client), null, null, "s", new byte[32], null, 60_000, 0);
        foreach (var request in new[]
        {
            plain with { SessionName = book },
            plain with { ClientDescription = plain.ClientDescription with { ApplicationUri = book } },
            plain with { ClientDescription = plain.ClientDescription with { DiscoveryUrls = [.. Enumerable.Repeat("opc.tcp://x", 50_000)] } },
        })
        {
            Assert.Equal(StatusCodes.BadEncodingLimitsExceeded, await RefusalAsync(() => client.CallAsync<CreateSessionRequest, CreateSessionResponse>(request)));
        }

        await client.CallAsync<CreateSessionRequest, CreateSessionResponse>(plain);
        await client.CallAsync<GetEndpointsRequest, GetEndpointsResponse>(new GetEndpointsRequest("opc.tcp://" + book, [.. Enumerable.Repeat(book, 2)], []));
    });

    [Fact]
    public void An_index_range_as_long_as_a_book_is_none() => Bench.Run(async bench =>
    {
        AddCurve(bench);
        var client = await OpenAsync(bench);
        var read = await client.CallAsync<ReadRequest, ReadResponse>(new ReadRequest(0, TimestampsToReturn.Neither, [new ReadValueId(Bench.Id("Curve"), AttributeId.Value, new string('0', 100_000) + "1:2", default)]));
        Assert.Equal(StatusCodes.BadIndexRangeInvalid, read.Results[0].Status.Code);
    });

    [Fact]
    public void An_index_range_up_to_the_largest_number() => Bench.Run(async bench =>
    {
        AddCurve(bench);
        bench.Space.AddVariable(Bench.Id("Machine"), Bench.Id("Note"), "Note", BuiltInType.String, new VariableOptions { InitialValue = "note" });
        bench.Space.AddVariable(Bench.Id("Machine"), Bench.Id("Bytes"), "Bytes", BuiltInType.ByteString, new VariableOptions { InitialValue = new Variant(new byte[] { 1, 2 }), Writable = true });
        var client = await OpenAsync(bench);
        var read = await client.CallAsync<ReadRequest, ReadResponse>(new ReadRequest(
            0, TimestampsToReturn.Neither, [.. new[] { "Curve", "Note", "Bytes" }.Select(static n => new ReadValueId(Bench.Id(n), AttributeId.Value, "0:2147483647", default))]));
        Assert.Equal(["Good", "Good", "Good"], read.Results.Select(static r => r.Status.Name));
        Assert.Equal(new Variant("note"), read.Results[1].Value);
        var written = await client.CallAsync<WriteRequest, WriteResponse>(new WriteRequest([new WriteValue(Bench.Id("Bytes"), AttributeId.Value, "0:2147483647", new DataValue(new Variant(new byte[2])))]));
        Assert.True(written.Results[0].IsBad);
    });

    [Fact]
    public void More_acknowledgements_than_there_can_be() => Bench.Run(async bench =>
    {
        var client = await OpenAsync(bench);
        await SubscribeAsync(client);
        Assert.Equal(StatusCodes.BadTooManyOperations, await RefusalAsync(() => client.CallAsync<PublishRequest, PublishResponse>(new PublishRequest(new SubscriptionAcknowledgement[50_000]))));
    });

    [Fact]
    public void Continuation_points_that_are_hoarded_run_out() => Bench.Run(async bench =>
    {
        var client = await OpenAsync(bench);
        var description = new BrowseDescription(ObjectIds.Server, BrowseDirection.Both, default, true, 0, 63);
        var response = await client.CallAsync<BrowseRequest, BrowseResponse>(new BrowseRequest(default, 1, [.. Enumerable.Repeat(description, 100)]));
        Assert.Equal(bench.Server.Limits.MaxBrowseContinuationPoints, response.Results.Count(static r => r.ContinuationPoint is not null));
        Assert.Equal(StatusCodes.BadNoContinuationPoints, response.Results[^1].Status.Code);
    });

    [Fact]
    public void Registering_nodes_keeps_nothing() => Bench.Run(async bench =>
    {
        var client = await OpenAsync(bench);
        var nodes = Enumerable.Range(0, 10_000).Select(static i => new NodeId(9, (uint)i)).ToArray();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(nodes, (await client.CallAsync<RegisterNodesRequest, RegisterNodesResponse>(new RegisterNodesRequest(nodes))).RegisteredNodes);
        }

        Assert.Equal(StatusCodes.BadTooManyOperations, await RefusalAsync(() => client.CallAsync<RegisterNodesRequest, RegisterNodesResponse>(new RegisterNodesRequest([.. nodes, default]))));
    });

    [Fact]
    public void The_subscription_of_another_application_cannot_be_taken() => Bench.Run(async bench =>
    {
        var owner = await OpenAsync(bench);
        var subscription = await SubscribeAsync(owner);
        var silent = new SilentClient(bench);
        await silent.OpenAsync(applicationUri: "urn:test:thief");
        var response = await silent.CallAsync<TransferSubscriptionsRequest, TransferSubscriptionsResponse>(new TransferSubscriptionsRequest([subscription, .. Enumerable.Range(1, 100).Select(static i => (uint)i + 1000)], true));
        Assert.Equal(StatusCodes.BadUserAccessDenied, response.Results[0].Status.Code);
        Assert.Equal(StatusCodes.BadSubscriptionIdInvalid, response.Results[1].Status.Code);
    });

    /// <summary>What an unprotected client calls itself anybody can call himself (OPC 10000-4, 5.14.7).</summary>
    [Fact]
    public void Without_a_user_and_without_protection_no_subscription_is_transferred() => Bench.Run(async bench =>
    {
        var owner = await OpenAsync(bench);
        var subscription = await SubscribeAsync(owner);
        var thief = await OpenAsync(bench);
        async Task<uint> TakeAsync() =>
            (await thief.CallAsync<TransferSubscriptionsRequest, TransferSubscriptionsResponse>(new TransferSubscriptionsRequest([subscription], true))).Results[0].Status.Code;
        Assert.Equal(StatusCodes.BadUserAccessDenied, await TakeAsync());
        await owner.CallAsync<CloseSessionRequest, CloseSessionResponse>(new CloseSessionRequest(DeleteSubscriptions: false));
        Assert.Equal(StatusCodes.BadUserAccessDenied, await TakeAsync());
    });

    [Fact]
    public void A_greedy_client_leaves_others_the_memory_that_is_theirs() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Limits = bench.Options.Limits with { MaxNotificationBytes = 16_000_000, MaxSubscriptions = 40 } };
        bench.AddMachine();
        var note = bench.Space.AddVariable(Bench.Id("Machine"), Bench.Id("Note"), "Note", BuiltInType.String, new VariableOptions { InitialValue = "" });
        var greedy = await OpenAsync(bench);
        for (var i = 0; i < 5; i++)
        {
            await CreateAsync(greedy, await SubscribeAsync(greedy), [.. Enumerable.Repeat(Item(Bench.Id("Note"), queueSize: uint.MaxValue), 40)]);
        }

        for (var i = 0; i < 100; i++)
        {
            note.SetValue(new string((char)('a' + (i % 26)), 5_000));
        }

        var memory = bench.Server.Subscriptions.Memory;
        Assert.InRange(memory.Used, 8_000_000, 16_000_000 + (200 * 10_100));

        // Another one, that comes late and asks for two hundred values, gets them.
        var modest = await OpenAsync(bench);
        var subscription = await SubscribeAsync(modest);
        await CreateAsync(modest, subscription, [Item(Bench.Id("Speed"), queueSize: 200)]);
        for (var i = 0; i < 199; i++)
        {
            ((VariableNode)bench.Space.Find(Bench.Id("Speed"))!).SetValue(i);
        }

        modest.Send(new PublishRequest([]));
        bench.Step(200);
        var changes = (await modest.AnswerAsync<PublishResponse>()).NotificationMessage.Notifications.Select(static n => n!.Structure).OfType<DataChangeNotification>().Single().MonitoredItems;
        Assert.Equal(200, changes.Length);
        Assert.All(changes, static c => Assert.Equal(0u, c.Value.Status.Code & 0x480));
        await greedy.CallAsync<CloseSessionRequest, CloseSessionResponse>(new CloseSessionRequest(true));
        await modest.CallAsync<CloseSessionRequest, CloseSessionResponse>(new CloseSessionRequest(true));
        Assert.Equal((0, 0), (memory.Used, memory.CommonUsed));
    });

    private static void AddCurve(Bench bench)
    {
        bench.AddMachine();
        bench.Space.AddVariable(Bench.Id("Machine"), Bench.Id("Curve"), "Curve", BuiltInType.Double, new VariableOptions { ValueRank = 1, InitialValue = Variant.From(new double[20_000]) });
    }

    private static async Task<SilentClient> OpenAsync(Bench bench)
    {
        var client = new SilentClient(bench);
        await client.OpenAsync(sessionTimeout: 3_600_000);
        return client;
    }

    private static async Task<uint> SubscribeAsync(SilentClient client) =>
        (await client.CallAsync<CreateSubscriptionRequest, CreateSubscriptionResponse>(new(100, 10_000, 100, 0, PublishingEnabled: true, 0))).SubscriptionId;

    private static MonitoredItemCreateRequest Item(NodeId node, double samplingInterval = 0, uint queueSize = 1) => new(
        new ReadValueId(node, AttributeId.Value, null, default), MonitoringMode.Reporting, new MonitoringParameters(1, samplingInterval, null, queueSize, true));

    private static MonitoredItemCreateRequest EventItem(SimpleAttributeOperand[] select, ContentFilterElement[] where) => new(
        new ReadValueId(ObjectIds.Server, AttributeId.EventNotifier, null, default), MonitoringMode.Reporting,
        new MonitoringParameters(1, 0, new ExtensionObject(new EventFilter(select, new ContentFilter(where))), uint.MaxValue, true));

    private static async Task<MonitoredItemCreateResult[]> CreateAsync(SilentClient client, uint subscription, MonitoredItemCreateRequest[] items) =>
        (await client.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new(subscription, TimestampsToReturn.Both, items))).Results;

    private static async Task<uint> RefusalAsync<T>(Func<Task<T>> call) => (await Assert.ThrowsAsync<OpcUaException>(call)).Status.Code;
}
