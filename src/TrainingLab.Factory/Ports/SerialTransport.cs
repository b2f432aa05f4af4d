using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using TrainingLab.Simulation.Time;

namespace TrainingLab.Factory.Ports;

/// <summary>A socket's transport for use inside a factory: whoever awaits it continues on the factory's turn.</summary>
/// <remarks>
/// A socket's own pipes continue where the socket was served, whatever context awaits them. From there the factory's turn is entered in place: when the factory is idle, what a
/// client has sent is answered on the thread that received it.
/// </remarks>
internal sealed class SerialTransport(IDuplexPipe socket, SerialScheduler scheduler) : IDuplexPipe
{
    public PipeReader Input { get; } = new Reader(socket.Input, scheduler);

    public PipeWriter Output { get; } = new Writer(socket.Output, scheduler);

    /// <summary>One operation at a time that ends elsewhere, and goes on on the factory's turn. Waiting for it allocates nothing.</summary>
    private sealed class Entry<T> : IValueTaskSource<T>
    {
        private readonly Action ended;
        private ManualResetValueTaskSourceCore<T> core;
        private ValueTask<T> operation;

        public Entry(SerialScheduler scheduler) => ended = () => scheduler.PostInPlace(static self => ((Entry<T>)self!).Enter(), this);

        public ValueTask<T> Await(ValueTask<T> running)
        {
            if (running.IsCompletedSuccessfully)
                return running;
            core.Reset();
            operation = running;
            running.GetAwaiter().UnsafeOnCompleted(ended);
            return new ValueTask<T>(this, core.Version);
        }

        T IValueTaskSource<T>.GetResult(short token) => core.GetResult(token);

        ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => core.GetStatus(token);

        void IValueTaskSource<T>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            core.OnCompleted(continuation, state, token, flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext); // It ends on the factory's turn, where the caller is at home.

        private void Enter()
        {
            try
            {
                core.SetResult(operation.GetAwaiter().GetResult());
            }
#pragma warning disable CA1031 // it belongs to whoever awaits
            catch (Exception e)
#pragma warning restore CA1031
            {
                core.SetException(e);
            }
        }
    }

    private sealed class Reader(PipeReader inner, SerialScheduler scheduler) : PipeReader
    {
        private readonly Entry<ReadResult> entry = new(scheduler);

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => entry.Await(inner.ReadAsync(cancellationToken));

        public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }

    private sealed class Writer(PipeWriter inner, SerialScheduler scheduler) : PipeWriter
    {
        private readonly Entry<FlushResult> entry = new(scheduler);

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => entry.Await(inner.FlushAsync(cancellationToken));

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
