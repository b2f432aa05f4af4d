using System.Text.Json.Nodes;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Plants;
using TrainingLab.Simulation.Time;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Tests.Simulation.Plants;

public class Plant_Tests
{
    private const ulong Seed = 3;

    private readonly List<ParameterMistake> mistakes = [];
    private readonly PlantClock clock = new(new SerialScheduler(exception => Assert.Fail(exception.ToString()), usePool: false), BottlingLine.Epoch);
    private readonly Plant plant;

    public Plant_Tests() => plant = new Plant(clock, Seed);

    [Fact]
    public void It_ticks_every_tenth_of_a_second()
    {
        var steps = new List<double>();
        plant.Stepped += step => steps.Add(step.Now.TotalMilliseconds);
        plant.Start();
        clock.AdvanceTo(TimeSpan.FromMilliseconds(350));
        plant.Stop();
        clock.AdvanceTo(TimeSpan.FromMilliseconds(1000));
        Assert.Equal([100, 200, 300], steps);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Plant(clock, Seed, TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void A_tag_takes_unit_range_and_description_from_its_variable()
    {
        plant.AddProcess("hall", "hall-climate", null, mistakes);
        var device = plant.AddDevice("sensor", [Wire("t", TagKind.Double, "hall", "Temperature")], mistakes);
        Assert.Empty(mistakes);
        Assert.Equal("CEL", device!.Tags["t"].Definition.Unit);
        Assert.Equal(new TagRange(-10, 60), device.Tags["t"].Definition.Range);
        Assert.Equal("环境温度", device.Tags["t"].Definition.Description.Zh);
        Assert.Equal(23, device.Tags["t"].Observed.Value.AsDouble);
    }

    [Fact]
    public void A_write_reaches_the_process_at_its_next_step_and_survives_it()
    {
        plant.AddProcess("filler", "filler", null, mistakes);
        var device = plant.AddDevice("plc", [Wire("speed", TagKind.Double, "filler", "MachSpeed", writable: true), Wire("real", TagKind.Double, "filler", "CurMachSpeed")], mistakes)!;
        plant.Start();
        clock.AdvanceTo(TimeSpan.FromSeconds(10));
        Assert.Equal(TagWriteOutcome.Written, device.Tags.Write("speed", 50.0));
        Assert.Equal(50, device.Tags["speed"].Observed.Value.AsDouble);
        clock.AdvanceTo(TimeSpan.FromSeconds(60));
        Assert.Equal(50, device.Tags["speed"].Observed.Value.AsDouble);
        Assert.Equal(50, device.Tags["real"].Observed.Value.AsDouble, 0.01);
    }

    [Fact]
    public void Tags_of_all_devices_are_found_by_name()
    {
        plant.AddDevice("a", [new(new("x", TagKind.Double)) { Initial = 1.0 }, new(new("y.z", TagKind.Double)) { Initial = 2.0 }], mistakes);
        plant.AddDevice("b.c", [new(new("x", TagKind.Double)) { Initial = 3.0 }], mistakes);
        var sum = plant.AddDevice("d", [new(new("sum", TagKind.Double)) { Signal = "expression", SignalParameters = new Dictionary<string, object?> { ["formula"] = "a.x + a.y.z + b.c.x + own" } }, new(new("own", TagKind.Double)) { Initial = 10.0 }], mistakes)!;
        Assert.Empty(mistakes);
        plant.Start();
        clock.AdvanceTo(plant.Tick);
        Assert.Equal(16, sum.Tags["sum"].Observed.Value.AsDouble);
        Assert.False(plant.Scope.TryGet("a.gone", out _, out _));
        Assert.False(plant.Scope.TryGet("a", out _, out _));
    }

    [Fact]
    public void Mistakes_of_wiring_are_all_told()
    {
        plant.AddProcess("hall", "hall-climate", null, mistakes);
        Assert.Null(plant.AddProcess("hall", "hall-climate", null, mistakes));
        Assert.Null(plant.AddProcess("oven", "volcano", null, mistakes));
        Assert.Null(plant.AddProcess("belt", "conveyor", new Dictionary<string, object?> { ["capacity"] = 0, ["lenght"] = 1 }, mistakes));
        Assert.Null(plant.AddDevice(
            "d",
            [
                Wire("a", TagKind.Double, "gone", "x"),
                Wire("b", TagKind.Double, "hall", "Pressure"),
                Wire("c", TagKind.Boolean, "hall", "Temperature"),
                Wire("e", TagKind.Double, "hall", "Temperature", writable: true),
                new(new("f", TagKind.Double)) { Signal = "square" },
                new(new("f", TagKind.Double)) { Signal = "constant", Process = "hall", SignalParameters = new Dictionary<string, object?> { ["value"] = 1 } },
            ],
            mistakes));
        plant.Connect("hall", "gone", mistakes);
        Assert.Equal(
            ["name", "kind", "lenght", "capacity", "a", "b", "c", "e", "kind", "f", "f", "flow"],
            mistakes.Select(mistake => mistake.Parameter));
        Assert.All(mistakes, mistake => Assert.NotEmpty(mistake.Remedy.Zh));
        Assert.Null(plant.FindDevice("d"));
    }

    [Fact]
    public void A_fault_needs_a_tag_that_exists()
    {
        var device = plant.AddDevice("d", [new(new("x", TagKind.Double))], mistakes)!;
        Assert.Null(device.AddFault("y", "1", "stuck", null, mistakes));
        Assert.Null(device.AddFault("x", "1", "drift", null, mistakes));
        Assert.Equal(["tag", "perHour"], mistakes.Select(mistake => mistake.Parameter));

        var fault = device.AddFault("x", "1", "offset", new Dictionary<string, object?> { ["amount"] = 1 }, []);
        Assert.Same(fault, device.Tags["x"].FindFault("1"));
        Assert.Null(device.AddFault("x", "1", "stuck", null, mistakes));
        Assert.Equal("id", mistakes[^1].Parameter);
        Assert.Null(device.Tags["x"].FindFault("2"));
    }

    [Fact]
    public void The_truth_is_what_a_tag_holds_before_its_faults()
    {
        var device = plant.AddDevice("d", [new(new("x", TagKind.Double)) { Initial = 5.0 }], mistakes)!;
        device.AddFault("x", "1", "offset", new Dictionary<string, object?> { ["amount"] = 2 }, mistakes);
        Assert.True(plant.Scope.TryGet("d.x", out var seen, out _));
        Assert.True(plant.Truth.TryGet("d.x", out var real, out _));
        Assert.Equal(7, seen.AsDouble);
        Assert.Equal(5, real.AsDouble);
    }

    [Fact]
    public void An_integer_tag_shows_a_signal_rounded()
    {
        var device = plant.AddDevice("d", [new(new("n", TagKind.Integer)) { Signal = "constant", SignalParameters = new Dictionary<string, object?> { ["value"] = 2.6 } }], mistakes)!;
        plant.Start();
        clock.AdvanceTo(plant.Tick);
        Assert.Equal(3, device.Tags["n"].Observed.Value.AsInteger);
    }

    [Fact]
    public void A_state_of_another_version_is_refused() =>
        Assert.Throws<NotSupportedException>(() => plant.Load(JsonNode.Parse("""{"v":2}""")!));

    private static TagWiring Wire(string tag, TagKind kind, string process, string variable, bool writable = false) =>
        new(new TagDefinition(tag, kind) { Writable = writable }) { Process = process, Variable = variable };
}
