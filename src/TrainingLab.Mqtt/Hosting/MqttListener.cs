using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using TrainingLab.Mqtt.Broker;

namespace TrainingLab.Mqtt.Hosting;

/// <summary>
/// Accepts connections from outside for a broker: TCP, TLS, WebSocket and secure WebSocket. Create and use it on the broker's context, as a
/// rule a <see cref="SerialLoop"/>.
/// </summary>
public sealed class MqttListener : IAsyncDisposable
{
    /// <summary>Connections that the system may have accepted before we ask for them.</summary>
    private const int Backlog = 512;

    /// <summary>Connections taken before others on this context get their turn.</summary>
    private const int AcceptsPerTurn = 8;

    private readonly MqttBroker broker;
    private readonly MqttListenerOptions options;
    private readonly TimeProvider time;
    private readonly TlsServer? tls;
    private readonly Socket socket;
    private readonly CancellationTokenSource stopping = new();
    private readonly HashSet<Task> serving = [];
    private readonly Task accepting;
    private int handshakes;

    /// <summary>Begins to listen.</summary>
    /// <exception cref="SocketException">The address or port cannot be used.</exception>
    public MqttListener(MqttBroker broker, MqttListenerOptions options, TimeProvider time)
    {
        this.broker = broker;
        this.options = options;
        this.time = time;
        tls = options.Tls is { } secure ? new TlsServer(secure) : null;
        socket = new Socket(options.Endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(options.Endpoint);
            socket.Listen(Backlog);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        accepting = AcceptAsync();
    }

    /// <summary>Where it is reached, with the port that was taken.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)socket.LocalEndPoint!;

    /// <summary>Ends every connection, telling clients of MQTT 5 that the server shuts down, and listens no more.</summary>
    public async ValueTask DisposeAsync()
    {
        stopping.Cancel();
        socket.Dispose();
        await accepting;
        await Task.WhenAll(serving.ToList());
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        for (var taken = 1; !stopping.IsCancellationRequested; taken++)
        {
            if (taken % AcceptsPerTurn == 0) await Task.Yield();
            Socket accepted;
            try
            {
                accepted = await socket.AcceptAsync(stopping.Token);
            }
            catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // The peer has gone already, or the process has no file handles left for it; those that are there go on.
                await Task.Delay(TimeSpan.FromMilliseconds(50), time);
                continue;
            }
            var serve = ServeAsync(accepted);
            if (serve.IsCompleted) continue;
            serving.Add(serve);
            _ = ForgetAsync(serve);
        }
    }

    private async Task ForgetAsync(Task serve)
    {
        await serve;
        serving.Remove(serve);
    }

    private async Task ServeAsync(Socket accepted)
    {
        using (accepted)
        {
            try
            {
                accepted.NoDelay = true;
                var address = accepted.RemoteEndPoint!;
                await using var stream = SocketPipe.StreamOf(accepted);
                var (transport, user, above) = await OpenAsync(accepted, stream, address);
                if (transport is null) return;
                var peer = new MqttPeer("network", address.ToString()!, Account: null, time) { CertifiedUser = user };
                await broker.ServeAsync(transport, peer, stopping.Token);
                if (above is not null) await above.DisposeAsync();
            }
            catch (Exception failure) when (failure is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException or System.Net.WebSockets.WebSocketException)
            {
                // No handshake, no connection: a port scanner, a wrong certificate, a peer that went away.
            }
        }
    }

    private async Task<(IDuplexPipe? Transport, string? User, Stream? Above)> OpenAsync(Socket accepted, Stream socketStream, EndPoint from)
    {
        if (tls is null && !options.WebSocket) return (new SocketPipe(accepted, socketStream), null, null);
        if (handshakes >= broker.Options.Limits.MaxConnections) return default;
        handshakes++;
        try
        {
            return await ShakeHandsAsync(socketStream);
        }
        catch (AuthenticationException failure)
        {
            options.HandshakeFailed?.Invoke(from, failure);
            throw;
        }
        finally
        {
            handshakes--;
        }
    }

    private async Task<(IDuplexPipe? Transport, string? User, Stream? Above)> ShakeHandsAsync(Stream socketStream)
    {
        using var timeout = new CancellationTokenSource(broker.Options.Limits.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping.Token);
        var fair = new FairStream(socketStream, CpuOffload.Slots);
        Stream stream = fair;
        string? user = null;
        if (tls is not null)
        {
            fair.BeginHandshake();
            (stream, user) = await tls.AcceptAsync(fair, either.Token);
            fair.EndHandshake();
        }
        if (options.WebSocket)
        {
            if (await WebSocketUpgrade.AcceptAsync(stream, either.Token) is not { } webSocket)
            {
                await stream.DisposeAsync();
                return default;
            }
            stream = new WebSocketStream(webSocket, time);
        }
        return (new StreamPipe(stream), user, stream);
    }
}
