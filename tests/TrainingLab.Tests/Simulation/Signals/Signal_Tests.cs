using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Expressions;
using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Signals;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Tests.Simulation.Signals;

public class Signal_Tests : IExpressionScope
{
    private const ulong Seed = 9;

    private TagValue input = 10.0;
    private Quality inputQuality;

    [Fact]
    public void Constant()
    {
        Assert.Equal([5, 5], Run("constant", new() { ["value"] = 5 }, 1, 2));
        Assert.Equal("idle", Create("constant", new() { ["value"] = "idle" }).Next(Step(1)).Value.AsText);
    }

    [Theory]
    [InlineData("once", new double[] { 0, 5, 10, 10, 10 })]
    [InlineData("sawtooth", new double[] { 0, 5, 0, 5, 0 })]
    [InlineData("triangle", new double[] { 0, 5, 10, 5, 0 })]
    public void Ramp(string repeat, double[] expected) =>
        Assert.Equal(expected, Run("ramp", new() { ["from"] = 0, ["to"] = 10, ["duration"] = "10s", ["repeat"] = repeat }, 0, 5, 10, 15, 20));

    [Fact]
    public void Sine()
    {
        var values = Run("sine", new() { ["mean"] = 20, ["amplitude"] = 2, ["period"] = "1min" }, 0, 15, 30, 45, 60 * 60 * 24 * 365);
        Assert.Equal([20, 22, 20, 18, 20], values.Select(value => Math.Round(value, 9)));
    }

    [Fact]
    public void Noise_has_its_mean_and_deviation()
    {
        var values = Run("noise", new() { ["mean"] = 3, ["deviation"] = 0.5 }, [.. Enumerable.Range(1, 20_000).Select(i => (double)i)]);
        Assert.Equal(3, values.Average(), 0.02);
        Assert.Equal(0.5, Math.Sqrt(values.Average(value => (value - 3) * (value - 3))), 0.02);
    }

    [Fact]
    public void Walk_stays_within_its_limits()
    {
        var values = Run(
            "walk",
            new() { ["mean"] = 50, ["deviation"] = 5, ["timeConstant"] = "10s", ["minimum"] = 45, ["maximum"] = 55 },
            [.. Enumerable.Range(1, 5000).Select(i => (double)i)]);
        Assert.Equal(45, values.Min());
        Assert.Equal(55, values.Max());
        Assert.Equal(50, values.Average(), 0.5);
    }

    [Fact]
    public void Lag_follows_its_input()
    {
        var signal = Create("lag", new() { ["input"] = "in * 2", ["timeConstant"] = "5s" });
        var value = 0.0;
        for (var i = 1; i <= 5; i++)
            value = signal.Next(Step(i)).Value.AsDouble;
        Assert.Equal(20 * (1 - Math.Exp(-1)), value, 1e-9);
        input = "broken";
        Assert.Equal(new SignalValue(value, Quality.Bad("expression")), signal.Next(Step(6)));
    }

    [Fact]
    public void Expression_takes_over_quality_and_keeps_its_last_value()
    {
        var signal = Create("expression", new() { ["formula"] = "100 / in" });
        Assert.Equal(new SignalValue(10.0), signal.Next(Step(1)));
        inputQuality = Quality.Uncertain("old");
        Assert.Equal(new SignalValue(10.0, inputQuality), signal.Next(Step(2)));
        input = 0.0;
        Assert.Equal(new SignalValue(10.0, Quality.Bad("expression")), signal.Next(Step(3)));
    }

    [Fact]
    public void A_mistake_in_a_formula_tells_its_column()
    {
        var mistakes = new List<ParameterMistake>();
        Assert.Null(SignalRegistry.Standard.Create("expression", new Dictionary<string, object?> { ["formula"] = "1 +" }, Context(mistakes)));
        Assert.StartsWith("Column 4", Assert.Single(mistakes).Message.En, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("constant", "value", 1.0)]
    [InlineData("noise", "deviation", 1.0)]
    [InlineData("walk", "deviation", 1.0)]
    [InlineData("expression", "formula", "in + 1")]
    public void Saved_and_loaded_it_goes_on_as_if_never_stopped(string kind, string parameter, object value)
    {
        var one = Create(kind, new() { [parameter] = value });
        for (var i = 1; i < 50; i++)
            one.Next(Step(i));
        var other = Create(kind, new() { [parameter] = value });
        if (one.Save() is { } saved)
            other.Load(System.Text.Json.Nodes.JsonNode.Parse(saved.ToJsonString())!);
        for (var i = 50; i < 100; i++)
            Assert.Equal(one.Next(Step(i)), other.Next(Step(i)));
    }

    public bool TryGet(string name, out TagValue value, out Quality quality)
    {
        value = input;
        quality = inputQuality;
        return string.Equals(name, "in", StringComparison.Ordinal);
    }

    private static ComponentContext Context(ICollection<ParameterMistake> mistakes) =>
        new("signal", new SeededChance(Seed, "signal"), DateTimeOffset.UnixEpoch) { Mistakes = mistakes };

    private static Signal Create(string kind, Dictionary<string, object?> given)
    {
        var mistakes = new List<ParameterMistake>();
        var signal = SignalRegistry.Standard.Create(kind, given, Context(mistakes));
        Assert.Empty(mistakes);
        return signal!;
    }

    private SignalStep Step(double second) => new(TimeSpan.FromSeconds(second), TimeSpan.FromSeconds(1), this);

    private List<double> Run(string kind, Dictionary<string, object?> given, params double[] seconds)
    {
        var signal = Create(kind, given);
        return [.. seconds.Select(second => signal.Next(Step(second)).Value.AsDouble)];
    }
}
