using System.Security.Cryptography;
using TrainingLab.InteropTests.Peers;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Security;
using Xunit;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>
/// Everything that node-opcua's client does with our server (browse the whole space, read every attribute of every node, write, call, subscribe, events, alarm acknowledge, history), under every policy and mode.
/// </summary>
public class NodeOpcUaTourTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>No protection, and each policy in each mode.</summary>
    public static TheoryData<string, MessageSecurityMode> Endpoints
    {
        get
        {
            var all = new TheoryData<string, MessageSecurityMode> { { SecurityPolicy.None.Name, MessageSecurityMode.None } };
            foreach (var (policy, mode) in ServerSecurity.AllSecured)
            {
                all.Add(policy.Name, mode);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Its_client_does_all_of_it_with_our_server(string policy, MessageSecurityMode mode)
    {
        PeerRequirement.NodePackage("node-opcua");
        var folder = Directory.CreateTempSubdirectory("opcua-tour-").FullName;
        using var client = Certificate("urn:test:node-client");
        var text = client.Save();
        var key = text.IndexOf("-----BEGIN PRIVATE", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder, "client.pem"), text[..key], Cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, "client.key"), text[key..], Cancellation);
        var store = new MemoryCertificateStore();
        store.Replace(TrustLists.Empty with { Trusted = [client.Certificate] });
        var security = new ServerSecurity { Certificate = Certificate("urn:test:filler-1"), Store = store, Endpoints = [.. ServerSecurity.AllSecured, EndpointSecurity.None] };
        await using var loopback = await LoopbackServer.StartAsync(() => AlarmingServer.Create(security));
        string[] secured = ["--policy", policy, "--mode", mode.ToString(), "--folder", folder];

        var explored = await PeerProcess.RunNodeAsync("node-opcua", Path.Combine("opcua", "explore.js"), Cancellation, [loopback.Url, .. secured]);
        Assert.Empty(explored["problems"]!.AsArray());
        Assert.True((int)explored["nodes"]! > 4000);

        // Writes, calls (acknowledge, confirm, comment, refresh), subscriptions, events and history.
        var result = await PeerProcess.RunNodeAsync("node-opcua", Path.Combine("opcua", "alarms.js"), Cancellation, [loopback.Url, .. secured]);
        Assert.Equal(("Good", "Good", "Good", "BadEventIdUnknown"), ((string?)result["acknowledge"], (string?)result["confirm"], (string?)result["comment"], (string?)result["unknown"]));
        Assert.Equal(5, result["events"]!.AsArray().Count);
        Assert.Equal("[20,30,40]", result["raw"]!.ToJsonString());
        Assert.Equal("[10,40,70]", result["average"]!.ToJsonString());
    }

    private static ApplicationCertificate Certificate(string uri) => ApplicationCertificate.SelfSigned(
        new CertificateContent { ApplicationUri = uri, CommonName = uri[(uri.LastIndexOf(':') + 1)..], Hosts = ["localhost", "127.0.0.1"], NotBefore = TimeProvider.System.GetUtcNow().AddDays(-1) }, RSA.Create(2048));
}
