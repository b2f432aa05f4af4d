using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace TrainingLab.Mqtt.Hosting;

/// <summary>Collects bytes in one piece of memory and sends them with one call at each flush; between flushes it keeps none. Cancelling is final.</summary>
internal sealed class SocketWriter(Socket socket, Stream stream) : PipeWriter
{
    private const int FirstSize = 4096;

    private readonly CancellationTokenSource cancelled = new();
    private byte[]? buffer;
    private int length;
    private bool completed;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return buffer.AsMemory(length);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return buffer.AsSpan(length);
    }

    public override void Advance(int bytes) => length += bytes;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (length == 0 || completed) return new(new FlushResult(cancelled.IsCancellationRequested, completed));
        ValueTask sending;
        try
        {
            sending = stream.WriteAsync(buffer.AsMemory(0, length), cancelled.Token);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            completed = true;
            return new(new FlushResult(isCanceled: false, isCompleted: true));
        }
        if (!sending.IsCompletedSuccessfully) return Slow(sending);
        Sent();
        return new(default(FlushResult));
    }

    public override void CancelPendingFlush() => cancelled.Cancel();

    public override void Complete(Exception? exception = null)
    {
        Sent();
        cancelled.Dispose();
        try
        {
            if (!completed) socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The peer was quicker.
        }
        completed = true;
    }

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        if (!completed && !cancelled.IsCancellationRequested) await FlushAsync();
        Complete(exception);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FlushResult> Slow(ValueTask sending)
    {
        try
        {
            await sending;
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or ObjectDisposedException)
        {
            completed = true;
        }
        Sent();
        return new FlushResult(cancelled.IsCancellationRequested, completed);
    }

    private void Sent()
    {
        if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        buffer = null;
        length = 0;
    }

    private void Reserve(int sizeHint)
    {
        if (buffer is null)
        {
            buffer = ArrayPool<byte>.Shared.Rent(Math.Max(FirstSize, sizeHint));
            return;
        }
        if (buffer.Length - length >= Math.Max(1, sizeHint)) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, length + sizeHint));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
