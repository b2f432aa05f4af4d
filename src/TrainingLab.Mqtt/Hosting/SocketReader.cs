using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace TrainingLab.Mqtt.Hosting;

/// <summary>
/// Reads a socket into one piece of memory, so that a packet is never in two. A connection that is silent keeps <see cref="SmallSize"/>
/// bytes; one that has filled them reads up to <see cref="LargeSize"/> at a time until it is silent again. Cancelling is final.
/// </summary>
internal sealed class SocketReader(Socket socket, Stream stream) : PipeReader
{
    private const int SmallSize = 256;
    private const int LargeSize = 64 * 1024;

    private readonly CancellationTokenSource cancelled = new();
    private byte[]? small;
    private byte[]? large;
    private int start;
    private int end;
    private bool examined = true;
    private bool completed;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (TryRead(out var result)) return new(result);
        var buffer = Room();
        ValueTask<int> receiving;
        try
        {
            receiving = stream.ReadAsync(buffer.AsMemory(end), cancelled.Token);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            completed = true;
            return new(Result());
        }
        if (!receiving.IsCompletedSuccessfully) return Slow(receiving);
        Received(receiving.Result);
        return new(Result());
    }

    public override bool TryRead(out ReadResult result)
    {
        result = default;
        if (examined && !completed && !cancelled.IsCancellationRequested) return false;
        result = Result();
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        start = consumed.GetInteger();
        this.examined = examined.GetInteger() == end;
        if (start < end) return;
        start = end = 0;
        this.examined = true;
    }

    public override void CancelPendingRead() => cancelled.Cancel();

    public override void Complete(Exception? exception = null)
    {
        if (large is not null) ArrayPool<byte>.Shared.Return(large);
        large = small = null;
        start = end = 0;
        completed = true;
        cancelled.Dispose();
        stream.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> Slow(ValueTask<int> receiving)
    {
        try
        {
            Received(await receiving);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or ObjectDisposedException)
        {
            completed = !cancelled.IsCancellationRequested;
        }
        return Result();
    }

    private void Received(int count)
    {
        if (count == 0) completed = true;
        end += count;
        examined = false;
    }

    private ReadResult Result()
    {
        var buffer = large ?? small;
        var bytes = buffer is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(buffer, 0, end).Slice(start);
        return new(bytes, cancelled.IsCancellationRequested, completed);
    }

    /// <summary>The buffer, with room behind <see cref="end"/>.</summary>
    private byte[] Room()
    {
        var buffer = large ?? (small ??= new byte[SmallSize]);
        if (start == end && large is not null && end == 0 && socket.Available == 0)
        {
            // Nothing more for now: what a silent connection holds is little.
            ArrayPool<byte>.Shared.Return(large);
            large = null;
            return small ??= new byte[SmallSize];
        }
        if (end < buffer.Length) return buffer;
        var used = end - start;
        // A packet longer than the buffer: the limit on its size was checked when its header came.
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(LargeSize, used * 2));
        buffer.AsSpan(start, used).CopyTo(larger);
        if (large is not null) ArrayPool<byte>.Shared.Return(large);
        large = larger;
        start = 0;
        end = used;
        return larger;
    }
}
