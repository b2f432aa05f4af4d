using System.Text.Json.Nodes;

namespace TrainingLab.Tests.Factory.Devices;

/// <summary>Alarms and history of a machine, as a student meets them with the toolbox.</summary>
public sealed class Machine_Alarms_Tests
{
    private const string Space = "nsu=urn:traininglab:filler-1:process;s=filler-1";
    private const string Underfilled = Space + "/Alarms/underfilled";
    private const string Setpoint = Space + ".FillVolumeSetpoint";
    private const string Speed = Space + ".CurMachSpeed";

    [Fact]
    public async Task An_alarm_is_seen_acknowledged_and_confirmed()
    {
        await using var test = await TestFactory.StartAsync();
        Assert.Equal("false", await test.ReadAsync("device/filler-1/alarms/underfilled/active"));
        await test.ExecAsync($"opcua write filler-1 {Setpoint} 480");
        await test.RunAsync(10);
        Assert.Equal("true", await test.ReadAsync("device/filler-1/alarms/underfilled/active"));
        Assert.Equal("\"LowLow\"", await test.ReadAsync("device/filler-1/alarms/underfilled/level"));

        var seen = await test.ExecAsync("opcua events filler-1 --type i=2915 --for 1s");
        var alarm = Assert.Single(seen.Json!.AsArray())!;
        Assert.Equal(("underfilled", 625, true, false), ((string?)alarm["conditionName"], (int)alarm["severity"]!, (bool)alarm["active"]!, (bool)alarm["acknowledged"]!));
        Assert.Contains("Bottles get too little  active, not acknowledged", Assert.Single(seen.Lines).Text);
        await test.ExecAsync($"opcua acknowledge filler-1 {Underfilled} valve is being changed");
        Assert.Equal("true", await test.ReadAsync("device/filler-1/alarms/underfilled/acknowledged"));
        Assert.Equal("\"valve is being changed\"", await test.ReadAsync("device/filler-1/alarms/underfilled/comment"));
        Assert.Equal("BadConditionBranchAlreadyAcked", Assert.Single((await test.TryExecAsync($"opcua acknowledge filler-1 {Underfilled}")).Lines).Text);
        await test.ExecAsync($"opcua confirm filler-1 {Underfilled} done");
        await test.ExecAsync($"opcua shelve filler-1 {Underfilled} 10m");
        Assert.Equal("true", await test.ReadAsync("device/filler-1/alarms/underfilled/shelved"));
        await test.ExecAsync($"opcua unshelve filler-1 {Underfilled}");
        await test.ExecAsync($"opcua write filler-1 {Setpoint} 500");
        await test.RunAsync(5);
        Assert.Equal("false", await test.ReadAsync("device/filler-1/alarms/underfilled/retain"));

        var calls = test.Actions.Where(a => a.Operation == "Call" && a.Target == "filler-1/underfilled").ToList();
        Assert.Equal(
            ["Acknowledge Good", "Acknowledge BadConditionBranchAlreadyAcked", "Confirm Good", "TimedShelve Good", "Unshelve Good"],
            calls.Select(a => $"{(string?)a.Arguments["method"]} {a.Outcome}"));
        Assert.Equal("valve is being changed", (string?)calls[0].Arguments["comment"]);
        Assert.Contains(test.Actions, a => a.Operation == "CreateMonitoredItems" && (string?)a.Arguments["attribute"] == "EventNotifier");
    }

    [Fact]
    public async Task Alarms_go_on_in_a_resumed_factory_and_by_recorded_inputs()
    {
        await using var test = await TestFactory.StartAsync();
        await test.ExecAsync($"opcua write filler-1 {Setpoint} 480");
        await test.RunAsync(10);
        var before = await test.SnapshotAsync();
        await test.ExecAsync($"opcua acknowledge filler-1 {Underfilled} seen");
        var acknowledged = await test.ReadAsync("device/filler-1/alarms/underfilled/acknowledged");
        var input = test.Inputs.Single(i => i.Payload.ContainsKey("alarm"));

        await using var resumed = await TestFactory.StartAsync(snapshot: before.DeepClone().AsObject());
        Assert.Equal("true", await resumed.ReadAsync("device/filler-1/alarms/underfilled/active"));
        Assert.Equal("false", await resumed.ReadAsync("device/filler-1/alarms/underfilled/acknowledged"));
        await resumed.DoAsync(async () =>
        {
            await resumed.Factory.ApplyAsync(input);
            return true;
        });
        Assert.Equal(acknowledged, await resumed.ReadAsync("device/filler-1/alarms/underfilled/acknowledged"));
        Assert.Equal("\"seen\"", await resumed.ReadAsync("device/filler-1/alarms/underfilled/comment"));
    }

    [Fact]
    public async Task A_restart_moves_the_alarms_with_their_namespace()
    {
        await using var test = await TestFactory.StartAsync();
        await test.ExecAsync($"opcua write filler-1 {Setpoint} 480");
        await test.RunAsync(10);
        await test.ExecAsync($"opcua call filler-1 {Space} {Space}.Restart");
        await test.RunAsync(3);
        var alarm = Assert.Single((await test.ExecAsync("opcua events filler-1 --type i=2915 --for 1s")).Json!.AsArray())!;
        Assert.Equal("ns=2;s=filler-1/Alarms/underfilled", (string?)alarm["condition"]);
        await test.ExecAsync($"opcua acknowledge filler-1 {Underfilled}");
    }

    [Fact]
    public async Task History_comes_from_the_historian_over_the_plant_network()
    {
        await using var test = await TestFactory.StartAsync();
        await test.RunAsync(60);
        var raw = (await test.ExecAsync($"opcua history filler-1 {Speed} --last 30s")).Json!.AsArray();
        Assert.InRange(raw.Count, 15, 31);
        Assert.All(raw, v => Assert.Equal("Good", (string?)v!["status"]));
        var averages = (await test.ExecAsync($"opcua history filler-1 {Speed} --last 40s --aggregate average --every 10s")).Json!.AsArray();
        Assert.Equal(4, averages.Count);
        var query = await test.QueryAsync("SELECT mean(CurMachSpeed) FROM machine WHERE device = 'filler-1'");
        Assert.NotNull(query);
        Assert.Contains(test.Observations, a => a is { Operation: "HistoryRead", Target: "filler-1/CurMachSpeed", Outcome: "Good" });

        await test.ExecAsync("switch fw-1 rule delete machines-to-historian");
        var refused = await test.TryExecAsync($"opcua history filler-1 {Speed} --last 30s");
        Assert.Equal("BadNoCommunication", Assert.Single(refused.Lines).Text);
        var none = await test.TryExecAsync("opcua history energy-1 nsu=urn:traininglab:energy-1:energy;s=energy-1.Power");
        Assert.NotEqual(0, none.ExitCode);
    }

    [Fact]
    public async Task Methods_take_values_of_their_own_types()
    {
        await using var test = await TestFactory.StartAsync();
        var refused = await test.TryExecAsync("opcua call filler-1 i=2253 i=11492 77");
        Assert.Equal("BadSubscriptionIdInvalid", Assert.Single(refused.Lines).Text);
        Assert.Equal("'x' is no UInt32", Assert.Single((await test.TryExecAsync("opcua call filler-1 i=2253 i=11492 x")).Lines).Text);
        await test.ExecAsync($"opcua call filler-1 {Space}/Alarms/jammed i=9028");
        Assert.Equal("false", await test.ReadAsync("device/filler-1/alarms/jammed/enabled"));
    }
}
