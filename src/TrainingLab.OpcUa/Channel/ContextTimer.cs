namespace TrainingLab.OpcUa.Channel;

/// <summary>
/// A timer whose callback runs on the serial context that made it, wherever the time provider raises it.
/// </summary>
internal sealed class ContextTimer : IDisposable
{
    private readonly SynchronizationContext? _context = SynchronizationContext.Current;
    private readonly Action _callback;
    private readonly ITimer _timer;
    private bool _disposed;

    public ContextTimer(TimeProvider time, Action callback)
    {
        _callback = callback;
        _timer = time.CreateTimer(static self => ((ContextTimer)self!).Raise(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Raises once after <paramref name="due"/>, then, if given, every <paramref name="period"/>.</summary>
    public void Start(TimeSpan due, TimeSpan? period = null) => _timer.Change(due, period ?? Timeout.InfiniteTimeSpan);

    /// <summary>Raises no more.</summary>
    public void Stop() => _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _timer.Dispose();
    }

    private void Raise()
    {
        if (_context is null || ReferenceEquals(SynchronizationContext.Current, _context))
        {
            Run();
        }
        else
        {
            _context.Post(static self => ((ContextTimer)self!).Run(), this);
        }
    }

    private void Run()
    {
        if (!_disposed)
        {
            _callback();
        }
    }
}

/// <summary>Tasks that nobody waits for.</summary>
internal static class Detached
{
    /// <summary>Lets a task run; an error in it belongs to the owner of the context, not to a peer.</summary>
    public static async void Run(Task task) => await task;
}
