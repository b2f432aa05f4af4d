using TrainingLab.Network;
using TrainingLab.Network.Configuration;
using TrainingLab.Network.Topology;

namespace TrainingLab.Tests.Network;

public sealed class Command_Tests
{
    [Theory]
    [InlineData("port 3 access vlan 110", "port 3 access vlan 110")]
    [InlineData("  PORT 8  Trunk native 999 allowed 110,130 ", "port 8 trunk native 999 allowed 110,130")]
    [InlineData("port 8 allowed 110,111,112,130-132,131", "port 8 allowed 110-112,130-132")]
    [InlineData("port 3 disable description \"filler, line 2\"", "port 3 disable description \"filler, line 2\"")]
    [InlineData("port 3 description \"\"", "port 3 description \"\"")]
    [InlineData("rule add allow from any to any", "rule add allow from any to any")]
    [InlineData("rule add id ot-1 at 2 reject from 10.1.0.9/16 to Historian tcp port 80,8000-8010 comment \"x y\"",
        "rule add id ot-1 at 2 reject from 10.1.0.0/16 to historian tcp port 80,8000-8010 comment \"x y\"")]
    [InlineData("rule delete ot-1", "rule delete ot-1")]
    [InlineData("rule move ot-1 to 3", "rule move ot-1 to 3")]
    [InlineData("rule clear", "rule clear")]
    [InlineData("default drop", "default drop")]
    [InlineData("save", "save")]
    [InlineData("restart", "restart")]
    [InlineData("show mac-table", "show mac-table")]
    public void A_command_is_read_and_written(string line, string canonical)
    {
        Assert.True(DeviceCommandParser.TryParse(line, out var command, out var error), error?.Message);
        Assert.Equal(canonical, command.ToString());
        Assert.True(DeviceCommandParser.TryParse(canonical, out var again, out _));
        Assert.Equal(command, again);
    }

    [Theory]
    [InlineData("", "command")]
    [InlineData("prot 3", "command")]
    [InlineData("port", "command")]
    [InlineData("port 3", "command")]
    [InlineData("port x access", "port")]
    [InlineData("port 0 access", "port")]
    [InlineData("port 3 access vlan 4095", "vlan")]
    [InlineData("port 3 access vlan 0", "vlan")]
    [InlineData("port 3 trunk native x", "native")]
    [InlineData("port 3 trunk allowed 110-", "allowed")]
    [InlineData("port 3 trunk allowed 130-110", "allowed")]
    [InlineData("port 3 description \"open", "command")]
    [InlineData("rule add permit from any to any", "action")]
    [InlineData("rule add allow from any", "command")]
    [InlineData("rule add allow from 10.1.1 to any", "from")]
    [InlineData("rule add allow from any to 10.0.0.0/33", "to")]
    [InlineData("rule add allow from any to any tcp port 70000", "ports")]
    [InlineData("rule add at 0 allow from any to any", "position")]
    [InlineData("rule add allow from any to any now", "command")]
    [InlineData("default maybe", "default")]
    [InlineData("save now", "command")]
    [InlineData("show secrets", "command")]
    public void A_wrong_command_names_its_field_in_both_languages(string line, string field)
    {
        Assert.False(DeviceCommandParser.TryParse(line, out var command, out var error));
        Assert.Null(command);
        Assert.Equal(field, error.Field);
        Assert.NotEqual(error.Describe("en"), error.Describe("zh"));
    }

    [Fact]
    public void A_line_that_is_too_long_is_not_looked_at() =>
        Assert.False(DeviceCommandParser.TryParse("save" + new string(' ', DeviceCommandParser.MaxLength), out _, out _));

