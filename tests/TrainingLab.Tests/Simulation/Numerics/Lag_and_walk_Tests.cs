using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Numerics;

namespace TrainingLab.Tests.Simulation.Numerics;

public class Lag_and_walk_Tests
{
    [Fact]
    public void A_lag_has_gone_63_percent_after_its_time_constant_whatever_the_step()
    {
        foreach (var step in new[] { 0.05, 0.1, 0.5, 1 })
        {
            var lag = new FirstOrderLag(TimeSpan.FromSeconds(3));
            for (var time = step; time <= 3.0001; time += step)
                lag.Step(1, TimeSpan.FromSeconds(step));
            Assert.Equal(1 - Math.Exp(-1), lag.Value, 1e-9);
        }
    }

    [Fact]
    public void A_lag_without_time_constant_follows_at_once() =>
        Assert.Equal(5, new FirstOrderLag(TimeSpan.Zero).Step(5, TimeSpan.FromSeconds(0.1)));

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    public void A_walk_has_its_deviation_whatever_the_step(double seconds)
    {
        var walk = new OrnsteinUhlenbeck(2, TimeSpan.FromSeconds(5), new SeededChance(3, "walk"));
        var sum = 0.0;
        var squares = 0.0;
        const int count = 200_000;
        for (var i = 0; i < count; i++)
        {
            var value = walk.Step(TimeSpan.FromSeconds(seconds));
            sum += value;
            squares += value * value;
        }
        Assert.Equal(0, sum / count, 0.1);
        Assert.Equal(2, Math.Sqrt(squares / count), 0.1);
    }
}
