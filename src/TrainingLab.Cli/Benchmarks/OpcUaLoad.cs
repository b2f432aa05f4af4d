using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using TrainingLab.Mqtt.Hosting;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.Cli.Benchmarks;

/// <summary>What a client does.</summary>
internal enum OpcUaLoadKind
{
    /// <summary>Reads one value after the other.</summary>
    Single,

    /// <summary>Reads 100 values at a time, one request after the other.</summary>
    Batch,

    /// <summary>The same with four requests on their way.</summary>
    BatchesInFlight,

    /// <summary>Watches 1,000 values at 100 ms.</summary>
    Monitor,
}

/// <summary>A load on a server.</summary>
internal sealed record OpcUaLoad(string Name, OpcUaLoadKind Kind, bool Secure)
{
    /// <summary>Values that are watched, and that the servers have.</summary>
    public const int MonitoredItems = 1000;

    private const int BatchSize = 100;
    private const int InFlight = 4;
    private const int Interval = 100;

    public static IReadOnlyList<OpcUaLoad> All { get; } =
    [
        .. new[] { false, true }.SelectMany(static secure => new OpcUaLoad[]
        {
            new("single reads", OpcUaLoadKind.Single, secure),
            new("reads of 100", OpcUaLoadKind.Batch, secure),
            new("reads of 100, 4 in flight", OpcUaLoadKind.BatchesInFlight, secure),
            new("1000 items at 100 ms", OpcUaLoadKind.Monitor, secure),
        }),
    ];

    public string Security => Secure ? "Basic256Sha256 SignAndEncrypt" : "None";

    /// <summary>Whether node-opcua's client makes it: that one sends one request after the other.</summary>
    public bool ForNode => Kind != OpcUaLoadKind.BatchesInFlight;

    /// <summary>Whether a target has what it takes.</summary>
    public bool Suits(OpcUaTarget target) => (target.IsSecure || !Secure) && (Kind != OpcUaLoadKind.Monitor || target.Nodes.Count >= MonitoredItems);

    /// <summary>The values that it asks for; again from the first where there are fewer.</summary>
    public IReadOnlyList<NodeId> NodesOf(OpcUaTarget target) =>
        [.. Enumerable.Range(0, Kind == OpcUaLoadKind.Monitor ? MonitoredItems : BatchSize).Select(i => target.Nodes[i % target.Nodes.Count])];

    /// <summary>Makes the load with our client; values per second that came back. Runs on a serial context.</summary>
    public async Task<double> RunAsync(int port, IReadOnlyList<NodeId> nodes, ApplicationCertificate certificate, TimeSpan duration, CancellationToken cancellation)
    {
        await using var client = await ConnectAsync(port, Secure ? certificate : null, cancellation);
        var received = 0L;
        var until = long.MaxValue;
        OpcUaSubscription? subscription = null;
        var readers = new List<Task>();
        switch (Kind)
        {
            case OpcUaLoadKind.Single:
                readers.Add(ReadSinglyAsync());
                break;
            case OpcUaLoadKind.Monitor:
                var items = nodes.Select(static n => new WatchItem(n, Interval)).ToList();
                subscription = await client.SubscribeAsync(Interval, items, _ => received++, cancellation);
                await Task.Delay(500, cancellation);
                break;
            default:
                for (var i = Kind == OpcUaLoadKind.Batch ? 1 : InFlight; i > 0; i--) readers.Add(ReadBatchesAsync());
                break;
        }

        await Task.Delay(duration / 4, cancellation); // Warm.
        received = 0;
        var begun = Stopwatch.GetTimestamp();
        await Task.Delay(duration, cancellation);
        var rate = received / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        until = 0;
        await Task.WhenAll(readers);
        if (subscription is not null) await subscription.DisposeAsync();
        return rate;

        async Task ReadSinglyAsync()
        {
            for (var at = 0; Stopwatch.GetTimestamp() < until; at++)
            {
                if (!(await client.ReadAsync(nodes[at % nodes.Count], cancellation)).Status.IsGood) throw new CannotRunException("a value is not good");
                received++;
            }
        }

        async Task ReadBatchesAsync()
        {
            var items = nodes.Select(static n => new ReadItem(n)).ToArray();
            while (Stopwatch.GetTimestamp() < until)
            {
                foreach (var value in await client.ReadAsync(items, cancellation))
                {
                    if (!value.Status.IsGood) throw new CannotRunException("a value is not good");
                }
                received += items.Length;
            }
        }
    }

    /// <summary>A client of ours on a socket.</summary>
    /// <param name="port">The server's port on 127.0.0.1.</param>
    /// <param name="certificate">The client's certificate for Basic256Sha256 SignAndEncrypt; null for no protection.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public static Task<OpcUaClient> ConnectAsync(int port, ApplicationCertificate? certificate, CancellationToken cancellation)
    {
        var options = new OpcUaClientOptions
        {
            EndpointUrl = $"opc.tcp://127.0.0.1:{port}",
            Security = certificate is null ? EndpointSecurity.None : new EndpointSecurity(SecurityPolicy.Basic256Sha256, MessageSecurityMode.SignAndEncrypt),
            Certificate = certificate,
            ApplicationUri = "urn:traininglab:bench-client",
        };
        return OpcUaClient.ConnectAsync(OpenAsync, options, TimeProvider.System, cancellation);

        async ValueTask<IDuplexPipe> OpenAsync(CancellationToken token)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, port, token);
            return new SocketPipe(socket);
        }
    }
}
