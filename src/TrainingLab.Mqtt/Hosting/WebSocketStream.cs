using System.Net.WebSockets;

namespace TrainingLab.Mqtt.Hosting;

/// <summary>
/// The binary frames of a WebSocket as one stream of bytes (§6): a frame may hold part of a packet or several; a text frame ends the connection.
/// A read that is cancelled while it waits with an empty buffer leaves the socket as it is, so that last words can still be sent; every other one ends it.
/// </summary>
internal sealed class WebSocketStream(WebSocket socket, TimeProvider time) : TransportStream
{
    /// <summary>For a Close frame to be taken by a peer.</summary>
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(2);

    private WebSocketCloseStatus goodbye = WebSocketCloseStatus.NormalClosure;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var received = buffer.IsEmpty ? await WaitAsync(cancellationToken) : await socket.ReceiveAsync(buffer, cancellationToken);
            switch (received.MessageType)
            {
                case WebSocketMessageType.Close:
                    return 0;
                case WebSocketMessageType.Text:
                    goodbye = WebSocketCloseStatus.InvalidMessageType;
                    throw new IOException("A text frame [MQTT-6.0.0-1].");
                default:
                    // An empty frame is no end, and an empty buffer only waits.
                    if (received.Count > 0 || buffer.IsEmpty) return received.Count;
                    break;
            }
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        socket.SendAsync(buffer, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);

    /// <summary>Says goodbye by a Close frame, if the peer takes it.</summary>
    public override async ValueTask DisposeAsync()
    {
        try
        {
            using var timeout = new CancellationTokenSource(ClosingTime, time);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(goodbye, statusDescription: null, timeout.Token);
        }
        catch (Exception failure) when (failure is IOException or WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Whoever is gone needs no goodbye.
        }

        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) socket.Dispose();
        base.Dispose(disposing);
    }

    // The receiving itself is not cancelled, because a WebSocket takes that for its end; nothing is lost when nobody waits for it any more, as there is no buffer.
    private Task<ValueWebSocketReceiveResult> WaitAsync(CancellationToken cancellationToken) =>
        socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).AsTask().WaitAsync(cancellationToken);
}
