using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions.Scenarios;

namespace TrainingLab.Tests.Factory.Services;

/// <summary>Users, access rules and limits of a plant's broker: as the scenario has them, and as students change them while the plant runs.</summary>
public sealed class Broker_Settings_Tests
{
    [Fact]
    public async Task A_plant_starts_with_what_its_scenario_says_and_its_own_clients_log_in()
    {
        await using var test = await TestFactory.StartAsync(change: Hardened);
        await test.RunAsync(15);

        Assert.Equal("false", await test.ReadAsync("broker/broker/anonymous"));
        Assert.Equal("false", await test.ReadAsync("broker/broker/open"));
        Assert.Equal("""["collector","gateway","mes","sensor"]""", await test.ReadAsync("broker/broker/users"));
        Assert.Equal("""["publish plant/# user gateway","publish plant/climate-1 user sensor client climate-1","subscribe plant/\u002B user collector","publish,subscribe users/%u/#"]""", await test.ReadAsync("broker/broker/rules"));
        Assert.Equal("20", await test.ReadAsync("broker/broker/limits/messagesPerSecond"));
        Assert.Equal("""["climate-1","collector","gateway"]""", await test.ReadAsync("broker/broker/clients"));
        Assert.Equal("\"sensor\"", await test.ReadAsync("broker/broker/sessions/climate-1/user"));
        Assert.True(await test.QueryAsync("SELECT count(Temperature) FROM machine WHERE device = 'climate-1'") >= 1);
        Assert.True(await test.QueryAsync("SELECT count(CurMachSpeed) FROM machine WHERE device = 'filler-1'") >= 5);

        await FailsAsync(test, "mqtt sub plant/#", "NotAuthorized");
        await FailsAsync(test, "mqtt sub plant/# --user mes --password wrong", "BadUserNameOrPassword");
        await FailsAsync(test, "mqtt sub plant/# --user mes --password \"m e s\" --for 3s", "refuses the subscription plant/#");
        Assert.Empty((await test.ExecAsync("mqtt sub users/mes/# --user mes --password \"m e s\" --for 3s")).Lines);
        await test.ExecAsync("mqtt pub users/mes/note hello --retain --user mes --password \"m e s\"");
        await test.ExecAsync("mqtt pub users/op/note hello --retain --user mes --password \"m e s\"");
        Assert.Equal("\"hello\"", await test.ReadAsync("broker/broker/retained/users/mes/note"));
        Assert.Null(await test.ReadAsync("broker/broker/retained/users/op/note"));
        Assert.Equal("NotAuthorized", test.Actions.Last(a => a.Operation == "PUBLISH").Outcome);
    }

    [Fact]
    public async Task Rules_that_a_student_makes_hold_at_once_and_are_his_actions()
    {
        await using var test = await TestFactory.StartAsync();
        await test.RunAsync(15);
        Assert.Equal(["no rules: everybody may publish and subscribe everything"], Lines(await test.ExecAsync("mqtt acl show")));
        Assert.Equal("true", await test.ReadAsync("broker/broker/open"));

        await test.ExecAsync("mqtt acl add plant/# --allow publish");
        Assert.Equal("[]", await test.ReadAsync("broker/broker/sessions/collector/subscriptions"));
        await test.RunAsync(12); // What the collector had by then it writes.
        var before = await CountAsync(test);
        await test.RunAsync(30);
        Assert.Equal(before, await CountAsync(test));

        Assert.Equal(
            ["  1 publish plant/#", "  2 subscribe plant/+ client collector"], Lines(await test.ExecAsync("mqtt acl add plant/+ --client collector --allow subscribe")));
        await test.ExecAsync("mqtt acl set 1 plant/# --allow publish --client gateway");
        await test.ExecAsync("mqtt acl remove 1");
        Assert.Equal("""["subscribe plant/\u002B client collector"]""", await test.ReadAsync("broker/broker/rules"));
        await FailsAsync(test, "mqtt acl remove 2", "there is no rule 2");
        await FailsAsync(test, "mqtt acl add a/#/b", "no topic filter");
        await test.ExecAsync("mqtt acl closed");
        Assert.Equal("[]", await test.ReadAsync("broker/broker/rules"));
        await test.ExecAsync("mqtt acl open");
        Assert.Equal("true", await test.ReadAsync("broker/broker/open"));

        var actions = test.Actions.Where(a => a.Operation == "configure").ToList();
        Assert.All(actions, a => Assert.Equal(("mqtt", "broker", "Success", TestFactory.Student), (a.Protocol, a.Target, a.Outcome, a.Peer.Account)));
        Assert.Equal(
            ["acl add publish plant/#", "acl add subscribe plant/+ client collector", "acl set 1 publish plant/# client gateway", "acl remove publish plant/# client gateway", "acl closed", "acl open"],
            actions.Select(a => (string)a.Arguments["command"]!));
    }

