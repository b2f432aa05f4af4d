using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Numerics;

namespace TrainingLab.Tests.Simulation.Numerics;

public class StableMath_Tests
{
    private readonly SeededChance chance = new(11, "math");

    [Fact]
    public void It_agrees_with_the_c_library_to_the_last_bits()
    {
        for (var i = 0; i < 20_000; i++)
        {
            var small = chance.Uniform(-20, 20);
            Close(Math.Exp(small), StableMath.Exp(small));
            var positive = Math.Exp(chance.Uniform(-300, 300));
            Close(Math.Log(positive), StableMath.Log(positive));
            var angle = chance.Uniform(-1000, 1000);
            Assert.Equal(Math.Sin(angle), StableMath.Sin(angle), 1e-13);
            Assert.Equal(Math.Cos(angle), StableMath.Cos(angle), 1e-13);
            var exponent = chance.Uniform(-3, 3);
            var given = chance.Uniform(0.01, 100);
            Close(Math.Pow(given, exponent), StableMath.Pow(given, exponent));
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-800, 0)]
    [InlineData(800, double.PositiveInfinity)]
    [InlineData(double.NaN, double.NaN)]
    public void Exp_at_its_ends(double x, double expected) => Assert.Equal(expected, StableMath.Exp(x));

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, double.NegativeInfinity)]
    [InlineData(-1, double.NaN)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    public void Log_at_its_ends(double x, double expected) => Assert.Equal(expected, StableMath.Log(x));

    [Fact]
    public void Log_of_a_subnormal_number() => Assert.Equal(Math.Log(double.Epsilon), StableMath.Log(double.Epsilon), 1e-10);

    [Theory]
    [InlineData(2, 10, 1024)]
    [InlineData(-2, 3, -8)]
    [InlineData(2, -1, 0.5)]
    [InlineData(9, 0.5, 3)]
    [InlineData(0, 0, 1)]
    [InlineData(0, 0.3, 0)]
    [InlineData(-8, 0.3, double.NaN)]
    public void Powers(double x, double y, double expected) => Assert.Equal(expected, StableMath.Pow(x, y));

    [Fact]
    public void An_angle_too_large_to_reduce_has_no_sine() => Assert.Equal(double.NaN, StableMath.Sin(1e9));

    private static void Close(double expected, double actual) =>
        Assert.True(Math.Abs(actual - expected) <= 4e-15 * Math.Max(1e-300, Math.Abs(expected)) + 1e-300, $"{expected:R} {actual:R}");
}
