using TrainingLab.Mqtt.Hosting;

namespace TrainingLab.Tests.Mqtt.Hosting;

/// <summary>What is computed beside a broker's loop.</summary>
public class CpuOffload_Tests
{
    [Fact]
    public async Task So_many_compute_at_a_time_on_other_threads_and_each_comes_back_to_its_loop()
    {
        var loop = new SerialLoop();
        var computing = 0;
        var most = 0;
        await loop.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 20).Select(ComputeAsync)));
        Assert.InRange(most, 1, Math.Max(1, Environment.ProcessorCount / 2));

        async Task ComputeAsync(int number)
        {
            var result = await CpuOffload.RunAsync(
                () =>
                {
                    Assert.Null(SynchronizationContext.Current);
                    var now = Interlocked.Increment(ref computing);
                    lock (loop) most = Math.Max(most, now);
                    Thread.SpinWait(10_000);
                    Interlocked.Decrement(ref computing);
                    return number;
                },
                CancellationToken.None);
            Assert.Equal(number, result);
            Assert.Same(loop, SynchronizationContext.Current);
        }
    }

    [Fact]
    public async Task Who_no_longer_waits_is_not_computed_for()
    {
        using var gone = new CancellationTokenSource();
        gone.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await CpuOffload.RunAsync(int () => throw new InvalidOperationException("computed"), gone.Token));
        Assert.Equal(1, await CpuOffload.RunAsync(() => 1, CancellationToken.None));
    }
}
