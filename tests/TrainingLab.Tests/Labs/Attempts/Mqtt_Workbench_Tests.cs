using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Tests.Factory;
using TrainingLab.Tests.Factory.Services;

namespace TrainingLab.Tests.Labs.Attempts;

/// <summary>The topic explorer's client in a factory.</summary>
public sealed class Mqtt_Workbench_Tests
{
    [Fact]
    public async Task Topics_show_their_last_message_and_are_evidence()
    {
        await using var test = await TestFactory.StartAsync();
        var told = 0;
        var bench = new MqttWorkbench(test.Factory, () => told++);
        await test.ExecAsync("mqtt pub student/note hello --retain");
        Assert.True((await SubscribeAsync(test, bench, "plant/+", 0)).Done);
        Assert.True((await SubscribeAsync(test, bench, "student/#", 1)).Done);
        await test.RunAsync(10);

        var view = await ShowAsync(test, bench);
        Assert.Equal([("plant/+", 0), ("student/#", 1)], view.Filters.Select(f => (f.Filter, f.QoS)));
        var note = view.Topics.Single(t => t.Topic == "student/note");
        Assert.Equal(("hello", true, 5), (note.Text, note.Retained, note.Length));
        var filler = view.Topics.Single(t => t.Topic == "plant/filler-1");
        Assert.False(filler.Retained);
        Assert.InRange(filler.Count, 5, 12);
        Assert.Contains(test.Actions, a => a is { Operation: "SUBSCRIBE", Target: "broker/plant/+", Outcome: "GrantedAtMostOnce" });

        // Told once until somebody looks.
        var before = told;
        await test.RunAsync(5);
        Assert.Equal(before + 1, told);

        await test.DoAsync(() => Assert.True(bench.Unsubscribe("plant/+").Done));
        Assert.Equal(["student/note"], (await ShowAsync(test, bench)).Topics.Select(t => t.Topic));
        await test.ExecAsync("mqtt pub student/note \"\" --retain");
        await test.RunAsync(1);
        Assert.Empty((await ShowAsync(test, bench)).Topics);
    }

    [Fact]
    public async Task Sparkplug_is_decoded_and_broken_rules_are_named()
    {
        await using var test = await TestFactory.StartAsync(with: ("sparkplug", "true"));
        var bench = new MqttWorkbench(test.Factory, () => { });
        Assert.True((await SubscribeAsync(test, bench, "spBv1.0/#", 0)).Done);
        await test.RunAsync(20);

        var birth = (await MessageAsync(test, bench, "spBv1.0/bottling/DBIRTH/gateway/filler-1"))!.Sparkplug!;
        var speed = birth.Metrics.Single(m => m.Name == "Command/MachSpeed");
        Assert.Equal(("Double", "120"), (speed.DataType, speed.Value));
        Assert.Contains("readOnly: false", speed.Properties, StringComparison.Ordinal);

        // Data has aliases only; the births that were heard name them.
        var data = (await MessageAsync(test, bench, "spBv1.0/bottling/DDATA/gateway/filler-1"))!.Sparkplug!;
        Assert.Equal(("DDATA", "filler-1"), (data.Type, data.Device));
        Assert.NotEmpty(data.Metrics);
        Assert.All(data.Metrics, m => Assert.NotNull(m.Name));
        Assert.Empty((await ShowAsync(test, bench)).Broken);

        await test.ExecAsync("mqtt pub spBv1.0/bottling/NDATA/rogue xyz");
        await test.RunAsync(1);
        var rogue = (await MessageAsync(test, bench, "spBv1.0/bottling/NDATA/rogue"))!;
        Assert.Equal(("Truncated", "xyz"), (rogue.Error, rogue.Text));
        Assert.Equal(["section-6.4.1", "tck-id-payloads-ndata-qos"], rogue.Broken.Select(b => b.Rule).Order(StringComparer.Ordinal));
        Assert.All(rogue.Broken, b => Assert.False(string.IsNullOrEmpty(b.Text.Zh)));
        Assert.Equal(2, (await ShowAsync(test, bench)).Broken.Count);
    }

