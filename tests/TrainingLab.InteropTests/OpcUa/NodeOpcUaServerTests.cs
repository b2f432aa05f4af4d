using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using TrainingLab.InteropTests.Peers;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;
using Xunit;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>Our client against node-opcua's server.</summary>
public class NodeOpcUaServerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Client_does_everything_it_can()
    {
        var node = PeerRequirement.NodePackage("node-opcua");
        await using var peer = PeerProcess.Start(node, PeerRequirement.PeersFolder, Path.Combine("opcua", "server.js"));
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
        var options = new OpcUaClientOptions { EndpointUrl = $"opc.tcp://127.0.0.1:{port}/", RequestTimeout = TimeSpan.FromSeconds(60) };
        var endpoints = await OpcUaClient.GetEndpointsAsync(await DialAsync(port), options, TimeProvider.System, Cancellation);
        Assert.Contains(endpoints, static e => e.SecurityMode == MessageSecurityMode.None);

        await using var client = await OpcUaClient.ConnectAsync(_ => DialAsync(port), options, TimeProvider.System, Cancellation);
        var namespaces = await client.GetNamespacesAsync(Cancellation);
        Assert.True(namespaces.Count >= 2);
        var own = (ushort)1;
        var speed = new NodeId(own, "Speed");
        Assert.Equal(new Variant(100.0), (await client.ReadAsync(speed, Cancellation)).Value);
        var children = await client.BrowseAsync(new NodeId(own, "Machine"), Cancellation);
        Assert.Equal(53, children.Count);
        var (status, found) = await client.TranslateAsync(ObjectIds.ObjectsFolder, [new QualifiedName(own, "Machine"), new QualifiedName(own, "Speed")], Cancellation);
        Assert.Equal((StatusCodes.Good, speed), (status.Code, found));
        var range = await client.ReadAsync((await client.TranslateAsync(speed, [new QualifiedName(0, "EURange")], Cancellation)).Node, Cancellation);
        Assert.Equal(new UaRange(0, 200), ((ExtensionObject)range.Value.ToObject()!).Structure);
        var result = await client.CallAsync(new NodeId(own, "Machine"), new NodeId(own, "Double"), [21.0], Cancellation);
        Assert.Equal((StatusCodes.Good, new Variant(42.0)), (result.Status.Code, result.Outputs![0]));

        await using var subscription = await client.SubscribeAsync(100, [new WatchItem(speed, 50, 10, DeadbandKind.Percent, 10)], onChange: null, Cancellation);
        Assert.Equal(StatusCodes.Good, subscription.ItemStatuses[0].Code);
        await using var changes = subscription.ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(new Variant(100.0), changes.Current.Value.Value);
        Assert.Equal(StatusCodes.Good, (await client.WriteAsync(new NodeId(own, "Setpoint"), 150.0, Cancellation)).Code);
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(new Variant(150.0), changes.Current.Value.Value);

        // Without a security policy node-opcua takes passwords under a policy of old only, which the client does not speak: it says so before it sends one in clear text.
        var refused = await Assert.ThrowsAsync<OpcUaException>(async () =>
            await OpcUaClient.ConnectAsync(await DialAsync(port), options with { UserName = "operator", Password = "secret" }, TimeProvider.System, Cancellation));
        Assert.Equal(StatusCodes.BadIdentityTokenRejected, refused.Status.Code);
    }

    private static async ValueTask<IDuplexPipe> DialAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        var stream = new NetworkStream(socket, ownsSocket: true);
        return new Pipes(PipeReader.Create(stream), PipeWriter.Create(stream));
    }

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
