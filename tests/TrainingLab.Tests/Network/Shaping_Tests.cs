using TrainingLab.Network.Flows;

namespace TrainingLab.Tests.Network;

public sealed class Shaping_Tests
{
    private const string Trunk = "sw1:8--sw2:8";

    [Fact]
    public void Latency_delays_every_segment_and_the_handshake() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        network.Shape(Trunk, new LinkShape(TimeSpan.FromMilliseconds(30)));
        var start = bench.Time.GetUtcNow();
        var (client, server) = await LiveFlow_Tests.PairAsync(network);
        Assert.Equal(60, (bench.Time.GetUtcNow() - start).TotalMilliseconds);

        await client.SayAsync("slow");
        bench.Step(TimeSpan.FromMilliseconds(29));
        Assert.Equal("", server.Hear());
        bench.Step(TimeSpan.FromMilliseconds(1));
        Assert.Equal("slow", server.Hear());
    });

    [Fact]
    public void Bandwidth_is_shared_by_the_flows_of_a_cable() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var (a, serverA) = await LiveFlow_Tests.PairAsync(network);
        var (b, serverB) = await LiveFlow_Tests.PairAsync(network, port: 8087);
        network.Shape(Trunk, new LinkShape(default, BytesPerSecond: 1000));

        await a.SayAsync(new string('a', 500));
        await b.SayAsync(new string('b', 500));
        bench.Step(TimeSpan.FromMilliseconds(500));
        Assert.Equal((500, 0), (serverA.Hear().Length, serverB.Hear().Length));
        bench.Step(TimeSpan.FromMilliseconds(500));
        Assert.Equal(500, serverB.Hear().Length);
    });

    [Fact]
    public void A_large_write_arrives_segment_by_segment() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var (client, server) = await LiveFlow_Tests.PairAsync(network);
        network.Shape(Trunk, new LinkShape(default, BytesPerSecond: 1460));
        await client.SayAsync(new string('x', 4000));
        bench.Step(TimeSpan.FromSeconds(1));
        Assert.Equal(1460, server.Hear().Length);
        bench.Step(TimeSpan.FromSeconds(1));
        Assert.Equal(1460, server.Hear().Length);
        bench.Step(TimeSpan.FromSeconds(1));
        Assert.Equal(1080, server.Hear().Length);
    });

    [Fact]
    public void Loss_shows_as_delay_and_jitter_keeps_the_order() => Bench.Run(async bench =>
    {
        var chance = new Queue<double>([0.9, 0.1, 0.8, /* second */ 0.0, 0.9]);
        using var network = bench.Build(Plants.TwoSwitches(), o => o with { Chance = _ => chance.Dequeue() });
        var (client, server) = await LiveFlow_Tests.PairAsync(network);
        network.Shape(Trunk, new LinkShape(default, Jitter: TimeSpan.FromMilliseconds(10), Loss: 0.5));
        // first: jitter 9 ms, lost once (0.1), then through (0.8): 209 ms. second: no jitter, not lost, but not before the first.
        await client.SayAsync("1");
        await client.SayAsync("2");
        bench.Step(TimeSpan.FromMilliseconds(208));
        Assert.Equal("", server.Hear());
        bench.Step(TimeSpan.FromMilliseconds(1));
        Assert.Equal("12", server.Hear());
        Assert.Empty(chance);
    });

    [Fact]
    public void A_shape_comes_and_goes_under_a_pending_read() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var (client, server) = await LiveFlow_Tests.PairAsync(network);
        var pending = server.Input.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        network.Shape(Trunk, new LinkShape(TimeSpan.FromSeconds(1)));
        await client.SayAsync("a");
        bench.Step(TimeSpan.FromMilliseconds(500));
        Assert.False(pending.IsCompleted);
        network.Shape(Trunk, default);
        await client.SayAsync("b");
        bench.Step(TimeSpan.FromMilliseconds(499));
        Assert.False(pending.IsCompleted);
        bench.Step(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, (await pending).Buffer.Length);
        server.Input.AdvanceTo((await pending).Buffer.End);
        await client.SayAsync("c");
        Assert.Equal("c", server.Hear());
        Assert.Null(bench.Time.Next);
    });

    [Fact]
    public void A_partly_read_buffer_survives_the_gate() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var (client, server) = await LiveFlow_Tests.PairAsync(network);
        await client.SayAsync("ab");
        var read = await server.Input.ReadAsync(TestContext.Current.CancellationToken);
        server.Input.AdvanceTo(read.Buffer.GetPosition(1), read.Buffer.End);
        network.SetCable(Trunk, plugged: false);
        await client.SayAsync("cd");
        Assert.Equal("", server.Hear());
        var pending = server.Input.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        bench.Settle();
        Assert.False(pending.IsCompleted);
        network.SetCable(Trunk, plugged: true);
        bench.Settle();
        Assert.Equal(3, (await pending).Buffer.Length);
    });
}
