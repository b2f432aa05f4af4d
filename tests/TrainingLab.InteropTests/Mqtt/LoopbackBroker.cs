using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using TrainingLab.Mqtt.Broker;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary>Our broker behind a real socket on a free port of the loopback address.</summary>
internal sealed class LoopbackBroker : IAsyncDisposable, IMqttBrokerObserver
{
    private readonly HashSet<string> subscribed = new(StringComparer.Ordinal);
    private readonly List<(string Filter, TaskCompletionSource Done)> waiting = [];
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly List<Task> serving = [];
    private readonly Task accepting;

    /// <summary>Listens.</summary>
    /// <param name="options">The broker's; its defaults by default.</param>
    /// <param name="observer">Sees what clients do, in place of <see cref="SubscribedAsync(string)"/>.</param>
    public LoopbackBroker(MqttBrokerOptions? options = null, IMqttBrokerObserver? observer = null)
    {
        Broker = new MqttBroker(options ?? new MqttBrokerOptions(), TimeProvider.System, observer ?? this);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync();
    }

    public MqttBroker Broker { get; }

    public int Port { get; }

    /// <summary>Complete when somebody has subscribed the filter.</summary>
    public async Task SubscribedAsync(string filter)
    {
        if (subscribed.Contains(filter)) return;
        var done = new TaskCompletionSource();
        waiting.Add((filter, done));
        await done.Task;
        // The observer is told before the subscription takes effect; one turn later it has.
        await Task.Yield();
    }

    ValueTask IMqttBrokerObserver.SubscribedAsync(MqttClientIdentity client, IReadOnlyList<MqttSubscribeResult> results)
    {
        foreach (var result in results)
        {
            subscribed.Add(result.Filter);
            foreach (var (_, done) in waiting.FindAll(w => w.Filter == result.Filter)) done.TrySetResult();
        }
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        stopping.Cancel();
        listener.Stop();
        await accepting;
        await Task.WhenAll(serving);
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) serving.Add(ServeAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient socket)
    {
        using (socket)
        {
            var peer = new MqttPeer("loopback", socket.Client.RemoteEndPoint!.ToString()!, null, TimeProvider.System);
            await Broker.ServeAsync(new SocketPipe(socket), peer, stopping.Token);
        }
    }
}

/// <summary>A socket as a pipe.</summary>
internal sealed class SocketPipe : IDuplexPipe
{
    public SocketPipe(TcpClient socket)
    {
        socket.NoDelay = true;
        Input = PipeReader.Create(socket.GetStream());
        Output = PipeWriter.Create(socket.GetStream());
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <summary>Connects to a port of the loopback address.</summary>
    public static async ValueTask<IDuplexPipe> ConnectAsync(int port, CancellationToken cancellation)
    {
        var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return new SocketPipe(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
