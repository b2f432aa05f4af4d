namespace TrainingLab.Simulation.Time;

/// <summary>
/// One plant in the charge of the <see cref="PlantDriver"/>: frozen, at real speed times a factor, stepped by hand, or run as fast as it goes.
/// The mode never changes what happens, only when. Disposing detaches the plant, which then stands still. Thread safe.
/// </summary>
public sealed class PlantPacing : IAsyncDisposable
{
    private readonly PlantDriver driver;
    private readonly PlantClock clock;
    private bool detached;

    internal PlantPacing(PlantDriver driver, PlantClock clock)
    {
        if (clock.Quiet is not null)
            throw new InvalidOperationException("The plant is already attached to a driver.");
        this.driver = driver;
        this.clock = clock;
        clock.Quiet = OnQuiet;
    }

    /// <summary>Plant seconds per wall second; 0 when frozen. Default after attaching: 0.</summary>
    public double Speed => clock.Pace?.Speed ?? 0;

    internal long WakeVersion { get; set; }

    internal TimeSpan? WakeDue { get; set; }

    /// <summary>Follows wall time from now on, <paramref name="speed"/> plant seconds per second; 0 freezes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, not a number, or above 10,000.</exception>
    public Task SetSpeedAsync(double speed)
    {
        if (!(speed is >= 0 and <= 10_000))
            throw new ArgumentOutOfRangeException(nameof(speed), speed, "A speed is from 0 (frozen) to 10000.");
        return clock.Scheduler.InvokeAsync(() => Anchor(speed));
    }

    /// <summary>Stops plant time. Outside items still run, at the frozen instant.</summary>
    public Task FreezeAsync() => SetSpeedAsync(0);

    /// <summary>Moves a frozen plant by <paramref name="span"/>, as fast as it goes.</summary>
    /// <exception cref="InvalidOperationException">The plant is not frozen.</exception>
    public Task StepAsync(TimeSpan span, CancellationToken cancellationToken = default)
    {
        if (Speed != 0)
            throw new InvalidOperationException("Only a frozen plant is stepped by hand.");
        return RunAsync(span, cancellationToken);
    }

    /// <summary>Moves the plant by <paramref name="span"/> as fast as it goes, then goes on in the mode it was in.</summary>
    public async Task RunAsync(TimeSpan span, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero);
        var speed = 0.0;
        var target = TimeSpan.Zero;
        await clock.Scheduler.InvokeAsync(() =>
        {
            speed = Speed;
            target = clock.Elapsed + span;
            Anchor(0);
        });
        try
        {
            await clock.AdvanceToAsync(target, cancellationToken);
        }
        finally
        {
            if (speed != 0)
                await SetSpeedAsync(speed);
        }
    }

    /// <summary>Detaches the plant.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!clock.Scheduler.IsClosed)
            await clock.Scheduler.InvokeAsync(Detach);
        driver.CancelWake(this);
    }

    /// <summary>The system timer says that a timer of the plant is due.</summary>
    internal void Wake()
    {
        if (clock.Pace is not null)
            clock.AskPace();
    }

    private void Detach()
    {
        detached = true;
        clock.Pace = null;
        clock.Quiet = null;
    }

    private void Anchor(double speed)
    {
        if (detached)
            return;
        clock.Pace = speed == 0 ? null : new Pace(driver.Wall, driver.Wall.GetTimestamp(), clock.Elapsed, speed);
        if (speed == 0)
            driver.CancelWake(this);
    }

    private void OnQuiet(TimeSpan? nextDue)
    {
        if (clock.Pace is { } pace && nextDue is { } due)
            driver.WakeAt(this, pace.WallDue(due, driver.Start));
    }
}