    [Theory]
    [InlineData("plant/#/x")]
    [InlineData("")]
    public async Task What_is_no_filter_is_refused(string filter)
    {
        await using var test = await TestFactory.StartAsync();
        var bench = new MqttWorkbench(test.Factory, () => { });
        Assert.False((await SubscribeAsync(test, bench, filter, 0)).Done);
    }

    [Fact]
    public async Task Without_a_way_to_the_broker_the_reason_is_told()
    {
        await using var test = await TestFactory.StartAsync();
        var bench = new MqttWorkbench(test.Factory, () => { });
        await test.ExecAsync("switch sw-3 port 1 disable");
        var outcome = await SubscribeAsync(test, bench, "plant/#", 0);
        Assert.False(outcome.Done);
        Assert.StartsWith("no connection to the broker: ", outcome.Message.En, StringComparison.Ordinal);
        Assert.Empty((await ShowAsync(test, bench)).Filters);
    }

    [Fact]
    public async Task A_broker_that_asks_who_it_is_tells_nothing_to_who_does_not_say()
    {
        await using var test = await TestFactory.StartAsync(change: Broker_Settings_Tests.Hardened);
        var bench = new MqttWorkbench(test.Factory, () => { });
        await test.RunAsync(10);
        foreach (var (login, why) in new[]
        {
            (null, "NotAuthorized"),
            (MqttLogin.Of("mes", "guessed", tls: false, null), "BadUserNameOrPassword"),
            (MqttLogin.Of("mes", null, tls: false, null), "BadUserNameOrPassword"),
        })
        {
            var refused = await SubscribeAsync(test, bench, "#", 0, login);
            Assert.False(refused.Done);
            Assert.Equal($"the broker does not let you in ({why}): log in with a user and password that it knows", refused.Message.En);
            Assert.Equal($"消息服务器拒绝登录（{why}）：请用其认可的用户和口令登录", refused.Message.Zh);
            await test.RunAsync(5);
            var nothing = await ShowAsync(test, bench);
            Assert.Equal((0, 0, 0), (nothing.Filters.Count, nothing.Topics.Count, nothing.Connections.Count));
        }

        Assert.Contains(test.Actions, a => a is { Operation: "CONNECT", Outcome: "BadUserNameOrPassword" });
        Assert.DoesNotContain(test.Actions, a => a.Arguments.ToJsonString().Contains("guessed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_a_login_the_broker_tells_what_its_rules_allow_and_the_login_stays()
    {
        await using var test = await TestFactory.StartAsync(change: Broker_Settings_Tests.Hardened);
        var bench = new MqttWorkbench(test.Factory, () => { });
        var mes = MqttLogin.Of("mes", "m e s", tls: false, null);
        Assert.True((await SubscribeAsync(test, bench, "users/mes/#", 0, mes)).Done);
        await test.ExecAsync("mqtt pub users/mes/note hello --retain --user mes --password \"m e s\"");
        await test.RunAsync(2);
        var view = await ShowAsync(test, bench);
        Assert.Equal("hello", Assert.Single(view.Topics).Text);
        Assert.Equal(new MqttConnectionView("mes", Tls: false, Lost: null), Assert.Single(view.Connections));

        // The next one goes without typing it again; what the rules deny is denied.
        var denied = await SubscribeAsync(test, bench, "plant/#", 0);
        Assert.Equal((false, "the broker refused plant/#: NotAuthorized"), (denied.Done, denied.Message.En));
        Assert.True((await SubscribeAsync(test, bench, "users/mes/other", 0)).Done);

        // A login that fails costs nothing, another one that is right replaces the first.
        Assert.False((await SubscribeAsync(test, bench, "plant/+", 0, MqttLogin.Of("collector", "wrong", tls: false, null))).Done);
        Assert.Equal(2, (await ShowAsync(test, bench)).Filters.Count);
        Assert.True((await SubscribeAsync(test, bench, "plant/+", 0, MqttLogin.Of("collector", "c", tls: false, null))).Done);
        await test.RunAsync(10);
        view = await ShowAsync(test, bench);
        Assert.Equal(["plant/+"], view.Filters.Select(f => f.Filter));
        Assert.Equal("collector", Assert.Single(view.Connections).User);
        Assert.Contains(view.Topics, t => t.Topic == "plant/filler-1");
        Assert.DoesNotContain(view.Topics, t => t.Topic == "users/mes/note");

        // Who hears nothing any more is logged out.
        await test.DoAsync(() => Assert.True(bench.Unsubscribe("plant/+").Done));
        await test.RunAsync(1);
        Assert.Empty((await ShowAsync(test, bench)).Connections);
        Assert.Null(await test.ReadAsync($"broker/broker/sessions/workbench-{TestFactory.Student}/connected"));
    }

    [Fact]
    public async Task Whoever_is_shut_out_later_is_told()
    {
        await using var test = await TestFactory.StartAsync(change: Broker_Settings_Tests.Hardened);
        var bench = new MqttWorkbench(test.Factory, () => { });
        Assert.True((await SubscribeAsync(test, bench, "users/mes/#", 0, MqttLogin.Of("mes", "m e s", tls: false, null))).Done);
        await test.ExecAsync("mqtt user remove mes");
        await test.RunAsync(0.5);
        Assert.Equal("AdministrativeAction", Assert.Single((await ShowAsync(test, bench)).Connections).Lost);
        await test.RunAsync(10);
        Assert.NotNull(Assert.Single((await ShowAsync(test, bench)).Connections).Lost);
    }

    [Fact]
    public async Task Over_TLS_it_shows_a_certificate_where_the_broker_asks_for_one()
    {
        await using var test = await TestFactory.StartAsync(change: m => Broker_Tls_Tests.Secure(m, plain: false, requireCertificate: true));
        var bench = new MqttWorkbench(test.Factory, () => { });
        await test.RunAsync(10);
        Assert.False((await SubscribeAsync(test, bench, "plant/#", 0)).Done);
        Assert.False((await SubscribeAsync(test, bench, "plant/#", 0, MqttLogin.Of(null, null, tls: true, null))).Done);
        Assert.False((await SubscribeAsync(test, bench, "plant/#", 0, MqttLogin.Of(null, null, tls: false, "nobody"))).Done);
        Assert.True((await SubscribeAsync(test, bench, "plant/#", 0, MqttLogin.Of(null, null, tls: false, "mes"))).Done);
        await test.RunAsync(10);
        var view = await ShowAsync(test, bench);
        Assert.NotEmpty(view.Topics);
        Assert.Equal(new MqttConnectionView("mes", Tls: true, Lost: null), Assert.Single(view.Connections));
    }

    [Fact]
    public async Task Without_TLS_at_the_broker_there_is_none()
    {
        await using var test = await TestFactory.StartAsync();
        var bench = new MqttWorkbench(test.Factory, () => { });
        Assert.Equal("this broker does not speak TLS", (await SubscribeAsync(test, bench, "plant/#", 0, MqttLogin.Of(null, null, tls: true, null))).Message.En);
    }

    [Fact]
    public void A_password_is_not_written_by_accident() =>
        Assert.DoesNotContain("secret", $"{MqttLogin.Of("mes", "secret", tls: true, null)} {new { Login = MqttLogin.Of("mes", "secret", tls: true, null) }}", StringComparison.Ordinal);

    private static Task<ActionOutcome> SubscribeAsync(TestFactory test, MqttWorkbench bench, string filter, int qos, MqttLogin? login = null) =>
        test.DoAsync(() => bench.SubscribeAsync(TestFactory.Student, filter, qos, login, CancellationToken.None));

    private static Task<MqttTopicsView> ShowAsync(TestFactory test, MqttWorkbench bench) => test.DoAsync(() => Task.FromResult(bench.Show()));

    private static Task<MqttMessageView?> MessageAsync(TestFactory test, MqttWorkbench bench, string topic) => test.DoAsync(() => Task.FromResult(bench.Show(topic)));
}
