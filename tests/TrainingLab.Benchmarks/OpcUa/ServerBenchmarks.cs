using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server;
using TrainingLab.Tests.OpcUa;

namespace TrainingLab.Benchmarks.OpcUa;

/// <summary>
/// What the server does for a read and for a notification, between the bytes of a request and those of the answer, without sockets and on one thread. On the protected channel the client's ciphers
/// are in it, too.
/// </summary>
[MemoryDiagnoser]
public class ServerBenchmarks
{
    private const int Values = 100;
    private const int Items = 1000;

    private readonly SteppedTime time = new();
    private VariableNode[] nodes = [];
    private InlineClient client = null!;
    private byte[] single = [];
    private byte[] hundred = [];
    private byte[] named = [];
    private uint subscription;
    private uint number;
    private double value;

    /// <summary>Basic256Sha256 SignAndEncrypt, or none.</summary>
    [Params(false, true)]
    public bool Secure { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        var space = new AddressSpace("urn:bench:server", "urn:bench:machine");
        var folder = space.AddFolder(ObjectIds.ObjectsFolder, new NodeId(2, "Machine"), "Machine").Id;
        nodes = [.. Enumerable.Range(0, Items).Select(i => space.AddVariable(folder, new NodeId(2, 10_000u + (uint)i), $"Value{i}", BuiltInType.Double, new VariableOptions { InitialValue = 1.5 }))];
        var tags = Enumerable.Range(0, Values).Select(i => space.AddVariable(folder, new NodeId(2, $"Machine.Tag{i}"), $"Tag{i}", BuiltInType.Double, new VariableOptions { InitialValue = 1.5 }));
        var certificate = Certificate("urn:bench:server");
        var server = new OpcUaServer(
            new OpcUaServerOptions
            {
                ApplicationName = "Benchmark",
                Limits = new OpcUaLimits { MaxChannelLifetime = uint.MaxValue }, // Notifications use up time by the hour.
                Security = Secure ? new ServerSecurity { Certificate = certificate, Store = new AnyCertificate(), Endpoints = ServerSecurity.AllSecured, Rules = new CertificateRules { AcceptAll = true } } : null,
            },
            space,
            time);
        client = new InlineClient(server, time, Secure ? Certificate("urn:test:client") : null, certificate);
        single = Read(nodes.Take(1));
        hundred = Read(nodes.Take(Values));
        named = Read(tags);
        subscription = client.Call<CreateSubscriptionRequest, CreateSubscriptionResponse>(new CreateSubscriptionRequest(100, 1000, 10, 0, PublishingEnabled: true, 0)).SubscriptionId;
        client.Call<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new CreateMonitoredItemsRequest(
            subscription,
            TimestampsToReturn.Both,
            [.. nodes.Select(static (n, i) => new MonitoredItemCreateRequest(
                new ReadValueId(n.Id, AttributeId.Value, null, default), MonitoringMode.Reporting, new MonitoringParameters((uint)i, 100, null, 1, DiscardOldest: true)))]));
    }

    /// <summary>A Read of one value.</summary>
    [Benchmark]
    public int SingleRead() => Ask(single);

    /// <summary>A value in a Read of a hundred, by numbers.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public int ReadOf100() => Ask(hundred);

    /// <summary>A value in a Read of a hundred, by names.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public int ReadOf100Names() => Ask(named);

    /// <summary>A value in a notification message of a thousand: set, sampled, queued, published and acknowledged.</summary>
    [Benchmark(OperationsPerInvoke = Items)]
    public int Notification()
    {
        client.Send(client.Encode(new PublishRequest(number == 0 ? [] : [new SubscriptionAcknowledgement(subscription, number)])));
        number++;
        value++;
        foreach (var node in nodes)
        {
            node.SetValue(value);
        }

        time.Step(TimeSpan.FromMilliseconds(200), static () => { });
        return client.Receive();
    }

    private static ApplicationCertificate Certificate(string uri) => ApplicationCertificate.SelfSigned(
        new CertificateContent { ApplicationUri = uri, CommonName = uri, NotBefore = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) }, RSA.Create(2048));

    private byte[] Read(IEnumerable<VariableNode> wanted) =>
        client.Encode(new ReadRequest(0, TimestampsToReturn.Both, [.. wanted.Select(static n => new ReadValueId(n.Id, AttributeId.Value, null, default))]));

    private int Ask(byte[] request)
    {
        client.Send(request);
        return client.Receive();
    }
}
