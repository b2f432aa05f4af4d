namespace TrainingLab.Tests.Simulation.Time;

/// <summary>A wall clock that moves only when a test says so. Timers fire on the thread that moves it.</summary>
internal sealed class ManualWall : TimeProvider
{
    private readonly List<WallTimer> timers = [];

    public TimeSpan Elapsed { get; private set; }

    /// <summary>How often any timer has fired.</summary>
    public int Fired { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Elapsed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new WallTimer(this, () => callback(state));
        timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the wall clock, firing each timer at its time; after each firing <paramref name="afterEach"/> runs.</summary>
    public void Advance(TimeSpan span, Action? afterEach = null)
    {
        var target = Elapsed + span;
        while (timers.Where(timer => timer.Due <= target).MinBy(timer => timer.Due) is { } next)
        {
            Elapsed = next.Due > Elapsed ? next.Due.Value : Elapsed;
            next.Due = null;
            Fired++;
            next.Fire();
            afterEach?.Invoke();
        }
        Elapsed = target;
    }

    /// <summary>Moves the wall clock without letting timers fire: a machine that was suspended.</summary>
    public void Sleep(TimeSpan span) => Elapsed += span;

    private sealed class WallTimer(ManualWall wall, Action fire) : ITimer
    {
        public TimeSpan? Due { get; set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal(Timeout.InfiniteTimeSpan, period);
            Due = dueTime == Timeout.InfiniteTimeSpan ? null : wall.Elapsed + dueTime;
            return true;
        }

        public void Dispose() => Due = null;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
