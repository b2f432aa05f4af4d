namespace TrainingLab.Tests.Mqtt.Support;

/// <summary>
/// A factory's serial context for a test: everything runs on the test's thread, one continuation after the other, so a test is deterministic
/// and can wait until nothing is left to do.
/// </summary>
internal sealed class SerialContext : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> queue = new();
    private readonly Queue<TaskCompletionSource> settling = new();

    /// <summary>How many continuations have run: between two of them everybody else may have a turn.</summary>
    public long Ran { get; private set; }

    /// <summary>Runs a test. Fails when it waits for something that nothing left to run can bring about.</summary>
    public static void Run(Func<SerialContext, Task> test)
    {
        var previous = Current;
        var context = new SerialContext();
        SetSynchronizationContext(context);
        try
        {
            var running = test(context);
            while (!running.IsCompleted) context.RunNext();
            running.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(previous);
        }
    }

    public override void Post(SendOrPostCallback d, object? state) => queue.Enqueue((d, state));

    /// <summary>Complete when everything that can run has run.</summary>
    public Task SettleAsync()
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        settling.Enqueue(settled);
        return settled.Task;
    }

    private void RunNext()
    {
        if (queue.TryDequeue(out var next))
        {
            Ran++;
            next.Callback(next.State);
        }
        else if (settling.TryDequeue(out var settled)) settled.SetResult();
        else throw new InvalidOperationException("The test waits for something that never happens: nothing is left to run.");
    }
}
