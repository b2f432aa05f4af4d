using TrainingLab.Network;
using TrainingLab.Network.Configuration;
using TrainingLab.Network.Forwarding;
using TrainingLab.Network.Topology;

namespace TrainingLab.Tests.Network;

public sealed class Vlan_Tests
{
    private static readonly string[] Nodes = ["filler", "historian", "ews", "desk", "sw1", "sw2", "fw"];

    /// <summary>Who reaches whom, a row per sender in the order of <see cref="Nodes"/>.</summary>
    private static string Matrix(PlantNetwork network) => string.Join(' ', Nodes.Select(from =>
        string.Concat(Nodes.Select(to => network.Trace(from, to, FirewallProtocol.Tcp, 80).Reached ? '1' : '0'))));

    [Fact]
    public void Everybody_reaches_everybody_through_an_open_firewall() => Bench.Run(bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        Assert.Equal(string.Join(' ', Enumerable.Repeat("1111111", 7)), Matrix(network));
        return Task.CompletedTask;
    });

    [Fact]
    public void A_closed_firewall_leaves_each_vlan_to_itself_and_the_router_to_all() => Bench.Run(bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches(new Firewall([], FirewallAction.Drop)));
        Assert.Equal("1100001 1100001 0010001 0001001 0000111 0000111 1111111", Matrix(network));
        return Task.CompletedTask;
    });

    [Fact]
    public void A_flat_vlan_does_not_join_different_subnets_but_cuts_them_from_their_gateways() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches(new Firewall([], FirewallAction.Drop)));
        await network.ConfigureAsync("sw1", "port 1 vlan 110", "port 2 vlan 110");
        await network.ConfigureAsync("sw2", "port 2 vlan 110");
        Assert.Equal(RefusalReason.TagNotUnderstood, network.Fault("ews", "filler"));
        Assert.Equal("1100001 1100001 0010000 0001000 0000111 0000111 1100111", Matrix(network));
    });

    [Fact]
    public void A_flat_vlan_joins_hosts_of_one_wide_subnet() => Bench.Run(async bench =>
    {
        var topology = Plants.TwoSwitches() with { Router = null };
        topology = topology with
        {
            Cables = topology.Cables.RemoveAt(5),
            Hosts = [.. topology.Hosts.Select(h => h with { PrefixLength = 16, Gateway = null })],
        };
        using var network = bench.Build(topology);
        Assert.Null(network.Fault("filler", "historian"));
        Assert.Equal(RefusalReason.VlanMismatch, network.Fault("filler", "ews"));
        await network.ConfigureAsync("sw1", "port 2 vlan 110");
        Assert.Null(network.Fault("filler", "ews"));
    });

    [Fact]
    public void A_native_mismatch_leaks_one_vlan_into_another() => Bench.Run(async bench =>
    {
        // filler stays in 110 on sw1, historian sits in 130 on sw2: only a leak can join them.
        using var network = bench.Build(Plants.TwoSwitches());
        await network.ConfigureAsync("sw2", "port 1 vlan 130");
        Assert.Equal(RefusalReason.VlanMismatch, network.Fault("filler", "historian"));

        await network.ConfigureAsync("sw1", "port 8 native 110");
        await network.ConfigureAsync("sw2", "port 8 native 130");

        var path = network.Trace("filler", "historian", FirewallProtocol.Tcp, 80);
        Assert.True(path.Reached);
        Assert.Equal([null, null, null], path.Crossings.Select(c => c.Tag));
        Assert.Equal([110, 130], path.Hops.Where(h => h.Node.StartsWith("sw", StringComparison.Ordinal)).Select(h => (int)h.Vlan!));
    });

    [Fact]
    public void A_one_sided_native_change_makes_the_path_asymmetric() => Bench.Run(async bench =>
    {
        // sw1 sends 110 untagged, sw2 reads untagged as 1 and sends 110 tagged: only the way back would work.
        using var network = bench.Build(Plants.TwoSwitches());
        await network.ConfigureAsync("sw1", "port 8 native 110");
        var there = network.Trace("filler", "historian", FirewallProtocol.Tcp, 80).Refusal!;
        Assert.Equal((RefusalReason.VlanNotAllowed, "sw2", 8, 1, false), (there.Reason, there.Node, there.Port, there.Vlan, there.OnReturn));
        var back = network.Trace("historian", "filler", FirewallProtocol.Tcp, 80).Refusal!;
        Assert.Equal((RefusalReason.VlanNotAllowed, "sw2", 8, 1, true), (back.Reason, back.Node, back.Port, back.Vlan, back.OnReturn));
    });

    [Fact]
    public void A_vlan_missing_from_a_trunk_stops_there() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        await network.ConfigureAsync("sw2", "port 8 allowed 99,130,200");

        var refusal = network.Trace("filler", "historian", FirewallProtocol.Tcp, 80).Refusal!;

        Assert.Equal((RefusalReason.VlanNotAllowed, "sw2", 8, 110), (refusal.Reason, refusal.Node, refusal.Port, refusal.Vlan));
        Assert.Equal("trunk port 8 of sw2 does not allow VLAN 110.", refusal.Describe("en-GB"));
        Assert.Equal("sw2 的 Trunk 端口 8 不允许 VLAN 110。", refusal.Describe("zh-CN"));
        Assert.Equal(RefusalReason.VlanNotAllowed, network.Fault("historian", "filler"));
        Assert.Null(network.Fault("filler", "ews"));
    });

    [Theory]
    [InlineData("sw1", "port 1 disable", RefusalReason.PortDisabled, "sw1", 1)]
    [InlineData("sw1", "port 8 access vlan 110", RefusalReason.VlanNotAllowed, "sw2", 8)]
    [InlineData("sw2", "port 8 access vlan 110", RefusalReason.TaggedOnAccessPort, "sw2", 8)]
    [InlineData("sw2", "port 1 trunk native 1 allowed 110", RefusalReason.TagNotUnderstood, "historian", 1)]
    [InlineData("sw1", "port 1 vlan 200", RefusalReason.VlanMismatch, "sw2", 1)]
    public void The_reason_names_the_port(string device, string command, RefusalReason reason, string node, int port) => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        await network.ConfigureAsync(device, command);
        var refusal = network.Trace("filler", "historian", FirewallProtocol.Tcp, 80).Refusal!;
        Assert.Equal((reason, node, port), (refusal.Reason, refusal.Node, refusal.Port!.Value));
    });

    [Fact]
    public void Cables_and_power_count() => Bench.Run(bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        network.SetCable("sw1:8--sw2:8", plugged: false);
        Assert.Equal(RefusalReason.NoCable, network.Fault("filler", "historian"));
        network.SetCable("sw1:8--sw2:8", plugged: true);
        network.SetCable("filler:1--sw1:1", plugged: false);
        Assert.Equal(RefusalReason.NotConnected, network.Fault("filler", "historian"));
        network.SetCable("filler:1--sw1:1", plugged: true);
        network.SetPower("sw2", on: false);
        Assert.Equal(RefusalReason.SwitchDown, network.Fault("filler", "historian"));
        Assert.Equal(RefusalReason.SenderDown, Assert.IsType<Refusal>(network.Trace("sw2", "filler", FirewallProtocol.Tcp, 80).Refusal).Reason);
        return Task.CompletedTask;
    });

    [Fact]
    public void A_wrong_prefix_makes_the_answer_take_another_way() => Bench.Run(bench =>
    {
        // desk thinks that everybody is in its subnet; the others answer through the router, which never saw the request.
        var topology = Plants.TwoSwitches();
        topology = topology with { Hosts = topology.Hosts.SetItem(3, Plants.Host("desk", "10.1.110.99", prefix: 24)), Switches = topology.Switches };
        using var network = bench.Build(topology);
        Assert.Equal(RefusalReason.VlanMismatch, network.Fault("desk", "historian"));
        Assert.Equal(RefusalReason.NoGateway, network.Fault("desk", "ews"));
        return Task.CompletedTask;
    });

    [Fact]
    public void A_reply_through_a_firewall_that_never_saw_the_request_is_dropped() => Bench.Run(bench =>
    {
        // Both in VLAN 110; desk has a /16 and asks directly, historian has a /24 and answers through the router.
        var topology = Plants.TwoSwitches();
        topology = topology with
        {
            Hosts = topology.Hosts.SetItem(3, Plants.Host("desk", "10.1.77.31", prefix: 16)),
            Switches = topology.Switches.SetItem(1, topology.Switches[1] with { Ports = topology.Switches[1].Ports.SetItem(1, SwitchPort.Access(2, 110)) }),
            Router = topology.Router! with
            {
                Interfaces = topology.Router.Interfaces.SetItem(2, new RouterInterface("odd", Ipv4Address.Parse("10.1.77.1"), 24, 200)),
            },
        };
        using var network = bench.Build(topology);
        var refusal = network.Trace("desk", "historian", FirewallProtocol.Tcp, 80).Refusal!;
        Assert.Equal((RefusalReason.FirewallNoState, true), (refusal.Reason, refusal.OnReturn));
        return Task.CompletedTask;
    });

    [Fact]
    public void The_address_table_knows_ports_and_vlans() => Bench.Run(bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var table = network.MacTableOf("sw1");
        Assert.Contains(new MacTableEntry(110, MacAddress.FromId("historian"), 8, "historian"), table);
        Assert.Contains(new MacTableEntry(130, MacAddress.FromId("ews"), 2, "ews"), table);
        Assert.DoesNotContain(table, e => e.Node == "ews" && e.Vlan != 130);
        return Task.CompletedTask;
    });
}
