namespace TrainingLab.Simulation.Time;

/// <summary>
/// Wire time: wall time, for the timers of connections that come from outside (keep-alive, session timeout). Callbacks run as outside items of the
/// factory's scheduler; a disposed timer does not fire even when its callback was already posted.
/// </summary>
/// <param name="scheduler">Where callbacks run.</param>
/// <param name="wall">The wall clock; <see cref="TimeProvider.System"/> outside tests.</param>
public sealed class WireClock(SerialScheduler scheduler, TimeProvider wall) : TimeProvider
{
    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => wall.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => wall.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => wall.GetUtcNow();

    /// <inheritdoc/>
    public override long GetTimestamp() => wall.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new WireTimer(scheduler, callback, state);
        timer.Start(wall, dueTime, period);
        return timer;
    }

    private sealed class WireTimer(SerialScheduler scheduler, TimerCallback callback, object? state) : ITimer
    {
        private ITimer? system;
        private volatile bool disposed;

        public void Start(TimeProvider wall, TimeSpan dueTime, TimeSpan period)
        {
            // Started in two steps: a timer that fires at once must not see a half-made object.
            system = wall.CreateTimer(static self => ((WireTimer)self!).OnDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            system.Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => !disposed && system!.Change(dueTime, period);

        public void Dispose()
        {
            disposed = true;
            system!.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void OnDue() => scheduler.Post(static self => ((WireTimer)self!).Run(), this);

        private void Run()
        {
            if (!disposed)
                callback(state);
        }
    }
}
