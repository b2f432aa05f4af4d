using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.Tests.OpcUa.Server;

/// <summary>
/// Clients come, subscribe, read and go, in every way that there is to go: afterwards nothing of them is left. An hour of it over sockets, with memory and handles, is
/// <c>SoakTests</c> of the interop tests.
/// </summary>
public class SoakTests
{
    private const int Rounds = 300;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Nothing_grows_over_many_rounds() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        var sessions = new List<WeakReference>();
        var baseline = bench.Time.ArmedTimers;
        for (var round = 0; round < Rounds; round++)
        {
            await VisitAsync(bench, speed, round, sessions);
        }

        // The longest that anything may outlive its owner: sessions and subscriptions that nobody has closed.
        bench.Step(20 * 60_000);
        Assert.Equal(0, bench.Server.ConnectionCount);
        Assert.Equal(0, bench.Server.SessionCount);
        Assert.Equal(0, bench.Server.Subscriptions.Count);
        Assert.Equal(0, bench.Server.Subscriptions.ItemCount);
        Assert.Equal(0, bench.Server.Subscriptions.Memory.Used);
        Assert.Equal(0, bench.Server.Notifiers.FilterCost);
        Assert.False(bench.Server.Notifiers.HasListeners);
        Assert.Equal(0, bench.Server.Unfinished.Bytes);
        Assert.InRange(bench.Server.Subscriptions.Sampling.Count, 0, 64);
        Assert.Equal(baseline, bench.Time.ArmedTimers);
        Assert.True(sessions.Count >= Rounds / 2);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.InRange(sessions.Count(static s => s.IsAlive), 0, 1);
    });

    /// <summary>An item that waits for the end of an hour's interval does not keep its session for that hour: clients could make any number of them.</summary>
    [Fact]
    public void What_waits_for_a_long_sampling_interval_goes_with_its_session() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        var sessions = new List<WeakReference>();
        for (var round = 0; round < 50; round++)
        {
            var client = await bench.ConnectAsync();
            var watching = await client.SubscribeAsync(100, [new WatchItem(speed.Id, 3_600_000)], static _ => { }, Cancellation);
            await client.SubscribeAsync(100, [new WatchItem(speed.Id, 1_800_000 + round), new WatchItem(new NodeId(0, 2258), 3_000_000)], static _ => { }, Cancellation);
            speed.SetValue(round);
            Note(bench, sessions);
            if (round % 2 == 0)
            {
                await watching.DisposeAsync();
            }

            await client.DisposeAsync();
            bench.Settle();
        }

        Assert.Equal(50, sessions.Count);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.InRange(sessions.Count(static s => s.IsAlive), 0, 1);
    });

    /// <summary>One visit; the rest of the division of its number says how it ends.</summary>
    private static async Task VisitAsync(Bench bench, VariableNode speed, int round, List<WeakReference> sessions)
    {
        if (round % 6 == 5)
        {
            // One that never gets far.
            var idle = new SilentClient(bench);
            await idle.HelloAsync();
            await idle.OpenChannelAsync();
            await idle.SendRawAsync(Channel.MessageReaderTests.Chunk("MSGC", 2, 2, new byte[1_000], idle.Writer.ChannelId, idle.Writer.TokenId));
            bench.Settle();
            await idle.LeaveAsync();
            bench.Settle();
            return;
        }

        if (round % 6 == 4)
        {
            // One that breaks off with everything open, and leaves its subscriptions behind.
            var rude = new SilentClient(bench);
            await rude.OpenAsync(sessionTimeout: 10_000);
            var subscription = (await rude.CallAsync<CreateSubscriptionRequest, CreateSubscriptionResponse>(new(100, 100, 30, 0, PublishingEnabled: true, 0))).SubscriptionId;
            await rude.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new(subscription, TimestampsToReturn.Both, [
                new MonitoredItemCreateRequest(new ReadValueId(speed.Id, AttributeId.Value, null, default), MonitoringMode.Reporting, new MonitoringParameters(1, 10 + (round / 7.0), null, 50, true)),
            ]));
            await rude.CallAsync<BrowseRequest, BrowseResponse>(new(default, 1, [new BrowseDescription(ObjectIds.Server, BrowseDirection.Both, default, true, 0, 63)]));
            rude.Send(new PublishRequest([]));
            Note(bench, sessions);
            speed.SetValue(round);
            bench.Settle();
            await rude.LeaveAsync();
            bench.Step(500);
            return;
        }

        var client = await bench.ConnectAsync();
        await client.SubscribeAsync(100, [new WatchItem(speed.Id, round % 3 == 0 ? 0 : 20 + round), new WatchItem(new NodeId(0, 2258), 100)], static _ => { }, Cancellation);
        await client.SubscribeEventsAsync(
            100, ObjectIds.Server, new EventFilter([new SimpleAttributeOperand(default, [new QualifiedName(0, "Message")], AttributeId.Value, null)], new ContentFilter([])), static _ => { }, Cancellation);
        speed.SetValue(round);
        await client.WriteAsync(Bench.Id("Setpoint"), 1.0 * round, Cancellation);
        bench.Step(250);
        Assert.Equal(StatusCodes.Good, (await client.ReadAsync(speed.Id, Cancellation)).Status.Code);
        Note(bench, sessions);
        await client.DisposeAsync();
        bench.Settle();
    }

    private static void Note(Bench bench, List<WeakReference> sessions) => sessions.AddRange(bench.Server.Sessions.Select(static s => new WeakReference(s)));
}
