using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using TrainingLab.InteropTests.Peers;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Security;
using Xunit;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>Protected channels and users with node-opcua, in both directions.</summary>
public class NodeOpcUaSecurityTests
{
    private static readonly string[] Users = ["anonymous", "password", "wrong", "certificate"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2048)]
    [InlineData(3072)]
    public async Task Its_client_uses_every_policy_mode_and_user_of_our_server(int keyLength)
    {
        PeerRequirement.NodePackage("node-opcua");
        using var folder = new ScratchFolder();
        using var client = Certificate("urn:test:node-client", keyLength);
        using var user = Certificate("urn:test:user", 2048);
        await folder.WriteAsync("client", client);
        await folder.WriteAsync("user", user);
        var store = new MemoryCertificateStore();
        store.Replace(TrustLists.Empty with { Trusted = [client.Certificate] });
        var security = new ServerSecurity { Certificate = Certificate("urn:test:filler-1", keyLength), Store = store, Endpoints = ServerSecurity.AllSecured };
        await using var loopback = await LoopbackServer.StartAsync(() => FillerServer.Create(security: security));

        var result = await PeerProcess.RunNodeAsync("node-opcua", Path.Combine("opcua", "secure-client.js"), Cancellation, loopback.Url, folder.Path);

        var results = result["results"]!.AsObject();
        foreach (var (policy, mode) in ServerSecurity.AllSecured)
        {
            foreach (var name in Users)
            {
                Assert.Equal($"{policy} {mode} {name}: {(name == "wrong" ? "BadUserAccessDenied" : "Good")}", $"{policy} {mode} {name}: {results[$"{policy} {mode} {name}"]}");
            }
        }
    }

    [Fact]
    public async Task Its_client_is_refused_when_it_is_not_trusted()
    {
        PeerRequirement.NodePackage("node-opcua");
        using var folder = new ScratchFolder();
        using var client = Certificate("urn:test:node-client", 2048);
        await folder.WriteAsync("client", client);
        await folder.WriteAsync("user", client);
        var store = new MemoryCertificateStore();
        var security = new ServerSecurity { Certificate = Certificate("urn:test:filler-1", 2048), Store = store, Endpoints = ServerSecurity.AllSecured };
        await using var loopback = await LoopbackServer.StartAsync(() => FillerServer.Create(security: security));
        var result = await PeerProcess.RunNodeAsync("node-opcua", Path.Combine("opcua", "secure-client.js"), Cancellation, loopback.Url, folder.Path);
        Assert.DoesNotContain(result["results"]!.AsObject(), static r => (string?)r.Value == "Good");
        Assert.Equal(client.RawData, Assert.Single(store.Rejected).RawData);
    }

    [Fact]
    public async Task Our_client_uses_every_policy_mode_and_user_of_its_server()
    {
        var node = PeerRequirement.NodePackage("node-opcua");
        using var folder = new ScratchFolder();
        await using var peer = PeerProcess.Start(node, PeerRequirement.PeersFolder, Path.Combine("opcua", "secure-server.js"), folder.Path);
        string? line;
        while ((line = await peer.ReadLineAsync(Cancellation)) is not null && !line.StartsWith('{'))
        {
            // Warnings of the peer's.
        }

        Assert.True(line is not null, peer.Errors);
        var port = (int)JsonNode.Parse(line)!["port"]!;
        using var context = new SerialContext();
        await context.InvokeAsync(async () =>
        {
            await TalkAsync(port);
            return true;
        });
    }

    private static async Task TalkAsync(int port)
    {
        using var own = Certificate("urn:test:our-client", 2048);
        using var person = Certificate("urn:test:person", 2048);
        var plain = new OpcUaClientOptions { EndpointUrl = $"opc.tcp://127.0.0.1:{port}/", RequestTimeout = TimeSpan.FromSeconds(60), Certificate = own };
        var value = 1.0;
        foreach (var security in ServerSecurity.AllSecured)
        {
            foreach (var name in Users)
            {
                var options = (plain with { Security = security }) with
                {
                    UserName = name is "password" or "wrong" ? "operator" : null,
                    Password = name == "password" ? "secret" : "wrong",
                    UserCertificate = name == "certificate" ? person : null,
                };
                if (name == "wrong")
                {
                    var refused = await Assert.ThrowsAsync<OpcUaException>(() => ConnectAsync(port, options));
                    Assert.True(refused.Status.Code is StatusCodes.BadUserAccessDenied or StatusCodes.BadIdentityTokenRejected, refused.Message);
                    continue;
                }

                await using var client = await ConnectAsync(port, options);
                var setpoint = new NodeId(1, "Setpoint");
                Assert.Equal(StatusCodes.Good, (await client.WriteAsync(setpoint, value, Cancellation)).Code);
                Assert.Equal(new Variant(value), (await client.ReadAsync(setpoint, Cancellation)).Value);
                value++;
            }
        }
    }

    private static Task<OpcUaClient> ConnectAsync(int port, OpcUaClientOptions options) => OpcUaClient.ConnectAsync(_ => DialAsync(port), options, TimeProvider.System, Cancellation);

    private static async ValueTask<IDuplexPipe> DialAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        var stream = new NetworkStream(socket, ownsSocket: true);
        return new Pipes(PipeReader.Create(stream), PipeWriter.Create(stream));
    }

    private static ApplicationCertificate Certificate(string uri, int keyLength) => ApplicationCertificate.SelfSigned(
        new CertificateContent { ApplicationUri = uri, CommonName = uri[(uri.LastIndexOf(':') + 1)..], Hosts = ["localhost", "127.0.0.1"], NotBefore = TimeProvider.System.GetUtcNow().AddDays(-1) },
        RSA.Create(keyLength));

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
