using TrainingLab.Network;
using TrainingLab.Network.Configuration;
using TrainingLab.Network.Forwarding;
using TrainingLab.Network.Topology;

namespace TrainingLab.Tests.Network;

public sealed class Firewall_Tests
{
    private static readonly Firewall Closed = new([], FirewallAction.Drop);

    [Fact]
    public void The_first_match_decides() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches(Closed));
        await network.ConfigureAsync("fw", "rule add id a allow from desk to historian tcp port 8086", "rule add id b drop from desk to any");

        Assert.Null(network.Fault("desk", "historian", 8086));
        Assert.Equal("b", network.Trace("desk", "historian", FirewallProtocol.Tcp, 8087).Refusal!.RuleId);
        await network.ConfigureAsync("fw", "rule move b to 1");
        Assert.Equal("b", network.Trace("desk", "historian", FirewallProtocol.Tcp, 8086).Refusal!.RuleId);
    });

    [Fact]
    public void A_rule_after_accept_all_has_no_effect() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches(Closed));
        await network.ConfigureAsync("fw", "rule add id all allow from any to any", "rule add id late drop from desk to filler tcp port 4840");
        Assert.Null(network.Fault("desk", "filler", 4840));
        await network.ConfigureAsync("fw", "rule move late to 1");
        Assert.Equal(RefusalReason.FirewallDrop, network.Fault("desk", "filler", 4840));
    });

    [Fact]
    public void Replies_of_an_allowed_flow_pass_and_new_flows_the_other_way_do_not() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches(Closed));
        await network.ConfigureAsync("fw", "rule add allow from 10.1.200.0/24 to 10.1.110.50 tcp port 8086");
        Assert.Null(network.Fault("desk", "historian", 8086));
        Assert.Equal(RefusalReason.FirewallDrop, network.Fault("historian", "desk", 8086));
    });

    [Fact]
    public void Deny_everything_stops_what_should_pass_too() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches(Closed));
        await network.ConfigureAsync("fw", "rule add id none drop from any to any", "rule add allow from desk to historian tcp port 8086");
        Assert.Equal("none", network.Trace("desk", "historian", FirewallProtocol.Tcp, 8086).Refusal!.RuleId);
    });

    [Theory]
    [InlineData("reject", ConnectStatus.Refused, RefusalReason.FirewallReject, 0)]
    [InlineData("drop", ConnectStatus.TimedOut, RefusalReason.FirewallDrop, 5)]
    public void Reject_answers_and_drop_is_silent(string action, ConnectStatus status, RefusalReason reason, int seconds) => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        network.Listen("historian", 8086, Wire.EchoAsync);
        await network.ConfigureAsync("fw", $"rule add id r {action} from desk to historian");
        var start = bench.Time.GetUtcNow();
        var result = await network.ConnectAsync("desk", "historian", 8086);
        Assert.Equal((status, reason, "r"), (result.Status, result.Refusal!.Reason, result.Refusal.RuleId));
        Assert.Equal(seconds, (bench.Time.GetUtcNow() - start).TotalSeconds);
    });

    [Fact]
    public void Protocol_and_ports_are_compared() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches(Closed));
        await network.ConfigureAsync("fw", "rule add allow from any to filler udp port 4840", "rule add allow from any to filler tcp port 80,8000-8002");
        Assert.Equal(RefusalReason.FirewallDrop, network.Fault("desk", "filler", 4840));
        Assert.Null(network.Fault("desk", "filler", 80));
        Assert.Null(network.Fault("desk", "filler", 8002));
        Assert.Equal(RefusalReason.FirewallDrop, network.Fault("desk", "filler", 8003));
    });

    [Fact]
    public void A_datagram_opens_the_way_for_its_answer_for_a_while() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches(Closed));
        await network.ConfigureAsync("fw", "rule add allow from desk to filler udp port 5000");
        using var desk = network.BindDatagram("desk", 0);
        using var filler = network.BindDatagram("filler", 5000);

        Assert.True(desk.Send("filler", 5000, new byte[] { 1 }));
        var request = await filler.ReceiveAsync(TestContext.Current.CancellationToken);
        Assert.Equal("desk", request.From.Host);
        filler.Send("desk", request.From.Port, new byte[] { 2 });
        Assert.Equal([2], (await desk.ReceiveAsync(TestContext.Current.CancellationToken)).Payload.ToArray());

        bench.Step(network.Options.DatagramStateTimeout);
        var silent = desk.ReceiveAsync(TestContext.Current.CancellationToken);
        filler.Send("desk", request.From.Port, new byte[] { 3 });
        bench.Settle();
        Assert.False(silent.IsCompleted);
        filler.Send("desk", 1, new byte[DatagramSocket_MaxPayload]);
        Assert.Throws<ArgumentException>(() => filler.Send("desk", 1, new byte[DatagramSocket_MaxPayload + 1]));
    });

    private const int DatagramSocket_MaxPayload = TrainingLab.Network.Flows.DatagramSocket.MaxPayload;
}
