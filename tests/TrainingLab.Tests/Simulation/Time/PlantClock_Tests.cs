using FsCheck;
using FsCheck.Fluent;
using TrainingLab.Simulation.Time;

namespace TrainingLab.Tests.Simulation.Time;

public class PlantClock_Tests
{
    private static readonly DateTimeOffset epoch = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);

    private readonly List<Exception> unhandled = [];
    private readonly List<string> log = [];
    private readonly SerialScheduler scheduler;
    private readonly PlantClock clock;

    public PlantClock_Tests()
    {
        scheduler = new SerialScheduler(unhandled.Add, usePool: false);
        clock = new PlantClock(scheduler, epoch);
    }

    [Fact]
    public void Timers_fire_by_due_time_and_then_by_creation()
    {
        Once("c", 200);
        Once("a", 100);
        Once("b", 100);

        clock.AdvanceTo(TimeSpan.FromSeconds(1));

        Assert.Equal(["a@100", "b@100", "c@200"], log);
        Assert.Equal(TimeSpan.FromSeconds(1), clock.Elapsed);
    }

    [Fact]
    public void Rearming_does_not_change_the_order_of_timers_due_together()
    {
        var first = Once("first", Timeout.Infinite);
        Once("second", 100);
        clock.AdvanceTo(TimeSpan.FromMilliseconds(50));
        first.Change(TimeSpan.FromMilliseconds(50), Timeout.InfiniteTimeSpan);

        clock.AdvanceTo(TimeSpan.FromMilliseconds(100));

        Assert.Equal(["first@100", "second@100"], log);
    }

    [Fact]
    public void After_each_timer_the_factory_runs_until_quiet()
    {
        clock.CreateTimer(_ => _ = WorkAsync(), null, TimeSpan.FromMilliseconds(10), Timeout.InfiniteTimeSpan);
        Once("two", 10);

        clock.AdvanceTo(TimeSpan.FromMilliseconds(10));

        Assert.Equal(["one", "one, later", "two@10"], log);

        async Task WorkAsync()
        {
            log.Add("one");
            await Task.Yield();
            log.Add("one, later");
        }
    }

    [Fact]
    public void A_period_never_drifts_and_may_be_changed_in_the_callback()
    {
        ITimer timer = null!;
        var count = 0;
        timer = clock.CreateTimer(
            _ =>
            {
                log.Add($"{clock.Elapsed.TotalMilliseconds}");
                if (++count == 3)
                    timer.Change(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(100));
            },
            null,
            TimeSpan.FromMilliseconds(30),
            TimeSpan.FromMilliseconds(30));

        clock.AdvanceTo(TimeSpan.FromMilliseconds(200));

        Assert.Equal(["30", "60", "90", "95", "195"], log);
    }

    [Fact]
    public void A_disposed_timer_does_not_fire()
    {
        Once("kept", 20);
        var disposed = Once("disposed", 10);
        disposed.Dispose();
        Assert.False(disposed.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));

        clock.AdvanceTo(TimeSpan.FromSeconds(1));

        Assert.Equal(["kept@20"], log);
    }

    [Fact]
    public void Zero_and_infinite_periods_mean_once()
    {
        clock.CreateTimer(_ => log.Add("zero"), null, TimeSpan.Zero, TimeSpan.Zero);
        clock.CreateTimer(_ => log.Add("infinite"), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        clock.AdvanceTo(TimeSpan.Zero);
        clock.AdvanceTo(TimeSpan.FromSeconds(1));
        Assert.Equal(["zero", "infinite"], log);
    }

    [Fact]
    public void Delays_and_cancellations_of_the_runtime_follow_plant_time()
    {
        scheduler.Begin(async () =>
        {
            await Task.Delay(TimeSpan.FromHours(3), clock);
            log.Add($"delayed {clock.Elapsed.TotalHours} {scheduler.CheckAccess()}");
        });
        var source = new CancellationTokenSource(TimeSpan.FromHours(1), clock);
        source.Token.Register(() => log.Add($"cancelled {clock.Elapsed.TotalHours}"));

        clock.AdvanceBy(TimeSpan.FromHours(4));

        Assert.Equal(["cancelled 1", "delayed 3 True"], log);
    }

    [Fact]
    public void Utc_and_timestamps_follow_plant_time()
    {
        var before = clock.GetTimestamp();
        clock.AdvanceTo(TimeSpan.FromMinutes(2));
        Assert.Equal(epoch.AddMinutes(2), clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromMinutes(2), clock.GetElapsedTime(before));
        Assert.Equal(TimeZoneInfo.Utc, clock.LocalTimeZone);
    }

    [Fact]
    public void Time_never_goes_back()
    {
        clock.AdvanceTo(TimeSpan.FromSeconds(2));
        clock.AdvanceTo(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(2), clock.Elapsed);
    }

    [Fact]
    public void Time_cannot_be_moved_from_inside()
    {
        scheduler.Post(_ => clock.AdvanceTo(TimeSpan.FromSeconds(1)), null);
        scheduler.Drain();
        Assert.IsType<InvalidOperationException>(Assert.Single(unhandled));
    }

    [Fact]
    public void An_outside_item_enters_before_time_moves()
    {
        Once("timer", 10);
        scheduler.Post(_ => log.Add($"outside@{clock.Elapsed.TotalMilliseconds}"), null);
        clock.AdvanceTo(TimeSpan.FromSeconds(1));
        Assert.Equal(["outside@0", "timer@10"], log);
    }

    [Fact]
    public async Task AdvanceToAsync_runs_on_pool_threads_and_can_be_stopped()
    {
        var pooled = new SerialScheduler(unhandled.Add);
        var fast = new PlantClock(pooled, epoch);
        await fast.AdvanceToAsync(TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        Assert.Equal(TimeSpan.FromHours(1), fast.Elapsed);

        using var stop = new CancellationTokenSource();
        fast.CreateTimer(_ => stop.Cancel(), null, TimeSpan.FromMinutes(10), Timeout.InfiniteTimeSpan);
        fast.CreateTimer(_ => log.Add("tick"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fast.AdvanceToAsync(TimeSpan.FromHours(2), stop.Token));
        pooled.Drain();
        Assert.Equal(TimeSpan.FromMinutes(70), fast.Elapsed);
        Assert.Equal(600, log.Count); // the tick due at the very instant of the stop included
    }

    [Fact]
    public async Task Closing_the_factory_ends_a_wait_for_time()
    {
        var waiting = clock.AdvanceToAsync(TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        scheduler.Close();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
    }

    [Fact]
    public void Many_timers_fire_in_order_whatever_is_armed_changed_and_disposed()
    {
        // Each operation: (timer number, due in ms or -1 to dispose).
        var operation = Gen.Choose(0, 19).SelectMany(timer => Gen.Choose(-1, 50).Select(due => (timer, due)));
        var property = Prop.ForAll(operation.ListOf().ToArbitrary(), operations =>
        {
            var quiet = new SerialScheduler(_ => { }, usePool: false);
            var time = new PlantClock(quiet, epoch);
            var fired = new List<(int Due, int Number)>();
            var timers = Enumerable.Range(0, 20)
                .Select(number => time.CreateTimer(_ => fired.Add(((int)time.Elapsed.TotalMilliseconds, number)), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan))
                .ToList();
            var expected = new Dictionary<int, int>();
            quiet.Post(_ => Arm(), null);
            time.AdvanceTo(TimeSpan.FromSeconds(1));
            return fired.SequenceEqual(expected.Select(pair => (pair.Value, pair.Key)).Order());

            void Arm()
            {
                foreach (var (timer, due) in operations)
                {
                    if (due < 0)
                    {
                        timers[timer].Dispose();
                        expected.Remove(timer);
                    }
                    else if (timers[timer].Change(TimeSpan.FromMilliseconds(due), Timeout.InfiniteTimeSpan))
                    {
                        expected[timer] = due;
                    }
                }
            }
        });
        Check.One(Config.QuickThrowOnFailure.WithReplay(20261122, 1), property);
    }

    private ITimer Once(string name, int due) => clock.CreateTimer(
        _ => log.Add($"{name}@{clock.Elapsed.TotalMilliseconds}"),
        null,
        due == Timeout.Infinite ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(due),
        Timeout.InfiniteTimeSpan);
}
