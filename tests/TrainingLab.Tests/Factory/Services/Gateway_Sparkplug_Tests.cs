using System.Text.Json.Nodes;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Sparkplug.Hosts;
using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.Tests.Factory.Services;

/// <summary>The gateway of the bottling line as a Sparkplug B edge node, as a student's host application sees it.</summary>
public sealed class Gateway_Sparkplug_Tests
{
    private const string Watched = "broker/broker/sparkplug/bottling/gateway";

    [Fact]
    public async Task Machines_are_devices_whose_births_describe_their_tags()
    {
        await using var test = await TestFactory.StartAsync(with: ("sparkplug", "true"));
        var host = await StartHostAsync(test);
        await test.RunAsync(20);

        var node = host.Nodes["bottling/gateway"];
        Assert.True(node is { IsOnline: true, NeedsBirth: false });
        Assert.Equal(["capper-1", "conveyor-1", "conveyor-2", "energy-1", "filler-1", "labeller-1"], node.Devices.Values.Where(d => d.IsOnline).Select(d => d.Id).Order(StringComparer.Ordinal));
        var filler = node.Devices["filler-1"].Metrics;
        var speed = filler.Find("Command/MachSpeed")!;
        Assert.Equal(SparkplugDataType.Double, speed.Type);
        Assert.Equal(120.0, speed.Value);
        Assert.NotNull(speed.Birth.Alias);
        Assert.False(speed.Birth.Properties!.Find("readOnly")!.Value.Boolean);
        Assert.True(filler.Find("Status/CurMachSpeed")!.Birth.Properties!.Find("readOnly")!.Value.Boolean);
        Assert.Equal(await test.ReadAsync("device/filler-1/observed/ProdProcessedCount"), filler.Find("Admin/ProdProcessedCount")!.Value!.ToString());
        Assert.Equal("""{"born":true,"bdSeq":0,"devices":["capper-1","conveyor-1","conveyor-2","energy-1","filler-1","labeller-1"],"student":null,"broken":[]}""", await test.ReadAsync(Watched));
        Assert.Equal("""{"online":true,"student":"student","broken":[]}""", await test.ReadAsync("broker/broker/sparkplug/STATE/scada"));
    }

    [Fact]
    public async Task Plain_telemetry_goes_on_beside_it()
    {
        await using var test = await TestFactory.StartAsync(with: ("sparkplug", "true"));
        await test.RunAsync(30);
        Assert.True(await test.QueryAsync("SELECT count(CurMachSpeed) FROM machine WHERE device = 'filler-1'") >= 15);
    }

    [Fact]
    public async Task Unless_the_scenario_asks_for_it_nobody_speaks_Sparkplug()
    {
        await using var test = await TestFactory.StartAsync();
        await test.RunAsync(20);
        Assert.Null(await test.ReadAsync("gateway/gateway/sparkplug/online"));
        Assert.Null(await test.ReadAsync(Watched));
        var heard = await test.ExecAsync("mqtt sub spBv1.0/# --for 5s");
        Assert.Empty(heard.Lines);
    }

    [Fact]
    public async Task Commands_are_written_where_the_machine_lets_them()
    {
        await using var test = await TestFactory.StartAsync(with: ("sparkplug", "true"));
        var host = await StartHostAsync(test);
        await test.RunAsync(15);
        var filler = host.Nodes["bottling/gateway"].Devices["filler-1"];

        await test.DoAsync(() => Assert.True(host.Write(filler, ("Command/MachSpeed", 90.0))));
        await test.RunAsync(3);
        Assert.Equal("90", await test.ReadAsync("device/filler-1/tags/MachSpeed"));
        Assert.Equal(90.0, filler.Metrics.Find("Command/MachSpeed")!.Value);
        Assert.Equal("1", await test.ReadAsync("gateway/gateway/sparkplug/written"));

        await test.DoAsync(() => host.Write(filler, ("Status/CurMachSpeed", 1.0)));
        await test.RunAsync(3);
        Assert.Equal("1", await test.ReadAsync("gateway/gateway/sparkplug/written"));
        Assert.Equal("1", await test.ReadAsync("gateway/gateway/sparkplug/refused"));

        // The command is evidence, and what a resumed factory has to be told again.
        var input = test.Inputs.First(i => i.Component == "broker/broker" && ((string?)i.Payload["topic"])!.EndsWith("DCMD/gateway/filler-1", StringComparison.Ordinal));
        Assert.Contains(test.Observations, a => a is { Operation: "PUBLISH", Target: "broker/spBv1.0/bottling/DCMD/gateway/filler-1" });
        await using var again = await TestFactory.StartAsync(with: ("sparkplug", "true"));
        await again.RunAsync(15);
        await again.DoAsync(async () =>
        {
            await again.Factory.ApplyAsync(input);
            return true;
        });
        await again.RunAsync(3);
        Assert.Equal("90", await again.ReadAsync("device/filler-1/tags/MachSpeed"));
    }

