using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using TrainingLab.InteropTests.Peers;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Events;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server;
using Xunit;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>
/// Everything that a client does with a server (browse the whole space, read every attribute of every node, write, call, subscribe, events, alarm acknowledge, history), under every policy and mode,
/// in both directions with node-opcua.
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

    [Theory(Timeout = 600_000)]
    [MemberData(nameof(Endpoints))]
    public async Task Our_client_does_all_of_it_with_its_server(string policy, MessageSecurityMode mode)
    {
        var node = PeerRequirement.NodePackage("node-opcua");
        var folder = Directory.CreateTempSubdirectory("opcua-tour-").FullName;
        await using var peer = PeerProcess.Start(node, PeerRequirement.PeersFolder, Path.Combine("opcua", "secure-server.js"), folder);
        string? line;
        while ((line = await peer.ReadLineAsync(Cancellation)) is not null && !line.StartsWith('{'))
        {
            // Warnings of the peer's.
        }

        Assert.True(line is not null, peer.Errors);
        var port = (int)JsonNode.Parse(line)!["port"]!;
        using var own = Certificate("urn:test:our-client");
        var options = new OpcUaClientOptions
        {
            EndpointUrl = $"opc.tcp://127.0.0.1:{port}/",
            RequestTimeout = TimeSpan.FromSeconds(60),
            Certificate = own,
            Security = new EndpointSecurity(SecurityPolicy.All.First(p => p.Name == policy), mode),
        };
        using var context = new SerialContext();
        await context.InvokeAsync(async () =>
        {
            await using var client = await OpcUaClient.ConnectAsync(_ => DialAsync(port), options, TimeProvider.System, Cancellation);
            await ExploreAsync(client);
            await WorkAsync(client);
            await AcknowledgeAsync(client);
            await ReadHistoryAsync(client);
            return true;
        });
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

    /// <summary>Every node below Root along every reference, and every attribute of each.</summary>
    private static async Task ExploreAsync(OpcUaClient client)
    {
        var seen = new Dictionary<NodeId, NodeClass> { [new NodeId(0, 84)] = NodeClass.Object };
        var queue = new Queue<NodeId>(seen.Keys);
        while (queue.Count > 0)
        {
            // Many at a time: the answers come in the order of the requests.
            var nodes = Enumerable.Range(0, Math.Min(queue.Count, 50)).Select(_ => queue.Dequeue()).ToList();
            foreach (var reference in (await Task.WhenAll(nodes.Select(n => client.BrowseAsync(n, Cancellation, ReferenceTypeIds.References)))).SelectMany(static r => r))
            {
                if (seen.TryAdd(reference.Node.Node, reference.Class))
                {
                    queue.Enqueue(reference.Node.Node);
                }
            }
        }

        Assert.True(seen.Count > 2000, $"{seen.Count} nodes");
        var attributes = Enumerable.Range(1, 27).Select(static a => (AttributeId)a).ToList();
        foreach (var batch in seen.Keys.Chunk(40))
        {
            var items = batch.SelectMany(n => attributes.Select(a => new ReadItem(n, a))).ToList();
            var values = await client.ReadAsync(items, Cancellation);
            for (var i = 0; i < items.Count; i++)
            {
                if (items[i].Attribute is AttributeId.NodeId or AttributeId.NodeClass or AttributeId.BrowseName or AttributeId.DisplayName)
                {
                    Assert.True(values[i].Status.IsGood && !values[i].Value.IsNull, $"{items[i].Node} {items[i].Attribute}: {values[i].Status.Name}");
                }
            }

            for (var i = 0; i < batch.Length; i++)
            {
                Assert.Equal(new Variant(batch[i]), values[i * attributes.Count].Value);
                Assert.True(values[(i * attributes.Count) + 1].Value.TryGetDouble(out var nodeClass) && (int)nodeClass == (int)seen[batch[i]]);
            }
        }
    }

    private static async Task WorkAsync(OpcUaClient client)
    {
        var (machine, speed, setpoint) = (new NodeId(1, "Machine"), new NodeId(1, "Speed"), new NodeId(1, "Setpoint"));
        var called = await client.CallAsync(machine, new NodeId(1, "Double"), [21.0], Cancellation);
        Assert.Equal((StatusCodes.Good, new Variant(42.0)), (called.Status.Code, called.Outputs![0]));
        await using var subscription = await client.SubscribeAsync(100, [new WatchItem(speed, 50, 10, DeadbandKind.Percent, 10)], onChange: null, Cancellation);
        Assert.Equal(StatusCodes.Good, subscription.ItemStatuses[0].Code);
        await using var changes = subscription.ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(StatusCodes.Good, (await client.WriteAsync(setpoint, 150.0, Cancellation)).Code);
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(new Variant(150.0), changes.Current.Value.Value);
        Assert.Equal(new Variant(150.0), (await client.ReadAsync(setpoint, Cancellation)).Value);
    }

    /// <summary>The level falls, its alarm comes, and is acknowledged.</summary>
    private static async Task AcknowledgeAsync(OpcUaClient client)
    {
        var level = new NodeId(1, "Level");
        static SimpleAttributeOperand Field(params string[] path) => new(new NodeId(0, 2041), [.. path.Select(static n => new QualifiedName(0, n))], AttributeId.Value, null);
        var condition = new SimpleAttributeOperand(new NodeId(0, 2782), [], AttributeId.NodeId, null);
        var filter = new EventFilter([condition, Field("EventId"), Field("SourceName"), Field("AckedState", "Id"), Field("ActiveState", "Id")], new ContentFilter([]));
        var events = new List<Variant[]>();
        var (came, acknowledged) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var subscription = await client.SubscribeEventsAsync(100, ObjectIds.Server, filter, fields =>
        {
            events.Add(fields);
            if (fields[4].TryGet(out bool active) && active)
            {
                came.TrySetResult();
            }

            if (fields[3].TryGet(out bool acked) && acked && came.Task.IsCompleted)
            {
                acknowledged.TrySetResult();
            }
        }, Cancellation);
        Assert.Equal(StatusCodes.Good, (await client.WriteAsync(level, 10.0, Cancellation)).Code);
        await came.Task.WaitAsync(Cancellation);
        var raised = events.Last(static e => e[4].TryGet(out bool active) && active);
        Assert.True(raised[0].TryGet(out NodeId alarm) && raised[1].TryGet<byte[]>(out _));
        raised[1].TryGet<byte[]>(out var eventId);
        var result = await client.CallAsync(alarm, new NodeId(0, 9111), [new Variant(eventId), new Variant(new LocalizedText("seen", "en"))], Cancellation);
        Assert.Equal(StatusCodes.Good, result.Status.Code);
        await acknowledged.Task.WaitAsync(Cancellation);
        var (found, acked) = await client.TranslateAsync(alarm, [new QualifiedName(0, "AckedState"), new QualifiedName(0, "Id")], Cancellation);
        Assert.Equal((StatusCodes.Good, new Variant(true)), (found.Code, (await client.ReadAsync(acked, Cancellation)).Value));
        Assert.Equal(StatusCodes.Good, (await client.WriteAsync(level, 50.0, Cancellation)).Code);
    }

    private static async Task ReadHistoryAsync(OpcUaClient client)
    {
        var (level, start) = (new NodeId(1, "Level"), AlarmingServer.Start);
        var (status, values) = await client.ReadHistoryAsync(level, new ReadRawModifiedDetails(IsReadModified: false, start, start.AddMinutes(9.5), 0, ReturnBounds: false), 100, Cancellation);
        Assert.True(status.IsGood, status.Name);
        Assert.Equal(Enumerable.Range(0, 10).Select(static i => new Variant(i * 10.0)), values.Select(static v => v.Value));
    }

    private static async ValueTask<IDuplexPipe> DialAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        var stream = new NetworkStream(socket, ownsSocket: true);
        return new Pipes(PipeReader.Create(stream), PipeWriter.Create(stream));
    }

    private static ApplicationCertificate Certificate(string uri) => ApplicationCertificate.SelfSigned(
        new CertificateContent { ApplicationUri = uri, CommonName = uri[(uri.LastIndexOf(':') + 1)..], Hosts = ["localhost", "127.0.0.1"], NotBefore = TimeProvider.System.GetUtcNow().AddDays(-1) }, RSA.Create(2048));

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
