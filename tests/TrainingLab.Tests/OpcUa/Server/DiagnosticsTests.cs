using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.Tests.OpcUa.Server;

public class DiagnosticsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void The_summary_counts_sessions_subscriptions_and_refusals() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        await using var client = await bench.ConnectAsync();
        await (await bench.ConnectAsync()).DisposeAsync();
        await using var subscription = await client.SubscribeAsync(100, [new WatchItem(speed.Id)], static _ => { }, Cancellation);
        await Assert.ThrowsAsync<OpcUaException>(() => client.ReadAsync(Array.Empty<ReadItem>(), Cancellation));
        var value = await client.ReadAsync(new NodeId(0, 2275), Cancellation);
        var summary = (ServerDiagnosticsSummary)((ExtensionObject)value.Value.ToObject()!).Structure!;
        Assert.Equal((1u, 2u, 1u, 1u, 1u), (summary.CurrentSessionCount, summary.CumulatedSessionCount, summary.CurrentSubscriptionCount, summary.CumulatedSubscriptionCount, summary.RejectedRequestsCount));
        Assert.Equal(new Variant(1u), (await client.ReadAsync(new NodeId(0, 2288), Cancellation)).Value);
    });

    [Fact]
    public void Tables_of_sessions_and_subscriptions_are_there_while_they_are_enabled() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        await using var client = await bench.ConnectAsync();
        await using var subscription = await client.SubscribeAsync(100, [new WatchItem(speed.Id, 0, 5)], static _ => { }, Cancellation);
        speed.SetValue(1.0);
        bench.Step(200);
        var rows = (Array)(await client.ReadAsync(new NodeId(0, 2290), Cancellation)).Value.ToObject()!;
        Assert.Single(rows);
        var own = Assert.Single(bench.Space.Find(new NodeId(0, 2290)) is VariableNode table ? (ExtensionObject[])table.Value.Value.Elements! : []);
        var row = Assert.IsType<SubscriptionDiagnostics>(own.Structure);
        Assert.Equal((subscription.Id, 100.0, 2u, 1u), (row.SubscriptionId, row.PublishingInterval, row.DataChangeNotificationsCount, row.MonitoredItemCount));
        var session = Assert.IsType<SessionDiagnostics>(((ExtensionObject[])((VariableNode)bench.Space.Find(new NodeId(0, 3707))!).Value.Value.Elements!)[0].Structure);
        Assert.Equal(("session", 1u), (session.SessionName, session.CurrentSubscriptionsCount));
        Assert.Equal(new ServiceCounter(1, 0), session.Counters[SessionDiagnostics.Services.ToList().IndexOf(631)]);
        Assert.Equal(SessionDiagnostics.Services.Count, session.Counters.Count);
        Assert.Single((Array)(await client.ReadAsync(new NodeId(0, 3708), Cancellation)).Value.ToObject()!);
        Assert.Equal(StatusCodes.Good, (await client.WriteAsync(new NodeId(0, 2294), false, Cancellation)).Code);
        Assert.Empty((Array)(await client.ReadAsync(new NodeId(0, 2290), Cancellation)).Value.ToObject()!);
        Assert.Equal(StatusCodes.BadTypeMismatch, (await client.WriteAsync(new NodeId(0, 2294), 1, Cancellation)).Code);
    });
}
