using System.Threading.Tasks.Sources;

namespace TrainingLab.Mqtt.Hosting;

/// <summary>
/// Whether one direction of a socket is ready, as its loop has seen. One waiter at a time, on any thread; it goes on on the loop's thread, in place if it began to wait there. Waiting allocates nothing.
/// </summary>
internal sealed class Readiness(SynchronizationContext loop) : IValueTaskSource
{
    private const int Unknown = 0;
    private const int Ready = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<bool> source;
    private volatile Exception? failure;
    private int state;

    /// <summary>The direction is ready, so far as is known. Whoever waits goes on, so only the loop calls it while somebody may.</summary>
    public void Set()
    {
        if (Interlocked.Exchange(ref state, Ready) == Waiting) source.SetResult(true);
    }

    /// <summary>Takes the readiness, if it is there. Whoever takes it tries the socket next, and sets it again if there may be more.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref state, Unknown, Ready) == Ready;

    /// <summary>Waits until it is ready; does not take it.</summary>
    /// <exception cref="Exception">What <see cref="End"/> was told.</exception>
    public ValueTask WaitAsync()
    {
        source.Reset();
        var before = Interlocked.CompareExchange(ref state, Waiting, Unknown);
        // Of this and the end, one sees the other.
        if (failure is { } ended && (before != Unknown || Interlocked.CompareExchange(ref state, Unknown, Waiting) == Waiting)) return ValueTask.FromException(ended);
        return before == Unknown ? new ValueTask(this, source.Version) : default;
    }

    /// <summary>Nobody can wait any more, and whoever does learns why. Only the loop calls it.</summary>
    public void End(Exception why)
    {
        failure ??= why;
        if (Interlocked.CompareExchange(ref state, Unknown, Waiting) == Waiting) source.SetException(why);
    }

    void IValueTaskSource.GetResult(short token) => source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        // The loop completes it, so who waits on the loop is there already.
        if (SynchronizationContext.Current == loop) flags &= ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext;
        source.OnCompleted(continuation, state, token, flags);
    }
}
