using TrainingLab.Network;
using TrainingLab.Network.Topology;

namespace TrainingLab.Tests.Network;

public sealed class Topology_Tests
{
    [Theory]
    [InlineData("10.1.110.11", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData("10.1.110", false)]
    [InlineData("10.1.110.256", false)]
    [InlineData("10.01.1.1", false)]
    [InlineData("10.1.1.1.1", false)]
    [InlineData("10.1.1.-1", false)]
    [InlineData(" 10.1.1.1", false)]
    [InlineData("0x0a.1.1.1", false)]
    [InlineData("", false)]
    public void An_address_is_a_dotted_quad_and_nothing_else(string text, bool valid)
    {
        Assert.Equal(valid, Ipv4Address.TryParse(text, out var address));
        if (valid)
            Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData("10.1.2.3/16", "10.1.0.0/16", "10.1.255.255", "10.2.0.0")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0", "255.255.255.255", null)]
    [InlineData("10.1.2.3", "10.1.2.3", "10.1.2.3", "10.1.2.4")]
    public void A_subnet_clears_its_host_bits(string text, string canonical, string inside, string? outside)
    {
        var subnet = Ipv4Subnet.Parse(text);
        Assert.Equal(canonical, subnet.ToString());
        Assert.True(subnet.Contains(Ipv4Address.Parse(inside)));
        if (outside is not null)
            Assert.False(subnet.Contains(Ipv4Address.Parse(outside)));
    }

    [Theory]
    [InlineData("110,130-139", "110,130-139")]
    [InlineData("3,1,2", "1-3")]
    [InlineData("1-4094", "all")]
    [InlineData("ALL", "all")]
    [InlineData("none", "none")]
    [InlineData("5, 6", "5,6")]
    public void A_list_of_vlans_has_one_form(string text, string canonical)
    {
        Assert.True(VlanSet.TryParse(text, out var set));
        Assert.Equal(canonical, set.ToString());
        Assert.Equal(set, VlanSet.Of(set));
    }

    [Fact]
    public void A_mac_address_follows_from_the_id_and_is_local_and_unicast()
    {
        Assert.Equal(MacAddress.FromId("filler"), MacAddress.FromId("filler"));
        Assert.NotEqual(MacAddress.FromId("filler"), MacAddress.FromId("capper"));
        Assert.StartsWith("02:", MacAddress.FromId("filler").ToString(), StringComparison.Ordinal);
        Assert.Equal("ff:ff:ff:ff:ff:ff", MacAddress.Broadcast.ToString());
    }

    [Fact]
    public void Every_mistake_of_a_drawing_is_found_at_once()
    {
        var good = Plants.TwoSwitches();
        Assert.Empty(good.Validate());
        var bad = good with
        {
            Hosts =
            [
                .. good.Hosts, Plants.Host("filler", "10.9.9.9"), Plants.Host("1st", "10.9.9.10"), Plants.Host("copy", "10.1.110.11"),
                Plants.Host("wide", "10.9.9.11", prefix: 33), Plants.Host("lost", "10.9.9.12", "10.8.8.8"),
                Plants.Host("alias", "10.9.9.13") with { Names = ["desk"] },
            ],
            Switches = good.Switches.SetItem(0, good.Switches[0] with { Ports = [.. good.Switches[0].Ports, SwitchPort.Access(1, 4095)] }),
            Cables = [.. good.Cables, new Cable(new CableEnd("filler"), new CableEnd("nowhere", 3))],
        };

        Assert.Equal(
            [
                TopologyErrorKind.DuplicateId, TopologyErrorKind.BadId, TopologyErrorKind.BadId, TopologyErrorKind.DuplicateAddress, TopologyErrorKind.BadPrefix,
                TopologyErrorKind.GatewayOutsideSubnet, TopologyErrorKind.DuplicateName, TopologyErrorKind.BadVlan, TopologyErrorKind.DuplicatePort,
                TopologyErrorKind.PortUsedTwice, TopologyErrorKind.UnknownCableEnd,
            ],
            bad.Validate().Select(e => e.Kind));
        Assert.Throws<ArgumentException>(() => new PlantNetwork(bad, new PlantNetworkOptions { Time = TimeProvider.System }));
    }

    [Fact]
    public void Names_are_found_whatever_their_case() => Bench.Run(bench =>
    {
        var topology = Plants.TwoSwitches();
        topology = topology with
        {
            Hosts = topology.Hosts.SetItem(1, topology.Hosts[1] with { Names = ["influx"] }),
            Names = topology.Names.Add("db.plant", Ipv4Address.Parse("10.1.110.50")),
        };
        using var network = bench.Build(topology);
        foreach (var name in (string[])["historian", "INFLUX", "db.plant", "10.1.110.50"])
        {
            Assert.True(network.TryResolve(name, out var address));
            Assert.Equal("10.1.110.50", address.ToString());
        }

        Assert.False(network.TryResolve("nobody", out _));
        return Task.CompletedTask;
    });
}
