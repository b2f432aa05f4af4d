using System.Collections.Concurrent;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>One thread that runs everything posted to it, in order: what a factory's scheduler is to a server.</summary>
internal sealed class SerialContext : SynchronizationContext, IDisposable
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _queue = [];
    private readonly Thread _thread;

    public SerialContext()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "serial context of a test" };
        _thread.Start();
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            _queue.Add((d, state));
        }
        catch (InvalidOperationException)
        {
            // The context has ended meanwhile; nobody waits for what comes after.
        }
    }

    /// <summary>Runs an action there and gives its outcome.</summary>
    public Task<T> InvokeAsync<T>(Func<Task<T>> action)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(_ => _ = CompleteAsync(action, done), null);
        return done.Task;
    }

    /// <summary>Runs an action there.</summary>
    public Task InvokeAsync(Action action) => InvokeAsync(() =>
    {
        action();
        return Task.FromResult(true);
    });

    public void Dispose() => _queue.CompleteAdding();

    private static async Task CompleteAsync<T>(Func<Task<T>> action, TaskCompletionSource<T> done)
    {
        try
        {
            done.SetResult(await action());
        }
        catch (Exception e)
        {
            done.SetException(e);
        }
    }

    private void Run()
    {
        SetSynchronizationContext(this);
        foreach (var (callback, state) in _queue.GetConsumingEnumerable())
        {
            callback(state);
        }
    }
}
