using TrainingLab.Labs.Probes;
using TrainingLab.Tests.Factory;
using TrainingLab.Tests.Factory.Services;

namespace TrainingLab.Tests.Labs.Probes;

/// <summary><c>mqtt</c> probes: who may do what at the broker.</summary>
public sealed class MqttProbe_Tests
{
    [Theory]
    [InlineData("gateway", "publish", "plant/filler-1", "gateway", null, null, "connected")]
    [InlineData("gateway", "publish", "plant/filler-1", "gateway", "g", null, "connected")]
    [InlineData("gateway", "publish", "plant/filler-1", "gateway", "wrong", null, "blocked")]
    [InlineData("gateway", "subscribe", "plant/#", "gateway", null, null, "blocked")]
    [InlineData("workstation", "publish", "plant/filler-1", "mes", null, null, "blocked")]
    [InlineData("workstation", "publish", "users/mes/x", "mes", "m e s", null, "connected")]
    [InlineData("workstation", "publish", "users/mes/x", "nobody-knows", null, null, "blocked")]
    [InlineData("workstation", "subscribe", "users/#", null, null, null, "blocked")]
    [InlineData("workstation", "publish", "plant/climate-1", "sensor", null, "climate-1", "connected")]
    [InlineData("workstation", "publish", "plant/climate-1", "sensor", null, "other", "blocked")]
    [InlineData("office-server", "publish", "users/mes/x", "mes", null, null, "blocked")] // No way through the firewall.
    public async Task Who_may_do_what_is_found_without_a_message_being_sent(string from, string action, string topic, string? user, string? password, string? client, string result)
    {
        await using var test = await TestFactory.StartAsync(change: Broker_Settings_Tests.Hardened);
        await test.RunAsync(1);
        var payloads = new List<string>();
        await test.DoAsync(() => { test.Factory.Broker!.Broker.Subscribe("#", m => payloads.Add(m.PayloadText)); });
        Assert.Equal(result, (await ProbeAsync(test, from, action, topic, user, password, client)).Result);
        Assert.All(payloads, p => Assert.StartsWith("{\"device\":", p, StringComparison.Ordinal));
        Assert.Equal("""["climate-1","collector","gateway"]""", await test.ReadAsync("broker/broker/clients"));
    }

    [Fact]
    public async Task What_a_student_changes_shows_at_once_also_where_only_TLS_is_left()
    {
        await using var test = await TestFactory.StartAsync(change: m => Broker_Settings_Tests.WithBroker(m, b => b with { Tls = new() { Certificates = ["mes"] } }));
        Assert.Equal("connected", await ResultAsync(null));
        await test.ExecAsync("mqtt listener plain off");
        Assert.Equal("connected", await ResultAsync(null));
        Assert.Equal("connected", await ResultAsync("anybody"));
        await test.ExecAsync("mqtt user add op --password x");
        Assert.Equal("blocked", await ResultAsync("anybody"));
        await test.ExecAsync("mqtt user anonymous off");
        Assert.Equal("blocked", await ResultAsync(null));
        Assert.Equal("connected", await ResultAsync("mes"));
        await test.ExecAsync("mqtt acl add plant/# --user op");
        Assert.Equal("blocked", await ResultAsync("mes"));
        Assert.Equal("connected", await ResultAsync("op"));
        await test.ExecAsync("mqtt listener tls off");
        Assert.Equal("blocked", await ResultAsync("op"));

        async Task<string> ResultAsync(string? user) => (await ProbeAsync(test, "workstation", "subscribe", "plant/#", user)).Result;
    }

    private static Task<ProbeOutcome> ProbeAsync(TestFactory test, string from, string action, string topic, string? user = null, string? password = null, string? client = null)
    {
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal) { ["from"] = from, ["action"] = action, ["topic"] = topic };
        foreach (var (name, value) in new[] { ("user", user), ("password", password), ("client", client) })
        {
            if (value is not null)
                arguments[name] = value;
        }

        return test.DoAsync(() => ProbeKinds.Find("mqtt")!.RunAsync(test.Factory, arguments, CancellationToken.None));
    }
}
