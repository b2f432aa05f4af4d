using TrainingLab.Simulation.Parameters;

namespace TrainingLab.Tests.Simulation.Parameters;

public class ParameterSet_Tests
{
    private static readonly IReadOnlyList<ParameterDefinition> definitions =
    [
        new("speed", ParameterKind.Number) { Required = true, Minimum = 0, Maximum = 10 },
        new("count", ParameterKind.Integer) { Default = 3 },
        new("on", ParameterKind.Boolean) { Default = true },
        new("mode", ParameterKind.Text) { Default = "a", Choices = ["a", "b"] },
        new("time", ParameterKind.Duration) { Default = "90s", Minimum = 1 },
        new("names", ParameterKind.TextList),
        new("value", ParameterKind.Value),
        new("note", ParameterKind.Text),
    ];

    private readonly List<ParameterMistake> mistakes = [];

    [Fact]
    public void Absent_parameters_have_their_default()
    {
        var set = Read(new() { ["speed"] = 1 });
        Assert.Empty(mistakes);
        Assert.Equal(1, set.Number("speed"));
        Assert.Equal(3, set.Integer("count"));
        Assert.True(set.Boolean("on"));
        Assert.Equal("a", set.Text("mode"));
        Assert.Equal(TimeSpan.FromSeconds(90), set.Duration("time"));
        Assert.Empty(set.Texts("names"));
        Assert.Null(set.Value("value"));
        Assert.Null(set.Text("note"));
        Assert.False(set.Has("note"));
    }

    [Fact]
    public void Given_parameters_come_in_the_forms_that_files_use()
    {
        var set = Read(new() { ["speed"] = "2.5", ["count"] = 7.0, ["on"] = "false", ["mode"] = "b", ["time"] = 2, ["names"] = new object[] { "x", 1 }, ["value"] = 5 });
        Assert.Empty(mistakes);
        Assert.Equal(2.5, set.Number("speed"));
        Assert.Equal(7, set.Integer("count"));
        Assert.False(set.Boolean("on"));
        Assert.Equal(TimeSpan.FromSeconds(2), set.Duration("time"));
        Assert.Equal(["x", "1"], set.Texts("names"));
        Assert.Equal(5, set.Value("value")!.Value.AsDouble);
    }

    [Fact]
    public void Every_mistake_is_told_at_once_in_both_languages()
    {
        Read(new() { ["count"] = 1.5, ["on"] = "maybe", ["mode"] = "c", ["time"] = "0s", ["sped"] = 1 });
        Assert.Equal(["sped", "speed", "count", "on", "mode", "time"], mistakes.Select(mistake => mistake.Parameter));
        Assert.All(mistakes, mistake =>
        {
            Assert.NotEmpty(mistake.Message.En);
            Assert.NotEmpty(mistake.Message.Zh);
            Assert.NotEmpty(mistake.Remedy.En);
            Assert.NotEmpty(mistake.Remedy.Zh);
        });
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(11)]
    [InlineData(double.NaN)]
    [InlineData("1e999")]
    public void A_number_outside_its_limits_is_a_mistake(object speed)
    {
        Read(new() { ["speed"] = speed });
        Assert.Equal("speed", Assert.Single(mistakes).Parameter);
    }

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("30s", 30)]
    [InlineData("1.5min", 90)]
    [InlineData("8h", 28800)]
    [InlineData("2d", 172800)]
    [InlineData(" 7 s ", 7)]
    [InlineData("12", 12)]
    public void Durations(string text, double seconds)
    {
        Assert.True(DurationText.TryRead(text, out var span));
        Assert.Equal(seconds, span.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1s")]
    [InlineData("s")]
    [InlineData("1y")]
    [InlineData("400d")]
    [InlineData(null)]
    [InlineData(true)]
    public void Anything_else_is_no_duration(object? raw) => Assert.False(DurationText.TryRead(raw, out _));

    private ParameterSet Read(Dictionary<string, object?> given) => ParameterSet.Read(definitions, given, mistakes);
}
