namespace TrainingLab.Simulation.Time;

/// <summary>One timer on plant time.</summary>
internal sealed class PlantTimer(PlantClock clock, TimerCallback callback, object? state, long number) : ITimer
{
    public static readonly SendOrPostCallback Fire = static state => ((PlantTimer)state!).OnDue();

    private TimeSpan period;
    private volatile bool disposed;

    /// <summary>Position in the heap, or -1 when not armed.</summary>
    public int HeapIndex { get; set; } = -1;

    public TimeSpan Due { get; set; }

    /// <summary>Timers due at the same instant fire in the order of creation.</summary>
    public long Number { get; } = number;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        if (disposed)
            return false;
        if (clock.Scheduler.CheckAccess())
            Arm(dueTime, period);
        else
            clock.Scheduler.Post(_ => Arm(dueTime, period), null);
        return true;
    }

    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        if (clock.Scheduler.CheckAccess())
            clock.Disarm(this);
        else
            clock.Scheduler.Post(_ => clock.Disarm(this), null);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void Arm(TimeSpan dueTime, TimeSpan newPeriod)
    {
        if (disposed)
            return;
        period = newPeriod;
        clock.Arm(this, dueTime);
    }

    private void OnDue()
    {
        if (disposed)
            return;
        // Armed before the callback, so that the callback may change it; from the due time, so that a period never drifts.
        if (period > TimeSpan.Zero)
            clock.Arm(this, period);
        callback(state);
    }

    private static void Check(TimeSpan span, string name)
    {
        if (span < TimeSpan.Zero && span != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(name, span, "A timer waits for zero, a positive span or Timeout.InfiniteTimeSpan.");
    }
}

/// <summary>A binary heap of armed timers by (due, number); a timer knows its place, so that re-arming and disposing leave nothing behind.</summary>
internal sealed class TimerHeap
{
    private readonly List<PlantTimer> heap = [];

    public PlantTimer? First => heap.Count == 0 ? null : heap[0];

    public void Add(PlantTimer timer)
    {
        heap.Add(timer);
        timer.HeapIndex = heap.Count - 1;
        SiftUp(timer.HeapIndex);
    }

    public void Remove(PlantTimer timer)
    {
        var index = timer.HeapIndex;
        if (index < 0)
            return;
        timer.HeapIndex = -1;
        var last = heap[^1];
        heap.RemoveAt(heap.Count - 1);
        if (ReferenceEquals(last, timer))
            return;
        Place(last, index);
        SiftUp(index);
        SiftDown(last.HeapIndex);
    }

    private static bool Before(PlantTimer left, PlantTimer right) =>
        left.Due < right.Due || (left.Due == right.Due && left.Number < right.Number);

    private void Place(PlantTimer timer, int index)
    {
        heap[index] = timer;
        timer.HeapIndex = index;
    }

    private void SiftUp(int index)
    {
        var timer = heap[index];
        while (index > 0)
        {
            var parent = (index - 1) / 2;
            if (!Before(timer, heap[parent]))
                break;
            Place(heap[parent], index);
            index = parent;
        }
        Place(timer, index);
    }

    private void SiftDown(int index)
    {
        var timer = heap[index];
        while (true)
        {
            var child = (2 * index) + 1;
            if (child >= heap.Count)
                break;
            if (child + 1 < heap.Count && Before(heap[child + 1], heap[child]))
                child++;
            if (!Before(heap[child], timer))
                break;
            Place(heap[child], index);
            index = child;
        }
        Place(timer, index);
    }
}
