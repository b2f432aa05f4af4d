using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>A server of ours behind a socket on 127.0.0.1, on a serial context of its own.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _connections = [];
    private Task _accepting = Task.CompletedTask;

    private LoopbackServer()
    {
    }

    public SerialContext Context { get; } = new();

    public OpcUaServer Server { get; private set; } = null!;

    public string Url => $"opc.tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    public static async Task<LoopbackServer> StartAsync(Func<OpcUaServer> create)
    {
        var loopback = new LoopbackServer();
        loopback._listener.Start();
        await loopback.Context.InvokeAsync(() =>
        {
            loopback.Server = create();
            loopback._accepting = loopback.AcceptAsync();
        });
        return loopback;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await Context.InvokeAsync(async () =>
        {
            await _accepting;
            await Server.CloseAsync();
            await Task.WhenAll(_connections);
            return true;
        });
        Context.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                socket.NoDelay = true;
                _connections.RemoveAll(static c => c.IsCompleted);
                _connections.Add(ServeAsync(socket));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        var peer = new OpcUaPeer("workstation", socket.RemoteEndPoint!.ToString()!, TimeProvider.System);
        await Server.ServeAsync(new DuplexPipe(PipeReader.Create(stream), PipeWriter.Create(stream)), peer, _stop.Token);
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
