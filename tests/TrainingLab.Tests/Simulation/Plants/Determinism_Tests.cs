using System.Text.Json.Nodes;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Plants;
using TrainingLab.Simulation.Time;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Tests.Simulation.Plants;

/// <summary>Same seed and same inputs by tick give the same bytes, however plant time is paced.</summary>
public class Determinism_Tests
{
    private const ulong Seed = 20261122;

    private static readonly TimeSpan length = TimeSpan.FromSeconds(60);

    [Fact]
    public void The_trajectory_is_pinned()
    {
        // A change here means that history of recorded attempts cannot be replayed: bump the version of what changed.
        var line = Stepped(TimeSpan.FromMilliseconds(100));
        Assert.Equal(PinnedHistory, line.History[..PinnedHistory.Length]);
    }

    [Fact]
    public void Steps_of_any_size_give_the_same_bytes()
    {
        var reference = Stepped(TimeSpan.FromMilliseconds(100));
        foreach (var milliseconds in new[] { 1, 37, 1000, 60_000 })
            AssertSame(reference, Stepped(TimeSpan.FromMilliseconds(milliseconds)));
    }

    [Fact]
    public async Task Running_as_fast_as_possible_on_a_busy_machine_gives_the_same_bytes()
    {
        var reference = Stepped(length);
        await using var load = new Load();
        using var driver = new PlantDriver(TimeProvider.System);
        var lines = Enumerable.Range(0, 8).Select(_ => Scripted(usePool: true)).ToList();
        await Task.WhenAll(lines.Select(async line =>
        {
            await using var pacing = driver.Attach(line.Clock);
            await pacing.RunAsync(length / 3, TestContext.Current.CancellationToken);
            await pacing.StepAsync(length / 3, TestContext.Current.CancellationToken);
            await pacing.RunAsync(length - line.Clock.Elapsed, TestContext.Current.CancellationToken);
        }));
        Assert.All(lines, line => AssertSame(reference, line));
    }

    [Fact]
    public async Task Real_speed_on_a_busy_machine_with_onlookers_gives_the_same_bytes()
    {
        var reference = Stepped(length);
        await using var load = new Load();
        using var driver = new PlantDriver(TimeProvider.System);
        var lines = Enumerable.Range(0, 4).Select(_ => Scripted(usePool: true)).ToList();
        await Task.WhenAll(lines.Select(async (line, number) =>
        {
            await using var pacing = driver.Attach(line.Clock);
            await pacing.SetSpeedAsync(50 * (number + 1));
            // Whoever only looks changes nothing, whenever he does.
            while (await line.Scheduler.InvokeAsync(() => line.State.Length > 0 && line.Clock.Elapsed < length))
                await Task.Yield();
        }));
        // Plant time has gone on by then; what counts is how things were at the instant.
        Assert.All(lines, line => Assert.Equal(reference.AtEnd, line.AtEnd));
    }

    [Fact]
    public async Task Inputs_from_outside_at_real_speed_replay_from_their_recorded_instants()
    {
        var live = new BottlingLine(Seed, usePool: true, keepHistory: true);
        var inputs = new List<(TimeSpan At, double Speed)>();
        await using var load = new Load();
        using var driver = new PlantDriver(TimeProvider.System);
        await using var pacing = driver.Attach(live.Clock);
        await live.Scheduler.InvokeAsync(live.Plant.Start);
        await pacing.SetSpeedAsync(100);
        for (var i = 0; i < 20; i++)
        {
            var speed = 100.0 + i;
            await live.Scheduler.InvokeAsync(() =>
            {
                Assert.Equal(TagWriteOutcome.Written, live.Tags("filler").Write("MachSpeed", speed));
                inputs.Add((live.Clock.Elapsed, speed));
            });
            await Task.Run(() => Spin(20_000), TestContext.Current.CancellationToken);
        }
        await pacing.FreezeAsync();
        await pacing.RunAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        var end = live.Clock.Elapsed;

        var replayed = new BottlingLine(Seed, keepHistory: true);
        replayed.Plant.Start();
        foreach (var (at, speed) in inputs)
        {
            replayed.Clock.AdvanceTo(at);
            Assert.Equal(TagWriteOutcome.Written, replayed.Tags("filler").Write("MachSpeed", speed));
        }
        replayed.Clock.AdvanceTo(end);
        AssertSame(live, replayed);
    }

    [Fact]
    public void Another_seed_gives_another_trajectory()
    {
        var one = new BottlingLine(1, keepHistory: true);
        var two = new BottlingLine(2, keepHistory: true);
        one.Simulate(60);
        two.Simulate(60);
        Assert.NotEqual(one.History, two.History);
    }

    [Fact]
    public void Adding_a_device_changes_no_other_ones_numbers()
    {
        var without = new BottlingLine(Seed);
        var with = new BottlingLine(Seed, extraDevice: true);
        without.Simulate(1000);
        with.Simulate(1000);
        var state = JsonNode.Parse(with.State)!;
        Assert.True(state["processes"]!.AsObject().Remove("office"));
        Assert.True(state["devices"]!.AsObject().Remove("office"));
        Assert.Equal(without.State, state.ToJsonString());
    }

    [Theory]
    [InlineData(30_000)]
    [InlineData(30_050)]
    [InlineData(1)]
    public void Saved_loaded_and_continued_equals_never_stopped(int milliseconds)
    {
        var at = TimeSpan.FromMilliseconds(milliseconds);
        var never = new BottlingLine(Seed, filler: jams);
        AddFaults(never);
        never.Plant.Start();
        never.Clock.AdvanceTo(at);
        var saved = never.State;
        never.Clock.AdvanceTo(length * 10);

        var loaded = new BottlingLine(Seed, elapsed: at, filler: jams);
        loaded.Plant.Load(JsonNode.Parse(saved)!);
        Assert.Equal(saved, loaded.State);
        loaded.Plant.Start();
        loaded.Clock.AdvanceTo(length * 10);

        Assert.Equal(never.State, loaded.State);
    }

