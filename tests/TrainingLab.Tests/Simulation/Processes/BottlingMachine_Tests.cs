using TrainingLab.Simulation.Processes;
using TrainingLab.Simulation.Processes.Packaging;
using TrainingLab.Tests.Simulation.Plants;

namespace TrainingLab.Tests.Simulation.Processes;

public class BottlingMachine_Tests
{
    private const ulong Seed = 42;

    private static readonly Dictionary<string, object?> noJams = new() { ["meanTimeBetweenJams"] = 0 };

    [Fact]
    public void A_line_produces_from_the_beginning()
    {
        var line = new BottlingLine(Seed, filler: noJams);
        line.Clock.AdvanceTo(TimeSpan.Zero);
        line.Plant.Start();
        line.Clock.AdvanceTo(TimeSpan.FromMinutes(5));

        Assert.Equal(PackMLState.Execute, line.Machine("filler").State);
        Assert.InRange(line.Number("filler", "ProdProcessedCount"), 950, 1000);
        Assert.InRange(line.Number("belt3", "PassedCount"), 600, 1000);
        Assert.True(line.Plant.Material.Holds);
    }

    [Fact]
    public void Without_bottles_machines_starve_one_after_the_other_and_start_again_by_themselves()
    {
        var line = Running(filler: noJams);
        line.Variable("filler", "InfeedOpen").Flag = false;

        line.Clock.AdvanceBy(TimeSpan.FromSeconds(10));
        Assert.Equal(PackMLState.Suspended, line.Machine("filler").State);
        Assert.True(line.Tags("filler")["EquipmentInterlock.Starved"].Observed.Value.AsBoolean);
        Assert.Equal(200, line.Number("filler", "StopReason"));
        Assert.Equal(PackMLState.Execute, line.Machine("capper").State);

        AdvanceUntil(line, () => line.Machine("capper").State == PackMLState.Suspended);
        AdvanceUntil(line, () => line.Machine("labeller").State == PackMLState.Suspended);
        Assert.Equal(0, line.Number("belt1", "Held"));

        line.Variable("filler", "InfeedOpen").Flag = true;
        AdvanceUntil(line, () => line.Machine("filler").State == PackMLState.Execute);
        AdvanceUntil(line, () => line.Machine("labeller").State == PackMLState.Execute);
        Assert.False(line.Tags("filler")["EquipmentInterlock.Starved"].Observed.Value.AsBoolean);
        Assert.Equal(0, line.Number("filler", "StopReason"));
    }

    [Fact]
    public void A_closed_end_blocks_machines_up_to_the_first_one()
    {
        var line = Running(filler: noJams);
        line.Variable("labeller", "OutfeedOpen").Flag = false;

        AdvanceUntil(line, () => line.Machine("labeller").State == PackMLState.Suspended);
        Assert.True(line.Tags("labeller")["EquipmentInterlock.Blocked"].Observed.Value.AsBoolean);
        AdvanceUntil(line, () => line.Machine("capper").State == PackMLState.Suspended);
        AdvanceUntil(line, () => line.Machine("filler").State == PackMLState.Suspended);
        Assert.Equal(201, line.Number("filler", "StopReason"));
        Assert.Equal(300, line.Number("belt1", "Held"));
        Assert.Equal(100, line.Number("belt2", "FillLevel"));

        line.Variable("labeller", "OutfeedOpen").Flag = true;
        AdvanceUntil(line, () => line.Machine("filler").State == PackMLState.Execute);
        Assert.True(line.Plant.Material.Holds);
    }

    [Fact]
    public void A_standing_belt_blocks_the_machine_before_it_and_starves_the_one_behind()
    {
        var line = Running(filler: noJams);
        line.Variable("belt1", "Running").Flag = false;
        line.Clock.AdvanceBy(TimeSpan.FromSeconds(10));
        Assert.True(line.Tags("filler")["EquipmentInterlock.Blocked"].Observed.Value.AsBoolean);
        Assert.True(line.Tags("capper")["EquipmentInterlock.Starved"].Observed.Value.AsBoolean);
        Assert.Equal(0, line.Number("belt1", "Power"));
    }

    [Fact]
    public void A_jam_holds_the_machine_until_the_operator_has_cleared_it()
    {
        var line = Running(filler: new() { ["meanTimeBetweenJams"] = "60s", ["meanRepairTime"] = "30s" });
        AdvanceUntil(line, () => line.Machine("filler").State == PackMLState.Held);
        Assert.InRange(line.Number("filler", "StopReason"), 301, 303);
        var processed = line.Number("filler", "ProdProcessedCount");
        AdvanceUntil(line, () => line.Machine("filler").State == PackMLState.Execute);
        Assert.InRange(line.Number("filler", "ProdProcessedCount"), processed, processed + 4); // at most the second in which it began again
        Assert.Equal(0, line.Number("filler", "StopReason"));
    }

