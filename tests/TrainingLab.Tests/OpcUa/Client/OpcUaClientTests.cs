using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.Tests.OpcUa.Client;

public class OpcUaClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_server_that_says_nothing_is_BadTimeout() => Bench.Run(async bench =>
    {
        var (mine, _) = Bench.Pipes();
        var connect = OpcUaClient.ConnectAsync(mine, Bench.ClientOptions, bench.Time, Cancellation);
        bench.Step(9_999);
        Assert.False(connect.IsCompleted);
        bench.Step(10);
        Assert.Equal(StatusCodes.BadTimeout, (await Assert.ThrowsAsync<OpcUaException>(() => connect)).Status.Code);
        Assert.Equal(0, bench.Time.ArmedTimers);
    });

    [Fact]
    public void Connecting_can_be_cancelled() => Bench.Run(async bench =>
    {
        var (mine, _) = Bench.Pipes();
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(1), bench.Time);
        var connect = OpcUaClient.ConnectAsync(mine, Bench.ClientOptions, bench.Time, cancel.Token);
        bench.Step(1_001);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connect);
    });

    [Fact]
    public void A_cut_connection_fails_what_waits_and_what_comes() => Bench.Run(async bench =>
    {
        bench.AddMachine();
        var client = await bench.ConnectAsync();
        await using var subscription = await client.SubscribeAsync(100, [new WatchItem(Bench.Id("Speed"))], static _ => { }, Cancellation);
        await bench.Server.CloseAsync();
        bench.Settle();
        Assert.False(client.IsConnected);
        Assert.True((await client.Closed).IsBad);
        Assert.NotNull(subscription.Ended);
        var e = await Assert.ThrowsAsync<OpcUaException>(() => client.ReadAsync(Bench.Id("Speed"), Cancellation));
        Assert.Equal(StatusCodes.BadShutdown, e.Status.Code);
        await client.DisposeAsync();
    });

    [Fact]
    public void Two_hundred_requests_at_once_are_all_answered() => Bench.Run(async bench =>
    {
        bench.AddMachine();
        await using var client = await bench.ConnectAsync();
        var reads = Enumerable.Range(0, 200).Select(_ => client.ReadAsync(Bench.Id("Speed"), Cancellation)).ToArray();
        var values = await Task.WhenAll(reads);
        Assert.All(values, static v => Assert.Equal(new Variant(100.0), v.Value));
    });

    [Fact]
    public void Each_client_has_its_own_subscriptions() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        await using var first = await bench.ConnectAsync();
        await using var second = await bench.ConnectAsync();
        List<string> left = [], right = [];
        await using var a = await first.SubscribeAsync(100, [new WatchItem(speed.Id, 0)], c => left.Add(c.Value.Value.ToString()), Cancellation);
        await using var b = await second.SubscribeAsync(200, [new WatchItem(speed.Id, 0)], c => right.Add(c.Value.Value.ToString()), Cancellation);
        await using var c = await second.SubscribeAsync(100, [new WatchItem(ObjectIds.Server), new WatchItem(speed.Id, 0)], c => right.Add("*" + c.Value.Value), Cancellation);
        bench.Step(200);
        speed.SetValue(1.0);
        bench.Step(200);
        Assert.Equal(["100", "1"], left);
        Assert.Equal(["*1", "*100", "1", "100"], right.Order(StringComparer.Ordinal));
    });
}
