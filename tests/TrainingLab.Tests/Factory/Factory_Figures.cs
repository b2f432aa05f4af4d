using System.Diagnostics;
using System.Globalization;

namespace TrainingLab.Tests.Factory;

/// <summary>What a factory costs. Nothing is asserted about time; run it by hand: it takes half a minute.</summary>
public sealed class Factory_Figures
{
    private const int Count = 20;

    [Fact(Explicit = true)]
    public async Task Twenty_factories_at_real_speed()
    {
        await using (await TestFactory.StartAsync())
        {
            // The first one pays for what all share.
        }

        var before = Settled();
        var starting = Stopwatch.StartNew();
        var factories = new List<TestFactory>();
        for (var i = 0; i < Count; i++)
            factories.Add(await TestFactory.StartAsync(seed: (ulong)i));
        Say($"start: {starting.Elapsed.TotalMilliseconds / Count:F0} ms each");
        foreach (var factory in factories)
            await factory.RunAsync(10);
        Say($"memory: {(Settled() - before) / 1024.0 / Count:F0} KiB each after 10 s");

        var used = Process.GetCurrentProcess().TotalProcessorTime;
        foreach (var factory in factories)
            await factory.Factory.Pacing.SetSpeedAsync(1);
        await Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        Say($"CPU: {(Process.GetCurrentProcess().TotalProcessorTime - used).TotalSeconds / 20:P1} of one core for {Count} factories at real speed");
        foreach (var factory in factories)
        {
            await factory.Factory.Pacing.FreezeAsync();
            await factory.DisposeAsync();
        }

        factories.Clear();
        Say($"left after disposing: {(Settled() - before) / 1024.0:F0} KiB");
    }

    private static long Settled()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static void Say(FormattableString text) => TestContext.Current.TestOutputHelper!.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
