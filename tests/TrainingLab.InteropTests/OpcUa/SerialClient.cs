using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using TrainingLab.OpcUa.Client;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>Our client over a socket, on a serial context of its own.</summary>
internal sealed class SerialClient : IAsyncDisposable
{
    private readonly SerialContext _context = new();
    private OpcUaClient _client = null!;

    private SerialClient()
    {
    }

    public static async Task<SerialClient> ConnectAsync(IPEndPoint server, CancellationToken cancellationToken)
    {
        var made = new SerialClient();
        await made._context.InvokeAsync(async () =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(server, cancellationToken);
            var stream = new NetworkStream(socket, ownsSocket: true);
            made._client = await OpcUaClient.ConnectAsync(
                new Ends(PipeReader.Create(stream), PipeWriter.Create(stream)), new OpcUaClientOptions { EndpointUrl = $"opc.tcp://{server}/" }, TimeProvider.System, cancellationToken);
            return true;
        });
        return made;
    }

    /// <summary>Does something with the client, on its context.</summary>
    public Task<T> InvokeAsync<T>(Func<OpcUaClient, Task<T>> action) => _context.InvokeAsync(() => action(_client));

    public async ValueTask DisposeAsync()
    {
        await _context.InvokeAsync(async () =>
        {
            await _client.DisposeAsync();
            return true;
        });
        _context.Dispose();
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
