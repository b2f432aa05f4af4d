using TrainingLab.Mqtt.Hosting;

namespace TrainingLab.Tests.Mqtt.Hosting;

/// <summary>The context of a broker that stands alone: one thing after the other, on whatever thread.</summary>
public sealed class SerialLoop_Tests
{
    [Fact]
    public async Task Who_brings_work_is_let_go_although_it_does_not_end()
    {
        var loop = new SerialLoop();
        var stop = false;
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(Again, null);
        // Here already, and the work goes on elsewhere.
        Volatile.Write(ref stop, true);
        await stopped.Task.WaitAsync(TestContext.Current.CancellationToken);

        void Again(object? _)
        {
            if (Volatile.Read(ref stop)) stopped.SetResult();
            else loop.Post(Again, null);
        }
    }

    [Fact]
    public async Task Whatever_thread_it_comes_from_one_thing_is_done_after_the_other()
    {
        const int Threads = 4;
        const int Each = 20_000;
        var loop = new SerialLoop();
        var inside = 0;
        var done = 0;
        var overlapped = false;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < Each; i++) loop.Post(Count, null);
        })).ToList();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        await all.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(overlapped);

        void Count(object? _)
        {
            overlapped |= Interlocked.Increment(ref inside) != 1;
            done++;
            Interlocked.Decrement(ref inside);
            if (done == Threads * Each) all.SetResult();
        }
    }
}
