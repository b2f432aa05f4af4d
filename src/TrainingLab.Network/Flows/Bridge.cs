using System.Buffers;
using System.IO.Pipelines;

namespace TrainingLab.Network.Flows;

/// <summary>Relays bytes between two transports until both directions have ended.</summary>
public static class Bridge
{
    /// <summary>
    /// Relays in both directions. An orderly end is passed on as one, per direction; a reset of either side aborts the other.
    /// </summary>
    /// <param name="abortOuter">Resets the outer side; null completes it.</param>
    public static async Task RelayAsync(
        IDuplexPipe outer, Action? abortOuter, IDuplexPipe inner, Action? abortInner, CancellationToken cancellationToken = default)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var inward = CopyAsync(outer.Input, inner.Output, ended);
        var outward = CopyAsync(inner.Input, outer.Output, ended);
        await Task.WhenAll(inward, outward);
        if (await inward && await outward)
            return;
        abortInner?.Invoke();
        await CompleteAsync(inner);
        abortOuter?.Invoke();
        await CompleteAsync(outer);
    }

    /// <summary>Takes what the outer side sends and answers nothing, until it gives up or the token fires.</summary>
    internal static async Task SilenceAsync(IDuplexPipe outer, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var read = await outer.Input.ReadAsync(cancellationToken);
                outer.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It gave up.
        }
    }

    internal static async Task CompleteAsync(IDuplexPipe transport)
    {
        await transport.Output.CompleteAsync();
        await transport.Input.CompleteAsync();
    }

    // True when the source ended in order, or nobody listens any more; false after a reset, and then the other direction is ended too.
    private static async Task<bool> CopyAsync(PipeReader source, PipeWriter target, CancellationTokenSource ended)
    {
        try
        {
            while (true)
            {
                var read = await source.ReadAsync(ended.Token);
                foreach (var part in read.Buffer)
                    target.Write(part.Span);
                source.AdvanceTo(read.Buffer.End);
                var flush = await target.FlushAsync(ended.Token);
                if (flush.IsCompleted || read.IsCompleted)
                {
                    await target.CompleteAsync();
                    await source.CompleteAsync();
                    return true;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
#pragma warning disable MA0042 // CancelAsync would run the callbacks on the thread pool, outside the factory's context.
            ended.Cancel();
#pragma warning restore MA0042
            return false;
        }
    }
}
