using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Toolbox;

namespace TrainingLab.Tests.Factory.Services;

/// <summary>Faults of a plant's broker, and of a machine's clock: by the scenario's schedule and by hand, as a client in the plant sees them.</summary>
public sealed class Broker_Faults_Tests
{
    [Fact]
    public async Task Messages_get_lost_while_the_schedule_says_so()
    {
        await using var test = await StartAsync([Fault("lost", BrokerFaultKind.LostMessages, ("topic", "note/+"))], [("lost", 5, 10)]);
        await PublishAsync(test, "note/a", "1");
        await test.RunAsync(6);
        Assert.Equal("true", await test.ReadAsync("broker/broker/faults/lost"));
        await PublishAsync(test, "note/a", "2");
        await PublishAsync(test, "other", "2");
        Assert.Equal("DroppedByFault", test.Actions.Last(a => a.Target == "broker/note/a").Outcome);
        await test.RunAsync(10);
        Assert.Equal("false", await test.ReadAsync("broker/broker/faults/lost"));
        Assert.Equal(("\"1\"", "\"2\""), (await test.ReadAsync("broker/broker/retained/note/a"), await test.ReadAsync("broker/broker/retained/other")));
        await PublishAsync(test, "note/a", "3");
        Assert.Equal("\"3\"", await test.ReadAsync("broker/broker/retained/note/a"));
    }

