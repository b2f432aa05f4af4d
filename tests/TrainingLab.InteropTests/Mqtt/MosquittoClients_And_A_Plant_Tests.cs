using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Services;
using TrainingLab.InteropTests.OpcUa;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary>mosquitto_pub and mosquitto_sub against the broker of a plant, through the ports at which a student's tools enter.</summary>
public sealed class MosquittoClients_And_A_Plant_Tests
{
    [Fact]
    public async Task A_password_is_right_or_wrong_and_a_topic_allowed_or_not()
    {
        await using var plant = await StartAsync(b => b with
        {
            Anonymous = false, Users = new Dictionary<string, string>(StringComparer.Ordinal) { ["mes"] = "secret" }, Access = [new BrokerAccessRule { Topic = "users/%u/#" }],
        });
        string[] mes = ["-p", $"{plant.PortOf("broker")}", "-V", "5", "-q", "1", "-r", "-u", "mes"];

        await PublishAsync(plant, null, [.. mes, "-P", "secret", "-t", "users/mes/a", "-m", "one"]);
        Assert.Equal("one", await RetainedAsync(plant, "users/mes/a"));
        await PublishAsync(plant, "Not authorized", [.. mes, "-P", "secret", "-t", "plant/filler-1", "-m", "two", "-d"]);
        Assert.Null(await RetainedAsync(plant, "plant/filler-1"));
        await PublishAsync(plant, "Connection Refused: bad user name or password", ["-p", $"{plant.PortOf("broker")}", "-V", "311", "-u", "mes", "-P", "guess", "-t", "users/mes/a", "-m", "three"]);
        await PublishAsync(plant, "Connection Refused: not authorised", ["-p", $"{plant.PortOf("broker")}", "-V", "311", "-t", "users/mes/a", "-m", "three"]);
        using var subscriber = ForeignProgram.Start("mosquitto_sub", "-h", "127.0.0.1", "-p", $"{plant.PortOf("broker")}", "-V", "311", "-u", "mes", "-P", "secret", "-t", "plant/#");
        Assert.Contains((await subscriber.WaitAsync()).Lines, l => l.Contains("All subscription requests were denied", StringComparison.Ordinal));
        Assert.Equal("one", await RetainedAsync(plant, "users/mes/a"));
        Assert.Empty(plant.Failures);
    }

    [Fact]
    public async Task Over_TLS_a_password_or_a_certificate_opens_and_one_that_is_revoked_does_not()
    {
        await using var plant = await StartAsync(b => b with
        {
            Anonymous = false, Users = new Dictionary<string, string>(StringComparer.Ordinal) { ["op"] = "secret" }, Access = [new BrokerAccessRule { Topic = "users/%u/#" }],
            Tls = new BrokerTlsDefinition { Certificates = ["mes", "old"] },
        });
        using var folder = new ScratchFolder();
        await WriteAsync(plant, folder, "mes", "old");
        string[] tls = ["-p", $"{plant.PortOf("broker-tls")}", "-V", "5", "-q", "1", "-r", "--cafile", Path.Combine(folder.Path, "ca.pem")];

        await PublishAsync(plant, null, [.. tls, "-u", "op", "-P", "secret", "-t", "users/op/a", "-m", "one"]);
        Assert.Equal("one", await RetainedAsync(plant, "users/op/a"));
        foreach (var version in new[] { "tlsv1.2", "tlsv1.3" })
        {
            await PublishAsync(plant, null, [.. tls, .. Certificate("mes"), "--tls-version", version, "-t", $"users/mes/{version}", "-m", "two"]);
            Assert.Equal("two", await RetainedAsync(plant, $"users/mes/{version}"));
        }

        await PublishAsync(plant, "ot authori", [.. tls, "-t", "users/op/a", "-m", "three"]);
        // Without the authority's certificate the broker's is not believed.
        await PublishAsync(plant, "rror", ["-p", $"{plant.PortOf("broker-tls")}", "--capath", "/etc/ssl/certs", "-u", "op", "-P", "secret", "-t", "users/op/a", "-m", "three"]);
        await plant.Factory.Context.Scheduler.InvokeAsync(() => plant.Factory.Context.Authority!.RevokeAsync(who: null, "old").AsTask());
        await PublishAsync(plant, "rror", [.. tls, .. Certificate("old"), "-t", "users/old/a", "-m", "three"]);
        Assert.Equal("one", await RetainedAsync(plant, "users/op/a"));
        Assert.Null(await RetainedAsync(plant, "users/old/a"));
        Assert.Empty(plant.Failures);

        string[] Certificate(string name) => ["--cert", Path.Combine(folder.Path, name + ".pem"), "--key", Path.Combine(folder.Path, name + ".pem")];
    }

    private static Task<FactoryLoopback> StartAsync(Func<BrokerDefinition, BrokerDefinition> change) =>
        FactoryLoopback.StartAsync(static profile => profile, scenario => scenario with { Services = scenario.Services with { Broker = change(scenario.Services.Broker!) } });

    private static async Task WriteAsync(FactoryLoopback plant, ScratchFolder folder, params string[] names)
    {
        var authority = plant.Factory.Context.Authority!;
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "ca.pem"), authority.Certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        foreach (var name in names)
            await File.WriteAllTextAsync(Path.Combine(folder.Path, name + ".pem"), PlantAuthority.PemOf(authority.Of(name)!), TestContext.Current.CancellationToken);
    }

    /// <summary>Publishes; it must succeed, or fail and say so.</summary>
    private static async Task PublishAsync(FactoryLoopback plant, string? failure, string[] arguments)
    {
        using var publisher = ForeignProgram.Start("mosquitto_pub", ["-h", "127.0.0.1", .. arguments]);
        var (exitCode, lines) = await publisher.WaitAsync();
        var said = string.Join('\n', lines);
        Assert.True(failure is null ? exitCode == 0 : said.Contains(failure, StringComparison.OrdinalIgnoreCase), $"{exitCode}: {said}");
        Assert.Empty(plant.Failures);
    }

    private static Task<string?> RetainedAsync(FactoryLoopback plant, string topic) =>
        plant.Factory.Context.Scheduler.InvokeAsync(() => (string?)plant.Factory.Read($"broker/broker/retained/{topic}"));
}