    [Fact]
    public void Commands_come_by_the_tag_and_the_emulated_operator_respects_them()
    {
        var line = Running(filler: noJams);
        Command(line, PackMLCommand.Stop);
        line.Clock.AdvanceBy(TimeSpan.FromSeconds(60));
        Assert.Equal(PackMLState.Stopped, line.Machine("filler").State);
        Assert.Equal(900, line.Number("filler", "StopReason"));
        Assert.Equal(0, line.Number("filler", "CntrlCmd"));
        Assert.Equal(0, line.Number("filler", "CurMachSpeed"), 0.1);

        Command(line, PackMLCommand.Start); // not from Stopped
        line.Clock.AdvanceBy(TimeSpan.FromSeconds(5));
        Assert.Equal(PackMLState.Stopped, line.Machine("filler").State);

        Command(line, PackMLCommand.Reset);
        line.Clock.AdvanceBy(TimeSpan.FromSeconds(5));
        Assert.Equal(PackMLState.Idle, line.Machine("filler").State);
        Command(line, PackMLCommand.Start);
        line.Clock.AdvanceBy(TimeSpan.FromSeconds(5));
        Assert.Equal(PackMLState.Execute, line.Machine("filler").State);
        Assert.Equal(0, line.Number("filler", "StopReason"));

        Command(line, PackMLCommand.Abort);
        line.Clock.AdvanceBy(TimeSpan.FromSeconds(5));
        Assert.Equal(PackMLState.Aborted, line.Machine("filler").State);
    }

    [Fact]
    public void The_speed_follows_its_setpoint_with_its_time_constant()
    {
        var line = Running(filler: noJams);
        line.Clock.AdvanceTo(TimeSpan.FromMinutes(2));
        Assert.Equal(TrainingLab.Simulation.Values.TagWriteOutcome.Written, line.Tags("filler").Write("MachSpeed", 100.0));
        Assert.Equal(TrainingLab.Simulation.Values.TagWriteOutcome.OutOfRange, line.Tags("filler").Write("MachSpeed", 201.0));
        line.Clock.AdvanceBy(TimeSpan.FromSeconds(3));
        Assert.Equal(100 + (100 * Math.Exp(-1)), line.Number("filler", "CurMachSpeed"), 1.5);
        line.Clock.AdvanceBy(TimeSpan.FromSeconds(30));
        Assert.Equal(100, line.Number("filler", "CurMachSpeed"), 0.1);
    }

    [Fact]
    public void Planned_stops_stand_apart_from_downtime()
    {
        // The line starts at 08:00.
        var line = Running(filler: new() { ["meanTimeBetweenJams"] = 0, ["plannedStops"] = new[] { "08:10-08:25" } });
        line.Clock.AdvanceTo(TimeSpan.FromMinutes(20));
        Assert.Equal(PackMLState.Stopped, line.Machine("filler").State);
        Assert.Equal(100, line.Number("filler", "StopReason"));
        Assert.Equal(600, line.Number("filler", "PlannedProductionTime"), 0.2);

        line.Clock.AdvanceTo(TimeSpan.FromMinutes(30));
        Assert.Equal(PackMLState.Execute, line.Machine("filler").State);
        Assert.Equal(900, line.Number("filler", "PlannedProductionTime"), 0.2);
        Assert.InRange(line.Number("filler", "RunTime"), 800, 900);
    }

    [Fact]
    public void A_declared_breakdown_is_downtime_until_it_ends()
    {
        // The line starts at 08:00.
        var line = Running(filler: new() { ["meanTimeBetweenJams"] = 0, ["breakdowns"] = new[] { "08:10-08:25" } });
        line.Clock.AdvanceTo(TimeSpan.FromMinutes(24));
        Assert.Equal(PackMLState.Held, line.Machine("filler").State);
        Assert.Equal(390, line.Number("filler", "StopReason"));

        line.Clock.AdvanceTo(TimeSpan.FromMinutes(30));
        Assert.Equal(PackMLState.Execute, line.Machine("filler").State);
        Assert.Equal(0, line.Number("filler", "StopReason"));
        Assert.Equal(1800, line.Number("filler", "PlannedProductionTime"), 0.2);
        Assert.InRange(line.Number("filler", "RunTime"), 850, 900);
    }

