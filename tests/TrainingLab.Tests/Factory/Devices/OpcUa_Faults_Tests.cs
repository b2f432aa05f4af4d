using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Factory;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;

namespace TrainingLab.Tests.Factory.Devices;

/// <summary>Faults of a machine's OPC UA server: by the scenario's schedule and by hand, as a client in the plant sees them.</summary>
public sealed class OpcUa_Faults_Tests
{
    private const string Machine = "nsu=urn:traininglab:filler-1:process;s=filler-1";
    private const string Speed = Machine + ".CurMachSpeed";
    private const string Energy = Machine + ".Energy";

    [Fact]
    public async Task Bad_quality_comes_and_goes_by_the_schedule_and_what_is_true_stays()
    {
        await using var test = await StartAsync([Fault("bad", FaultKind.BadQuality, "Energy", ("status", "BadDeviceFailure"))], [("bad", 5, 10)]);
        await test.RunAsync(4);
        Assert.Equal("Good", (await ReadAsync(test, Energy)).Status);
        await test.RunAsync(2);
        Assert.Equal(("BadDeviceFailure", "null"), await ReadAsync(test, Energy) is var (status, value, _) ? (status, value) : default);
        Assert.Equal("Good", (await ReadAsync(test, Speed)).Status);
        Assert.Equal("true", await test.ReadAsync("device/filler-1/faults/bad"));
        Assert.NotEqual("null", await test.ReadAsync("device/filler-1/observed/Energy"));
        await test.RunAsync(10);
        Assert.Equal("Good", (await ReadAsync(test, Energy)).Status);
        Assert.Equal("false", await test.ReadAsync("device/filler-1/faults/bad"));
    }

    [Fact]
    public async Task Frozen_timestamps_stand_while_values_go_on()
    {
        await using var test = await StartAsync([Fault("old", FaultKind.FrozenTimestamps)], [("old", 5, 60)]);
        await test.RunAsync(6);
        var before = await ReadAsync(test, Energy);
        await test.RunAsync(30);
        var during = await ReadAsync(test, Energy);
        Assert.NotEqual(before.Value, during.Value);
        Assert.True(during.Source <= test.Factory.Clock.Epoch.UtcDateTime.AddSeconds(5), during.Source.ToString("O", CultureInfo.InvariantCulture));
        await test.RunAsync(35);
        Assert.True((await ReadAsync(test, Energy)).Source > test.Factory.Clock.Epoch.UtcDateTime.AddSeconds(60));
    }

    [Fact]
    public async Task Lost_publish_answers_are_had_again_by_Republish()
    {
        await using var test = await StartAsync([Fault("lost", FaultKind.DroppedPublish, parameters: ("share", "0.5"))], [("lost", 0, 60)]);
        await AssertNothingIsMissedAsync(test, 120);
    }

    [Fact]
    public async Task Without_any_answer_a_client_waits_and_goes_on_when_the_fault_is_over()
    {
        await using var test = await StartAsync([Fault("lost", FaultKind.DroppedPublish)], [("lost", 10, 60)]);
        await AssertNothingIsMissedAsync(test, 130);
    }

