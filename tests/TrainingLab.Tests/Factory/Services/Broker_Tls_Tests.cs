using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Labs.Attempts.Contracts;

namespace TrainingLab.Tests.Factory.Services;

/// <summary>TLS of a plant's broker: its authority, client certificates, and listeners that are opened and closed.</summary>
public sealed class Broker_Tls_Tests
{
    [Fact]
    public async Task The_gateway_of_a_plant_publishes_over_TLS_with_its_certificate_and_nothing_comes_in_clear()
    {
        await using var test = await TestFactory.StartAsync(change: m => Secure(m, plain: false, requireCertificate: true));
        await test.RunAsync(15);
        Assert.Equal("""["climate-1","collector","gateway"]""", await test.ReadAsync("broker/broker/clients"));
        Assert.Equal("\"edge\"", await test.ReadAsync("broker/broker/sessions/gateway/user"));
        Assert.Equal("\"collector\"", await test.ReadAsync("broker/broker/sessions/collector/user"));
        Assert.True(await test.QueryAsync("SELECT count(CurMachSpeed) FROM machine WHERE device = 'filler-1'") >= 5);
        Assert.Equal("""["climate-1","collector","edge","mes"]""", await test.ReadAsync("authority/clients"));

        await FailsAsync(test, "mqtt pub t x", "");
        await FailsAsync(test, "mqtt pub t x --tls", "");
        await FailsAsync(test, "mqtt pub t x --cert op", "op has no certificate");
        await test.ExecAsync("mqtt pub t hello --retain --cert mes");
        Assert.Equal("\"hello\"", await test.ReadAsync("broker/broker/retained/t"));
        Assert.Contains(test.Observations, o => o is { Operation: "handshake", Outcome: "Refused" });
    }

    [Fact]
    public async Task Without_a_certificate_a_user_and_password_count_and_a_certificate_stands_for_its_user()
    {
        await using var test = await TestFactory.StartAsync(change: m => Broker_Settings_Tests.WithBroker(m, b => b with
        {
            Anonymous = false, Users = Broker_Settings_Tests.Users(("op", "secret")), Tls = new BrokerTlsDefinition { Certificates = ["mes"] },
            Access = [new BrokerAccessRule { Topic = "users/%u/#" }],
        }));
        await FailsAsync(test, "mqtt pub users/op/a x --tls", "NotAuthorized");
        await FailsAsync(test, "mqtt pub users/op/a x --tls --user op --password wrong", "BadUserNameOrPassword");
        await test.ExecAsync("mqtt pub users/op/a one --retain --tls --user op --password secret");
        // Whatever name a client gives: the one on its certificate counts.
        await test.ExecAsync("mqtt pub users/mes/a two --retain --cert mes --user op --password secret");
        Assert.Equal("\"one\"", await test.ReadAsync("broker/broker/retained/users/op/a"));
        Assert.Equal("\"two\"", await test.ReadAsync("broker/broker/retained/users/mes/a"));
    }

    [Fact]
    public async Task A_certificate_is_issued_used_and_revoked_while_the_plant_runs()
    {
        await using var test = await TestFactory.StartAsync(change: m => Secure(m, plain: true, requireCertificate: true));
        await test.RunAsync(2);
        var printed = string.Join('\n', (await test.ExecAsync("mqtt cert issue op")).Lines.Select(l => l.Text));
        using (var certificate = X509Certificate2.CreateFromPem(printed, printed))
        {
            Assert.Equal("op", certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
            Assert.Equal("Plant authority", certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true));
            Assert.True(certificate.HasPrivateKey);
        }

        await test.ExecAsync("mqtt pub t x --cert op");
        await FailsAsync(test, "mqtt cert issue broker", "needs another name");
        await FailsAsync(test, "mqtt cert revoke nobody", "nobody has no client certificate");
        await test.ExecAsync("mqtt cert revoke op");
        await test.ExecAsync("mqtt cert revoke edge");
        Assert.Equal("true", await test.ReadAsync("authority/clients/op/revoked"));
        Assert.DoesNotContain("gateway", (await test.ReadAsync("broker/broker/clients"))!, StringComparison.Ordinal);
        await FailsAsync(test, "mqtt pub t x --cert op", "");
        Assert.Equal(["cert issue op", "cert revoke op", "cert revoke edge"], test.Actions.Where(a => a.Operation == "configure").Select(a => (string)a.Arguments["command"]!));

        var state = await test.SnapshotAsync();
        await using var resumed = await TestFactory.StartAsync(snapshot: (JsonObject)JsonNode.Parse(state.ToJsonString())!, change: m => Secure(m, plain: true, requireCertificate: true));
        Assert.Equal(state["components"]!["authority"]!["revoked"]!.ToJsonString(), (await resumed.SnapshotAsync())["components"]!["authority"]!["revoked"]!.ToJsonString());
        Assert.Equal(Lines(await test.ExecAsync("mqtt cert authority")), Lines(await resumed.ExecAsync("mqtt cert authority")));
        Assert.Equal(Lines(await test.ExecAsync("mqtt cert print mes")), Lines(await resumed.ExecAsync("mqtt cert print mes")));
        await resumed.ExecAsync("mqtt pub t x --cert mes");
        await FailsAsync(resumed, "mqtt pub t x --cert op", "");
        await using var again = await TestFactory.StartAsync(change: m => Secure(m, plain: true, requireCertificate: true));
        foreach (var input in test.Inputs.Where(i => i.Component == "authority"))
            await again.DoAsync(async () => { await again.Factory.ApplyAsync(input); return true; });
        Assert.Equal(printed, string.Join('\n', Lines(await again.ExecAsync("mqtt cert print op"))));
        Assert.Equal("true", await again.ReadAsync("authority/clients/op/revoked"));
    }