    [Fact]
    public async Task Whoever_could_not_log_in_any_more_is_disconnected()
    {
        await using var test = await TestFactory.StartAsync(change: m => WithBroker(m, b => b with { Users = Users(("a", "a1"), ("b", "b1")) }));
        var a = ListenAsync(test, "a");
        var b = ListenAsync(test, "b");
        await test.RunAsync(1);
        Assert.Equal("true", await test.ReadAsync("broker/broker/sessions/a/connected"));
        await test.ExecAsync("mqtt user set a --password a2");
        await test.ExecAsync("mqtt user add c --password c1");
        Assert.Equal("""["b","climate-1","collector","gateway"]""", await test.ReadAsync("broker/broker/clients"));
        Assert.Equal(0, (await test.DoAsync(() => a)).ExitCode); // Over, with nothing received.
        await FailsAsync(test, "mqtt pub t x --user a --password a1", "BadUserNameOrPassword");
        await test.ExecAsync("mqtt pub t x --user a --password a2");
        await test.ExecAsync("mqtt user remove b");
        await test.ExecAsync("mqtt user anonymous off");
        Assert.Equal("[]", await test.ReadAsync("broker/broker/clients"));
        Assert.Equal("""["a","c"]""", await test.ReadAsync("broker/broker/users"));
        Assert.Equal(["anonymous clients are refused", "a", "c"], Lines(await test.ExecAsync("mqtt user")));
        await test.DoAsync(() => b);
        await FailsAsync(test, "mqtt user add a --password x", "there is a user a already");
        await FailsAsync(test, "mqtt user remove b", "there is no user b");
        Assert.DoesNotContain(test.Actions, x => x.Arguments.ToJsonString().Contains("a2", StringComparison.Ordinal));
        Assert.DoesNotContain(test.Inputs, x => x.Payload.ToJsonString().Contains("a2", StringComparison.Ordinal));

        await test.ExecAsync("mqtt user anonymous on");
        await test.RunAsync(60);
        Assert.Equal("""["climate-1","collector","gateway"]""", await test.ReadAsync("broker/broker/clients"));
    }

    [Fact]
    public async Task What_was_changed_is_kept_and_recorded_inputs_change_it_again()
    {
        await using var test = await TestFactory.StartAsync(change: Hardened);
        await test.RunAsync(3);
        foreach (var line in new[]
        {
            "mqtt user add op --password secret", "mqtt user set mes --password other", "mqtt user remove sensor", "mqtt acl add ops/# --user op", "mqtt acl remove 1",
            "mqtt limit set messagesPerSecond 50", "mqtt limit set keepAlive 2m", "mqtt user anonymous on",
        })
        {
            await test.ExecAsync(line);
        }

        var wanted = await SettingsAsync(test);
        Assert.Contains("\"keepAlive\":120", wanted, StringComparison.Ordinal);
        await using var resumed = await TestFactory.StartAsync(snapshot: (JsonObject)JsonNode.Parse(await test.SaveAsync())!, change: Hardened);
        Assert.Equal(wanted, await SettingsAsync(resumed));
        await using var again = await TestFactory.StartAsync(change: Hardened);
        foreach (var input in test.Inputs)
            await again.DoAsync(async () => { await again.Factory.ApplyAsync(input); return true; });
        Assert.Equal(wanted, await SettingsAsync(again));
        // Nobody learns the hash of a password that is not his from what is recorded.
        Assert.All(test.Inputs, i => Assert.DoesNotContain("gateway\":\"SCRAM", i.Payload.ToJsonString(), StringComparison.Ordinal));

        await resumed.ExecAsync("mqtt pub ops/x hello --retain --user op --password secret");
        Assert.Equal("\"hello\"", await resumed.ReadAsync("broker/broker/retained/ops/x"));
    }

    [Fact]
    public async Task Limits_are_shown_and_hold()
    {
        await using var test = await TestFactory.StartAsync();
        await FailsAsync(test, "mqtt limit set payload 5", "there is no limit payload");
        await FailsAsync(test, "mqtt limit set inflight 70000", "inflight takes 1-65535");
        await FailsAsync(test, "mqtt limit set keepAlive 19h", "keepAlive takes 0s-18h");
        await FailsAsync(test, "mqtt limit set memory 17", "memory takes 1-16");
        Assert.Contains("memory             16", Lines(await test.ExecAsync("mqtt limit show"))); // a plant has no more, whatever the scenario says
        Assert.Equal("16", await test.ReadAsync("broker/broker/limits/memory"));
        Assert.Contains("memory             2", Lines(await test.ExecAsync("mqtt limit set memory 2")));
        Assert.Equal(2 * 1024 * 1024, test.Factory.Broker!.Broker.Options.Limits.MaxClientBytes);
        Assert.Contains("payloadSize        4", Lines(await test.ExecAsync("mqtt limit set payloadSize 4")));
        Assert.Equal("4", await test.ReadAsync("broker/broker/limits/payloadSize"));
        await test.ExecAsync("mqtt pub t four --retain");
        await FailsAsync(test, "mqtt pub t fifth --retain", "not acknowledged");
        Assert.Equal("\"four\"", await test.ReadAsync("broker/broker/retained/t"));
    }