    [Fact]
    public async Task Messages_are_late_and_of_one_topic_in_order()
    {
        await using var test = await StartAsync([Fault("late", BrokerFaultKind.ReorderedMessages, ("topic", "note/#"), ("within", "10s"))], [("late", 0, null)]);
        var heard = new List<(string Topic, int Number, double At)>();
        await test.DoAsync(() => { test.Factory.Broker!.Broker.Subscribe("note/#", m => heard.Add((m.Topic, int.Parse(m.PayloadText, System.Globalization.CultureInfo.InvariantCulture), test.Factory.Clock.Elapsed.TotalSeconds))); });
        for (var i = 0; i < 40; i++)
            await PublishAsync(test, $"note/{i % 2}", $"{i}");
        await test.RunAsync(11);
        Assert.Equal(40, heard.Count);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => 2 * i), heard.Where(h => h.Topic == "note/0").Select(h => h.Number));
        Assert.NotEqual(Enumerable.Range(0, 40), heard.Select(h => h.Number));
        Assert.True(heard[^1].At - heard[0].At > 1);
    }

    [Fact]
    public async Task Acknowledgements_take_their_plant_time()
    {
        await using var test = await StartAsync([Fault("held", BrokerFaultKind.HeldAcknowledgements, ("delay", "4s"), ("jitter", "2s"))], [("held", 0, null)]);
        await test.RunAsync(1);
        var begun = test.Factory.Clock.Elapsed;
        await PublishAsync(test, "note", "x");
        Assert.InRange((test.Factory.Clock.Elapsed - begun).TotalSeconds, 4, 6.5);
    }

    [Fact]
    public async Task Connections_are_refused_and_ended()
    {
        await using var test = await StartAsync(
            [Fault("full", BrokerFaultKind.RefusedConnections), Fault("cut", BrokerFaultKind.Disconnects, ("client", "gateway"), ("reason", "ServerBusy"), ("every", "5s"))], [("full", 20, 10), ("cut", 21, 4)]);
        await test.RunAsync(20.5);
        Assert.Equal("true", await test.ReadAsync("broker/broker/sessions/gateway/connected"));
        Assert.NotEqual(0, (await test.TryExecAsync("mqtt pub note x")).ExitCode);
        await test.RunAsync(1);
        Assert.Null(await test.ReadAsync("broker/broker/sessions/gateway/connected"));
        await test.RunAsync(60); // The gateway comes back by itself.
        Assert.Equal("true", await test.ReadAsync("broker/broker/sessions/gateway/connected"));
        await test.ExecAsync("mqtt pub note x");
    }

    [Fact]
    public async Task A_machine_s_clock_is_wrong_in_what_it_publishes()
    {
        await using var test = await StartAsync([], [("clock", 11, 20)], skew: ("behind", "5min"));
        var times = new List<(double Plant, double Ahead)>();
        await test.DoAsync(() => { test.Factory.Broker!.Broker.Subscribe("plant/climate-1", m => times.Add((
            test.Factory.Clock.Elapsed.TotalSeconds, (TimeOf(m.PayloadText) - test.Factory.Clock.GetUtcNow()).TotalSeconds))); });
        await test.RunAsync(45);
        Assert.Contains(times, t => t.Plant < 11);
        Assert.Contains(times, t => t.Plant is > 11 and < 31);
        Assert.Contains(times, t => t.Plant > 31);
        Assert.All(times, t => Assert.InRange(t.Ahead, (t.Plant is > 11 and < 31 ? -300 : 0) - 0.5, (t.Plant is > 11 and < 31 ? -300 : 0) + 0.5));

        static DateTimeOffset TimeOf(string payload) => JsonNode.Parse(payload)!["time"]!.GetValue<DateTimeOffset>();
    }

    [Fact]
    public async Task Faults_are_switched_by_hand_by_instructors_only()
    {
        await using var test = await StartAsync([Fault("lost", BrokerFaultKind.LostMessages), Fault("full", BrokerFaultKind.RefusedConnections)], [("lost", 20, 10)]);
        Task<CommandResult> Instruct(string line) => test.DoAsync(() => ToolboxCommands.RunAsync(new(test.Factory, "teacher", Allowed: null) { IsInstructor = true }, line, CancellationToken.None));
        Assert.Equal(2, (await test.TryExecAsync("fault broker full on")).ExitCode);
        Assert.Equal(0, (await Instruct("fault broker full on")).ExitCode);
        Assert.NotEqual(0, (await test.TryExecAsync("mqtt pub note x")).ExitCode);
        Assert.Equal(0, (await Instruct("fault broker full off")).ExitCode);
        await test.ExecAsync("mqtt pub note x");
        Assert.Contains("it has: lost, full", (await Instruct("fault broker none on")).Lines[0].Text, StringComparison.Ordinal);
        Assert.Equal(2, ((JsonArray)(await Instruct("fault broker")).Json!).Count);
    }

    [Fact]
    public async Task A_resumed_factory_goes_on_with_the_faults_as_if_it_had_never_stood_still()
    {
        BrokerFaultDeclaration[] faults =
        [
            Fault("lost", BrokerFaultKind.LostMessages, ("share", "0.3")), Fault("late", BrokerFaultKind.DelayedMessages, ("delay", "3s"), ("jitter", "5s")),
            Fault("again", BrokerFaultKind.RepeatedMessages, ("share", "0.2")), Fault("cut", BrokerFaultKind.Disconnects, ("every", "17s")), Fault("off", BrokerFaultKind.RefusedConnections),
        ];
        (string, double, double?)[] schedule = [("lost", 5, null), ("late", 5, null), ("again", 5, null), ("cut", 8, null), ("clock", 5, null), ("off", 6, null)];
        await using var whole = await StartAsync(faults, schedule, skew: ("ahead", "30s"));
        await whole.RunAsync(4);
        await whole.DoAsync(async () =>
        {
            await whole.Factory.ApplyAsync(whole.Factory.FindFaulty("broker")!.SwitchFault("off", false));
            return true;
        });
        await whole.RunAsync(26.5);
        var snapshot = await whole.SnapshotAsync();
        Assert.NotNull(snapshot["components"]!["broker/broker"]!["delayed"]);
        await using var resumed = await StartAsync(faults, schedule, skew: ("ahead", "30s"), snapshot: (JsonObject)JsonNode.Parse(snapshot.ToJsonString())!);
        var again = await resumed.SnapshotAsync();
        foreach (var component in new[] { "broker/broker", "device/climate-1" })
            Assert.Equal(snapshot["components"]![component]!.ToJsonString(), again["components"]![component]!.ToJsonString());
        Assert.Equal(("false", "true"), (await resumed.ReadAsync("broker/broker/faults/off"), await resumed.ReadAsync("broker/broker/faults/late")));
        Assert.Equal(TimeSpan.FromSeconds(30), resumed.Factory.Context.ClockOf("climate-1").Skew);
    }

    private static Task PublishAsync(TestFactory test, string topic, string text) => test.ExecAsync($"mqtt pub {topic} {text} --qos 1 --retain --id writer");

    private static BrokerFaultDeclaration Fault(string id, BrokerFaultKind kind, params (string Name, string Value)[] parameters) => new()
    {
        Id = id,
        Kind = kind,
        Parameters = parameters.ToDictionary(p => p.Name, p => ScalarValue.FromPlain(p.Value), StringComparer.Ordinal),
    };

    /// <summary>The bottling line with faults of its broker and, by the name <c>clock</c>, of the clock of climate-1.</summary>
    private static Task<TestFactory> StartAsync(BrokerFaultDeclaration[] faults, (string Fault, double At, double? Lasts)[] schedule, (string Name, string Value)? skew = null, JsonObject? snapshot = null) => TestFactory.StartAsync(snapshot: snapshot, change: model =>
    {
        var services = model.Definition.Services;
        var profiles = model.Profiles.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        var profile = model.Definition.Devices.First(d => d.Id == "climate-1").Profile;
        if (skew is { } parameter)
        {
            profiles[profile] = profiles[profile] with
            {
                Faults = [new FaultDeclaration { Id = "clock", Kind = FaultKind.ClockSkew, Parameters = new Dictionary<string, ScalarValue>(StringComparer.Ordinal) { [parameter.Name] = ScalarValue.FromPlain(parameter.Value) } }],
            };
        }

        var timed = schedule.Select(s => new TimedFault { Device = s.Fault == "clock" ? "climate-1" : "broker", Fault = s.Fault, At = TimeSpan.FromSeconds(s.At), Lasts = s.Lasts is { } lasts ? TimeSpan.FromSeconds(lasts) : null });
        return model with
        {
            Profiles = profiles,
            Definition = model.Definition with { History = null, Faults = [.. timed], Services = services with { Broker = services.Broker! with { Faults = faults } } },
        };
    });
}
