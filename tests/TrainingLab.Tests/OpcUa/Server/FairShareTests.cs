using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.Tests.OpcUa.Server;

/// <summary>What a server has only so much of: some is for whoever comes first, some of it for each.</summary>
public class FairShareTests
{
    [Fact]
    public void A_holder_takes_its_reserve_before_what_is_common()
    {
        var stock = new FairStock(common: 10, reserve: 3);
        var (greedy, late) = (new FairShare(stock), new FairShare(stock));
        Assert.True(greedy.HasRoomFor(13));
        Assert.False(greedy.HasRoomFor(14));
        greedy.Take(13);
        Assert.Equal((13, 10), (stock.Used, stock.CommonUsed));
        Assert.True(late.HasRoomFor(3));
        Assert.False(late.HasRoomFor(4));
        greedy.Return(1);
        Assert.True(late.HasRoomFor(4));
        late.Take(3);
        late.GiveUpReserve();
        Assert.Equal((15, 12, true), (stock.Used, stock.CommonUsed, stock.IsOverdrawn));
        late.Return(3);
        Assert.Equal((12, 9, false), (stock.Used, stock.CommonUsed, stock.IsOverdrawn));
    }

    [Fact]
    public void One_session_leaves_the_others_their_items_and_subscriptions() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Limits = bench.Options.Limits with { MaxMonitoredItems = 200, MaxSubscriptions = 5 } };
        bench.AddMachine();
        var greedy = await OpenAsync(bench);
        var granted = 0;
        for (var i = 0; i < 7; i++)
        {
            granted += (await CreateAsync(greedy, await SubscribeAsync(greedy), 100)).Count(static s => s.IsGood);
        }

        Assert.Equal(300, granted);
        Assert.Equal(StatusCodes.BadTooManySubscriptions, (await Assert.ThrowsAsync<OpcUaException>(() => SubscribeAsync(greedy))).Status.Code);
        var late = await OpenAsync(bench);
        Assert.Equal(100, (await CreateAsync(late, await SubscribeAsync(late), 101)).Count(static s => s.IsGood));
        await SubscribeAsync(late);
        Assert.Equal(StatusCodes.BadTooManySubscriptions, (await Assert.ThrowsAsync<OpcUaException>(() => SubscribeAsync(late))).Status.Code);
    });

    [Fact]
    public void What_sessions_leave_behind_does_not_grow_beyond_what_is_common() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Limits = bench.Options.Limits with { MaxMonitoredItems = 200, MaxSubscriptions = 5 } };
        bench.AddMachine();
        for (var i = 0; i < 20; i++)
        {
            var client = await OpenAsync(bench);
            await CreateAsync(client, await SubscribeAsync(client), 60);
            await SubscribeAsync(client);
            await client.CallAsync<CloseSessionRequest, CloseSessionResponse>(new CloseSessionRequest(DeleteSubscriptions: false));
        }

        Assert.InRange(bench.Server.Subscriptions.Count, 1, 5);
        Assert.InRange(bench.Server.Subscriptions.ItemCount, 60, 200);
        bench.Step(24 * 3_600_000);
        Assert.Equal((0, 0), (bench.Server.Subscriptions.Count, bench.Server.Subscriptions.ItemCount));
        Assert.Equal((0, 0), (bench.Server.Subscriptions.Items.CommonUsed, bench.Server.Subscriptions.Stock.CommonUsed));
    });

    [Fact]
    public void A_subscription_that_moves_takes_its_items_to_the_other_sessions_share() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with
        {
            Users = static (_, _, _, _) => ValueTask.FromResult<StatusCode>(StatusCodes.Good), Limits = bench.Options.Limits with { MaxMonitoredItems = 50, ReservedMonitoredItemsPerSession = 10 },
        };
        bench.AddMachine();
        var (from, to) = (await OpenAsync(bench, "op"), await OpenAsync(bench, "op"));
        var subscription = await SubscribeAsync(from);
        Assert.Equal(60, (await CreateAsync(from, subscription, 70)).Count(static s => s.IsGood));
        async Task<uint> MoveAsync() =>
            (await to.CallAsync<TransferSubscriptionsRequest, TransferSubscriptionsResponse>(new TransferSubscriptionsRequest([subscription], SendInitialValues: false))).Results[0].Status.Code;
        await CreateAsync(to, await SubscribeAsync(to), 5);

        // Of what is common there is nothing left, and half of the reserve is used.
        Assert.Equal(StatusCodes.BadTooManyMonitoredItems, await MoveAsync());
        await from.CallAsync<DeleteMonitoredItemsRequest, DeleteMonitoredItemsResponse>(new DeleteMonitoredItemsRequest(subscription, [.. Enumerable.Range(1, 55).Select(static i => (uint)i)]));
        Assert.Equal(StatusCodes.Good, await MoveAsync());
        Assert.Equal((10, 0), (bench.Server.Subscriptions.ItemCount, bench.Server.Subscriptions.Items.CommonUsed));
    });

    [Fact]
    public void Reserved_sessions_are_for_users_with_a_name() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with
        {
            Users = static (_, _, _, _) => ValueTask.FromResult<StatusCode>(StatusCodes.Good), Limits = bench.Options.Limits with { MaxSessions = 3, ReservedSessions = 1 },
        };
        bench.AddMachine();
        for (var i = 0; i < 3; i++)
        {
            await OpenAsync(bench);
        }

        Assert.Equal(StatusCodes.BadTooManySessions, (await Assert.ThrowsAsync<OpcUaException>(() => OpenAsync(bench))).Status.Code);
        var named = await OpenAsync(bench, "op");
        await SubscribeAsync(named);
        Assert.Equal(4, bench.Server.SessionCount);

        // The reserve is used up: nobody is put out for another one.
        Assert.Equal(StatusCodes.BadTooManySessions, (await Assert.ThrowsAsync<OpcUaException>(() => OpenAsync(bench, "op"))).Status.Code);
        await SubscribeAsync(named);
    });

    [Fact]
    public void Reserved_sessions_are_for_hosts_that_have_none() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Limits = bench.Options.Limits with { MaxSessions = 3, ReservedSessions = 1 } };
        bench.AddMachine();
        for (var i = 0; i < 3; i++)
        {
            await OpenAsync(bench);
        }

        Assert.Equal(StatusCodes.BadTooManySessions, (await Assert.ThrowsAsync<OpcUaException>(() => OpenAsync(bench))).Status.Code);
        await using var gateway = await OpcUaClient.ConnectAsync(bench.Connect("gateway"), Bench.ClientOptions, bench.Time, TestContext.Current.CancellationToken);
        Assert.Equal(StatusCodes.Good, (await gateway.ReadAsync(Bench.Id("Speed"), TestContext.Current.CancellationToken)).Status.Code);
        var second = await Assert.ThrowsAsync<OpcUaException>(() => OpcUaClient.ConnectAsync(bench.Connect("gateway"), Bench.ClientOptions, bench.Time, TestContext.Current.CancellationToken));
        Assert.Equal(StatusCodes.BadTooManySessions, second.Status.Code);
    });

    private static async Task<SilentClient> OpenAsync(Bench bench, string? user = null)
    {
        var client = new SilentClient(bench);
        await client.OpenAsync(user: user);
        return client;
    }

    private static async Task<uint> SubscribeAsync(SilentClient client) =>
        (await client.CallAsync<CreateSubscriptionRequest, CreateSubscriptionResponse>(new(1_000, 3_000, 1_000, 0, PublishingEnabled: true, 0))).SubscriptionId;

    private static async Task<StatusCode[]> CreateAsync(SilentClient client, uint subscription, int count) =>
        [.. (await client.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new(subscription, TimestampsToReturn.Both, [.. Enumerable.Repeat(
            new MonitoredItemCreateRequest(new ReadValueId(Bench.Id("Speed"), AttributeId.Value, null, default), MonitoringMode.Reporting, new MonitoringParameters(1, 0, null, 1, true)), count)])))
            .Results.Select(static r => r.Status)];
}