    [Fact]
    public async Task Sessions_are_listed_with_user_subscriptions_and_queue()
    {
        await using var test = await TestFactory.StartAsync(change: Hardened);
        await test.RunAsync(2);
        var lines = Lines(await test.ExecAsync("mqtt sessions"));
        Assert.Equal("collector        collector    connected  0 waiting    plant/+ (1)", lines.Single(l => l.StartsWith("collector", StringComparison.Ordinal)));
        Assert.Equal("gateway          gateway      connected  0 waiting", lines.Single(l => l.StartsWith("gateway", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_broker_that_students_do_not_administer_says_so()
    {
        await using var test = await TestFactory.StartAsync(change: m => WithBroker(m, b => b with { Administration = false }));
        foreach (var line in new[] { "mqtt acl show", "mqtt user add a --password b", "mqtt sessions", "mqtt limit show" })
            await FailsAsync(test, line, "not open to you");
        Assert.Equal("[]", await test.ReadAsync("broker/broker/users"));
    }

    internal static ScenarioModel WithBroker(ScenarioModel model, Func<BrokerDefinition, BrokerDefinition> change) =>
        model with { Definition = model.Definition with { Services = model.Definition.Services with { Broker = change(model.Definition.Services.Broker!) } } };

    internal static Dictionary<string, string> Users(params (string Name, string Password)[] users) => users.ToDictionary(u => u.Name, u => u.Password, StringComparer.Ordinal);

    /// <summary>The bottling line with a broker that lets in only whom it knows.</summary>
    internal static ScenarioModel Hardened(ScenarioModel model)
    {
        var changed = WithBroker(model, b => b with
        {
            Anonymous = false,
            Users = Users(("gateway", "g"), ("collector", "c"), ("sensor", "s"), ("mes", "m e s")),
            Access =
            [
                new BrokerAccessRule { Topic = "plant/#", User = "gateway", Allow = [BrokerAction.Publish] },
                new BrokerAccessRule { Topic = "plant/climate-1", User = "sensor", Client = "climate-1", Allow = [BrokerAction.Publish] },
                new BrokerAccessRule { Topic = "plant/+", User = "collector", Allow = [BrokerAction.Subscribe] },
                new BrokerAccessRule { Topic = "users/%u/#" },
            ],
            Limits = new BrokerLimits { MessagesPerSecond = 20 },
        });
        var definition = changed.Definition;
        return changed with
        {
            Definition = definition with
            {
                Devices = [.. definition.Devices.Select(d => d.Id == "climate-1" ? d with { Login = new MqttLoginDefinition { User = "sensor" } } : d)],
                Services = definition.Services with
                {
                    Gateways = [.. definition.Services.Gateways.Select(g => g with { Login = new MqttLoginDefinition { User = "gateway" } })],
                    Collectors = [.. definition.Services.Collectors.Select(c => c with { Login = new MqttLoginDefinition { User = "collector", Password = "c" } })],
                },
            },
        };
    }

    private static Task<TrainingLab.Labs.Attempts.Contracts.CommandResult> ListenAsync(TestFactory test, string user) =>
        test.Factory.Context.Scheduler.InvokeAsync(() => TrainingLab.Labs.Toolbox.ToolboxCommands.RunAsync(
            new TrainingLab.Labs.Toolbox.ToolboxContext(test.Factory, TestFactory.Student, Allowed: null), $"mqtt sub news/{user} --id {user} --user {user} --password {user}1 --for 60s", CancellationToken.None));

    private static async Task FailsAsync(TestFactory test, string line, string why)
    {
        var result = await test.TryExecAsync(line);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(why, result.Lines[0].Text, StringComparison.Ordinal);
    }

    private static Task<double?> CountAsync(TestFactory test) => test.QueryAsync("SELECT count(CurMachSpeed) FROM machine WHERE device = 'filler-1'");

    private static async Task<string> SettingsAsync(TestFactory test) => (await test.SnapshotAsync())["components"]!["broker/broker"]!["settings"]!.ToJsonString();

    private static IReadOnlyList<string> Lines(TrainingLab.Labs.Attempts.Contracts.CommandResult result) => [.. result.Lines.Select(l => l.Text)];
}
