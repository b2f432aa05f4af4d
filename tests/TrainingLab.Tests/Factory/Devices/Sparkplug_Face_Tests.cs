using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;
using TrainingLab.Mqtt.Sparkplug;
using TrainingLab.Mqtt.Sparkplug.Payloads;
using TrainingLab.Tests.Factory.Services;

namespace TrainingLab.Tests.Factory.Devices;

/// <summary>Machines that are Sparkplug B edge nodes by themselves.</summary>
public sealed class Sparkplug_Face_Tests
{
    private const string Scenario = """
        id: hall
        title: { en: Hall, zh: 车间 }
        network:
          workstation: workstation
          vlans: [{ id: 10, name: cell }]
          switches:
            - { id: sw-1, address: 10.9.9.1/24, managementVlan: 10, ports: { 1: { access: 10 }, 2: { access: 10 }, 3: { access: 10 }, 4: { access: 10 } } }
          hosts: [{ id: workstation, at: { address: 10.9.0.10/24, switch: sw-1, port: 1 } }]
        devices:
          - { id: filler-1, profile: spark-filler, at: { address: 10.9.0.11/24, switch: sw-1, port: 2 }, clockOffset: 90s }
          - { id: filler-2, profile: spark-filler, at: { address: 10.9.0.12/24, switch: sw-1, port: 3 } }
        services:
          broker: { id: broker, at: { address: 10.9.0.5/24, switch: sw-1, port: 4 } }
        """;

    private const string Filler = """
        id: spark-filler
        title: { en: Filler, zh: 灌装机 }
        model: F-1
        process: { kind: filler }
        tags:
          - { name: MachSpeed, folder: Command, unit: C94, low: 0, high: 200 }
          - { name: CntrlCmd, folder: Command }
          - { name: ProdProcessedCount, folder: Admin }
          - { name: ProductTemperature, unit: CEL }
        faces:
          sparkplug:
            group: hall
            node: "{device}-edge"
            device: machine
            interval: 500ms
            metrics:
              - { tag: MachSpeed, type: float }
              - CntrlCmd
              - { tag: ProdProcessedCount, name: Bottles, type: int32, period: 5s }
              - { tag: ProductTemperature, deadband: 1000 }
        faults:
          - { id: temperature-dropout, tag: ProductTemperature, kind: dropout }
        """;

    private static Task<TestFactory> StartAsync(string? profile = null) =>
        TestFactory.StartAsync([SourceFile.FromText("hall.scenario.yaml", Scenario), SourceFile.FromText("spark-filler.device.yaml", profile ?? Filler)]);

    [Theory]
    [InlineData("", SparkplugDataType.Unknown)]
    [InlineData("dataTypes: true", SparkplugDataType.Int32)]
    public async Task Data_tells_data_types_where_the_profile_asks_for_them(string setting, SparkplugDataType told)
    {
        await using var test = await StartAsync(Filler.Replace("group: hall", $"group: hall\n    {setting}", StringComparison.Ordinal));
        var host = await Gateway_Sparkplug_Tests.StartHostAsync(test);
        await test.RunAsync(30);
        var bottles = host.Nodes["hall/filler-1-edge"].Devices["machine"].Metrics.Find("Bottles")!;
        Assert.NotSame(bottles.Birth, bottles.Latest); // data has come
        Assert.Equal(told, bottles.Latest.Type);
    }

    [Fact]
    public async Task Births_name_the_metrics_with_types_units_and_aliases()
    {
        await using var test = await StartAsync();
        var host = await Gateway_Sparkplug_Tests.StartHostAsync(test);
        await test.RunAsync(5);

        var device = host.Nodes["hall/filler-1-edge"].Devices["machine"];
        Assert.True(device.IsOnline);
        Assert.Equal(["Bottles", "Command/CntrlCmd", "Command/MachSpeed", "ProductTemperature"], device.Metrics.Select(m => m.Name).Order(StringComparer.Ordinal));
        var speed = device.Metrics.Find("Command/MachSpeed")!.Birth;
        Assert.Equal(SparkplugDataType.Float, speed.Type);
        Assert.Equal(("1/min", 200.0, false), (speed.Properties!.Find("engUnit")!.Value.String, speed.Properties.Find("engHigh")!.Value.Number, speed.Properties.Find("readOnly")!.Value.Boolean));
        Assert.Equal(SparkplugDataType.Int32, device.Metrics.Find("Bottles")!.Type);
        Assert.Equal([1UL, 2UL, 3UL, 4UL], device.Metrics.Select(m => m.Birth.Alias!.Value).Order());
        Assert.Equal(test.Factory.Context.ClockOf("filler-1").GetUtcNow().ToUnixTimeMilliseconds(), (long)speed.Timestamp!, 6000.0);
        foreach (var node in new[] { "filler-1-edge", "filler-2-edge" })
            Assert.Equal("""{"born":true,"bdSeq":0,"devices":["machine"],"student":null,"broken":[]}""", await test.ReadAsync($"broker/broker/sparkplug/hall/{node}"));
    }

