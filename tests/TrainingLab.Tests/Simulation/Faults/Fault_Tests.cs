using System.Text.Json.Nodes;
using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Faults;
using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Tests.Simulation.Faults;

public class Fault_Tests
{
    private const ulong Seed = 5;

    private readonly TagTable table;
    private TimeSpan now;

    public Fault_Tests() => table = new TagTable("d", [new("level", TagKind.Double), new("count", TagKind.Integer), new("on", TagKind.Boolean)], () => now);

    [Fact]
    public void Stuck_keeps_the_value_that_was_seen_last_and_looks_good()
    {
        var fault = Add("level", "stuck", new() { ["from"] = 10, ["until"] = 20 });
        Assert.Equal([5, 9, 9, 9, 20], Observe(5, 9, 10, 19, 20));
        Assert.True(table["level"].Observed.Quality.IsGood);
        Assert.Equal(20, table["level"].True.AsDouble);
        Assert.Equal("stuck", fault.Kind);
    }

    [Fact]
    public void Drift_grows_from_when_it_began()
    {
        Add("level", "drift", new() { ["perHour"] = 3600.0, ["from"] = 10 });
        Assert.Equal([9, 10, 16, 30], Observe(9, 10, 13, 20));
    }

    [Fact]
    public void Offset_shifts_numbers_and_leaves_others()
    {
        Add("level", "offset", new() { ["amount"] = -2.5 });
        Add("count", "offset", new() { ["amount"] = 2.6 });
        Add("on", "offset", new() { ["amount"] = 1.0 });
        table["level"].Set(10.0);
        table["count"].Set(10L);
        table["on"].Set(true);
        Assert.Equal(7.5, table["level"].Observed.Value.AsDouble);
        Assert.Equal(13, table["count"].Observed.Value.AsInteger);
        Assert.True(table["on"].Observed.Value.AsBoolean);
    }

    [Fact]
    public void Dropout_keeps_the_last_value_with_bad_quality()
    {
        Add("level", "dropout", new() { ["from"] = 10, ["until"] = 12 });
        Assert.Equal([9, 9, 12], Observe(9, 11, 12));
        now = TimeSpan.FromSeconds(11);
        table["level"].Set(11.0);
        Assert.Equal(Quality.Bad("dropout"), table["level"].Observed.Quality);
    }

    [Fact]
    public void Spikes_come_at_seeded_instants_and_pass()
    {
        Add("level", "spike", new() { ["amplitude"] = 1000.0, ["interval"] = "10s", ["length"] = "1s" });
        var seen = Observe([.. Enumerable.Range(0, 1000).Select(i => (double)i)]);
        var spikes = seen.Select((value, i) => value - i).Where(difference => difference != 0).ToList();
        Assert.All(spikes, difference => Assert.Equal(1000, Math.Abs(difference)));
        Assert.InRange(spikes.Count, 50, 130);
        Assert.Contains(1000, spikes);
        Assert.Contains(-1000, spikes);
    }

    [Fact]
    public void A_fault_is_switched_by_hand()
    {
        var fault = Add("level", "offset", new() { ["amount"] = 1.0, ["enabled"] = false });
        table["level"].Set(1.0);
        Assert.Equal(1, table["level"].Observed.Value.AsDouble);
        fault.Enabled = true;
        table["level"].Set(1.0);
        Assert.Equal(2, table["level"].Observed.Value.AsDouble);
        Assert.True(table["level"].RemoveFault(fault));
        Assert.Equal(1, table["level"].Observed.Value.AsDouble);
    }

    [Fact]
    public void Faults_apply_in_order()
    {
        Add("level", "offset", new() { ["amount"] = 1.0 });
        Add("level", "dropout", new() { ["from"] = 10 });
        Assert.Equal([6, 10, 10], Observe(5, 9, 11));
    }

    [Theory]
    [InlineData("stuck", "from", -1)]
    [InlineData("drift", "perHour", "fast")]
    [InlineData("spike", "amplitude", -1)]
    [InlineData("offset", "ammount", 1)]
    [InlineData("dropout", "until", "soon")]
    [InlineData("melted", "from", 1)]
    public void Mistakes_are_told(string kind, string parameter, object value)
    {
        var mistakes = new List<ParameterMistake>();
        Assert.Null(FaultRegistry.Standard.Create(kind, new Dictionary<string, object?> { [parameter] = value }, Context(mistakes)));
        Assert.NotEmpty(mistakes);
        Assert.All(mistakes, mistake => Assert.NotEmpty(mistake.Remedy.Zh));
    }

    [Fact]
    public void A_window_that_ends_before_it_begins_is_a_mistake()
    {
        var mistakes = new List<ParameterMistake>();
        Assert.Null(FaultRegistry.Standard.Create("stuck", new Dictionary<string, object?> { ["from"] = "10s", ["until"] = "5s" }, Context(mistakes)));
        Assert.Equal("until", Assert.Single(mistakes).Parameter);
    }

    [Theory]
    [InlineData("stuck", null)]
    [InlineData("drift", "perHour")]
    [InlineData("offset", "amount")]
    [InlineData("spike", "amplitude")]
    [InlineData("dropout", null)]
    public void Saved_and_loaded_it_goes_on_as_if_never_stopped(string kind, string? parameter)
    {
        var given = parameter is null ? [] : new Dictionary<string, object?> { [parameter] = 100.0 };
        Add("level", kind, given);
        Observe([.. Enumerable.Range(0, 100).Select(i => (double)i)]);
        var saved = table.Save().ToJsonString();
        var stopped = new TagTable("d", table.Tags.Select(tag => tag.Definition), () => now);
        stopped.Load(JsonNode.Parse(saved)!, FaultRegistry.Standard);

        for (var i = 100; i < 400; i++)
        {
            now = TimeSpan.FromSeconds(i);
            table["level"].Set((double)i);
            stopped["level"].Set((double)i);
            Assert.Equal(table.Save().ToJsonString(), stopped.Save().ToJsonString());
        }
    }

    private static ComponentContext Context(ICollection<ParameterMistake> mistakes) =>
        new("fault", new SeededChance(Seed, "fault"), DateTimeOffset.UnixEpoch) { Mistakes = mistakes };

    private Fault Add(string tag, string kind, Dictionary<string, object?> given)
    {
        var mistakes = new List<ParameterMistake>();
        var fault = FaultRegistry.Standard.Create(kind, given, Context(mistakes));
        Assert.Empty(mistakes);
        table[tag].AddFault(fault!);
        return fault!;
    }

    /// <summary>Lets time pass; at each second given, the true level is that number.</summary>
    private List<double> Observe(params double[] seconds)
    {
        var seen = new List<double>();
        foreach (var second in seconds)
        {
            now = TimeSpan.FromSeconds(second);
            table["level"].Set(second);
            seen.Add(table["level"].Observed.Value.AsDouble);
        }
        return seen;
    }
}
