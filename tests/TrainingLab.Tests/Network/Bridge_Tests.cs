using TrainingLab.Network;

namespace TrainingLab.Tests.Network;

/// <summary>A real socket that enters at a host: a reject is accept then reset, a drop is accept then silence.</summary>
public sealed class Bridge_Tests
{
    [Fact]
    public void Bytes_pass_and_the_end_of_each_direction_is_passed_on() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        network.Listen("historian", 8086, Wire.EchoAsync);
        var (client, server) = Socks5_Tests.Outer();
        var bridge = network.BridgeAsync(server, null, "ews", "historian", 8086, "a1", TestContext.Current.CancellationToken);
        await client.SayAsync("query");
        Assert.Equal("query", await client.HearAsync(5));
        await client.Output.CompleteAsync();
        Assert.True((await client.Input.ReadAsync(TestContext.Current.CancellationToken)).IsCompleted);
        Assert.Equal(ConnectStatus.Connected, (await bridge).Status);
        Assert.Empty(network.Flows);
    });

    [Fact]
    public void A_reject_resets() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        await network.ConfigureAsync("fw", "default reject");
        var (_, server) = Socks5_Tests.Outer();
        var aborted = false;
        var result = await network.BridgeAsync(server, () => aborted = true, "ews", "historian", 8086, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((ConnectStatus.Refused, true), (result.Status, aborted));
    });

    [Fact]
    public void A_drop_is_silent_until_the_outer_side_gives_up() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        await network.ConfigureAsync("fw", "default drop");
        var (client, server) = Socks5_Tests.Outer();
        var bridge = network.BridgeAsync(server, null, "ews", "historian", 8086, cancellationToken: TestContext.Current.CancellationToken);
        await client.SayAsync("hello?");
        bench.Step(TimeSpan.FromMinutes(5));
        Assert.False(bridge.IsCompleted);
        Assert.False(client.Input.TryRead(out _));
        await client.Output.CompleteAsync();
        Assert.Equal(ConnectStatus.TimedOut, (await bridge).Status);
    });

    [Fact]
    public void A_cut_in_the_plant_resets_the_outer_side() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        network.Listen("historian", 8086, Wire.EchoAsync);
        var (_, server) = Socks5_Tests.Outer();
        var aborted = false;
        var bridge = network.BridgeAsync(server, () => aborted = true, "ews", "historian", 8086, cancellationToken: TestContext.Current.CancellationToken);
        bench.Settle();
        network.Flows.Single().Cut();
        await bridge;
        Assert.True(aborted);
    });
}
