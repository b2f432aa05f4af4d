namespace TrainingLab.Mqtt.Hosting;

/// <summary>The serial context of what stands alone, outside of a factory: all of its work runs there, one thing after the other.</summary>
public static class SerialContexts
{
    /// <summary>The best that this system has: a <see cref="SocketLoop"/> on Linux, elsewhere a <see cref="SerialLoop"/>. To be disposed where it can be.</summary>
    public static SynchronizationContext Create() => SocketLoop.IsSupported ? new SocketLoop() : new SerialLoop();

    /// <summary>Runs work on the context; complete when it is.</summary>
    public static Task RunAsync(this SynchronizationContext context, Func<Task> work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        context.Post(_ => _ = Run(), null);
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
}
