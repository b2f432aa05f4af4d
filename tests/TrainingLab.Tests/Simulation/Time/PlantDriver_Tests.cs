using TrainingLab.Simulation.Time;

namespace TrainingLab.Tests.Simulation.Time;

public sealed class PlantDriver_Tests : IDisposable
{
    private readonly ManualWall wall = new();
    private readonly List<string> log = [];
    private readonly SerialScheduler scheduler = new(exception => Assert.Fail(exception.ToString()), usePool: false);
    private readonly PlantClock clock;
    private readonly PlantDriver driver;
    private readonly PlantPacing pacing;

    public PlantDriver_Tests()
    {
        clock = new PlantClock(scheduler, DateTimeOffset.UnixEpoch);
        driver = new PlantDriver(wall);
        pacing = driver.Attach(clock);
    }

    public void Dispose() => driver.Dispose();

    [Fact]
    public void A_plant_starts_frozen()
    {
        Tick(100);
        Advance(1000);
        Assert.Equal(0, pacing.Speed);
        Assert.Equal(TimeSpan.Zero, clock.Elapsed);
        Assert.Empty(log);
    }

    [Fact]
    public void At_real_speed_timers_fire_at_their_time_and_the_driver_sleeps_in_between()
    {
        Tick(100);
        SetSpeed(1);
        Advance(1050);

        Assert.Equal(10, log.Count);
        Assert.Equal("1000", log[^1]);
        Assert.Equal(10, wall.Fired);
    }

    [Fact]
    public void A_speed_scales_plant_time()
    {
        Tick(100);
        SetSpeed(10);
        Advance(1000);
        Assert.Equal("10000", log[^1]);
        Assert.Equal(100, log.Count);
    }

    [Fact]
    public void A_late_driver_catches_up_in_order()
    {
        Tick(100);
        SetSpeed(1);
        wall.Sleep(TimeSpan.FromMilliseconds(1000));
        Advance(0);
        Assert.Equal(Enumerable.Range(1, 10).Select(i => $"{i * 100}"), log);
    }

    [Fact]
    public void A_plant_hopelessly_late_gives_up_the_difference()
    {
        Tick(100);
        SetSpeed(1);
        wall.Sleep(TimeSpan.FromHours(8));
        Advance(0);
        Advance(500);
        Assert.Equal(5, log.Count);
        Assert.InRange(clock.Elapsed, TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(600));
    }

    [Fact]
    public void An_outside_item_runs_at_once_and_sees_the_current_plant_time()
    {
        Tick(100);
        SetSpeed(1);
        wall.Sleep(TimeSpan.FromMilliseconds(250));
        scheduler.Post(_ => log.Add($"outside {clock.Elapsed.TotalMilliseconds}"), null);
        scheduler.Drain();
        Assert.Equal(["100", "200", "outside 250"], log);
    }

    [Fact]
    public void Outside_items_cost_no_extra_wakes()
    {
        Tick(1000);
        SetSpeed(1);
        for (var i = 0; i < 100; i++)
        {
            wall.Sleep(TimeSpan.FromMilliseconds(1));
            scheduler.Post(_ => { }, null);
            scheduler.Drain();
        }
        Advance(2000);
        Assert.Equal(["1000", "2000"], log);
        Assert.Equal(2, wall.Fired);
    }

    [Fact]
    public void Freezing_stops_time_and_going_on_continues_from_there()
    {
        Tick(100);
        SetSpeed(1);
        Advance(250);
        Run(pacing.FreezeAsync());
        Advance(10_000);
        Assert.Equal(TimeSpan.FromMilliseconds(250), clock.Elapsed);
        scheduler.Post(_ => log.Add($"outside {clock.Elapsed.TotalMilliseconds}"), null);
        scheduler.Drain();
        SetSpeed(1);
        Advance(50);
        Assert.Equal(["100", "200", "outside 250", "300"], log);
    }

    [Fact]
    public void A_frozen_plant_is_stepped_by_hand()
    {
        Tick(100);
        Run(pacing.StepAsync(TimeSpan.FromMilliseconds(250), TestContext.Current.CancellationToken));
        Assert.Equal(["100", "200"], log);
        Assert.Equal(TimeSpan.FromMilliseconds(250), clock.Elapsed);
    }

    [Fact]
    public async Task A_running_plant_is_not_stepped_by_hand()
    {
        SetSpeed(1);
        await Assert.ThrowsAsync<InvalidOperationException>(() => pacing.StepAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_fast_run_goes_back_to_the_speed_before()
    {
        Tick(1000);
        SetSpeed(2);
        Run(pacing.RunAsync(TimeSpan.FromHours(1), TestContext.Current.CancellationToken));
        Assert.Equal(3600, log.Count);
        Assert.Equal(2, pacing.Speed);
        Advance(1000);
        Assert.Equal(3602, log.Count);
    }

    [Fact]
    public void Many_plants_share_one_system_timer()
    {
        var plants = Enumerable.Range(0, 50).Select(_ =>
        {
            var quiet = new SerialScheduler(exception => Assert.Fail(exception.ToString()), usePool: false);
            var time = new PlantClock(quiet, DateTimeOffset.UnixEpoch);
            var ticks = 0;
            time.CreateTimer(_ => ticks++, null, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100));
            var speed = driver.Attach(time).SetSpeedAsync(1);
            quiet.Drain();
            Assert.True(speed.IsCompletedSuccessfully);
            return (Scheduler: quiet, Count: (Func<int>)(() => ticks));
        }).ToList();

        wall.Advance(TimeSpan.FromSeconds(1), () => plants.ForEach(plant => plant.Scheduler.Drain()));

        Assert.All(plants, plant => Assert.Equal(10, plant.Count()));
        Assert.Equal(10, wall.Fired);
    }

    [Fact]
    public void A_detached_plant_stands_and_may_be_attached_again()
    {
        Tick(100);
        SetSpeed(1);
        Assert.Throws<InvalidOperationException>(() => driver.Attach(clock));
        Run(pacing.DisposeAsync().AsTask());
        Advance(1000);
        Assert.Empty(log);
        Assert.Equal(0, driver.Attach(clock).Speed);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(10_001)]
    public async Task A_speed_that_makes_no_sense_is_refused(double speed) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => pacing.SetSpeedAsync(speed));

    private void Tick(int milliseconds) => clock.CreateTimer(
        _ => log.Add($"{clock.Elapsed.TotalMilliseconds}"),
        null,
        TimeSpan.FromMilliseconds(milliseconds),
        TimeSpan.FromMilliseconds(milliseconds));

    private void SetSpeed(double speed) => Run(pacing.SetSpeedAsync(speed));

    private void Advance(int milliseconds)
    {
        wall.Advance(TimeSpan.FromMilliseconds(milliseconds), scheduler.Drain);
        scheduler.Drain();
    }

    /// <summary>Lets the factory run on this thread until the task has ended.</summary>
    private void Run(Task task)
    {
        while (!task.IsCompleted)
        {
            scheduler.Drain();
            Thread.Yield();
        }
        task.GetAwaiter().GetResult();
        scheduler.Drain();
    }
}
