namespace TrainingLab.Simulation.Time;

/// <summary>
/// Paces every plant of the process against the wall clock. There is one driver per process, with one system timer, which sleeps until the
/// earliest due timer of all plants; a plant without a due timer costs nothing. Thread safe.
/// </summary>
public sealed class PlantDriver : IDisposable
{
    private readonly Lock gate = new();
    private readonly PriorityQueue<(PlantPacing Plant, long Version), TimeSpan> wakes = new();
    private readonly ITimer timer;
    private TimeSpan nextWake = TimeSpan.MaxValue;
    private bool disposed;

    /// <summary>Starts a driver.</summary>
    /// <param name="wall">The wall clock; <see cref="TimeProvider.System"/> outside tests.</param>
    public PlantDriver(TimeProvider wall)
    {
        ArgumentNullException.ThrowIfNull(wall);
        Wall = wall;
        Start = wall.GetTimestamp();
        timer = wall.CreateTimer(static self => ((PlantDriver)self!).OnWake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A plant later than this against the wall (a suspended laptop, an overloaded host) gives up the difference instead of chasing it.</summary>
    public static TimeSpan LargestLag { get; } = TimeSpan.FromSeconds(2);

    internal TimeProvider Wall { get; }

    /// <summary>The wall's timestamp from which wake times count.</summary>
    internal long Start { get; }

    /// <summary>Takes charge of a plant. It starts frozen; see <see cref="PlantPacing"/>.</summary>
    /// <exception cref="InvalidOperationException">The plant is already attached.</exception>
    public PlantPacing Attach(PlantClock clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return new PlantPacing(this, clock);
    }

    /// <summary>Stops pacing; every plant stands where it is.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            wakes.Clear();
        }
        timer.Dispose();
    }

    /// <summary>Wakes the plant at a wall time, at once if that is past; replaces an earlier order.</summary>
    internal void WakeAt(PlantPacing plant, TimeSpan due)
    {
        lock (gate)
        {
            if (disposed)
                return;
            // The same order again: nothing to do. A changed one leaves a stale entry, which its version tells.
            if (plant.WakeDue == due)
                return;
            plant.WakeDue = due;
            wakes.Enqueue((plant, ++plant.WakeVersion), due);
            if (due < nextWake)
                SetTimer(due);
        }
    }

    internal void CancelWake(PlantPacing plant)
    {
        lock (gate)
        {
            plant.WakeVersion++;
            plant.WakeDue = null;
        }
    }

    private void OnWake()
    {
        lock (gate)
        {
            var now = Wall.GetElapsedTime(Start);
            nextWake = TimeSpan.MaxValue;
            while (wakes.TryPeek(out var wake, out var due))
            {
                var stale = wake.Version != wake.Plant.WakeVersion;
                if (!stale && due > now)
                {
                    SetTimer(due);
                    return;
                }
                wakes.Dequeue();
                if (stale)
                    continue;
                wake.Plant.WakeDue = null;
                wake.Plant.Wake();
            }
        }
    }

    private void SetTimer(TimeSpan due)
    {
        nextWake = due;
        var delay = due - Wall.GetElapsedTime(Start);
        // System timers count whole milliseconds; rounding up saves a wake that comes too early.
        var milliseconds = Math.Max(0, Math.Ceiling(delay.TotalMilliseconds));
        timer.Change(TimeSpan.FromMilliseconds(Math.Min(milliseconds, int.MaxValue)), Timeout.InfiniteTimeSpan);
    }
}