    [Fact]
    public async Task Listeners_are_closed_and_opened_with_their_connections()
    {
        await using var test = await TestFactory.StartAsync(change: m => Broker_Settings_Tests.WithBroker(m, b => b with { Tls = new BrokerTlsDefinition() }));
        await test.RunAsync(2);
        Assert.Equal(["mqtt    1883 without TLS", "mqtts   8883 TLS"], Lines(await test.ExecAsync("mqtt listener")));
        Assert.Equal(["mqtts   8883 TLS"], Lines(await test.ExecAsync("mqtt listener plain off")));
        Assert.Equal("[]", await test.ReadAsync("broker/broker/clients"));
        Assert.Equal("false", await test.ReadAsync("broker/broker/plain"));
        await FailsAsync(test, "mqtt pub t x", "");
        await test.ExecAsync("mqtt pub t x --tls");
        await test.ExecAsync("mqtt listener certificates on");
        await FailsAsync(test, "mqtt pub t x --tls", "");
        await test.ExecAsync("mqtt listener certificates off");
        await test.ExecAsync("mqtt listener tls off");
        Assert.Equal("[]", await test.ReadAsync("broker/broker/clients"));
        var state = await test.SnapshotAsync();
        await using var resumed = await TestFactory.StartAsync(snapshot: state, change: m => Broker_Settings_Tests.WithBroker(m, b => b with { Tls = new BrokerTlsDefinition() }));
        Assert.Equal(["it listens nowhere"], Lines(await resumed.ExecAsync("mqtt listener")));
        await resumed.ExecAsync("mqtt listener plain on");
        await resumed.RunAsync(60);
        Assert.Equal("""["climate-1","collector","gateway"]""", await resumed.ReadAsync("broker/broker/clients"));
    }

    [Fact]
    public async Task A_broker_without_TLS_says_so()
    {
        await using var test = await TestFactory.StartAsync();
        foreach (var line in new[] { "mqtt cert show", "mqtt listener tls on", "mqtt pub t x --tls" })
            await FailsAsync(test, line, "does not speak TLS");
        Assert.Null(test.Factory.Find("authority"));
    }

    /// <summary>Bytes on the wire differ by key, but nothing that happens depends on them, nor on how plant time is cut into steps.</summary>
    [Fact]
    public async Task A_plant_with_TLS_is_repeatable()
    {
        var atOnce = await PlayAsync(step: 40);
        var inSteps = await PlayAsync(step: 0.5);
        Assert.Equal(atOnce, inSteps);

        static async Task<string> PlayAsync(double step)
        {
            await using var test = await TestFactory.StartAsync(change: m => Secure(m, plain: false, requireCertificate: true));
            for (var left = 40.0; left > 0; left -= step)
                await test.RunAsync(Math.Min(step, left));
            await test.ExecAsync("mqtt pub student/note hello --retain --cert mes");
            await test.RunAsync(5);
            var state = await test.SnapshotAsync();
            return string.Join('\n', state["components"]!.AsObject().Where(c => c.Key != "authority").Select(c => $"{c.Key}: {c.Value!.ToJsonString()}"));
        }
    }

    /// <summary>The bottling line with a broker that speaks TLS, to which its own clients log in with certificates.</summary>
    internal static ScenarioModel Secure(ScenarioModel model, bool plain, bool requireCertificate)
    {
        var changed = Broker_Settings_Tests.WithBroker(model, b => b with
        {
            Plain = plain, Anonymous = false, Tls = new BrokerTlsDefinition { RequireCertificate = requireCertificate, Certificates = ["mes"] },
        });
        var definition = changed.Definition;
        var router = definition.Network.Router!;
        return changed with
        {
            Definition = definition with
            {
                Network = definition.Network with { Router = router with { Rules = [.. router.Rules.Select(r => r.Ports is ["1883"] ? r with { Ports = ["1883", "8883"] } : r)] } },
                Devices = [.. definition.Devices.Select(d => d.Id == "climate-1" ? d with { Login = new MqttLoginDefinition { Certificate = true } } : d)],
                Services = definition.Services with
                {
                    Gateways = [.. definition.Services.Gateways.Select(g => g with { Login = new MqttLoginDefinition { User = "edge", Certificate = true } })],
                    Collectors = [.. definition.Services.Collectors.Select(c => c with { Login = new MqttLoginDefinition { Certificate = true } })],
                },
            },
        };
    }

    private static async Task FailsAsync(TestFactory test, string line, string why)
    {
        var result = await test.TryExecAsync(line);
        Assert.True(result.ExitCode != 0, line);
        Assert.Contains(why, result.Lines[0].Text, StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Lines(CommandResult result) => [.. result.Lines.Select(l => l.Text)];
}
