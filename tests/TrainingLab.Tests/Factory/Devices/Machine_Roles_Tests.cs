using System.Security.Cryptography;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Security;
using TrainingLab.Tests.House;

namespace TrainingLab.Tests.Factory.Devices;

/// <summary>A machine whose profile says which role may do what, as its users meet it.</summary>
public sealed class Machine_Roles_Tests
{
    private const string Space = "nsu=urn:traininglab:filler-1:process;s=filler-1";
    private const string Setpoint = Space + ".FillVolumeSetpoint";
    private const string Speed = Space + ".CurMachSpeed";

    private const string Users = """
            users: { olga: a, emil: b, sara: c, anna: d }
            security:
              trusts: [workstation, gateway]
              roles:
                operator: [olga]
                engineer: { users: [emil], modes: [signAndEncrypt] }
                securityAdmin: [sara]
              access:
                machine: { trustedApplication: [browse, read], operator: [browse, read, history, events] }
                Command: { operator: [browse, read, write], engineer: [browse, read, write] }
                FillVolumeSetpoint: { engineer: [browse, read, write] }
                Restart: { engineer: [browse, call] }
                alarms: { operator: [browse, read, events, call] }
        """;

    [Fact]
    public async Task Each_user_does_what_the_role_may()
    {
        await using var test = await StartAsync();
        Assert.Equal("Good", await TryAsync(test, $"read filler-1 {Speed}", "anna"));
        Assert.Equal("BadUserAccessDenied", await TryAsync(test, $"read filler-1 {Setpoint}", "anna"));
        Assert.Equal("BadUserAccessDenied", await TryAsync(test, $"write filler-1 {Setpoint} 505", "olga"));
        Assert.Equal("BadUserAccessDenied", await TryAsync(test, $"write filler-1 {Setpoint} 505", "emil", "Sign"));
        Assert.Equal("Good", await TryAsync(test, $"write filler-1 {Setpoint} 505", "emil"));
        Assert.Equal("Good", await TryAsync(test, $"write filler-1 {Space}.MachSpeed 100", "olga"));

        // The same value in PackML's Status is the tag's.
        Assert.Equal("BadUserAccessDenied", await TryAsync(test, $"read filler-1 {Space}.PackML.Status.MachSpeed", "anna"));
        Assert.Equal("Good", await TryAsync(test, $"read filler-1 {Space}.PackML.Status.MachSpeed", "olga"));
        Assert.Equal("Good", await TryAsync(test, $"read filler-1 {Space}.PackML.Status.CurMachSpeed", "anna"));

        Assert.Equal("BadUserAccessDenied", await TryAsync(test, $"call filler-1 {Space} {Space}.Restart", "olga"));
        Assert.Equal("Good", await TryAsync(test, $"call filler-1 {Space} {Space}.Restart", "emil"));
        Assert.Contains(test.Actions, a => a.Operation == "ActivateSession" && (string?)a.Arguments["roles"] == "anonymous authenticatedUser trustedApplication engineer");
        Assert.Contains(test.Actions, a => a is { Operation: "Write", Outcome: "BadUserAccessDenied", Target: "filler-1/FillVolumeSetpoint" });
    }

    [Fact]
    public async Task What_a_role_may_not_browse_is_not_shown()
    {
        await using var test = await StartAsync();
        Assert.Equal(["Admin", "Energy", "Identification", "MachineryBuildingBlocks", "PackML", "Process", "Status"], await BrowseAsync(test, Space, "anna"));
        Assert.Equal(["Admin", "Alarms", "Command", "Energy", "Identification", "MachineryBuildingBlocks", "PackML", "Process", "Status"], await BrowseAsync(test, Space, "olga"));
        Assert.Contains("Restart", await BrowseAsync(test, Space, "emil"));
        Assert.DoesNotContain("FillVolumeSetpoint", await BrowseAsync(test, Space + "/Process", "olga"));
        Assert.Contains("FillVolumeSetpoint", await BrowseAsync(test, Space + "/Process", "emil"));
    }

    [Fact]
    public async Task Alarms_are_heard_and_acknowledged_by_who_may()
    {
        await using var test = await StartAsync();
        await TryAsync(test, $"write filler-1 {Setpoint} 480", "emil");
        await test.RunAsync(10);
        var alarm = Space + "/Alarms/underfilled";
        Assert.Equal("this node is no condition", await TryAsync(test, $"acknowledge filler-1 {alarm} seen", "anna"));
        Assert.Empty((await ExecAsync(test, "events filler-1 --type i=2915 --for 1s", "anna")).Json!.AsArray());
        Assert.Single((await ExecAsync(test, "events filler-1 --type i=2915 --for 1s", "olga")).Json!.AsArray());
        Assert.Equal("Good", await TryAsync(test, $"acknowledge filler-1 {alarm} seen", "olga"));
    }