    [Fact]
    public async Task Slow_answers_take_their_plant_time_and_stay_in_order()
    {
        await using var test = await StartAsync([Fault("slow", FaultKind.SlowAnswers, parameters: [("delay", "3s"), ("jitter", "2s")])], [("slow", 10, 300)]);
        var client = await ConnectAsync(test);
        await test.RunAsync(11);
        var begun = test.Factory.Clock.Elapsed;
        var order = new List<int>();
        await test.DoAsync(async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
            {
                await client.ReadAsync(TrainingLab.OpcUa.Nodes.VariableIds.NamespaceArray, CancellationToken.None);
                order.Add(i);
            }));
            return true;
        });
        var took = test.Factory.Clock.Elapsed - begun;
        Assert.InRange(took.TotalSeconds, 4, 11);
        Assert.Equal(Enumerable.Range(0, 200), order);
        await CloseAsync(test, client);
    }

    [Fact]
    public async Task An_expired_certificate_is_shown_until_the_fault_ends_or_somebody_puts_in_another()
    {
        await using var test = await StartAsync([Fault("expired", FaultKind.ExpiredCertificate, parameters: ("since", "2d"))], [("expired", 5, 10)], secured: true);
        var sound = await test.ReadAsync("device/filler-1/security/thumbprint");
        await test.ExecAsync($"opcua read filler-1 {Speed} --policy Basic256Sha256");
        await test.RunAsync(6);
        Assert.NotEqual(sound, await test.ReadAsync("device/filler-1/security/thumbprint"));
        var shown = (await test.ExecAsync("opcua cert filler-1")).Json!["server"]!;
        Assert.Contains("2026-02-28", shown.ToJsonString(), StringComparison.Ordinal);
        await test.RunAsync(10);
        Assert.Equal(sound, await test.ReadAsync("device/filler-1/security/thumbprint"));
    }

    [Fact]
    public async Task Reordered_namespaces_come_with_the_next_restart()
    {
        await using var test = await StartAsync([Fault("order", FaultKind.ReorderedNamespaces), Fault("crash", FaultKind.Restart, parameters: ("downtime", "2s"))], [("order", 0, null), ("crash", 5, 1)], keepsOrder: true);
        await test.RunAsync(4);
        Assert.Equal("\"urn:traininglab:filler-1:identification urn:traininglab:filler-1:process\"", await test.ReadAsync("device/filler-1/namespaces"));
        await test.RunAsync(5);
        Assert.Equal("\"urn:traininglab:filler-1:process urn:traininglab:filler-1:identification\"", await test.ReadAsync("device/filler-1/namespaces"));
        Assert.Equal("Good", (await ReadAsync(test, Speed)).Status);
    }

    [Fact]
    public async Task A_restart_drops_sessions_and_nobody_can_connect_for_a_while()
    {
        await using var test = await StartAsync([Fault("crash", FaultKind.Restart, parameters: [("downtime", "5s"), ("every", "30s")])], [("crash", 10, 60)]);
        var client = await ConnectAsync(test);
        await test.RunAsync(11);
        Assert.False(client.IsConnected);
        await CloseAsync(test, client);
        Assert.NotEqual(0, (await test.TryExecAsync($"opcua read filler-1 {Speed}")).ExitCode);
        await test.RunAsync(6);
        Assert.Equal("Good", (await ReadAsync(test, Speed)).Status);
        await test.RunAsync(25);
        Assert.NotEqual(0, (await test.TryExecAsync($"opcua read filler-1 {Speed}")).ExitCode);
        await test.RunAsync(60);
        Assert.Equal("Good", (await ReadAsync(test, Speed)).Status);
    }

    [Fact]
    public async Task A_resumed_factory_goes_on_with_the_faults_as_if_it_had_never_stood_still()
    {
        FaultDeclaration[] faults =
        [
            Fault("bad", FaultKind.BadQuality, "Energy"), Fault("old", FaultKind.FrozenTimestamps, "Power"), Fault("lost", FaultKind.DroppedPublish, parameters: ("share", "0.5")),
            Fault("slow", FaultKind.SlowAnswers, parameters: [("delay", "1s"), ("jitter", "1s")]), Fault("crash", FaultKind.Restart, parameters: [("downtime", "8s"), ("every", "40s")]), Fault("order", FaultKind.ReorderedNamespaces),
        ];
        (string Fault, double At, double? Lasts)[] schedule = [("bad", 5, 100), ("old", 5, null), ("lost", 5, null), ("slow", 5, null), ("order", 0, null), ("crash", 20, null)];
        await using var whole = await StartAsync(faults, schedule);
        await whole.RunAsync(24);
        await whole.DoAsync(async () =>
        {
            await whole.Factory.ApplyAsync(whole.Factory.FindDevice("filler-1")!.SwitchFault("lost", false));
            return true;
        });
        var snapshot = await whole.SnapshotAsync();
        await using var resumed = await StartAsync(faults, schedule, snapshot: (JsonObject)JsonNode.Parse(snapshot.ToJsonString())!);
        foreach (var test in new[] { whole, resumed })
        {
            Assert.NotEqual(0, (await test.TryExecAsync($"opcua read filler-1 {Speed}")).ExitCode);
            await test.RunAsync(10);
            Assert.Equal(("false", "true", "true"), (await test.ReadAsync("device/filler-1/faults/lost"), await test.ReadAsync("device/filler-1/faults/bad"), await test.ReadAsync("device/filler-1/faults/slow")));
            var read = await ReadAsync(test, Machine + ".Power");
            Assert.True(read.Source <= test.Factory.Clock.Epoch.UtcDateTime.AddSeconds(5));
            await test.RunAsync(120);
        }

        // The machine itself, not the connections to it, which have begun anew.
        Assert.Equal(await StateOfAsync(whole), await StateOfAsync(resumed));
    }

    [Fact]
    public async Task Faults_are_switched_by_hand_by_instructors_only()
    {
        await using var test = await StartAsync([Fault("bad", FaultKind.BadQuality, "Energy"), Fault("stuck", FaultKind.Stuck, "Energy")], [("bad", 20, 10)]);
        Task<TrainingLab.Labs.Attempts.Contracts.CommandResult> Instruct(string line) => test.DoAsync(
            () => TrainingLab.Labs.Toolbox.ToolboxCommands.RunAsync(new(test.Factory, "teacher", Allowed: null) { IsInstructor = true }, line, CancellationToken.None));
        Assert.Equal(2, (await test.TryExecAsync("fault filler-1 bad on")).ExitCode);
        Assert.DoesNotContain((await test.ExecAsync("help")).Lines, l => l.Text.StartsWith("fault", StringComparison.Ordinal));

        Assert.Equal(0, (await Instruct("fault filler-1 bad on")).ExitCode);
        Assert.Equal("BadSensorFailure", (await ReadAsync(test, Energy)).Status);
        Assert.Equal(0, (await Instruct("fault filler-1 bad off")).ExitCode);
        await test.RunAsync(22);
        Assert.Equal("Good", (await ReadAsync(test, Energy)).Status);
        Assert.Equal(0, (await Instruct("fault filler-1 bad scheduled")).ExitCode);
        Assert.Equal("BadSensorFailure", (await ReadAsync(test, Energy)).Status);
        await test.RunAsync(20);

        // An instrument's fault, too.
        Assert.Equal(0, (await Instruct("fault filler-1 stuck on")).ExitCode);
        var before = (await ReadAsync(test, Energy)).Value;
        await test.RunAsync(30);
        Assert.Equal(before, (await ReadAsync(test, Energy)).Value);
        Assert.Equal(0, (await Instruct("fault filler-1 stuck off")).ExitCode);
        await test.RunAsync(1);
        Assert.NotEqual(before, (await ReadAsync(test, Energy)).Value);

        Assert.Contains("it has: bad, stuck", (await Instruct("fault filler-1 none on")).Lines[0].Text, StringComparison.Ordinal);
        Assert.Equal(2, ((JsonArray)(await Instruct("fault filler-1")).Json!).Count);
    }

    private static async Task<string> StateOfAsync(TestFactory test)
    {
        var state = (JsonObject)(await test.SnapshotAsync())["components"]!["device/filler-1"]!;
        foreach (var (_, fault) in (JsonObject)state["faults"]!)
            ((JsonObject)fault!).Remove("chance");
        return state.ToJsonString();
    }

    private static FaultDeclaration Fault(string id, FaultKind kind, string? tag = null, params (string Name, string Value)[] parameters) => new()
    {
        Id = id,
        Kind = kind,
        Tag = tag,
        Parameters = parameters.ToDictionary(p => p.Name, p => ScalarValue.FromPlain(p.Value), StringComparer.Ordinal),
    };

    private static Task<TestFactory> StartAsync(
        FaultDeclaration[] faults, (string Fault, double At, double? Lasts)[] schedule, bool secured = false, bool keepsOrder = false, JsonObject? snapshot = null) => TestFactory.StartAsync(snapshot: snapshot, change: model =>
    {
        var profiles = model.Profiles.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        var filler = profiles["filler"];
        var server = filler.Faces.Opcua!;
        if (secured)
            server = server with { Security = new OpcUaSecurityDefinition { AcceptAny = true } };
        if (keepsOrder)
            server = server with { OnRestart = NamespaceOrder.Keep };
        profiles["filler"] = filler with { Faces = filler.Faces with { Opcua = server }, Faults = faults };
        var timed = schedule.Select(s => new TimedFault { Device = "filler-1", Fault = s.Fault, At = TimeSpan.FromSeconds(s.At), Lasts = s.Lasts is { } lasts ? TimeSpan.FromSeconds(lasts) : null });
        return model with { Profiles = profiles, Definition = model.Definition with { Faults = [.. timed], History = null } };
    });

    private static async Task<(string Status, string Value, DateTime Source)> ReadAsync(TestFactory test, string node)
    {
        var read = (await test.TryExecAsync($"opcua read filler-1 {node}")).Json![0]!;
        return ((string)read["status"]!, (string?)read["value"] ?? "", DateTime.Parse((string)read["sourceTimestamp"]!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal));
    }

    private static Task<OpcUaClient> ConnectAsync(TestFactory test) => test.DoAsync(() => OpcUaClient.ConnectAsync(
        token => test.Factory.Context.ConnectAsync("gateway", "filler-1", 4840, null, token),
        new OpcUaClientOptions { EndpointUrl = "opc.tcp://filler-1:4840" },
        test.Factory.Clock,
        CancellationToken.None));

    /// <summary>Closes a client while plant time passes: a slow server takes its time for the answer.</summary>
    private static Task CloseAsync(TestFactory test, OpcUaClient client) => test.DoAsync(async () =>
    {
        await client.DisposeAsync();
        return true;
    });

    /// <summary>Watches the energy counter, sampled every second, and asserts that each sample came, in order.</summary>
    private static async Task AssertNothingIsMissedAsync(TestFactory test, double seconds)
    {
        var client = await ConnectAsync(test);
        var received = new List<DateTime>();
        await test.DoAsync(async () =>
        {
            var namespaces = (await client.GetNamespacesAsync(CancellationToken.None)).ToList();
            var node = new NodeId((ushort)namespaces.IndexOf("urn:traininglab:filler-1:process"), "filler-1.Energy");
            await client.SubscribeAsync(500, [new WatchItem(node, 1000, 200)], change => received.Add(change.Value.SourceTimestamp), CancellationToken.None);
            return true;
        });
        await test.RunAsync(seconds);
        await CloseAsync(test, client);
        Assert.InRange(received.Count, seconds - 5, seconds + 2);
        Assert.All(received.Zip(received.Skip(1)), static pair => Assert.InRange((pair.Second - pair.First).TotalSeconds, 0.5, 1.5));
    }
}
