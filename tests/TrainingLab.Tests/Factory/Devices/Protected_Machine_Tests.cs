using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Definitions.Scenarios;

namespace TrainingLab.Tests.Factory.Devices;

/// <summary>A machine whose profile protects its OPC UA server, in a whole factory.</summary>
public sealed class Protected_Machine_Tests
{
    private const string Read = "opcua read filler-1 nsu=urn:traininglab:filler-1:process;s=filler-1.CurMachSpeed";

    [Fact]
    public async Task The_gateway_reads_it_and_a_stranger_does_not()
    {
        await using var test = await TestFactory.StartAsync(change: m => Protect(m, new OpcUaSecurityDefinition()));
        await test.RunAsync(10);
        Assert.Equal("true", await test.ReadAsync("gateway/gateway/reachable/filler-1"));
        Assert.NotEqual(0, (await test.TryExecAsync(Read)).ExitCode);
        Assert.NotEqual(0, (await test.TryExecAsync(Read + " --policy Basic256Sha256")).ExitCode);
        Assert.Equal("1", await test.ReadAsync("device/filler-1/security/rejected"));
        Assert.Contains(test.Observations, a => a.Operation == "OpenSecureChannel" && a.Outcome == "BadCertificateUntrusted");
    }

    [Theory]
    [InlineData("Basic256Sha256", "Sign")]
    [InlineData("Aes256_Sha256_RsaPss", "SignAndEncrypt")]
    public async Task A_workstation_that_it_trusts_reads_it_under_every_policy(string policy, string mode)
    {
        await using var test = await TestFactory.StartAsync(change: m => Protect(m, new OpcUaSecurityDefinition { Trusts = [m.Definition.Network.Workstation] }));
        await test.ExecAsync($"{Read} --policy {policy} --mode {mode}");
        var activated = test.Actions.Last(a => a.Operation == "ActivateSession");
        Assert.Equal((policy, mode), ((string?)activated.Arguments["policy"], (string?)activated.Arguments["mode"]));
        var shown = (await test.ExecAsync("opcua cert filler-1")).Json!;
        Assert.Equal("urn:traininglab:filler-1", (string?)shown["server"]!["applicationUri"]);
        Assert.Equal(await test.ReadAsync("device/filler-1/security/thumbprint"), $"\"{shown["server"]!["thumbprint"]}\"");
    }

    [Fact]
    public async Task A_weak_machine_takes_anybody()
    {
        await using var test = await TestFactory.StartAsync(change: m => Protect(m, new OpcUaSecurityDefinition { AcceptAny = true, None = true }));
        await test.ExecAsync(Read);
        await test.ExecAsync(Read + " --policy Basic256Sha256");
    }

    private static ScenarioModel Protect(ScenarioModel model, OpcUaSecurityDefinition security)
    {
        var profiles = model.Profiles.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        var filler = profiles["filler"];
        profiles["filler"] = filler with { Faces = filler.Faces with { Opcua = filler.Faces.Opcua! with { Security = security } } };
        return model with { Profiles = profiles };
    }
}
