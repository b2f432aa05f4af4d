using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Toolbox;

namespace TrainingLab.Tests.Factory.Devices;

/// <summary>What a machine's OPC UA server shows, and what is written down of a student who works with it.</summary>
public sealed class Machine_OpcUa_Tests
{
    private const string Machine = "nsu=urn:traininglab:filler-1:process;s=filler-1";
    private const string Speed = Machine + ".CurMachSpeed";

    [Fact]
    public async Task A_variable_tells_its_unit_and_range()
    {
        await using var test = await TestFactory.StartAsync();
        var read = (await test.ExecAsync($"opcua read filler-1 {Speed} {Machine}.Power {Machine}.StateCurrent")).Json!;
        Assert.Equal(("1/min", 0, 120), ((string?)read[0]!["unit"], (double)read[0]!["low"]!, (double)read[0]!["high"]!));
        Assert.Equal("kW", (string?)read[1]!["unit"]);
        Assert.Null(read[2]!["unit"]);
        Assert.Equal("\"1/min\"", await test.ReadAsync("device/filler-1/tags/CurMachSpeed/unit"));
        Assert.Equal("120", await test.ReadAsync("device/filler-1/tags/CurMachSpeed/high"));
    }

    [Fact]
    public async Task A_machine_shows_what_Machinery_and_PackML_ask_for_beside_its_tags()
    {
        await using var test = await TestFactory.StartAsync();
        const string plate = "nsu=urn:traininglab:filler-1:identification;s=filler-1.Identification";
        const string itemState = Machine + ".MachineryItemState.CurrentState";
        var read = (await test.ExecAsync(
            $"opcua read filler-1 {plate}.Manufacturer {plate}.Model {plate}.SerialNumber {plate}.ProductInstanceUri {itemState} {itemState}.Id "
            + $"{Machine}.PackML.Status.CurMachSpeed {Machine}.PackML.BaseStateMachine.CurrentState {Speed} {Machine}.StateCurrent")).Json!.AsArray();
        Assert.All(read, static r => Assert.Equal("Good", (string?)r!["status"]));
        var values = read.Select(static r => (string?)r!["value"]).ToList();
        Assert.Equal(["TrainingLab", "RF-48"], values.Take(2));
        Assert.Equal("urn:traininglab:filler:" + values[2], values[3]);
        Assert.Contains(values[4], new[] { "Executing", "NotExecuting", "OutOfService" });
        Assert.Equal(values[9] == "6" ? "Executing" : "NotExecuting", values[4]);
        Assert.Matches("^ns=[0-9]+;i=50[0-9]+$", values[5]!);
        Assert.Equal(float.Parse(values[8]!, System.Globalization.CultureInfo.InvariantCulture), float.Parse(values[6]!, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(values[9] == "6", values[7] == "Execute");

        var machines = (await test.ExecAsync("opcua browse filler-1 nsu=http://opcfoundation.org/UA/Machinery/;i=1001")).Json!;
        Assert.Contains("filler-1", machines.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_moves_the_namespaces_and_their_URIs_still_find_the_node()
    {
        await using var test = await TestFactory.StartAsync();
        var before = (await test.ExecAsync("opcua namespaces filler-1")).Json!;
        await test.ExecAsync($"opcua call filler-1 {Machine} {Machine}.Restart");
        await test.RunAsync(3);
        var after = (await test.ExecAsync("opcua namespaces filler-1")).Json!;

        Assert.Equal(3, (int)before["urn:traininglab:filler-1:process"]!);
        Assert.Equal(2, (int)after["urn:traininglab:filler-1:process"]!);
        Assert.NotEqual(0, (await test.TryExecAsync("opcua read filler-1 ns=3;s=filler-1.CurMachSpeed")).ExitCode);
        Assert.Equal("ns=2;s=filler-1.CurMachSpeed", (string?)(await test.ExecAsync($"opcua read filler-1 {Speed}")).Json![0]!["node"]);
        var unknown = await test.TryExecAsync("opcua read filler-1 nsu=urn:nobody;s=filler-1.CurMachSpeed");
        Assert.Equal("filler-1 has no namespace urn:nobody", Assert.Single(unknown.Lines).Text);
    }

    [Fact]
    public async Task Evidence_says_whether_a_node_was_found_under_a_new_index()
    {
        await using var test = await TestFactory.StartAsync();
        var subscribe = $"opcua subscribe filler-1 {Speed} --interval 500 --deadband 1.5 --for 1s";
        await test.ExecAsync(subscribe);
        await test.ExecAsync($"opcua call filler-1 {Machine} {Machine}.Restart");
        await test.ExecAsync(subscribe);
        await test.RunAsync(3);
        await test.ExecAsync(subscribe);

        var created = test.Actions.Where(a => a.Operation == "CreateMonitoredItems").ToList();
        Assert.All(created, a => Assert.Equal(("filler-1/CurMachSpeed", "Good"), (a.Target, a.Outcome)));
        Assert.Equal(["ns=3;s=filler-1.CurMachSpeed", "ns=3;s=filler-1.CurMachSpeed", "ns=2;s=filler-1.CurMachSpeed"], created.Select(a => (string?)a.Arguments["node"]));
        Assert.Equal([false, false, true], created.Select(a => (bool)a.Arguments["moved"]!));
        Assert.All(created, a => Assert.Equal(("Absolute", 1.5, 500), ((string?)a.Arguments["deadband"], (double)a.Arguments["deadbandValue"]!, (double)a.Arguments["publishingInterval"]!)));
    }

    [Theory]
    [InlineData("--deadband 1.5", "absolute/1.5", "percent/1.5")]
    [InlineData("--percent 2", "percent/2", "absolute/2")]
    [InlineData("", "none/0", "absolute/0")]
    public async Task A_monitored_item_is_state_as_long_as_it_lives(string options, string held, string other)
    {
        await using var test = await TestFactory.StartAsync();
        var subscribing = Begin(test, $"opcua subscribe filler-1 {Speed} --interval 700 {options} --for 10s");
        await test.RunAsync(3);
        Assert.Equal("1", await test.ReadAsync($"device/filler-1/monitored/CurMachSpeed/{held}/700"));
        Assert.Equal("0", await test.ReadAsync($"device/filler-1/monitored/CurMachSpeed/{other}/700"));
        Assert.Equal("0", await test.ReadAsync($"device/filler-1/monitored/CurMachSpeed/{held}/800"));
        Assert.Equal("0", await test.ReadAsync($"device/filler-1/monitored/Power/{held}/700"));
        await test.RunAsync(10);
        Assert.Equal(0, (await subscribing).ExitCode);
        Assert.Equal("0", await test.ReadAsync($"device/filler-1/monitored/CurMachSpeed/{held}/700"));
    }

    [Fact]
    public async Task A_restart_ends_what_was_monitored()
    {
        await using var test = await TestFactory.StartAsync();
        var subscribing = Begin(test, $"opcua subscribe filler-1 {Speed} --interval 700 --for 60s");
        await test.RunAsync(3);
        await test.ExecAsync($"opcua call filler-1 {Machine} {Machine}.Restart");
        await test.RunAsync(3);
        Assert.Equal("0", await test.ReadAsync("device/filler-1/monitored/CurMachSpeed/none/0/700"));
        await test.RunAsync(60);
        await subscribing;
    }

    [Fact]
    public async Task A_lost_panel_leaves_an_old_number_with_a_bad_status()
    {
        await using var test = await TestFactory.StartAsync(with: [("panelsLost", "true"), ("lostPanel", "filler-1"), ("alsoLostPanel", "labeller-1"), ("fillerSpeed", "97")]);
        await test.RunAsync(1);
        foreach (var (machine, status) in new[] { ("filler-1", "BadNoCommunication"), ("capper-1", "Good"), ("labeller-1", "BadNoCommunication") })
        {
            var read = await test.TryExecAsync($"opcua read {machine} nsu=urn:traininglab:{machine}:process;s={machine}.MachSpeed");
            Assert.Equal(status, (string?)read.Json![0]!["status"]);
            Assert.Equal(status == "Good" ? 0 : 1, read.ExitCode);
            if (machine == "filler-1")
                Assert.StartsWith("ns=3;s=filler-1.MachSpeed = 97 1/min  BadNoCommunication", read.Lines[0].Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_write_does_not_mend_what_the_machine_shows()
    {
        await using var test = await TestFactory.StartAsync(with: [("panelsLost", "true"), ("lostPanel", "filler-1"), ("alsoLostPanel", "labeller-1"), ("fillerSpeed", "97")]);
        await test.RunAsync(1);
        await test.ExecAsync($"opcua write filler-1 {Machine}.MachSpeed 60");
        Assert.Equal("60", await test.ReadAsync("device/filler-1/tags/MachSpeed"));
        var read = await test.TryExecAsync($"opcua read filler-1 {Machine}.MachSpeed");
        Assert.Equal(("BadNoCommunication", "97"), ((string?)read.Json![0]!["status"], (string?)read.Json[0]!["value"]));
    }

    [Fact]
    public async Task Without_being_asked_for_no_panel_is_lost()
    {
        await using var test = await TestFactory.StartAsync();
        await test.RunAsync(1);
        await test.ExecAsync("opcua read capper-1 nsu=urn:traininglab:capper-1:process;s=capper-1.MachSpeed");
    }

    private static Task<CommandResult> Begin(TestFactory test, string line) => test.Factory.Context.Scheduler.InvokeAsync(
        () => ToolboxCommands.RunAsync(new ToolboxContext(test.Factory, TestFactory.Student, Allowed: null), line, CancellationToken.None));
}
