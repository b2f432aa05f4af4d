using System.Collections.Concurrent;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary>A serial context on a thread of its own, for tests with real sockets and processes: what a factory's scheduler is to a server.</summary>
internal sealed class LoopbackContext : SynchronizationContext, IDisposable
{
    /// <summary>After this long a test with a foreign program hangs; a bound, not a measure.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(180);

    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> queue = [];

    /// <summary>Runs a test on a serial context until it is complete.</summary>
    public static Task RunAsync(Func<Task> test)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Run(test, done)) { IsBackground = true, Name = "loopback" };
        thread.Start();
        return done.Task.WaitAsync(Hang, TestContext.Current.CancellationToken);
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            queue.Add((d, state));
        }
        catch (InvalidOperationException)
        {
            // The test is over; what a socket still has to say does not matter.
        }
    }

    public void Dispose() => queue.Dispose();

    private static void Run(Func<Task> test, TaskCompletionSource done)
    {
        using var context = new LoopbackContext();
        SetSynchronizationContext(context);
        var running = test();
        _ = running.ContinueWith(_ => context.queue.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        foreach (var (callback, state) in context.queue.GetConsumingEnumerable()) callback(state);
        if (running.IsFaulted) done.SetException(running.Exception!.InnerExceptions);
        else if (running.IsCanceled) done.SetCanceled();
        else done.SetResult();
    }
}
