using System.Net;
using System.Net.Sockets;
using TrainingLab.Mqtt.Hosting;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.Cli.Benchmarks;

/// <summary>
/// A server of ours to be measured, on a serial loop and a loopback port of its own: so many doubles below one folder, all of which change at every tick. It is offered without
/// protection and, where it has a certificate, with Basic256Sha256 SignAndEncrypt; any certificate is good enough for it.
/// </summary>
internal sealed class OpcUaBenchServer : IDisposable
{
    /// <summary>The namespace of the doubles, whose ids are numbers from <see cref="FirstId"/> on.</summary>
    public const ushort NamespaceIndex = 2;

    /// <summary>The first double.</summary>
    public const uint FirstId = 10_000;

    private readonly SerialLoop loop = new();
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource stopping = new();
    private readonly OpcUaServer server;
    private readonly VariableNode[] values;
    private readonly Timer ticks;
    private int round;

    /// <summary>Starts it.</summary>
    /// <param name="tags">Number of doubles.</param>
    /// <param name="tick">Time between changes.</param>
    /// <param name="delay">Time before the first change, so that many servers do not tick at once.</param>
    /// <param name="certificate">Its certificate; null for a server without protection.</param>
    public OpcUaBenchServer(int tags, TimeSpan tick, TimeSpan delay, ApplicationCertificate? certificate)
    {
        var space = new AddressSpace("urn:traininglab:bench", "urn:traininglab:bench:load");
        var folder = space.AddFolder(ObjectIds.ObjectsFolder, new NodeId(NamespaceIndex, "Load"), "Load");
        var (range, unit) = (new UaRange(0, 1e9), EUInformation.FromUneceCode("C62", "1")); // As a machine's tags have them.
        values = new VariableNode[tags];
        for (var i = 0; i < tags; i++)
            values[i] = space.AddVariable(folder.Id, new NodeId(NamespaceIndex, FirstId + (uint)i), $"Value{i}", BuiltInType.Double, new VariableOptions { InitialValue = (double)i, Range = range, Units = unit });
        var options = new OpcUaServerOptions
        {
            ApplicationName = "lab bench",
            Limits = new OpcUaLimits { MaxSessions = 100 },
            Security = certificate is null ? null : new ServerSecurity
            {
                Certificate = certificate,
                Store = new AnyCertificate(),
                Endpoints = [EndpointSecurity.None, new EndpointSecurity(SecurityPolicy.Basic256Sha256, MessageSecurityMode.SignAndEncrypt)],
                Rules = new CertificateRules { AcceptAll = true },
            },
        };
        server = new OpcUaServer(options, space, TimeProvider.System);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        loop.Post(_ => _ = AcceptAsync(), null);
        ticks = new Timer(_ => loop.Post(static self => ((OpcUaBenchServer)self!).Tick(), this), null, delay, tick);
    }

    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    public void Dispose()
    {
        ticks.Dispose();
        stopping.Cancel();
        listener.Dispose();
    }

    private void Tick()
    {
        round++;
        for (var i = 0; i < values.Length; i++)
            values[i].SetValue(i + (round / 10.0));
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync(stopping.Token);
                socket.NoDelay = true;
                _ = server.ServeAsync(new SocketPipe(socket), new OpcUaPeer("network", socket.RemoteEndPoint!.ToString()!, TimeProvider.System), stopping.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }
}
