using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Plants;
using TrainingLab.Simulation.Processes;
using TrainingLab.Simulation.Time;
using TrainingLab.Tests.Simulation.Plants;

namespace TrainingLab.Tests.Simulation.Processes;

public class Environment_Tests
{
    private const ulong Seed = 4;

    [Fact]
    public void The_counter_of_a_meter_never_falls_and_is_the_integral_of_the_power()
    {
        var line = new BottlingLine(Seed);
        var last = 0.0;
        var integral = 0.0;
        line.Plant.SimulateHistory(TimeSpan.FromHours(2), TimeSpan.FromSeconds(1), _ =>
        {
            var energy = line.Number("meter", "Energy");
            Assert.True(energy >= last);
            last = energy;
            integral += line.Number("meter", "ActivePower") / 3600;
        });
        Assert.Equal(integral, last, 1e-6);
        Assert.InRange(line.Number("meter", "ActivePower"), 5, 25);
        Assert.InRange(line.Number("meter", "PowerFactor"), 0.5, 0.99);
    }

    [Fact]
    public void A_hall_is_warm_and_dry_in_the_afternoon()
    {
        var hall = ProcessRegistry.Standard.Create("hall-climate", null, new("hall", new(Seed, "hall"), BottlingLine.Epoch))!;
        double warm = 0, cold = 0, dry = 0, damp = 0;
        var midnight = BottlingLine.Epoch.Date;
        for (var second = 0; second < 24 * 3600; second++)
        {
            var now = new DateTimeOffset(midnight, TimeSpan.Zero).AddSeconds(second);
            hall.Step(new ProcessStep(now - BottlingLine.Epoch, TimeSpan.FromSeconds(1), now));
            var (temperature, humidity) = (hall.Variables[0].Number, hall.Variables[1].Number);
            if (now.TimeOfDay.TotalHours is > 14.5 and < 15.5)
                (warm, dry) = (warm + (temperature / 3600), dry + (humidity / 3600));
            if (now.TimeOfDay.TotalHours is > 2.5 and < 3.5)
                (cold, damp) = (cold + (temperature / 3600), damp + (humidity / 3600));
        }
        Assert.Equal(6, warm - cold, 2.0);
        Assert.Equal(16, damp - dry, 6.0);
    }

    [Fact]
    public void A_meter_names_what_it_cannot_be_wired_to()
    {
        var plant = new Plant(new PlantClock(new SerialScheduler(_ => { }, usePool: false), BottlingLine.Epoch), Seed);
        var mistakes = new List<ParameterMistake>();
        plant.AddProcess("hall", "hall-climate", null, mistakes);
        plant.AddProcess("meter", "energy-meter", new Dictionary<string, object?> { ["machines"] = new[] { "hall", "gone" } }, mistakes);
        plant.Wire(mistakes);
        Assert.Equal(2, mistakes.Count);
    }

    [Fact]
    public void Every_kind_runs_with_defaults_describes_itself_in_both_languages_and_allocates_nothing()
    {
        foreach (var kind in ProcessRegistry.Standard.Kinds)
        {
            Assert.NotEmpty(kind.Description.Zh);
            Assert.All(kind.Parameters, parameter => Assert.NotEmpty(parameter.Description.Zh));
            var process = ProcessRegistry.Standard.Create(kind.Name, null, new("p", new(Seed, kind.Name), BottlingLine.Epoch));
            Assert.NotNull(process);
            Assert.All(process.Variables, variable => Assert.NotEmpty(variable.Definition.Description.Zh));
            Run(process, 2000); // warm up
            var before = GC.GetAllocatedBytesForCurrentThread();
            Run(process, 2000);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    private static void Run(IProcess process, int steps)
    {
        for (var i = 0; i < steps; i++)
            process.Step(new ProcessStep(TimeSpan.FromSeconds(i), TimeSpan.FromSeconds(1), BottlingLine.Epoch));
    }
}
