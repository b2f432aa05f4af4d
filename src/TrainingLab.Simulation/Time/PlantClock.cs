namespace TrainingLab.Simulation.Time;

/// <summary>
/// Plant time of one factory: an epoch plus elapsed time. It drives processes and everything that waits inside the plant; it moves only from due
/// timer to due timer, and only when the factory is quiet. Timer callbacks run as items of the factory's <see cref="SerialScheduler"/>.
/// </summary>
/// <remarks>
/// Timers due at the same instant fire in the order in which they were created, so re-arming one or loading a snapshot does not change the order.
/// Reading the time is safe on any thread; a timer created or changed on a foreign thread is armed as an outside item.
/// </remarks>
public sealed class PlantClock : TimeProvider
{
    private readonly TimerHeap timers = new();
    private readonly List<(TimeSpan At, TaskCompletionSource Completion)> waiting = [];
    private readonly Lock waitingGate = new();
    private long elapsedTicks;
    private long targetTicks;
    private long created;
    private Pace? pace;
    private volatile bool paceAsked;

    /// <summary>Makes the clock of a factory.</summary>
    /// <param name="scheduler">The factory's scheduler; it has exactly one plant clock.</param>
    /// <param name="epoch">Plant time at <see cref="Elapsed"/> zero, kept in UTC.</param>
    /// <param name="elapsed">Where to start: zero, or the instant of a snapshot.</param>
    public PlantClock(SerialScheduler scheduler, DateTimeOffset epoch, TimeSpan elapsed = default)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        ArgumentOutOfRangeException.ThrowIfLessThan(elapsed, TimeSpan.Zero);
        if (scheduler.Clock is not null)
            throw new InvalidOperationException("The scheduler already has a plant clock.");
        Scheduler = scheduler;
        Epoch = epoch.ToUniversalTime();
        elapsedTicks = targetTicks = elapsed.Ticks;
        scheduler.Clock = this;
    }

    /// <summary>The factory's scheduler, on which timer callbacks run.</summary>
    public SerialScheduler Scheduler { get; }

    /// <summary>Plant time at <see cref="Elapsed"/> zero.</summary>
    public DateTimeOffset Epoch { get; }

    /// <summary>Plant time since the epoch.</summary>
    public TimeSpan Elapsed => new(Volatile.Read(ref elapsedTicks));

    /// <summary>UTC: what a plant does must not depend on where the host stands.</summary>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Ticks of 100 ns.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>When the next timer is due, or null when none is armed. Only on the factory's turn or when it is quiet.</summary>
    public TimeSpan? NextDue => timers.First?.Due;

    internal TimeSpan Target => new(Volatile.Read(ref targetTicks));

    /// <summary>How plant time follows wall time; null while it is frozen, stepped or run at full speed.</summary>
    internal Pace? Pace
    {
        get => Volatile.Read(ref pace);
        set => Volatile.Write(ref pace, value);
    }

    /// <summary>Told each time the factory has become quiet, on its turn, with the next due time.</summary>
    internal Action<TimeSpan?>? Quiet { get; set; }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Epoch + Elapsed;

    /// <inheritdoc/>
    public override long GetTimestamp() => Volatile.Read(ref elapsedTicks);

    /// <summary>A timer on plant time. A period of zero or infinite means once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative span other than <see cref="Timeout.InfiniteTimeSpan"/>.</exception>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new PlantTimer(this, callback, state, Interlocked.Increment(ref created));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// Moves plant time to <paramref name="elapsed"/> on the calling thread: to each due timer in turn, running the factory until quiet after each.
    /// A time in the past only runs the factory until quiet.
    /// </summary>
    /// <exception cref="InvalidOperationException">Called from inside the factory.</exception>
    public void AdvanceTo(TimeSpan elapsed)
    {
        if (Scheduler.CheckAccess())
            throw new InvalidOperationException("Plant time cannot be moved from inside the plant.");
        RaiseTarget(elapsed);
        Scheduler.RequestTime();
        Scheduler.Drain();
    }

    /// <summary><see cref="AdvanceTo"/> the present plus <paramref name="span"/>.</summary>
    public void AdvanceBy(TimeSpan span) => AdvanceTo(Elapsed + span);

    /// <summary>Like <see cref="AdvanceTo"/>, on a pool thread.</summary>
    /// <param name="elapsed">Where to go.</param>
    /// <param name="cancellationToken">Stops plant time where it is, after the timer that is being run.</param>
    public async Task AdvanceToAsync(TimeSpan elapsed, CancellationToken cancellationToken = default)
    {
        var completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (waitingGate)
            waiting.Add((elapsed, completion));
        RaiseTarget(elapsed);
        Scheduler.RequestTime();
        await using var registration = cancellationToken.UnsafeRegister(
            (_, token) =>
            {
                Volatile.Write(ref targetTicks, 0);
                completion.TrySetCanceled(token);
            },
            state: null);
        await completion.Task;
    }

    internal void RaiseTarget(TimeSpan target)
    {
        var wanted = target.Ticks;
        var seen = Volatile.Read(ref targetTicks);
        while (wanted > seen)
        {
            var found = Interlocked.CompareExchange(ref targetTicks, wanted, seen);
            if (found == seen)
                return;
            seen = found;
        }
    }

    /// <summary>The plant time at which an outside item enters: the present.</summary>
    internal TimeSpan AdmissionTime() => Max(Elapsed, PacedNow() ?? Elapsed);

    /// <summary>Asks for the time to be brought up to where the pace says it should be. Any thread.</summary>
    internal void AskPace()
    {
        paceAsked = true;
        Scheduler.RequestTime();
    }

    /// <summary>Raises the target as far as wall time has come, if that was asked for.</summary>
    internal void FollowPace()
    {
        if (!paceAsked)
            return;
        paceAsked = false;
        if (PacedNow() is { } now)
            RaiseTarget(now);
    }

    internal void Abandon()
    {
        lock (waitingGate)
        {
            foreach (var (_, completion) in waiting)
                completion.TrySetException(new ObjectDisposedException(nameof(SerialScheduler)));
            waiting.Clear();
        }
    }

    /// <summary>Takes the first timer due by <paramref name="limit"/>, and moves the time to it.</summary>
    internal PlantTimer? TakeDue(TimeSpan limit)
    {
        if (timers.First is not { } timer || timer.Due > Max(limit, Elapsed))
            return null;
        if (timer.Due > Elapsed)
            Volatile.Write(ref elapsedTicks, timer.Due.Ticks);
        timers.Remove(timer);
        return timer;
    }

    /// <summary>Moves the time to <paramref name="instant"/>, up to which no timer is due.</summary>
    internal void Reach(TimeSpan instant)
    {
        if (instant > Elapsed)
            Volatile.Write(ref elapsedTicks, instant.Ticks);
        lock (waitingGate)
        {
            for (var i = waiting.Count - 1; i >= 0; i--)
            {
                if (waiting[i].At > Elapsed)
                    continue;
                waiting[i].Completion.TrySetResult();
                waiting.RemoveAt(i);
            }
        }
    }

    internal void OnQuiet() => Quiet?.Invoke(NextDue);

    internal void Arm(PlantTimer timer, TimeSpan dueTime)
    {
        timers.Remove(timer);
        if (dueTime == Timeout.InfiniteTimeSpan)
            return;
        timer.Due = Elapsed + dueTime;
        timers.Add(timer);
    }

    internal void Disarm(PlantTimer timer) => timers.Remove(timer);

    /// <summary>Where plant time should be; a plant hopelessly late starts to follow anew from where it is.</summary>
    private TimeSpan? PacedNow()
    {
        if (Pace is not { } paced)
            return null;
        if (NextDue is { } due && paced.WallUntil(due) < -PlantDriver.LargestLag)
        {
            paced = paced.From(Elapsed);
            Pace = paced;
        }
        return paced.PlantNow();
    }

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