    [Fact]
    public async Task A_role_that_was_given_stays_given_and_is_recorded()
    {
        await using var test = await StartAsync();
        Assert.Equal("false", await test.ReadAsync("device/filler-1/security/roles/operator/anna"));
        var before = await test.SnapshotAsync();
        await AsSaraAsync(test, async sara =>
        {
            var given = await sara.CallAsync(new NodeId(0, 15680), new NodeId(0, 15684), [new Variant(new IdentityMappingRule(IdentityCriteria.UserName, "anna"))], CancellationToken.None);
            Assert.Equal("Good", given.Status.Name);
        });
        Assert.Equal("true", await test.ReadAsync("device/filler-1/security/roles/operator/anna"));
        Assert.Equal("Good", await TryAsync(test, $"write filler-1 {Space}.MachSpeed 100", "anna"));
        var input = test.Inputs.Single(i => i.Payload.ContainsKey("roles"));

        await using var resumed = await StartAsync(await test.SnapshotAsync());
        Assert.Equal("true", await resumed.ReadAsync("device/filler-1/security/roles/operator/anna"));

        await using var replayed = await StartAsync(before);
        await replayed.DoAsync(async () =>
        {
            await replayed.Factory.ApplyAsync(input);
            return true;
        });
        Assert.Equal("true", await replayed.ReadAsync("device/filler-1/security/roles/operator/anna"));
    }

    [Fact]
    public async Task Another_certificate_and_another_trust_list_are_the_machines_from_then_on()
    {
        await using var test = await StartAsync();
        await test.RunAsync(5);
        var before = await test.SnapshotAsync();
        var old = await test.ReadAsync("device/filler-1/security/thumbprint");
        using var renewed = ApplicationCertificate.SelfSigned(
            new CertificateContent { ApplicationUri = "urn:traininglab:filler-1", CommonName = "filler-1", Hosts = ["filler-1"], NotBefore = test.Factory.Context.Clock.GetUtcNow().AddDays(-1) }, RSA.Create(2048));
        using var stranger = ApplicationCertificate.SelfSigned(
            new CertificateContent { ApplicationUri = "urn:stranger", CommonName = "stranger", NotBefore = test.Factory.Context.Clock.GetUtcNow().AddDays(-1) }, RSA.Create(2048));
        var key = System.Text.Encoding.UTF8.GetBytes(renewed.Save()[renewed.Save().IndexOf("-----BEGIN PRIVATE", StringComparison.Ordinal)..]);
        await AsSaraAsync(test, async sara =>
        {
            var configuration = new NodeId(0, 12637);
            var updated = await sara.CallAsync(
                configuration, new NodeId(0, 13737),
                [new Variant(default(NodeId)), new Variant(default(NodeId)), new Variant(renewed.RawData), Variant.From(Array.Empty<byte[]>()), "PEM", new Variant(key)], CancellationToken.None);
            Assert.Equal("Good", updated.Status.Name);
            Assert.Equal("Good", (await sara.CallAsync(configuration, new NodeId(0, 12740), [], CancellationToken.None)).Status.Name);
            Assert.Equal("Good", (await sara.CallAsync(new NodeId(0, 12642), new NodeId(0, 12668), [new Variant(stranger.RawData), true], CancellationToken.None)).Status.Name);
        });
        Assert.Equal($"\"{renewed.Certificate.Thumbprint}\"", await test.ReadAsync("device/filler-1/security/thumbprint"));
        var inputs = test.Inputs.Where(i => i.Payload.ContainsKey("security")).ToList();
        Assert.Equal(2, inputs.Count);

        // The key went over an encrypted channel; what is told of the call does not have it.
        var told = test.Actions.Single(a => a.Operation == "Call" && a.Target == "filler-1/UpdateCertificate").Arguments["inputs"]!.ToJsonString();
        Assert.Contains($"{key.Length} bytes", told);
        Assert.DoesNotContain("PRIVATE", told);

        // The gateway finds its way back.
        await test.RunAsync(20);
        Assert.Equal("true", await test.ReadAsync("gateway/gateway/reachable/filler-1"));
        Assert.Equal("Good", await TryAsync(test, $"read filler-1 {Speed}", "anna"));

        await using var resumed = await StartAsync(await test.SnapshotAsync());
        Assert.Equal($"\"{renewed.Certificate.Thumbprint}\"", await resumed.ReadAsync("device/filler-1/security/thumbprint"));
        await using var replayed = await StartAsync(before);
        Assert.Equal(old, await replayed.ReadAsync("device/filler-1/security/thumbprint"));
        await replayed.DoAsync(async () =>
        {
            foreach (var input in inputs)
                await replayed.Factory.ApplyAsync(input);
            return true;
        });
        Assert.Equal($"\"{renewed.Certificate.Thumbprint}\"", await replayed.ReadAsync("device/filler-1/security/thumbprint"));
        Assert.Equal(await test.ReadAsync("device/filler-1/security/trusted"), await replayed.ReadAsync("device/filler-1/security/trusted"));
    }

