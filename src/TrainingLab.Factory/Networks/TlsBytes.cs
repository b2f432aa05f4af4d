using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using TrainingLab.Simulation.Time;

namespace TrainingLab.Factory.Networks;

/// <summary>
/// The connection below a <see cref="PlantTls"/>: a stream that is read and written on the factory's turn only. A read that has to wait completes without a synchronization context, so that
/// whoever awaits it continues in place; a write never waits, <see cref="DrainAsync"/> does.
/// </summary>
internal sealed class TlsBytes(IDuplexPipe plant, SerialScheduler scheduler) : Stream, IValueTaskSource<int>
{
    private readonly ArrayBufferWriter<byte> outgoing = new();
    private ManualResetValueTaskSourceCore<int> reading;
    private Memory<byte> wanted;
    private TaskCompletionSource? drained;
    private bool isSending;
    private bool hasEnded;
    private bool isClosed;
    private bool isRefused;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Nothing more comes: a read that waits, and any later one, finds the end.</summary>
    public void End()
    {
        if (hasEnded)
            return;
        hasEnded = true;
        plant.Input.CancelPendingRead();
    }

    /// <summary>Waits until the plant's connection has taken what was written; false when it takes no more.</summary>
    public async ValueTask<bool> DrainAsync()
    {
        if (isSending)
            await (drained ??= new TaskCompletionSource()).Task;
        return !isRefused;
    }

    /// <summary>Closes the plant's connection.</summary>
    public async ValueTask CloseAsync()
    {
        if (isClosed)
            return;
        isClosed = true;
        await plant.Output.CompleteAsync();
        await plant.Input.CompleteAsync();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        RequireTurn();
        // A zero-byte read asks only to be told that something is there.
        if (TryTake(buffer) is { } taken)
            return ValueTask.FromResult(taken);
        wanted = buffer;
        reading.Reset();
        var version = reading.Version;
        // From an item of its own, with the factory's context: SslStream may be here without one.
        scheduler.Post(static bytes => _ = ((TlsBytes)bytes!).WaitAsync(), this);
        return new ValueTask<int>(this, version);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        RequireTurn();
        if (isRefused)
            return ValueTask.FromException(new IOException("The connection takes no more."));
        outgoing.Write(buffer.Span);
        if (isSending)
            return default;
        isSending = true;
        scheduler.Post(static bytes => _ = ((TlsBytes)bytes!).SendAsync(), this);
        return default;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
        // What is written goes by itself.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => reading.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => reading.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        reading.OnCompleted(continuation, state, token, flags);

    private async Task WaitAsync()
    {
        try
        {
            int? taken;
            while ((taken = TryTake(wanted)) is null)
            {
                var read = await plant.Input.ReadAsync(CancellationToken.None);
                plant.Input.AdvanceTo(read.Buffer.Start);
                if (read.Buffer.IsEmpty && (read.IsCompleted || read.IsCanceled))
                    hasEnded = true;
            }

            WithoutContext(() => reading.SetResult(taken.Value));
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException)
        {
            hasEnded = true;
            WithoutContext(() => reading.SetException(failure as IOException ?? new IOException(failure.Message, failure)));
        }
    }

    /// <summary>What is there already; null where nothing is and more may come.</summary>
    private int? TryTake(Memory<byte> buffer)
    {
        if (hasEnded || isClosed)
            return 0;
        if (!plant.Input.TryRead(out var read))
            return null;
        var count = (int)Math.Min(buffer.Length, read.Buffer.Length);
        read.Buffer.Slice(0, count).CopyTo(buffer.Span);
        plant.Input.AdvanceTo(read.Buffer.GetPosition(count));
        if (read.Buffer.IsEmpty && (read.IsCompleted || read.IsCanceled))
            hasEnded = true;
        return read.Buffer.IsEmpty && !hasEnded ? null : count;
    }

    private async Task SendAsync()
    {
        try
        {
            while (outgoing.WrittenCount > 0)
            {
                plant.Output.Write(outgoing.WrittenSpan);
                outgoing.Clear();
                if ((await plant.Output.FlushAsync(CancellationToken.None)).IsCompleted)
                    isRefused = true;
            }
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException)
        {
            isRefused = true;
        }

        isSending = false;
        var waiting = drained;
        drained = null;
        waiting?.SetResult();
    }

    private void RequireTurn()
    {
        if (!scheduler.CheckAccess())
            throw new InvalidOperationException("TLS has left the factory's turn.");
    }

    private static void WithoutContext(Action complete)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            complete();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
