using System.Globalization;
using System.Text.Json;
using TrainingLab.Labs.Definitions.Templates;

namespace TrainingLab.Tests.Factory;

/// <summary>The bottling line as it ships: machines, gateway, broker, collector, historian, identifiers and consoles, over the plant network.</summary>
public sealed class Whole_Factory_Tests
{
    private const string FillerSamples = "SELECT count(CurMachSpeed) FROM machine WHERE device = 'filler-1'";

    [Fact]
    public async Task Telemetry_of_every_machine_reaches_the_historian()
    {
        await using var test = await TestFactory.StartAsync();
        await test.RunAsync(31);
        foreach (var device in new[] { "filler-1", "capper-1", "labeller-1" })
            Assert.InRange(await test.QueryAsync(FillerSamples.Replace("filler-1", device, StringComparison.Ordinal)) ?? 0, 20, 31);
        Assert.InRange(await test.QueryAsync("SELECT count(ActivePower) FROM machine WHERE device = 'energy-1'") ?? 0, 20, 31);
    }

    /// <summary>The PackML model beside the tags shows some of them again, and alarms have variables, too.</summary>
    [Fact]
    public async Task The_gateway_tells_each_tag_of_a_machine_once_and_nothing_else()
    {
        await using var test = await TestFactory.StartAsync();
        var heard = await test.ExecAsync("mqtt sub plant/capper-1 --count 1 --for 20s");
        var text = heard.Lines.Select(static l => l.Text).First(static l => l.Contains("{\"device\"", StringComparison.Ordinal));
        using var telemetry = JsonDocument.Parse(text[text.IndexOf('{')..], new JsonDocumentOptions { AllowDuplicateProperties = false });
        Assert.Equal(
            [
                "StateCurrent", "CurMachSpeed", "StopReason", "EquipmentInterlock.Starved", "EquipmentInterlock.Blocked", "MachSpeed", "CntrlCmd", "ProdProcessedCount", "ProdDefectiveCount",
                "PlannedProductionTime", "RunTime", "IdealCycle", "Power", "Energy", "CapTorque", "CapTorqueSetpoint",
            ],
            telemetry.RootElement.GetProperty("values").EnumerateObject().Select(static p => p.Name));
        Assert.False(telemetry.RootElement.TryGetProperty("bad", out _));
    }

    [Fact]
    public async Task The_climate_sensor_publishes_by_itself()
    {
        await using var test = await TestFactory.StartAsync();
        await test.RunAsync(31);
        Assert.InRange(await test.QueryAsync("SELECT count(Temperature) FROM machine WHERE device = 'climate-1'") ?? 0, 4, 6);
    }

    [Fact]
    public async Task A_wrong_VLAN_stops_the_data_and_the_right_one_brings_it_back()
    {
        await using var test = await TestFactory.StartAsync();
        await test.RunAsync(30);
        await test.ExecAsync("switch sw-2 port 5 access vlan 30");
        await test.RunAsync(30);
        var before = await test.QueryAsync(FillerSamples) ?? 0;
        await test.RunAsync(60);
        Assert.Equal(before, await test.QueryAsync(FillerSamples));
        Assert.Equal("false", await test.ReadAsync("gateway/gateway/reachable/filler-1"));

        await test.ExecAsync("switch sw-2 port 5 access vlan 10");
        await test.RunAsync(90);
        Assert.True(await test.QueryAsync(FillerSamples) > before + 30, "the data came back");
        Assert.Equal("true", await test.ReadAsync("gateway/gateway/reachable/filler-1"));
    }

    [Fact]
    public async Task Recursion_asks_node_after_node_over_the_plant_network()
    {
        await using var test = await TestFactory.StartAsync();
        var found = await test.ExecAsync("resolve 88.104.1201/B-2026-0001 --trace");
        Assert.Equal("TL-WATER-500", (string?)found.Json!["values"]!.AsArray().First(v => (string?)v!["type"] == "PRODUCT.CODE")!["data"]!["value"]);
        Assert.Contains(found.Lines, l => l.Text.Contains("id-national", StringComparison.Ordinal));
        Assert.NotEqual("0", await test.ReadAsync("identifiers/id-national/answered"));
    }

    [Fact]
    public async Task Recursion_over_a_cut_network_is_answered_and_comes_back()
    {
        await using var test = await TestFactory.StartAsync();
        await test.ExecAsync("switch sw-3 port 7 disable");
        var cut = await test.TryExecAsync("resolve 88.104.1201/B-2026-0001");
        Assert.NotEqual(0, cut.ExitCode);
        await test.ExecAsync("switch sw-3 port 7 enable");
        await test.ExecAsync("resolve 88.104.1201/B-2026-0001");
    }

    [Theory]
    [InlineData("sw-1")]
    [InlineData("sw-2")]
    [InlineData("sw-3")]
    [InlineData("fw-1")]
    public async Task Consoles_answer_over_HTTP(string console)
    {
        await using var test = await TestFactory.StartAsync();
        var page = await test.ExecAsync($"http GET http://{console}/");
        Assert.Equal(200, (int)page.Json!["status"]!);
        Assert.Contains(console, (string)page.Json["body"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HTTP_dates_are_those_of_the_plant()
    {
        await using var test = await TestFactory.StartAsync();
        await test.RunAsync(60);
        var reply = await test.ExecAsync("http GET http://historian:8086/ping --headers");
        var date = Assert.Single(reply.Lines, l => l.Text.StartsWith("Date: ", StringComparison.Ordinal)).Text["Date: ".Length..];
        Assert.Equal("Mon, 02 Mar 2026 06:01:00 GMT", DateTimeOffset.Parse(date, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task What_students_do_is_told_with_who_and_what()
    {
        await using var test = await TestFactory.StartAsync();
        await test.ExecAsync("mqtt pub student/hello 42 --retain", "li-lei");
        var action = Assert.Single(test.Actions, a => a.Operation == "PUBLISH");
        Assert.Equal(("li-lei", "workstation", "broker/student/hello", "Accepted"), (action.Peer.Account, action.Peer.Host, action.Target, action.Outcome));
        Assert.Equal("broker/broker", Assert.Single(test.Inputs).Component);
        Assert.DoesNotContain(test.Actions, a => a.Peer.Account is null);
    }

    [Fact]
    public async Task A_retained_message_without_acknowledgement_is_an_input_too()
    {
        await using var test = await TestFactory.StartAsync();
        await test.ExecAsync("mqtt pub student/hello 42 --retain --qos 0");
        Assert.Single(test.Observations, a => a.Operation == "PUBLISH");
        Assert.Equal("student/hello", (string?)Assert.Single(test.Inputs).Payload["topic"]);
    }

    [Fact]
    public async Task What_lab_new_writes_starts_and_works()
    {
        await using var test = await TestFactory.StartAsync(DefinitionTemplates.Scenario("my-hall").Concat(DefinitionTemplates.Device("my-sensor")));
        await test.RunAsync(11);
        var heard = await test.ExecAsync("mqtt sub plant/climate-1 --count 1 --for 20s");
        Assert.Contains(heard.Lines, l => l.Text.Contains("Temperature", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Disposing_twice_is_safe_and_ends_what_waits()
    {
        var test = await TestFactory.StartAsync();
        await test.RunAsync(5);
        await test.DisposeAsync();
        await test.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => test.ReadAsync("network/sw-1/up"));
    }
}
