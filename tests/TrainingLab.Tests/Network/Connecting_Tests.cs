using TrainingLab.Network;
using TrainingLab.Network.Flows;
using TrainingLab.Network.Forwarding;
using TrainingLab.Network.Topology;

namespace TrainingLab.Tests.Network;

public sealed class Connecting_Tests
{
    [Theory]
    [InlineData("filler", "historian")]
    [InlineData("filler", "10.1.110.50")]
    [InlineData("desk", "filler")]
    [InlineData("ews", "sw2")]
    [InlineData("ews", "fw")]
    [InlineData("filler", "filler")]
    public void A_connection_carries_bytes_both_ways(string from, string to) => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        foreach (var node in (string[])["filler", "historian", "sw2", "fw"])
            network.Listen(node, 80, Wire.EchoAsync);

        var result = await network.ConnectAsync(from, to, 80);

        Assert.Equal(ConnectStatus.Connected, result.Status);
        using var connection = result.Connection!;
        await connection.SayAsync("hello");
        Assert.Equal("hello", await connection.HearAsync(5));
        Assert.Equal(5, connection.Flow.BytesFromClient);
        Assert.Equal(5, connection.Flow.BytesFromServer);
        Assert.Same(connection.Flow, Assert.Single(network.Flows));
    });

    [Fact]
    public void The_handler_learns_who_connects() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        PlantPeer? seen = null;
        network.Listen("historian", 8086, (_, peer, _) =>
        {
            seen = peer;
            return Task.CompletedTask;
        });

        var result = await network.ConnectAsync("ews", "historian", 8086, "li.wei");

        Assert.Equal(new PlantPeer("ews", Ipv4Address.Parse("10.1.130.21"), 49152, "li.wei"), seen);
        Assert.Equal(new PlantPeer("historian", Ipv4Address.Parse("10.1.110.50"), 8086), result.Connection!.Remote);
    });

    [Fact]
    public void Both_sides_closing_ends_the_flow() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        network.Listen("historian", 80, Wire.EchoAsync);
        var connection = (await network.ConnectAsync("filler", "historian", 80)).Connection!;

        await connection.SayAsync("bye");
        await connection.Output.CompleteAsync();
        bench.Settle();

        var read = await connection.Input.ReadAtLeastAsync(4, TestContext.Current.CancellationToken);
        Assert.True(read.IsCompleted);
        Assert.Equal(3, read.Buffer.Length);
        connection.Dispose();
        Assert.Equal(FlowState.Closed, connection.Flow.State);
        Assert.Empty(network.Flows);
        Assert.Same(connection.Flow, Assert.Single(bench.Observer.Closed));
    });

    [Fact]
    public void Nobody_listening_is_refused_at_once() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var start = bench.Time.GetUtcNow();

        var result = await network.ConnectAsync("filler", "historian", 80);

        Assert.Equal((ConnectStatus.Refused, RefusalReason.NoListener), (result.Status, result.Refusal!.Reason));
        Assert.Equal(start, bench.Time.GetUtcNow());
        Assert.Equal(ConnectStatus.Refused, Assert.Single(bench.Observer.Refused).Status);
    });

    [Fact]
    public void An_unknown_name_is_said_to_be_unknown() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        Assert.Equal(ConnectStatus.NameUnknown, (await network.ConnectAsync("filler", "nowhere", 80)).Status);
    });

    [Fact]
    public void A_dead_host_gives_no_answer() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        network.Listen("historian", 80, Wire.EchoAsync);
        network.SetPower("historian", on: false);
        var start = bench.Time.GetUtcNow();

        var result = await network.ConnectAsync("filler", "historian", 80);

        Assert.Equal((ConnectStatus.TimedOut, RefusalReason.HostDown), (result.Status, result.Refusal!.Reason));
        Assert.Equal(network.Options.ArpTimeout, bench.Time.GetUtcNow() - start);

        network.SetPower("historian", on: true);
        Assert.Equal(ConnectStatus.Connected, (await network.ConnectAsync("filler", "historian", 80)).Status);
    });

    [Fact]
    public void The_writer_waits_when_nobody_reads() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        network.Listen("historian", 80, (_, _, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken));
        var connection = (await network.ConnectAsync("filler", "historian", 80)).Connection!;

        connection.Output.GetMemory(network.Options.WindowSize);
        connection.Output.Advance(network.Options.WindowSize);
        var flush = connection.Output.FlushAsync(TestContext.Current.CancellationToken);
        bench.Settle();

        Assert.False(flush.IsCompleted);
        connection.Flow.Cut();
        Assert.True((await flush).IsCompleted);
    });
}
