using System.Collections.Concurrent;
using System.Diagnostics;

namespace TrainingLab.Mqtt.Hosting;

/// <summary>
/// The serial context of a broker that stands alone. It has no thread: whoever posts first runs what is there, in place, until nothing is
/// left; whoever posts meanwhile only leaves its work. So a message that arrives on an idle broker is handled on the thread that received
/// it, without waking another one, and under load one thread works through everything. Whoever has run it for a few milliseconds hands it
/// over: the thread that sees which sockets are readable must not be kept by one that always is, or nobody else would be heard.
/// </summary>
public sealed class SerialLoop : SynchronizationContext, IThreadPoolWorkItem
{
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMilliseconds(4);

    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> queue = new();
    private int pending;

    /// <summary>Called with what escapes from the work; an exception here is a defect. Null: it ends the process, as anywhere else.</summary>
    public Action<Exception>? Failed { get; set; }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        queue.Enqueue((d, state));
        if (Interlocked.Increment(ref pending) == 1) Drain();
    }

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Goes on with what was handed over.</summary>
    void IThreadPoolWorkItem.Execute() => Drain();

    private void Drain()
    {
        var previous = Current;
        var begun = Stopwatch.GetTimestamp();
        SetSynchronizationContext(this);
        try
        {
            while (true)
            {
                queue.TryDequeue(out var next);
                try
                {
                    next.Callback(next.State);
                }
                catch (Exception failure) when (Failed is { } failed)
                {
                    failed(failure);
                }

                if (Interlocked.Decrement(ref pending) == 0) return;
                if (Stopwatch.GetElapsedTime(begun) < LongestTurn) continue;
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }
        }
        finally
        {
            SetSynchronizationContext(previous);
        }
    }
}
