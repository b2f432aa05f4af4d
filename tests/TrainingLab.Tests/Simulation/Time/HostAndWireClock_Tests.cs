using TrainingLab.Simulation.Time;

namespace TrainingLab.Tests.Simulation.Time;

public class HostAndWireClock_Tests
{
    private readonly List<string> log = [];
    private readonly SerialScheduler scheduler = new(exception => Assert.Fail(exception.ToString()), usePool: false);
    private readonly ManualWall wall = new();

    [Fact]
    public void A_hosts_skew_moves_its_calendar_but_not_its_timers()
    {
        var plant = new PlantClock(scheduler, DateTimeOffset.UnixEpoch);
        var host = new HostClock(plant) { Skew = TimeSpan.FromSeconds(-90) };
        host.CreateTimer(_ => log.Add($"{plant.Elapsed.TotalSeconds}"), null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);

        plant.AdvanceTo(TimeSpan.FromSeconds(10));

        Assert.Equal(["5"], log);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(-80), host.GetUtcNow());
        Assert.Equal(plant.GetTimestamp(), host.GetTimestamp());
        host.Skew = TimeSpan.Zero;
        Assert.Equal(plant.GetUtcNow(), host.GetUtcNow());
    }

    [Fact]
    public void A_wire_timer_fires_on_the_factorys_turn()
    {
        var wire = new WireClock(scheduler, wall);
        wire.CreateTimer(_ => log.Add($"{scheduler.CheckAccess()}"), null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);

        wall.Advance(TimeSpan.FromSeconds(5));
        Assert.Empty(log);
        scheduler.Drain();

        Assert.Equal(["True"], log);
        Assert.Equal(wall.GetUtcNow(), wire.GetUtcNow());
    }

    [Fact]
    public void A_wire_timer_disposed_after_it_was_posted_does_not_fire()
    {
        var wire = new WireClock(scheduler, wall);
        var timer = wire.CreateTimer(_ => log.Add("never"), null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        wall.Advance(TimeSpan.FromSeconds(5));
        timer.Dispose();
        scheduler.Drain();
        Assert.Empty(log);
    }
}
