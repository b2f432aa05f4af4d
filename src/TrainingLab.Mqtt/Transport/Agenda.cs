namespace TrainingLab.Mqtt.Transport;

/// <summary>
/// Things to do at some time, with one timer for all. An entry can be taken back; entries of the same instant are done in the order added.
/// The timer's callback comes back to the context on which the first entry was added.
/// </summary>
internal sealed class Agenda(TimeProvider time) : IDisposable
{
    /// <summary>Timers cannot wait longer than about 49 days; looking again each day costs nothing.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>Entries that are done before others on this context get their turn: the end of a session, or a message for many, may be some work.</summary>
    private const int EntriesPerTurn = 8;

    private static readonly SendOrPostCallback Look = static state => ((Agenda)state!).RunDue();

    private readonly SortedDictionary<Entry, Action> entries = [];
    private SynchronizationContext? context;
    private ITimer? timer;
    private long lastNumber;
    private bool disposed;

    /// <summary>Notes something to be done.</summary>
    public Entry Add(TimeSpan delay, Action action)
    {
        var entry = new Entry(time.GetTimestamp() + (long)((Int128)delay.Ticks * time.TimestampFrequency / TimeSpan.TicksPerSecond), ++lastNumber);
        entries.Add(entry, action);
        if (timer is null)
        {
            context = SynchronizationContext.Current;
            timer = time.CreateTimer(static state => ((Agenda)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        if (entries.First().Key == entry) SetTimer();
        return entry;
    }

    /// <summary>Takes an entry back; one that is done already does not matter.</summary>
    public void Remove(Entry? entry)
    {
        if (entry is { } known) entries.Remove(known);
    }

    /// <summary>How long until an entry is due; zero when it is overdue.</summary>
    public TimeSpan TimeLeft(Entry entry)
    {
        var left = time.GetElapsedTime(time.GetTimestamp(), entry.Due);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    public void Clear() => entries.Clear();

    public void Dispose()
    {
        disposed = true;
        entries.Clear();
        timer?.Dispose();
    }

    private void OnTimer()
    {
        if (context is null || context == SynchronizationContext.Current) RunDue();
        else context.Post(Look, this);
    }

    private void RunDue()
    {
        for (var done = 0; !disposed && entries.Count > 0 && TimeLeft(entries.First().Key) == TimeSpan.Zero; done++)
        {
            if (done == EntriesPerTurn && context is not null)
            {
                context.Post(Look, this);
                return;
            }
            var (entry, action) = entries.First();
            entries.Remove(entry);
            action();
        }
        SetTimer();
    }

    private void SetTimer()
    {
        if (disposed || entries.Count == 0) return;
        var left = TimeLeft(entries.First().Key);
        // A timer may be early by its resolution; a moment more costs nothing and saves a second look.
        timer!.Change(left < LongestWait ? left + TimeSpan.FromTicks(1) : LongestWait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>An entry, as its owner keeps it to take it back.</summary>
    internal readonly record struct Entry(long Due, long Number) : IComparable<Entry>
    {
        public int CompareTo(Entry other) => Due != other.Due ? Due.CompareTo(other.Due) : Number.CompareTo(other.Number);
    }
}
