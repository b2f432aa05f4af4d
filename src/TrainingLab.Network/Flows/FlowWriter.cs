using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace TrainingLab.Network.Flows;

/// <summary>The sending end of a direction: the pipe's writer, counting and, when somebody captures, remembering what is sent.</summary>
internal sealed class FlowWriter(FlowDirection direction, PipeWriter inner) : PipeWriter
{
    private Memory<byte> _memory;
    private int _unflushed;
    private bool _reset;

    public bool Completed { get; private set; }

    /// <summary>What was written since the last flush; only kept while a capture wants it.</summary>
    public List<byte>? Recording { get; set; }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed;

    /// <summary>Every flush from now on, also a pending one, reports completion.</summary>
    public void Reset()
    {
        _reset = true;
        if (!Completed)
            inner.CancelPendingFlush();
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _memory = inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        // After a reset nobody takes it, so it must not pile up: the same memory is handed out again.
        if (_reset)
            return;
        if (Recording is not null)
            Recording.AddRange(_memory.Span[..bytes]);
        _memory = _memory[bytes..];
        _unflushed += bytes;
        inner.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_reset)
            return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: true));
        if (_unflushed > 0)
        {
            var count = _unflushed;
            _unflushed = 0;
            direction.Commit(count, fin: false);
        }

        var flush = inner.FlushAsync(cancellationToken);
        return flush.IsCompletedSuccessfully ? new ValueTask<FlushResult>(flush.Result) : WaitAsync(flush);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    /// <summary>Ends the direction (FIN); with an exception the connection is reset.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (Completed)
            return;
        Completed = true;
        if (!_reset)
        {
            var count = _unflushed;
            _unflushed = 0;
            direction.Commit(count, fin: exception is null);
        }

        _memory = default;
        inner.Complete();
        if (exception is not null)
            direction.Abort();
        direction.SideCompleted();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FlushResult> WaitAsync(ValueTask<FlushResult> flush)
    {
        var result = await flush;
        return _reset ? new FlushResult(isCanceled: false, isCompleted: true) : result;
    }
}
