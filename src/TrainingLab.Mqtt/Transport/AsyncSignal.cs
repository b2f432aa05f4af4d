using System.Runtime.CompilerServices;

namespace TrainingLab.Mqtt.Transport;

/// <summary>
/// Lets one waiter sleep until it is set; setting it twice wakes once. The waiter goes on through the synchronization context on which it
/// began to wait (in place where there is none), and neither waiting nor waking allocates.
/// </summary>
internal sealed class AsyncSignal : ICriticalNotifyCompletion
{
    private static readonly SendOrPostCallback Resume = static state => ((Action)state!)();
    private Action? waiter;
    private SynchronizationContext? context;

    public bool IsCompleted { get; private set; }

    public AsyncSignal GetAwaiter() => this;

    public void GetResult() => IsCompleted = false;

    public void Set()
    {
        IsCompleted = true;
        if (waiter is not { } continuation) return;
        waiter = null;
        if (context is null) continuation();
        else context.Post(Resume, continuation);
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation)
    {
        context = SynchronizationContext.Current;
        waiter = continuation;
    }
}
