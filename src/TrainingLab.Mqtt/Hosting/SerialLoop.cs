using System.Collections.Concurrent;

namespace TrainingLab.Mqtt.Hosting;

/// <summary>
/// The serial context of a broker that stands alone. It has no thread: whoever posts first runs what is there, in place, until nothing is
/// left; whoever posts meanwhile only leaves its work. So a message that arrives on an idle broker is handled on the thread that received
/// it, without waking another one, and under load one thread works through everything.
/// </summary>
public sealed class SerialLoop : SynchronizationContext
{
    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> queue = new();
    private int pending;

    /// <summary>Called with what escapes from the work; an exception here is a defect. Null: it ends the process, as anywhere else.</summary>
    public Action<Exception>? Failed { get; set; }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        queue.Enqueue((d, state));
        if (Interlocked.Increment(ref pending) == 1) Drain();
    }

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs work on the loop; complete when it is.</summary>
    public Task RunAsync(Func<Task> work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(_ => _ = Run(), null);
        return done.Task;

        async Task Run()
        {
            try
            {
                await work();
                done.SetResult();
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        }
    }

    private void Drain()
    {
        var previous = Current;
        SetSynchronizationContext(this);
        try
        {
            do
            {
                queue.TryDequeue(out var next);
                try
                {
                    next.Callback(next.State);
                }
                catch (Exception failure) when (Failed is { } failed)
                {
                    failed(failure);
                }
            }
            while (Interlocked.Decrement(ref pending) > 0);
        }
        finally
        {
            SetSynchronizationContext(previous);
        }
    }
}