    [Fact]
    public async Task A_rebirth_request_brings_all_births_again()
    {
        await using var test = await TestFactory.StartAsync(with: ("sparkplug", "true"));
        var host = await StartHostAsync(test);
        await test.RunAsync(15);
        var born = host.Nodes["bottling/gateway"].BornAt;
        await test.DoAsync(() => Assert.True(host.RequestRebirth("bottling", "gateway")));
        await test.RunAsync(1);
        Assert.True(host.Nodes["bottling/gateway"].BornAt > born);
        Assert.Equal("0", await test.ReadAsync("gateway/gateway/sparkplug/bdSeq"));
        Assert.Contains("\"broken\":[]", await test.ReadAsync(Watched), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_no_longer_answers_dies_and_is_born_again()
    {
        await using var test = await TestFactory.StartAsync(with: ("sparkplug", "true"));
        var host = await StartHostAsync(test);
        await test.RunAsync(15);
        await test.ExecAsync("switch sw-1 port 1 disable");
        await test.RunAsync(30);
        Assert.False(host.Nodes["bottling/gateway"].Devices["filler-1"].IsOnline);
        Assert.DoesNotContain("filler-1", await test.ReadAsync(Watched), StringComparison.Ordinal);
        await test.ExecAsync("switch sw-1 port 1 enable");
        await test.RunAsync(60);
        Assert.True(host.Nodes["bottling/gateway"].Devices["filler-1"].IsOnline);
        Assert.Contains("\"broken\":[]", await test.ReadAsync(Watched), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_its_connection_is_lost_its_will_tells_its_death()
    {
        await using var test = await TestFactory.StartAsync(with: ("sparkplug", "true"));
        var host = await StartHostAsync(test);
        await test.RunAsync(15);
        await test.ExecAsync("switch sw-2 port 5 disable");
        await test.RunAsync(120);
        Assert.False(host.Nodes["bottling/gateway"].IsOnline);
        Assert.StartsWith("{\"born\":false", await test.ReadAsync(Watched), StringComparison.Ordinal);
        await test.ExecAsync("switch sw-2 port 5 enable");
        await test.RunAsync(60);
        Assert.True(host.Nodes["bottling/gateway"].IsOnline);
        Assert.Contains("\"broken\":[]", await test.ReadAsync(Watched), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_primary_host_it_waits_for_its_word()
    {
        await using var test = await TestFactory.StartAsync(with: [("sparkplug", "true"), ("primaryHost", "scada")]);
        await test.RunAsync(15);
        Assert.Equal("false", await test.ReadAsync("gateway/gateway/sparkplug/online"));
        var host = await StartHostAsync(test);
        await test.RunAsync(2);
        Assert.Equal("true", await test.ReadAsync("gateway/gateway/sparkplug/online"));
        await test.DoAsync(async () =>
        {
            await host.StopAsync();
            return true;
        });
        await test.RunAsync(2);
        Assert.Equal("false", await test.ReadAsync("gateway/gateway/sparkplug/online"));
    }

    [Fact]
    public async Task A_resumed_gateway_begins_the_next_session()
    {
        await using var test = await TestFactory.StartAsync(with: ("sparkplug", "true"));
        await test.RunAsync(15);
        var snapshot = await test.SnapshotAsync();
        await using var resumed = await TestFactory.StartAsync(snapshot: (JsonObject)JsonNode.Parse(snapshot.ToJsonString())!, with: ("sparkplug", "true"));
        await resumed.RunAsync(15);
        Assert.Equal("1", await resumed.ReadAsync("gateway/gateway/sparkplug/bdSeq"));
        Assert.Contains("\"born\":true,\"bdSeq\":1", await resumed.ReadAsync(Watched), StringComparison.Ordinal);
        Assert.Contains("\"broken\":[]", await resumed.ReadAsync(Watched), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_seed_sends_the_same_bytes()
    {
        var runs = new List<List<string>>();
        foreach (var step in new[] { 40, 0.8 })
        {
            await using var test = await TestFactory.StartAsync(seed: 3, with: ("sparkplug", "true"));
            var heard = new List<string>();
            await test.DoAsync(() => test.Factory.Broker!.Broker.Subscribe("spBv1.0/#", m => heard.Add($"{m.Topic} {Convert.ToHexString(m.Payload.Span)}")));
            for (var i = 0; i < Math.Round(40 / step); i++)
                await test.RunAsync(step);
            runs.Add(heard);
        }

        Assert.True(runs[0].Count > 100);
        Assert.Equal(runs[0], runs[1]);
    }

    /// <summary>A host application on the student's workstation.</summary>
    internal static async Task<SparkplugHost> StartHostAsync(TestFactory test, string id = "scada")
    {
        SparkplugHost host = null!;
        await test.DoAsync(() =>
        {
            host = new SparkplugHost(
                new SparkplugHostOptions { HostId = id, Mqtt = new MqttClientOptions { ClientId = id } },
                cancellation => test.Factory.Context.ConnectAsync("workstation", "broker", 1883, TestFactory.Student, cancellation),
                test.Factory.Clock);
            host.Start();
        });
        return host;
    }
}
