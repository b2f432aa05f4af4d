using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Processes;
using TrainingLab.Simulation.Processes.Packaging;
using TrainingLab.Tests.Simulation.Plants;

namespace TrainingLab.Tests.Simulation.Processes;

public class Material_Tests
{
    [Theory]
    [InlineData(1UL, 0.1)]
    [InlineData(2UL, 0.37)]
    [InlineData(3UL, 1)]
    public void Nothing_is_created_and_nothing_is_lost_whatever_is_done_to_the_line(ulong seed, double step)
    {
        var line = new BottlingLine(seed, filler: new() { ["defectRate"] = 0.05, ["meanTimeBetweenJams"] = "100s" });
        var monkey = new SeededChance(seed, "monkey");
        string[] machines = ["filler", "capper", "labeller"];
        string[] belts = ["belt1", "belt2", "belt3"];
        line.Plant.SimulateHistory(TimeSpan.FromSeconds(step * 6000), TimeSpan.FromSeconds(step), _ =>
        {
            Assert.True(line.Plant.Material.Holds, line.Plant.Material.ToString());
            Assert.All(belts, belt => Assert.InRange(((IMaterialBuffer)line.Plant.FindProcess(belt)!).Held, 0, 300));
            if (!monkey.Happens(0.05))
                return;
            switch (monkey.Integer(1, 4))
            {
                case 1:
                    line.Variable(monkey.Pick(machines), "CntrlCmd").Count = monkey.Integer(0, 10);
                    break;
                case 2:
                    line.Variable(monkey.Pick(belts), "Running").Flag = monkey.Happens(0.7);
                    break;
                case 3:
                    line.Variable(monkey.Pick(machines), "OutfeedOpen").Flag = monkey.Happens(0.7);
                    break;
                default:
                    line.Variable(monkey.Pick(machines), "MachSpeed").Number = monkey.Uniform(0, 200);
                    break;
            }
        });
        Assert.True(line.Plant.Material.Entered > 0);
    }

    [Fact]
    public void A_bottle_arrives_after_the_travel_time()
    {
        var belt = Belt(new() { ["length"] = 6.0, ["speed"] = 0.5, ["capacity"] = 10 });
        belt.Put(3);
        Assert.Equal(7, belt.Space);
        Assert.Equal(0, Run(belt, 11));
        Assert.Equal(3, Run(belt, 1.01));
        belt.Take(2);
        Assert.Equal(9, belt.Space);
        Assert.Throws<ArgumentOutOfRangeException>(() => belt.Take(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => belt.Put(10));
    }

    [Fact]
    public void A_long_belt_keeps_count_when_groups_run_out()
    {
        var belt = Belt(new() { ["length"] = 1000.0, ["speed"] = 0.5, ["capacity"] = 5000 });
        for (var i = 0; i < 3000; i++)
        {
            belt.Put(1);
            Run(belt, 0.1);
        }
        Assert.Equal(3000, belt.Held);
        Assert.Equal(3000, Run(belt, 2100));
    }

    private static IMaterialBuffer Belt(Dictionary<string, object?> parameters)
    {
        var belt = (IMaterialBuffer)ProcessRegistry.Standard.Create("conveyor", parameters, new ComponentContext("belt", new SeededChance(1, "belt"), BottlingLine.Epoch))!;
        belt.HasConsumer = true;
        return belt;
    }

    private static long Run(IMaterialBuffer belt, double seconds)
    {
        for (var left = seconds; left > 1e-9; left -= 0.1)
            belt.Step(new ProcessStep(default, TimeSpan.FromSeconds(Math.Min(left, 0.1)), BottlingLine.Epoch));
        return belt.Available;
    }
}