    [Fact]
    public async Task Data_comes_by_exception_with_deadband_and_period()
    {
        await using var test = await StartAsync();
        var counts = new List<string>();
        await test.DoAsync(() => test.Factory.Broker!.Broker.Subscribe("spBv1.0/hall/DDATA/filler-1-edge/machine", m =>
            counts.AddRange(SparkplugPayload.Read(m.Payload.Span).Metrics.Select(metric => $"{metric.Name}#{metric.Alias}"))));
        await test.RunAsync(61);
        // The temperature moves all the time, but never by a thousand degrees; bottles are looked at every five seconds.
        Assert.Equal(["#3"], counts.Distinct());
        Assert.InRange(counts.Count, 8, 12);
    }

    [Fact]
    public async Task A_value_that_is_not_known_is_null()
    {
        await using var test = await StartAsync();
        var host = await Gateway_Sparkplug_Tests.StartHostAsync(test);
        await test.RunAsync(3);
        var metric = host.Nodes["hall/filler-1-edge"].Devices["machine"].Metrics.Find("ProductTemperature")!;
        Assert.IsType<double>(metric.Value);
        await test.DoAsync(async () =>
        {
            await test.Factory.ApplyAsync(test.Factory.FindDevice("filler-1")!.SwitchFault("temperature-dropout", on: true));
            return true;
        });
        await test.RunAsync(3);
        Assert.Null(metric.Value);
    }

    [Fact]
    public async Task Commands_write_what_may_be_written()
    {
        await using var test = await StartAsync();
        var host = await Gateway_Sparkplug_Tests.StartHostAsync(test);
        await test.RunAsync(3);
        var device = host.Nodes["hall/filler-1-edge"].Devices["machine"];
        await test.DoAsync(() => host.Write(device, ("Command/MachSpeed", 80.5f), ("Bottles", 7)));
        await test.RunAsync(1);
        Assert.Equal("80.5", await test.ReadAsync("device/filler-1/tags/MachSpeed"));
        Assert.NotEqual("7", await test.ReadAsync("device/filler-1/tags/ProdProcessedCount"));
        await test.DoAsync(() => host.Write(device, ("Command/MachSpeed", 500f)));
        await test.RunAsync(1);
        Assert.Equal("80.5", await test.ReadAsync("device/filler-1/tags/MachSpeed"));
        Assert.Equal(("1", "2"), (await test.ReadAsync("device/filler-1/sparkplug/written"), await test.ReadAsync("device/filler-1/sparkplug/refused")));
    }

    [Fact]
    public async Task The_number_of_the_session_outlives_a_restart()
    {
        await using var test = await StartAsync();
        await test.RunAsync(3);
        var saved = JsonNode.Parse((await test.SnapshotAsync()).ToJsonString())!["components"]!["device/filler-1"]!["sparkplug"]!;
        Assert.Equal(0, (int)saved["node"]!["bdSeq"]!);
    }

    [Theory]
    [InlineData("tag: MachSpeed, type: float", "tag: MachSpeed, type: int32", 17)]
    [InlineData("- CntrlCmd", "- { tag: CntrlCmd, type: string }", 18)]
    public async Task A_type_that_cannot_hold_the_tag_is_a_mistake_at_its_place(string sound, string broken, int line)
    {
        Assert.Contains(sound, Filler, StringComparison.Ordinal);
        var mistake = Assert.Single((await Assert.ThrowsAsync<DefinitionException>(() => StartAsync(Filler.Replace(sound, broken, StringComparison.Ordinal)))).Mistakes);
        Assert.Equal(($"spark-filler.device.yaml", line, MistakeCodes.OutOfRange), (mistake.Span.File, mistake.Span.Line, mistake.Code));
    }

    [Fact]
    public async Task The_climate_sensor_of_the_bottling_line_can_be_one()
    {
        await using var test = await TestFactory.StartAsync(with: ("climateProfile", "climate-node"));
        var heard = new List<string>();
        await test.DoAsync(() => test.Factory.Broker!.Broker.Subscribe($"{SparkplugTopic.Namespace}/#", m => heard.Add(m.Topic)));
        await test.RunAsync(60);
        Assert.Contains("spBv1.0/bottling/NBIRTH/climate-1", heard);
        Assert.Contains("spBv1.0/bottling/NDATA/climate-1", heard);
        Assert.Equal("""{"born":true,"bdSeq":0,"devices":[],"student":null,"broken":[]}""", await test.ReadAsync("broker/broker/sparkplug/bottling/climate-1"));
    }
}
