using TrainingLab.Simulation.Faults;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Tests.Simulation.Values;

public class TagTable_Tests
{
    private readonly List<string> changes = [];
    private readonly TagTable table;
    private TimeSpan now;

    public TagTable_Tests()
    {
        table = new TagTable(
            "oven",
            [
                new("temperature", TagKind.Double) { Unit = "CEL", Range = new(0, 300) },
                new("setpoint", TagKind.Double) { Range = new(50, 250), Writable = true },
                new("batch", TagKind.Text) { Writable = true },
                new("count", TagKind.Integer) { Writable = true },
                new("on", TagKind.Boolean) { Writable = true },
            ],
            () => now);
        table.Changed += tag => changes.Add($"{tag.Name}={tag.Observed.Value}@{tag.Observed.At.TotalSeconds}");
    }

    [Theory]
    [InlineData("temperature", 20.0, TagWriteOutcome.NotWritable)]
    [InlineData("nothing", 20.0, TagWriteOutcome.NoSuchTag)]
    [InlineData("setpoint", 100.0, TagWriteOutcome.Written)]
    [InlineData("setpoint", 50.0, TagWriteOutcome.Written)]
    [InlineData("setpoint", 250.1, TagWriteOutcome.OutOfRange)]
    [InlineData("setpoint", double.NaN, TagWriteOutcome.OutOfRange)]
    [InlineData("setpoint", "hot", TagWriteOutcome.WrongKind)]
    [InlineData("count", 3.0, TagWriteOutcome.Written)]
    [InlineData("count", 3.5, TagWriteOutcome.WrongKind)]
    [InlineData("on", true, TagWriteOutcome.Written)]
    [InlineData("batch", "B-1", TagWriteOutcome.Written)]
    public void Writes(string tag, object value, TagWriteOutcome expected)
    {
        TagValue typed = value switch { double number => number, bool flag => flag, _ => (string)value };
        Assert.Equal(expected, table.Write(tag, typed));
        Assert.Equal(expected == TagWriteOutcome.Written ? 1 : 0, changes.Count);
    }

    [Fact]
    public void A_change_is_told_once_with_its_time()
    {
        now = TimeSpan.FromSeconds(1);
        table["temperature"].Set(20.0);
        now = TimeSpan.FromSeconds(2);
        table["temperature"].Set(20.0);
        now = TimeSpan.FromSeconds(3);
        table["temperature"].Set(21.0);
        Assert.Equal(["temperature=20@1", "temperature=21@3"], changes);
    }

    [Fact]
    public void Wrong_wiring_is_misuse()
    {
        Assert.Throws<ArgumentException>(() => table["temperature"].Set("hot"));
        Assert.Throws<KeyNotFoundException>(() => table["nothing"]);
        Assert.Throws<ArgumentException>(() => new TagTable("twice", [new("a", TagKind.Double), new("a", TagKind.Double)], () => default));
    }

    [Fact]
    public void The_saved_state_is_loaded_with_quality_and_faults()
    {
        var context = new TrainingLab.Simulation.Kinds.ComponentContext("f", new(1, "f"), DateTimeOffset.UnixEpoch);
        table["temperature"].Set(20.0);
        table["temperature"].AddFault(FaultRegistry.Standard.Create("dropout", null, context)!);
        table["count"].Set(5L, Quality.Uncertain("guess"));
        var saved = table.Save().ToJsonString();

        var other = new TagTable("oven", table.Tags.Select(tag => tag.Definition), () => now);
        other.Load(System.Text.Json.Nodes.JsonNode.Parse(saved)!, FaultRegistry.Standard);

        Assert.Equal(saved, other.Save().ToJsonString());
        Assert.Equal(Quality.Bad("dropout"), other["temperature"].Observed.Quality);
        Assert.Equal(20, other["temperature"].Observed.Value.AsDouble);
    }
}
