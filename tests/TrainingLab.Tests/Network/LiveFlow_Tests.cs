using TrainingLab.Network;
using TrainingLab.Network.Flows;
using TrainingLab.Network.Forwarding;
using TrainingLab.Network.Topology;

namespace TrainingLab.Tests.Network;

/// <summary>What happens to a connection when the network changes under it.</summary>
public sealed class LiveFlow_Tests
{
    [Fact]
    public void Bytes_wait_for_a_lost_path_and_continue_when_it_is_back() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var (client, server) = await PairAsync(network);
        await client.SayAsync("one");
        Assert.Equal("one", await server.HearAsync(3));
        var pending = server.Input.ReadAsync(TestContext.Current.CancellationToken).AsTask();

        await network.ConfigureAsync("sw1", "port 8 allowed 99");
        await client.SayAsync("two");
        bench.Step(TimeSpan.FromSeconds(10));
        Assert.Equal(FlowState.Interrupted, client.Flow.State);
        Assert.Equal((RefusalReason.VlanNotAllowed, "sw1"), (client.Flow.Refusal!.Reason, client.Flow.Refusal.Node));
        Assert.False(pending.IsCompleted);

        await network.ConfigureAsync("sw1", "port 8 allowed 99,110");
        bench.Settle();
        Assert.Equal(FlowState.Established, client.Flow.State);
        Assert.True(pending.IsCompletedSuccessfully);
        Assert.Equal(3, (await pending).Buffer.Length);
        server.Input.AdvanceTo((await pending).Buffer.End);
        await client.SayAsync("three");
        Assert.Equal("three", await server.HearAsync(5));
    });

    [Fact]
    public void Bytes_that_wait_too_long_end_in_a_reset() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var (client, server) = await PairAsync(network);
        var pending = server.Input.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        network.SetCable("sw1:8--sw2:8", plugged: false);
        await client.SayAsync("lost");

        bench.Step(network.Options.RetransmissionTimeout - TimeSpan.FromTicks(1));
        Assert.Equal(FlowState.Interrupted, client.Flow.State);
        bench.Step(TimeSpan.FromTicks(1));

        Assert.Equal((FlowState.Reset, RefusalReason.NoCable), (client.Flow.State, client.Flow.Refusal!.Reason));
        await Assert.ThrowsAsync<ConnectionResetException>(() => pending);
        await Assert.ThrowsAsync<ConnectionResetException>(async () => await client.Input.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Empty(network.Flows);
    });

    [Fact]
    public void An_idle_connection_outlives_a_lost_path() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var (client, server) = await PairAsync(network);
        network.SetCable("sw1:8--sw2:8", plugged: false);
        bench.Step(TimeSpan.FromHours(1));
        network.SetCable("sw1:8--sw2:8", plugged: true);
        await client.SayAsync("still here");
        Assert.Equal("still here", await server.HearAsync(10));
    });

    [Fact]
    public void The_end_of_a_stream_waits_too() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var (client, server) = await PairAsync(network);
        network.SetCable("sw1:8--sw2:8", plugged: false);
        await client.SayAsync("last");
        await client.Output.CompleteAsync();
        Assert.Equal("", server.Hear());
        network.SetCable("sw1:8--sw2:8", plugged: true);
        var read = await server.Input.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal((4, true), ((int)read.Buffer.Length, read.IsCompleted));
    });

    [Fact]
    public void A_cut_resets_both_sides_at_once() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var (client, server) = await PairAsync(network);
        var pending = server.Input.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        client.Flow.Cut();
        bench.Settle();
        await Assert.ThrowsAsync<ConnectionResetException>(() => pending);
        Assert.True((await client.Output.FlushAsync(TestContext.Current.CancellationToken)).IsCompleted);
        Assert.Equal(FlowState.Reset, Assert.Single(bench.Observer.Closed).State);
    });

    [Fact]
    public void A_reject_rule_resets_a_live_connection() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var (client, _) = await PairAsync(network, "desk");
        await network.ConfigureAsync("fw", "rule add id no reject from desk to any");
        Assert.Equal((FlowState.Reset, "no"), (client.Flow.State, client.Flow.Refusal!.RuleId));
    });

    [Fact]
    public void A_dead_host_is_silent_and_its_return_resets() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var (client, server) = await PairAsync(network);
        network.SetPower("historian", on: false);
        bench.Settle();
        await Assert.ThrowsAsync<ConnectionResetException>(async () => await server.Input.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(FlowState.Interrupted, client.Flow.State);
        await client.SayAsync("?");
        bench.Step(TimeSpan.FromSeconds(5));
        Assert.Equal(FlowState.Interrupted, client.Flow.State);

        network.SetPower("historian", on: true);
        Assert.Equal(FlowState.Reset, client.Flow.State);
    });

    [Fact]
    public void A_restart_without_saving_loses_the_change_and_interrupts_for_the_boot_duration() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        await network.ConfigureAsync("sw2", "port 3 vlan 110".Replace("3", "2", StringComparison.Ordinal));
        var (client, server) = await PairAsync(network);

        await network.ConfigureAsync("sw2", "restart");
        bench.Step(network.Options.RestartDelay);
        Assert.Equal((FlowState.Interrupted, RefusalReason.SwitchDown), (client.Flow.State, client.Flow.Refusal!.Reason));
        Assert.False((await network.ExecuteAsync("sw2", "save")).Done);
        Assert.Equal(200, network.RunningOf("sw2").Port(2)!.AccessVlan);
        await client.SayAsync("wait");
        bench.Step(network.Options.BootDuration);

        Assert.Equal(FlowState.Established, client.Flow.State);
        Assert.Equal("wait", await server.HearAsync(4));
    });

    [Fact]
    public void What_was_saved_survives_a_restart() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        await network.ConfigureAsync("sw2", "port 2 vlan 110", "save", "port 1 disable", "restart");
        bench.Step(network.Options.RestartDelay + network.Options.BootDuration);
        Assert.Equal(110, network.RunningOf("sw2").Port(2)!.AccessVlan);
        Assert.True(network.RunningOf("sw2").Port(1)!.Enabled);
    });

    internal static async Task<(PlantConnection Client, PlantConnection Server)> PairAsync(PlantNetwork network, string from = "filler", string to = "historian", int port = 8086)
    {
        PlantConnection? server = null;
        var ended = new TaskCompletionSource();
        using var listener = network.Listen(to, port, (transport, _, cancellationToken) =>
        {
            server = (PlantConnection)transport;
            cancellationToken.Register(() => ended.TrySetResult());
            return ended.Task;
        });
        var result = await network.ConnectAsync(from, to, port);
        Assert.Equal(ConnectStatus.Connected, result.Status);
        return (result.Connection!, server!);
    }
}