    [Fact]
    public void History_before_the_start_is_repeatable_and_leads_into_the_present()
    {
        var one = new BottlingLine(Seed, keepHistory: true);
        var two = new BottlingLine(Seed, keepHistory: true);
        foreach (var line in new[] { one, two })
        {
            var times = new List<TimeSpan>();
            line.Plant.SimulateHistory(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(1), times.Add);
            Assert.Equal(600, times.Count);
            Assert.Equal(TimeSpan.FromSeconds(-599), times[0]);
            Assert.Equal(TimeSpan.Zero, times[^1]);
            line.Plant.Start();
            line.Clock.AdvanceTo(TimeSpan.FromSeconds(10));
            Assert.Equal(700, line.Plant.Steps);
        }
        AssertSame(one, two);
        Assert.Throws<InvalidOperationException>(() => one.Plant.SimulateHistory(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Looking_at_history_seldom_changes_nothing_in_it()
    {
        var always = new BottlingLine(Seed, isVisionFitted: false);
        var seldom = new BottlingLine(Seed, isVisionFitted: false);
        List<long> Counts(BottlingLine line, Func<PlantDevice, TimeSpan, bool>? isShown)
        {
            var counts = new List<long>();
            line.Plant.SimulateHistory(TimeSpan.FromHours(1), TimeSpan.FromSeconds(1), Note, isShown);
            return counts;

            void Note(TimeSpan now)
            {
                if (now.Ticks % TimeSpan.TicksPerMinute == 0)
                    counts.Add(line.Tags("filler")["ProdProcessedCount"].Observed.Value.AsInteger);
            }
        }

        Assert.Equal(Counts(always, isShown: null), Counts(seldom, (_, now) => now.Ticks % TimeSpan.TicksPerMinute == 0));
        Assert.Equal(always.Plant.Save()["processes"]!.ToJsonString(), seldom.Plant.Save()["processes"]!.ToJsonString());
        foreach (var device in always.Plant.Devices)
            Assert.Equal(device.Tags.Tags.Select(t => t.Observed.Value), seldom.Tags(device.Name).Tags.Select(t => t.Observed.Value));
    }

    private static readonly Dictionary<string, object?> jams = new() { ["meanTimeBetweenJams"] = "20s", ["meanRepairTime"] = "5s" };

    private const string PinnedHistory = "2DDF949DDA3B2E73548E7F5704D0F28DD0F2ED98AE8004553E";

    private static BottlingLine Stepped(TimeSpan step)
    {
        var line = Scripted(usePool: false);
        while (line.Clock.Elapsed < length)
            line.Clock.AdvanceTo(line.Clock.Elapsed + step < length ? line.Clock.Elapsed + step : length);
        return line;
    }

    /// <summary>A line with jams, faults, and somebody inside the plant who does something every seven seconds.</summary>
    private static BottlingLine Scripted(bool usePool)
    {
        var line = new BottlingLine(Seed, usePool, keepHistory: true, filler: jams);
        AddFaults(line);
        line.Plant.Start();
        var turn = 0;
        line.Clock.CreateTimer(
            _ =>
            {
                turn++;
                line.Tags("filler").Write("MachSpeed", 120.0 + turn);
                line.Tags("capper").Write("CntrlCmd", turn % 4 == 3 ? 3L : turn % 4 == 0 ? 1L : 2L);
                line.Tags("belt2").Write("Running", turn % 5 != 0);
            },
            null,
            TimeSpan.FromMilliseconds(3350),
            TimeSpan.FromSeconds(7));
        line.CaptureAt(length);
        return line;
    }

    private static void AddFaults(BottlingLine line)
    {
        var mistakes = new List<ParameterMistake>();
        var filler = line.Plant.FindDevice("filler")!;
        filler.AddFault("FillVolume", "1", "spike", new Dictionary<string, object?> { ["amplitude"] = 50, ["interval"] = "5s" }, mistakes);
        filler.AddFault("ProductTemperature", "1", "drift", new Dictionary<string, object?> { ["perHour"] = 30 }, mistakes);
        line.Plant.FindDevice("hall")!.AddFault("Temperature", "1", "stuck", new Dictionary<string, object?> { ["from"] = "20s", ["until"] = "40s" }, mistakes);
        line.Plant.FindDevice("meter")!.AddFault("Voltage", "1", "dropout", new Dictionary<string, object?> { ["from"] = "25s", ["until"] = "35s" }, mistakes);
        Assert.Empty(mistakes);
    }

    private static void AssertSame(BottlingLine expected, BottlingLine actual)
    {
        Assert.Equal(expected.State, actual.State);
        Assert.Equal(expected.History, actual.History);
        Assert.Equal(expected.AtEnd, actual.AtEnd);
    }

    private static double Spin(int turns)
    {
        var sum = 0.0;
        for (var i = 1; i < turns; i++)
            sum += 1.0 / i;
        return sum;
    }

    /// <summary>Keeps the pool busy with work that takes turns of all lengths.</summary>
    private sealed class Load : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly Task[] tasks;

        public Load() => tasks =
        [
            .. Enumerable.Range(1, 3).Select(number => Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    Spin(number * 50_000);
                    await Task.Yield();
                }
            })),
        ];

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await Task.WhenAll(tasks);
            stop.Dispose();
        }
    }
}