    [Theory]
    [InlineData("sw1", "port 4 access vlan 110", "port")]
    [InlineData("sw1", "rule clear", "command")]
    [InlineData("fw", "port 1 disable", "command")]
    [InlineData("fw", "rule delete nothing", "id")]
    [InlineData("fw", "rule move nothing to 1", "id")]
    [InlineData("fw", "rule add at 2 allow from any to any", "position")]
    [InlineData("fw", "rule add allow from nobody to any", "from")]
    [InlineData("fw", "rule add allow from any to any port 80", "ports")]
    [InlineData("fw", "rule add id 1x allow from any to any", "id")]
    [InlineData("fw", "show ports", "command")]
    public void What_a_device_cannot_do_changes_nothing(string device, string line, string field) => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var before = network.Save().ToJsonString();
        var result = await network.ExecuteAsync(device, line);
        Assert.Equal(field, result.Error!.Field);
        Assert.Equal(before, network.Save().ToJsonString());
        Assert.All(bench.Observer.Changes, c => Assert.Equal(ConfigurationOutcome.Rejected, c.Outcome));
    });

    [Fact]
    public void The_observer_sees_who_changed_what() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var who = new PlantPeer("ews", Ipv4Address.Parse("10.1.130.21"), 50000, "li.wei");
        await network.ExecuteAsync("sw1", "port 3 access vlan 110", who);
        await network.ExecuteAsync("sw1", "port 3 access vlan 110", who);
        await network.ExecuteAsync("sw1", "port 99 disable", who);
        await network.ExecuteAsync("sw1", "nonsense", who);
        Assert.Equal(
            new ConfigurationChange(who, "sw1", "port 3 access vlan 110", "port 3 access vlan 1", "port 3 access vlan 110", ConfigurationOutcome.Applied),
            bench.Observer.Changes[0]);
        Assert.Equal(
            [ConfigurationOutcome.Applied, ConfigurationOutcome.Unchanged, ConfigurationOutcome.Rejected, ConfigurationOutcome.Rejected],
            bench.Observer.Changes.Select(c => c.Outcome));
    });

    [Fact]
    public void What_show_running_shows_builds_the_same_device_again() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        await network.ConfigureAsync("sw1", "port 3 trunk native 7 allowed 1-9 description \"spare\" disable");
        await network.ConfigureAsync("fw", "default drop", "rule add allow from desk to historian tcp port 8086 comment \"queries\"");
        using var other = bench.Build(Plants.TwoSwitches());
        foreach (var device in (string[])["sw1", "fw"])
            await other.ConfigureAsync(device, (await network.ExecuteAsync(device, "show running")).Text.Split('\n'));
        Assert.Equal(network.RunningRouter, other.RunningRouter);
        Assert.Equal((await network.ExecuteAsync("sw1", "show running")).Text, (await other.ExecuteAsync("sw1", "show running")).Text);
    });

    [Fact]
    public void State_is_saved_and_loaded_byte_for_byte() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        network.Listen("historian", 8086, Wire.EchoAsync);
        await network.ConfigureAsync("sw1", "port 3 access vlan 110", "save", "port 3 disable");
        await network.ConfigureAsync("fw", "rule add drop from desk to any udp port 53");
        network.SetPower("desk", on: false);
        network.SetCable("ews:1--sw1:2", plugged: false);
        network.Shape("sw1:8--sw2:8", new TrainingLab.Network.Flows.LinkShape(TimeSpan.FromMilliseconds(3), Loss: 0.01));
        await network.ConnectAsync("filler", "historian", 8086);
        await network.ConfigureAsync("sw2", "restart");
        bench.Step(TimeSpan.FromSeconds(3));
        var saved = network.Save();

        using var other = bench.Build(Plants.TwoSwitches());
        other.Load(saved.DeepClone());
        Assert.Equal(saved.ToJsonString(), other.Save().ToJsonString());
        Assert.Empty(other.Flows);
        Assert.False(other.IsUp("sw2"));
        bench.Step(network.Options.BootDuration);
        Assert.True(other.IsUp("sw2"));
        Assert.Throws<FormatException>(() => other.Load(new System.Text.Json.Nodes.JsonObject { ["v"] = 2 }));
        Assert.Throws<FormatException>(() => other.Load(new System.Text.Json.Nodes.JsonObject()));
    });
}
