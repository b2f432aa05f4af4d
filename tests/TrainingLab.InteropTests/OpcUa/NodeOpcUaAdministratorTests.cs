using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using TrainingLab.InteropTests.Peers;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;
using Xunit;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>node-opcua's client as the security administrator of our server: roles, trust list, certificate.</summary>
public class NodeOpcUaAdministratorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_gives_a_role_trusts_a_client_and_renews_the_servers_certificate()
    {
        var node = PeerRequirement.NodePackage("node-opcua");
        using var folder = new ScratchFolder();
        using var client = Certificate("urn:test:node-client");
        using var stranger = Certificate("urn:test:stranger");
        await folder.WriteAsync("client", client);
        await folder.WriteAsync("stranger", stranger);
        var store = new MemoryCertificateStore();
        store.Replace(TrustLists.Empty with { Trusted = [client.Certificate] });
        store.Reject(stranger.Certificate);
        var security = new ServerSecurity { Certificate = Certificate("urn:test:filler-1"), Store = store, Endpoints = ServerSecurity.AllSecured };
        await using var loopback = await LoopbackServer.StartAsync(() =>
        {
            var roles = new Dictionary<Roles, RoleMapping> { [Roles.SecurityAdmin] = new() { Identities = [new IdentityMappingRule(IdentityCriteria.UserName, "sara")] } };
            var server = FillerServer.Create(security: security, roles: roles);
            const Permissions see = Permissions.Browse | Permissions.Read;
            server.AddressSpace.SetDefaultAccess(
                FillerServer.MachineUri, NodeAccess.ForRoles(new Dictionary<Roles, Permissions> { [Roles.Anonymous] = see, [Roles.Operator] = see | Permissions.Write }));
            var setpoint = server.AddressSpace.OwnNodes.Single(static n => n.BrowseName.Name == "Setpoint");
            server.AddressSpace.SetAccess(setpoint, NodeAccess.ForRoles(new Dictionary<Roles, Permissions> { [Roles.Anonymous] = see, [Roles.Operator] = see | Permissions.Write }));
            return server;
        });

        await using var peer = PeerProcess.Start(node, PeerRequirement.PeersFolder, Path.Combine("opcua", "administrator.js"), loopback.Url, folder.Path);
        var roles = await StepAsync(peer, "roles");
        Assert.Equal(["BadUserAccessDenied", "1"], Texts(roles["before"]));
        Assert.Equal(("BadUserAccessDenied", "Good"), ((string?)roles["refused"], (string?)roles["given"]));
        Assert.Equal(["Good", "3"], Texts(roles["after"]));
        Assert.Equal(["UserName operator"], Texts(roles["identities"]));
        Assert.Equal(["ns=0;i=15644 33"], Texts(roles["permissions"]));

        var trust = await StepAsync(peer, "trust");
        Assert.Equal([Convert.ToBase64String(stranger.RawData)], Texts(trust["rejected"]));
        Assert.Equal(("Good", true, "Good"), ((string?)trust["closed"], (bool)trust["applyChangesRequired"]!, (string?)trust["applied"]));
        var trusted = await loopback.Context.InvokeAsync(() => Task.FromResult(store.Lists.Trusted.Select(static c => c.Thumbprint).ToArray()));
        Assert.Equal([client.Certificate.Thumbprint, stranger.Certificate.Thumbprint], trusted);

        await peer.WriteLineAsync("");
        var single = await StepAsync(peer, "single");
        Assert.Equal(["Good", "BadInvalidArgument", "BadCertificateInvalid", "Good", "BadUserAccessDenied"], Texts(single["single"]));
        Assert.Equal(["Sign", "SignAndEncrypt"], Texts(single["offered"]));

        var request = await StepAsync(peer, "request");
        var (signed, authority) = Sign(Convert.FromBase64String((string)request["request"]!));
        await peer.WriteLineAsync(Convert.ToBase64String(signed));
        await peer.WriteLineAsync(Convert.ToBase64String(authority));
        var update = await StepAsync(peer, "update");
        Assert.Equal(("Good", "Good", true), ((string?)update["updated"], (string?)update["renewed"], (bool)update["lost"]!));
        var again = await StepAsync(peer, "again");
        Assert.Equal((true, 61.0), ((bool)again["shown"]!, (double)again["value"]!));
    }

    private static async Task<JsonNode> StepAsync(PeerProcess peer, string step)
    {
        string? line;
        while ((line = await peer.ReadLineAsync(Cancellation)) is not null && !line.StartsWith('{'))
        {
            // Warnings of the peer's.
        }

        Assert.True(line is not null, peer.Errors);
        var said = JsonNode.Parse(line)!;
        Assert.Equal(step, (string?)said["step"]);
        return said;
    }

    private static string[] Texts(JsonNode? list) => [.. list!.AsArray().Select(static n => n!.ToString())];

    /// <summary>What an authority makes of a request: a certificate, and its own.</summary>
    private static (byte[] Certificate, byte[] Authority) Sign(byte[] der)
    {
        using var key = RSA.Create(2048);
        var own = new CertificateRequest("CN=plant authority", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        own.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        own.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        var from = TimeProvider.System.GetUtcNow().AddDays(-1);
        using var authority = own.CreateSelfSigned(from, from.AddDays(100));
        var request = CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions, RSASignaturePadding.Pkcs1);
        using var signed = request.Create(authority, from, from.AddDays(50), [1, 2, 3, 4]);
        return (signed.RawData, authority.RawData);
    }

    private static ApplicationCertificate Certificate(string uri) => ApplicationCertificate.SelfSigned(
        new CertificateContent { ApplicationUri = uri, CommonName = uri[(uri.LastIndexOf(':') + 1)..], Hosts = ["localhost", "127.0.0.1"], NotBefore = TimeProvider.System.GetUtcNow().AddDays(-1) },
        RSA.Create(2048));
}