    [Fact]
    public void An_empty_roll_holds_the_labeller_until_it_is_changed()
    {
        var line = Running(filler: noJams, labeller: new() { ["meanTimeBetweenJams"] = 0, ["rollLabels"] = 300, ["rollChangeTime"] = "20s" });
        AdvanceUntil(line, () => line.Number("labeller", "StopReason") == Labeller.RollEmpty);
        Assert.Equal(0, line.Number("labeller", "LabelsRemaining"));
        AdvanceUntil(line, () => line.Machine("labeller").State == PackMLState.Execute);
        Assert.InRange(line.Number("labeller", "LabelsRemaining"), 290, 300);
    }

    [Fact]
    public void Fill_volumes_are_normal_around_a_drifting_mean()
    {
        // A filler alone: nothing starves or blocks it, so it fills all the time.
        var filler = ProcessRegistry.Standard.Create("filler", noJams, new("filler", new(Seed, "filler"), BottlingLine.Epoch))!;
        var volume = filler.Variables.Single(variable => variable.Name == "FillVolume");
        var mean = filler.Variables.Single(variable => variable.Name == "FillVolumeMean");
        var volumes = new List<double>();
        var means = new List<double>();
        for (var second = 1; second <= 8 * 3600; second++)
        {
            means.Add(mean.Number);
            filler.Step(new ProcessStep(TimeSpan.FromSeconds(second), TimeSpan.FromSeconds(1), BottlingLine.Epoch));
            volumes.Add(volume.Number);
        }
        Assert.InRange(volumes.Average(), 498, 502);
        Assert.InRange(Deviation([.. volumes.Zip(means, (filled, around) => filled - around)]), 1.15, 1.25);
        Assert.InRange(Deviation(means), 0.3, 1.5);
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    public void The_identities_of_oee_hold(ulong seed)
    {
        var line = new BottlingLine(seed, filler: new() { ["speed"] = 180, ["plannedStops"] = new[] { "04:00-04:30" } });
        line.Simulate(8 * 3600);
        foreach (var machine in new[] { "filler", "capper", "labeller" })
        {
            double Tag(string name) => line.Number(machine, name);
            var availability = Tag("RunTime") / Tag("PlannedProductionTime");
            var performance = Tag("IdealCycle") * Tag("ProdProcessedCount") / Tag("RunTime");
            var quality = (Tag("ProdProcessedCount") - Tag("ProdDefectiveCount")) / Tag("ProdProcessedCount");
            Assert.InRange(availability, 0.6, 1);
            Assert.InRange(performance, 0.6, 1);
            Assert.InRange(quality, 0.98, 1);
            var goodTime = Tag("IdealCycle") * (Tag("ProdProcessedCount") - Tag("ProdDefectiveCount"));
            Assert.Equal(goodTime / Tag("PlannedProductionTime"), availability * performance * quality, 1e-12);
        }
        Assert.Equal(7.5 * 3600, line.Number("filler", "PlannedProductionTime"), 1);
        Assert.InRange(line.Number("filler", "IdealCycle") * line.Number("filler", "ProdProcessedCount") / line.Number("filler", "RunTime"), 0.85, 0.9);
    }

    [Fact]
    public void The_step_matters_little()
    {
        var fine = new BottlingLine(Seed, filler: noJams);
        var coarse = new BottlingLine(Seed, filler: noJams);
        fine.Simulate(1200, 0.1);
        coarse.Simulate(1200, 1);
        Assert.Equal(1, fine.Number("filler", "ProdProcessedCount") / coarse.Number("filler", "ProdProcessedCount"), 0.01);
        Assert.Equal(1, fine.Number("meter", "Energy") / coarse.Number("meter", "Energy"), 0.05);
    }

    private static BottlingLine Running(Dictionary<string, object?> filler, Dictionary<string, object?>? labeller = null)
    {
        var line = new BottlingLine(Seed, filler: filler, labeller: labeller);
        line.Plant.Start();
        line.Clock.AdvanceTo(TimeSpan.FromSeconds(60));
        return line;
    }

    private static void Command(BottlingLine line, PackMLCommand command) =>
        Assert.Equal(TrainingLab.Simulation.Values.TagWriteOutcome.Written, line.Tags("filler").Write("CntrlCmd", (long)command));

    private static void AdvanceUntil(BottlingLine line, Func<bool> reached)
    {
        for (var second = 0; second < 3600; second++)
        {
            if (reached())
                return;
            line.Clock.AdvanceBy(TimeSpan.FromSeconds(1));
        }
        Assert.Fail("Not reached within an hour of plant time.");
    }

    private static double Deviation(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
