using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.Tests.OpcUa.Server;

public class SubscriptionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Changes_arrive_with_the_publishing_interval() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        await using var client = await bench.ConnectAsync();
        var seen = new List<string>();
        await using var subscription = await client.SubscribeAsync(100, [new WatchItem(speed.Id, 0, 10)], c => seen.Add(c.Value.Value.ToString()), Cancellation);
        Assert.Equal(StatusCodes.Good, Assert.Single(subscription.ItemStatuses).Code);
        bench.Step(100);
        Assert.Equal(["100"], seen); // the first value, unasked
        speed.SetValue(101.0);
        speed.SetValue(102.0);
        speed.SetValue(102.0);
        bench.Step(99);
        Assert.Equal(["100"], seen);
        bench.Step(1);
        Assert.Equal(["100", "101", "102"], seen);
        bench.Step(10_000);
        Assert.Equal(3, seen.Count);
    });

    [Fact]
    public void Sampling_takes_the_value_at_the_end_of_its_interval() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        await using var client = await bench.ConnectAsync();
        var seen = new List<string>();
        await using var subscription = await client.SubscribeAsync(1_000, [new WatchItem(speed.Id, 200, 10)], c => seen.Add(c.Value.Value.ToString()), Cancellation);
        for (var i = 1; i <= 10; i++)
        {
            speed.SetValue((double)i);
            bench.Step(100);
        }

        bench.Step(1_000);
        Assert.Equal(["100", "2", "4", "6", "8", "10"], seen);
    });

    [Theory]
    [InlineData(DeadbandKind.Absolute, 5.0)]
    [InlineData(DeadbandKind.Percent, 2.5)] // of a range of 200
    public void Changes_within_the_deadband_are_not_reported(DeadbandKind kind, double value) => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        var log = new ActionLog();
        bench.Observer = log;
        await using var client = await bench.ConnectAsync();
        var seen = new List<string>();
        await using var subscription = await client.SubscribeAsync(100, [new WatchItem(speed.Id, 0, 10, kind, value)], c => seen.Add(c.Value.Value.ToString()), Cancellation);
        foreach (var next in new[] { 103.0, 105.0, 105.5, 101.0, 100.4, 94.0 })
        {
            speed.SetValue(next);
        }

        bench.Step(200);
        Assert.Equal(["100", "105.5", "100.4", "94"], seen);
        Assert.Contains($"watches ns=2;s=Speed every 0 deadband {kind} {value} queue 10 Good", log.Lines);
    });

    [Fact]
    public void Deadbands_that_make_no_sense_are_refused() => Bench.Run(async bench =>
    {
        bench.AddMachine();
        await using var client = await bench.ConnectAsync();
        await using var subscription = await client.SubscribeAsync(
            100,
            [
                new WatchItem(Bench.Id("Setpoint"), 0, 1, DeadbandKind.Percent, 5), // without a range
                new WatchItem(Bench.Id("Speed"), 0, 1, DeadbandKind.Percent, 101),
                new WatchItem(Bench.Id("Speed"), 0, 1, DeadbandKind.Absolute, -1),
                new WatchItem(Bench.Id("Speed"), 0, 1, (DeadbandKind)7, 1),
                new WatchItem(VariableIds.NamespaceArray, 0, 1, DeadbandKind.Absolute, 1),
                new WatchItem(Bench.Id("Nowhere")),
                new WatchItem(ObjectIds.Server),
            ],
            static _ => { },
            Cancellation);
        Assert.Equal(
            [
                StatusCodes.BadMonitoredItemFilterUnsupported, StatusCodes.BadDeadbandFilterInvalid, StatusCodes.BadDeadbandFilterInvalid, StatusCodes.BadDeadbandFilterInvalid,
                StatusCodes.BadFilterNotAllowed, StatusCodes.BadNodeIdUnknown, StatusCodes.BadAttributeIdInvalid,
            ],
            subscription.ItemStatuses.Select(static s => s.Code));
    });

    [Fact]
    public void A_quality_change_is_a_change() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        await using var client = await bench.ConnectAsync();
        var seen = new List<string>();
        await using var subscription = await client.SubscribeAsync(
            100, [new WatchItem(speed.Id, 0, 10, DeadbandKind.Absolute, 50)], c => seen.Add(c.Value.Status.Name), Cancellation);
        speed.FaultStatus = StatusCodes.BadSensorFailure;
        speed.FaultStatus = null;
        bench.Step(200);
        Assert.Equal(["Good", "BadSensorFailure", "Good"], seen);
    });

    [Fact]
    public void A_full_queue_loses_its_oldest_or_its_newest_and_says_so() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        var client = new SilentClient(bench);
        await client.OpenAsync();
        var id = await SubscribeAsync(client);
        await client.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new CreateMonitoredItemsRequest(
            id, TimestampsToReturn.Neither, [Item(speed.Id, 1, queueSize: 3), Item(speed.Id, 2, queueSize: 3, discardOldest: false)]));
        for (var i = 1; i <= 5; i++)
        {
            speed.SetValue((double)i);
        }

        client.Send(new PublishRequest([]));
        bench.Step(100);
        var changes = Changes(await client.AnswerAsync<PublishResponse>());
        Assert.Equal(["1:3*", "1:4", "1:5", "2:100", "2:1", "2:5*"], changes);
    });

    [Fact]
    public void A_keep_alive_carries_the_next_number_without_using_it_up() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        var client = new SilentClient(bench);
        await client.OpenAsync();
        var id = await SubscribeAsync(client, keepAliveCount: 5);
        for (var i = 0; i < 4; i++)
        {
            client.Send(new PublishRequest([]));
        }

        bench.Step(100);
        var first = await client.AnswerAsync<PublishResponse>();
        Assert.Equal((1u, 0), (first.NotificationMessage.SequenceNumber, first.NotificationMessage.Notifications.Length));
        bench.Step(499);
        bench.Step(1);
        var second = await client.AnswerAsync<PublishResponse>();
        Assert.Equal((1u, 0), (second.NotificationMessage.SequenceNumber, second.NotificationMessage.Notifications.Length));
        await client.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new CreateMonitoredItemsRequest(id, TimestampsToReturn.Both, [Item(speed.Id, 1)]));
        bench.Step(100);
        var third = await client.AnswerAsync<PublishResponse>();
        Assert.Equal((1u, 1), (third.NotificationMessage.SequenceNumber, third.NotificationMessage.Notifications.Length));
        Assert.Equal([1u], third.AvailableSequenceNumbers);
    });

    [Fact]
    public void A_notification_can_be_asked_for_again_until_it_is_acknowledged() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        var client = new SilentClient(bench);
        await client.OpenAsync();
        var id = await SubscribeAsync(client);
        await client.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new CreateMonitoredItemsRequest(id, TimestampsToReturn.Both, [Item(speed.Id, 1)]));
        client.Send(new PublishRequest([]));
        bench.Step(100);
        var sent = await client.AnswerAsync<PublishResponse>();
        var again = await client.CallAsync<RepublishRequest, RepublishResponse>(new RepublishRequest(id, 1));
        Assert.Equal(sent.NotificationMessage.PublishTime, again.NotificationMessage.PublishTime);
        client.Send(new PublishRequest([new SubscriptionAcknowledgement(id, 1), new SubscriptionAcknowledgement(id, 9), new SubscriptionAcknowledgement(99, 1)]));
        bench.Settle();
        var e = await Assert.ThrowsAsync<OpcUaException>(() => client.CallAsync<RepublishRequest, RepublishResponse>(new RepublishRequest(id, 1)));
        Assert.Equal(StatusCodes.BadMessageNotAvailable, e.Status.Code);
        speed.SetValue(1.0);
        bench.Step(100);
        var next = await client.AnswerAsync<PublishResponse>();
        Assert.Equal([StatusCodes.Good, StatusCodes.BadSequenceNumberUnknown, StatusCodes.BadSubscriptionIdInvalid], next.Results.Select(static r => r.Code));
        Assert.Equal([2u], next.AvailableSequenceNumbers);
    });

    [Fact]
    public void Of_too_many_publish_requests_the_oldest_is_refused() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Limits = bench.Options.Limits with { MaxPublishRequestsPerSession = 2 } };
        var client = new SilentClient(bench);
        await client.OpenAsync();
        await SubscribeAsync(client);
        client.Send(new PublishRequest([]));
        client.Send(new PublishRequest([]));
        client.Send(new PublishRequest([]));
        var e = await Assert.ThrowsAsync<OpcUaException>(() => client.AnswerAsync<PublishResponse>());
        Assert.Equal(StatusCodes.BadTooManyPublishRequests, e.Status.Code);
    });

    [Fact]
    public void Publish_without_a_subscription_is_refused() => Bench.Run(async bench =>
    {
        var client = new SilentClient(bench);
        await client.OpenAsync();
        var e = await Assert.ThrowsAsync<OpcUaException>(() => client.CallAsync<PublishRequest, PublishResponse>(new PublishRequest([])));
        Assert.Equal(StatusCodes.BadNoSubscription, e.Status.Code);
    });

    [Fact]
    public void A_subscription_that_nobody_asks_for_ends() => Bench.Run(async bench =>
    {
        var log = new ActionLog();
        bench.Observer = log;
        var client = new SilentClient(bench);
        await client.OpenAsync();
        await SubscribeAsync(client, keepAliveCount: 3, lifetimeCount: 9);
        bench.Step(800);
        Assert.DoesNotContain("unsubscribed BadTimeout", log.Lines);
        bench.Step(200);
        Assert.Contains("unsubscribed BadTimeout", log.Lines);
    });

    [Fact]
    public void The_end_of_a_lifetime_is_told_in_the_next_request() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        var client = new SilentClient(bench);
        await client.OpenAsync();
        var id = await SubscribeAsync(client, keepAliveCount: 3, lifetimeCount: 9);
        await client.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new CreateMonitoredItemsRequest(id, TimestampsToReturn.Both, [Item(speed.Id, 1)]));
        client.Send(new PublishRequest([]));
        bench.Step(100);
        Assert.Equal(1u, (await client.AnswerAsync<PublishResponse>()).NotificationMessage.SequenceNumber);
        bench.Step(900);
        Assert.Equal(0, bench.Server.Subscriptions.Count);
        var end = await client.CallAsync<PublishRequest, PublishResponse>(new PublishRequest([]));
        Assert.Equal((id, 2u), (end.SubscriptionId, end.NotificationMessage.SequenceNumber));
        Assert.Equal(StatusCodes.BadTimeout, ((StatusChangeNotification)Assert.Single(end.NotificationMessage.Notifications)!.Structure!).Status.Code);
        var e = await Assert.ThrowsAsync<OpcUaException>(() => client.CallAsync<PublishRequest, PublishResponse>(new PublishRequest([])));
        Assert.Equal(StatusCodes.BadNoSubscription, e.Status.Code);
    });

    [Fact]
    public void More_notifications_than_fit_follow_at_once() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        var client = new SilentClient(bench);
        await client.OpenAsync();
        var id = await SubscribeAsync(client, maxNotifications: 2);
        await client.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(
            new CreateMonitoredItemsRequest(id, TimestampsToReturn.Both, [Item(speed.Id, 1), Item(speed.Id, 2), Item(speed.Id, 3)]));
        client.Send(new PublishRequest([]));
        client.Send(new PublishRequest([]));
        bench.Step(100);
        var first = await client.AnswerAsync<PublishResponse>();
        var second = await client.AnswerAsync<PublishResponse>();
        Assert.Equal((true, 2, false, 1), (first.MoreNotifications, Changes(first).Length, second.MoreNotifications, Changes(second).Length));
    });

    [Fact]
    public void Items_and_publishing_can_be_switched_off_and_on() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        var client = new SilentClient(bench);
        await client.OpenAsync();
        var id = await SubscribeAsync(client);
        await client.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new CreateMonitoredItemsRequest(id, TimestampsToReturn.Both, [Item(speed.Id, 1)]));
        await client.CallAsync<SetMonitoringModeRequest, SetMonitoringModeResponse>(new SetMonitoringModeRequest(id, MonitoringMode.Disabled, [1]));
        client.Send(new PublishRequest([]));
        bench.Step(100);
        Assert.Empty(Changes(await client.AnswerAsync<PublishResponse>()));
        speed.SetValue(5.0);
        await client.CallAsync<SetMonitoringModeRequest, SetMonitoringModeResponse>(new SetMonitoringModeRequest(id, MonitoringMode.Reporting, [1]));
        client.Send(new PublishRequest([]));
        bench.Step(100);
        Assert.Equal(["1:5"], Changes(await client.AnswerAsync<PublishResponse>()));
        await client.CallAsync<SetPublishingModeRequest, SetPublishingModeResponse>(new SetPublishingModeRequest(false, [id]));
        speed.SetValue(6.0);
        client.Send(new PublishRequest([]));
        bench.Step(300);
        await client.CallAsync<SetPublishingModeRequest, SetPublishingModeResponse>(new SetPublishingModeRequest(true, [id]));
        bench.Step(100);
        Assert.Equal(["1:6"], Changes(await client.AnswerAsync<PublishResponse>()));
    });

    [Fact]
    public void Server_time_is_sampled_although_nobody_pushes_it() => Bench.Run(async bench =>
    {
        await using var client = await bench.ConnectAsync();
        var seen = 0;
        await using var subscription = await client.SubscribeAsync(1_000, [new WatchItem(VariableIds.CurrentTime, 1_000)], _ => seen++, Cancellation);
        bench.Step(10_500);
        Assert.InRange(seen, 9, 11);
    });

    [Fact]
    public void A_removed_node_reports_its_end() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        await using var client = await bench.ConnectAsync();
        var seen = new List<string>();
        await using var subscription = await client.SubscribeAsync(100, [new WatchItem(speed.Id, 0, 5)], c => seen.Add(c.Value.Status.Name), Cancellation);
        bench.Space.Remove(speed.Id);
        bench.Step(100);
        Assert.Equal(["Good", "BadNodeIdUnknown"], seen);
    });

    [Fact]
    public void Changes_can_be_read_as_a_stream() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        await using var client = await bench.ConnectAsync();
        await using var subscription = await client.SubscribeAsync(100, [new WatchItem(speed.Id, 0, 5)], onChange: null, Cancellation);
        var stream = subscription.ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        var first = stream.MoveNextAsync().AsTask();
        bench.Step(100);
        Assert.True(await first);
        Assert.Equal(new Variant(100.0), stream.Current.Value.Value);
        await client.DisposeAsync();
        bench.Settle();
        Assert.False(await stream.MoveNextAsync());
        await stream.DisposeAsync();
    });

    [Fact]
    public void What_the_client_cannot_take_in_one_message_comes_in_several() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Limits = bench.Options.Limits with { MaxMessageSize = 20_000 } };
        var texts = AddTexts(bench, count: 8, length: 3_000);
        var client = new SilentClient(bench);
        await client.OpenAsync();
        var id = await SubscribeAsync(client);
        await client.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(
            new CreateMonitoredItemsRequest(id, TimestampsToReturn.Both, [.. texts.Select(static (t, i) => Item(t.Id, (uint)i))]));
        for (var i = 0; i < 4; i++)
        {
            client.Send(new PublishRequest([]));
        }

        bench.Step(100);
        var came = new List<uint>();
        PublishResponse response;
        do
        {
            response = await client.AnswerAsync<PublishResponse>();
            came.AddRange(response.NotificationMessage.Notifications.SelectMany(static n => ((DataChangeNotification)n!.Structure!).MonitoredItems).Select(static m => m.ClientHandle));
            Assert.Equal(came.Count < 8, response.MoreNotifications);
        }
        while (response.MoreNotifications);
        Assert.Equal([0u, 1, 2, 3, 4, 5, 6, 7], came);
    });

    [Fact]
    public void Messages_are_kept_for_republish_as_far_as_their_bytes_go() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Limits = bench.Options.Limits with { MaxNotificationBytes = 12_000, MaxSubscriptions = 1, ReservedSubscriptionsPerSession = 0 } };
        var text = AddTexts(bench, count: 1, length: 3_000)[0];
        var client = new SilentClient(bench);
        await client.OpenAsync();
        var id = await SubscribeAsync(client);
        await client.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new CreateMonitoredItemsRequest(id, TimestampsToReturn.Both, [Item(text.Id, 1)]));
        var available = new List<uint[]>();
        for (var i = 0; i < 3; i++)
        {
            client.Send(new PublishRequest([]));
            text.SetValue(new string((char)('a' + i), 3_000));
            bench.Step(100);
            available.Add((await client.AnswerAsync<PublishResponse>()).AvailableSequenceNumbers);
        }

        Assert.Equal([[1u], [1u, 2], [2u, 3]], available);
    });

    private static VariableNode[] AddTexts(Bench bench, int count, int length)
    {
        bench.AddMachine();
        return [.. Enumerable.Range(0, count).Select(i => bench.Space.AddVariable(
            Bench.Id("Machine"), Bench.Id($"Text{i}"), $"Text{i}", BuiltInType.String, new VariableOptions { InitialValue = new string('x', length) }))];
    }

    private static async Task<uint> SubscribeAsync(SilentClient client, uint keepAliveCount = 10, uint lifetimeCount = 1_000, uint maxNotifications = 0) =>
        (await client.CallAsync<CreateSubscriptionRequest, CreateSubscriptionResponse>(
            new CreateSubscriptionRequest(100, lifetimeCount, keepAliveCount, maxNotifications, PublishingEnabled: true, 0))).SubscriptionId;

    private static MonitoredItemCreateRequest Item(NodeId node, uint handle, uint queueSize = 1, bool discardOldest = true) => new(
        new ReadValueId(node, AttributeId.Value, null, default), MonitoringMode.Reporting, new MonitoringParameters(handle, 0, null, queueSize, discardOldest));

    /// <summary>Handle and value of each change, with an asterisk where the overflow bit is set.</summary>
    private static string[] Changes(PublishResponse response) =>
    [
        .. response.NotificationMessage.Notifications.SelectMany(static n => ((DataChangeNotification)n!.Structure!).MonitoredItems)
            .Select(static m => $"{m.ClientHandle}:{m.Value.Value}{((m.Value.Status.Code & 0x480) == 0x480 ? "*" : "")}"),
    ];
}
