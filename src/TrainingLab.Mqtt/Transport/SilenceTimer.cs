namespace TrainingLab.Mqtt.Transport;

/// <summary>
/// Calls back once when nothing was heard for longer than allowed. Hearing something only notes the time; the timer looks when it is due
/// and waits for the rest, so a busy connection costs no timer changes.
/// </summary>
internal sealed class SilenceTimer : IDisposable
{
    private static readonly SendOrPostCallback Look = static state => ((SilenceTimer)state!).Check();

    // A timer of real time fires on a pool thread; what follows belongs to the context on which this was made.
    private readonly SynchronizationContext? context = SynchronizationContext.Current;
    private readonly TimeProvider time;
    private readonly Action silent;
    private readonly ITimer timer;
    private TimeSpan allowed;
    private long lastHeard;
    private bool disposed;

    public SilenceTimer(TimeProvider time, Action silent)
    {
        this.time = time;
        this.silent = silent;
        timer = time.CreateTimer(static state => ((SilenceTimer)state!).OnDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Starts over, with another allowance; zero allows any silence.</summary>
    public void Allow(TimeSpan silence)
    {
        if (disposed) return;
        allowed = silence;
        Heard();
        timer.Change(silence > TimeSpan.Zero ? silence : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Something was heard now.</summary>
    public void Heard() => lastHeard = time.GetTimestamp();

    public void Dispose()
    {
        disposed = true;
        timer.Dispose();
    }

    private void OnDue()
    {
        if (context is null || context == SynchronizationContext.Current) Check();
        else context.Post(Look, this);
    }

    private void Check()
    {
        if (disposed || allowed <= TimeSpan.Zero) return;
        var left = allowed - time.GetElapsedTime(lastHeard);
        if (left > TimeSpan.Zero) timer.Change(left, Timeout.InfiniteTimeSpan);
        else silent();
    }
}
