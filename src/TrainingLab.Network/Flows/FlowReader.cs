using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace TrainingLab.Network.Flows;

/// <summary>The receiving end of a direction: the pipe's reader behind the gate.</summary>
internal sealed class FlowReader(FlowDirection direction, PipeReader inner) : PipeReader
{
    private ReadOnlySequence<byte> _last;
    private long _examined;
    private bool _reset;

    public bool Completed { get; private set; }

    /// <summary>Every read from now on, also a pending one, throws.</summary>
    public void Reset()
    {
        _reset = true;
        if (!Completed)
            inner.CancelPendingRead();
        direction.Signal();
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfReset();
        if (!direction.Gated && inner.TryRead(out var result))
            return new ValueTask<ReadResult>(Seen(result));
        return ReadGatedAsync(cancellationToken);
    }

    public override bool TryRead(out ReadResult result)
    {
        ThrowIfReset();
        if (!inner.TryRead(out result))
            return false;
        if (!direction.Gated)
        {
            Seen(result);
            return true;
        }

        return TryShow(result, out result);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _examined = consumed.Equals(examined) ? 0 : _last.Slice(consumed, examined).Length;
        _last = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead()
    {
        inner.CancelPendingRead();
        direction.Signal();
    }

    public override void Complete(Exception? exception = null)
    {
        if (Completed)
            return;
        Completed = true;
        inner.Complete();
        direction.SideCompleted();
    }

    // The base class continues off the context in the following three; inside a factory that is not allowed.
    protected override async ValueTask<ReadResult> ReadAtLeastAsyncCore(int minimumSize, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await ReadAsync(cancellationToken);
            if (result.Buffer.Length >= minimumSize || result.IsCompleted || result.IsCanceled)
                return result;
            AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    public override async Task CopyToAsync(PipeWriter destination, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var result = await ReadAsync(cancellationToken);
            foreach (var part in result.Buffer)
                destination.Write(part.Span);
            AdvanceTo(result.Buffer.End);
            var flush = await destination.FlushAsync(cancellationToken);
            if (result.IsCompleted || result.IsCanceled || flush.IsCompleted)
                return;
        }
    }

    public override async Task CopyToAsync(Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        while (true)
        {
            var result = await ReadAsync(cancellationToken);
            foreach (var part in result.Buffer)
                await destination.WriteAsync(part, cancellationToken);
            AdvanceTo(result.Buffer.End);
            if (result.IsCompleted || result.IsCanceled)
                return;
        }
    }

    // This builder posts its caller's continuation to the caller's context, it never runs it inside a writer's flush.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ReadGatedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!direction.Gated)
            {
                var result = await inner.ReadAsync(cancellationToken);
                ThrowIfReset();
                // The gate may have closed since this read began; then what came through is looked at again.
                if (!direction.Gated)
                    return Seen(result);
                if (TryShow(result, out var visible))
                    return visible;
            }
            else if (inner.TryRead(out var result) && TryShow(result, out var visible))
                return visible;

            if (direction.Gated)
                await direction.ChangedAsync(cancellationToken);
            ThrowIfReset();
        }
    }

    private bool TryShow(in ReadResult result, out ReadResult visible)
    {
        if (direction.Look(result, _examined, out visible))
        {
            _last = visible.Buffer;
            return true;
        }

        // Unread: what was examined before stays examined, a pipe does not let it go back.
        inner.AdvanceTo(result.Buffer.Start, result.Buffer.GetPosition(_examined));
        return false;
    }

    private ReadResult Seen(in ReadResult result)
    {
        _last = result.Buffer;
        return result;
    }

    private void ThrowIfReset()
    {
        if (_reset)
            throw new ConnectionResetException();
    }
}