    [Fact]
    public async Task An_administrator_trusts_a_refused_client_and_renews_the_certificate_with_the_toolbox()
    {
        await using var test = await StartAsync();
        var workstation = test.Factory.Context.Certificates.Of("workstation")!.Certificate.Thumbprint;
        Assert.Equal("BadUserAccessDenied", await TryAsync(test, "cert filler-1 rejected", "olga"));
        Assert.NotEqual(0, (await test.TryExecAsync(Line("cert filler-1 renew", "sara", "Sign"))).ExitCode);
        var old = await test.ReadAsync("device/filler-1/security/thumbprint");
        await ExecAsync(test, "cert filler-1 renew", "sara");
        Assert.NotEqual(old, await test.ReadAsync("device/filler-1/security/thumbprint"));
        var shown = (await test.ExecAsync("opcua cert filler-1")).Json!["server"]!;
        Assert.Equal("urn:traininglab:filler-1", (string?)shown["applicationUri"]);

        // Who puts himself out stays out, and is found among the refused.
        await ExecAsync(test, $"cert filler-1 distrust {workstation}", "sara");
        Assert.Contains("BadSecurityChecksFailed", await TryAsync(test, "cert filler-1 rejected", "sara"), StringComparison.Ordinal);
        Assert.Equal("1", await test.ReadAsync("device/filler-1/security/rejected"));
        Assert.Equal("false", await test.ReadAsync("device/filler-1/security/trusts/workstation"));
    }

    private static Task AsSaraAsync(TestFactory test, Func<OpcUaClient, Task> act) => test.DoAsync(async () =>
    {
        var context = test.Factory.Context;
        var options = new OpcUaClientOptions
        {
            EndpointUrl = "opc.tcp://filler-1:4840", UserName = "sara", Password = "c",
            Security = new EndpointSecurity(SecurityPolicy.Basic256Sha256, MessageSecurityMode.SignAndEncrypt), Certificate = context.Certificates.Of("workstation"),
        };
        await using var sara = await OpcUaClient.ConnectAsync(
            token => context.ConnectAsync("workstation", "filler-1", 4840, TestFactory.Student, token), options, context.Clock, CancellationToken.None);
        await act(sara);
        return true;
    });

    private static Task<TestFactory> StartAsync(System.Text.Json.Nodes.JsonObject? snapshot = null)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "devices/filler.device.yaml")).Replace("    port: 4840\n", "    port: 4840\n" + Indented(Users), StringComparison.Ordinal);
        var mistakes = new Mistakes();
        var filler = ScenarioReader.ReadDevice(SourceFile.FromText("devices/filler.device.yaml", text), mistakes);
        Assert.Empty(mistakes.All);
        return TestFactory.StartAsync(snapshot: snapshot, change: model => model with { Profiles = new Dictionary<string, DeviceProfile>(model.Profiles, StringComparer.Ordinal) { ["filler"] = filler! } });
    }

    private static string Indented(string text) => string.Concat(text.Split('\n').Select(static l => l + "\n"));

    private static string Line(string verb, string user, string mode)
    {
        var password = user switch { "olga" => "a", "emil" => "b", "sara" => "c", _ => "d" };
        return $"opcua {verb} --user {user} --password {password} --policy Basic256Sha256 --mode {mode}";
    }

    private static Task<TrainingLab.Labs.Attempts.Contracts.CommandResult> ExecAsync(TestFactory test, string verb, string user) => test.ExecAsync(Line(verb, user, "SignAndEncrypt"));

    private static async Task<string> TryAsync(TestFactory test, string verb, string user, string mode = "SignAndEncrypt")
    {
        var result = await test.TryExecAsync(Line(verb, user, mode));
        var text = string.Join(' ', result.Lines.Select(l => l.Text));
        return text.Contains("BadUserAccessDenied", StringComparison.Ordinal) ? "BadUserAccessDenied" : result.ExitCode == 0 ? "Good" : text;
    }

    private static async Task<string[]> BrowseAsync(TestFactory test, string node, string user) =>
        [.. (await ExecAsync(test, $"browse filler-1 {node}", user)).Json!.AsObject().Select(r => r.Key).Order(StringComparer.Ordinal)];
}
