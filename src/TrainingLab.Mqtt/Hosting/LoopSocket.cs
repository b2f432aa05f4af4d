using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace TrainingLab.Mqtt.Hosting;

/// <summary>
/// A connected socket of a <see cref="SocketLoop"/> as a stream: a read is one receive where something is there, and none where nothing is. One reader and one writer at a time; cancelling is final.
/// Failures of the network are an <see cref="IOException"/>.
/// </summary>
internal sealed class LoopSocket : Stream
{
    private readonly Socket socket;
    private readonly Readiness readable;
    private readonly Readiness writable;
    private volatile bool peerClosed;
    private int disposed;

    /// <summary>Takes the socket over.</summary>
    public LoopSocket(SocketLoop loop, Socket socket, long number)
    {
        Loop = loop;
        Number = number;
        this.socket = socket;
        readable = new Readiness(loop);
        writable = new Readiness(loop);
        socket.Blocking = false;
    }

    /// <summary>The loop that sees it.</summary>
    public SocketLoop Loop { get; }

    /// <summary>Its number there.</summary>
    public long Number { get; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The loop has seen what it is ready for.</summary>
    public void See(EpollEvents events)
    {
        // The end of the peer's bytes is told once, perhaps before they are read.
        if ((events & (EpollEvents.PeerClosed | EpollEvents.HangUp | EpollEvents.Error)) != 0) peerClosed = true;
        if ((events & ~EpollEvents.Out) != 0) readable.Set();
        if ((events & ~(EpollEvents.In | EpollEvents.PeerClosed)) != 0) writable.Set();
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        !buffer.IsEmpty && TryReceive(buffer.Span, out var count) ? new(count) : ReceiveAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var sent = Send(buffer.Span);
        return sent == buffer.Length ? default : SendAsync(buffer[sent..], cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (!disposing || Interlocked.Exchange(ref disposed, 1) != 0) return;
        socket.Dispose();
        Loop.Forget(this);
    }

    /// <summary>Whoever waits for it learns why nothing comes any more. Only the loop calls it.</summary>
    public void End(Exception why)
    {
        readable.End(why);
        writable.End(why);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        using var cancelling = cancellation.UnsafeRegister(static socket => ((LoopSocket)socket!).Cancel(reading: true), this);
        while (true)
        {
            await readable.WaitAsync();
            if (buffer.IsEmpty) return 0;
            if (TryReceive(buffer.Span, out var count)) return count;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation)
    {
        using var cancelling = cancellation.UnsafeRegister(static socket => ((LoopSocket)socket!).Cancel(reading: false), this);
        while (!buffer.IsEmpty)
        {
            await writable.WaitAsync();
            buffer = buffer[Send(buffer.Span)..];
        }
    }

    private void Cancel(bool reading) => Loop.Post(static direction => ((Readiness)direction!).End(new OperationCanceledException()), reading ? readable : writable);

    private bool TryReceive(Span<byte> buffer, out int count)
    {
        count = 0;
        if (!readable.TryTake()) return false;
        count = socket.Receive(buffer, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock) return false;
        if (error != SocketError.Success) throw Failure(error);
        // A stream that has given less than there was room for is empty (epoll(7)); what comes later is seen.
        if (count == buffer.Length || peerClosed) readable.Set();
        return true;
    }

    /// <summary>Sends what the system takes.</summary>
    private int Send(ReadOnlySpan<byte> buffer)
    {
        var sent = 0;
        while (sent < buffer.Length)
        {
            writable.TryTake();
            var count = socket.Send(buffer[sent..], SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock) break;
            if (error != SocketError.Success) throw Failure(error);
            sent += count;
        }
        return sent;
    }

    private static IOException Failure(SocketError error) => new(null, new SocketException((int)error));
}
