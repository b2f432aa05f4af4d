using System.Text.Json.Nodes;
using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Processes.Packaging;

/// <summary>Sticks labels on from a roll; a label too far off its place is defective, and an empty roll holds the machine until it is changed.</summary>
public sealed class Labeller : BottlingMachine
{
    /// <summary>Stop reason of an empty roll.</summary>
    public const int RollEmpty = 310;

    private readonly long roll;
    private readonly TimeSpan rollChange;
    private readonly double deviation;
    private readonly double tolerance;
    private readonly SeededChance offsets;
    private readonly ProcessVariable labels;
    private readonly ProcessVariable offset;

    private Labeller(ParameterSet parameters, ComponentContext context)
        : base(new BottlingMachineSettings(parameters, context), context)
    {
        roll = parameters.Integer("rollLabels");
        rollChange = parameters.Duration("rollChangeTime");
        deviation = parameters.Number("offsetDeviation");
        tolerance = parameters.Number("offsetTolerance");
        offsets = context.Chance.Derive("offsets");
        labels = Declared.Output("LabelsRemaining", TagKind.Integer, "C62", new("labels left on the roll", "标签余量"), new TagRange(0, roll));
        offset = Declared.Output("LabelOffset", TagKind.Double, "MMT", new("how far the last label is off its place", "最近一张标签的偏移"), new TagRange(-10, 10));
        labels.Count = roll;
    }

    /// <summary>The kind <c>labeller</c>.</summary>
    public static Kind<IProcess> Kind { get; } = new(
        "labeller",
        new("wrap-around labeller, PackML", "贴标机（PackML）"),
        [
            .. BottlingMachineSettings.Parameters(designSpeed: 230, defectRate: 0.002, power: 2.2),
            new("rollLabels", ParameterKind.Integer) { Default = 12000, Minimum = 1, Maximum = 1_000_000, Description = new("labels on a new roll", "每卷标签数") },
            new("rollChangeTime", ParameterKind.Duration) { Default = "2min", Minimum = 0, Description = new("time to change the roll", "换卷时间") },
            new("offsetDeviation", ParameterKind.Number) { Default = 0.5, Minimum = 0, Unit = "MMT", Description = new("standard deviation of a label's place", "标签位置标准差") },
            new("offsetTolerance", ParameterKind.Number) { Default = 2.0, Minimum = 0, Unit = "MMT", Description = new("a label further off is defective", "允许偏移") },
        ],
        (parameters, context) => new Labeller(parameters, context));

    /// <inheritdoc/>
    protected override bool ProcessUnit()
    {
        offset.Number = offsets.Normal(0, deviation);
        // The last bottles of a roll within one step still get a label from its leader.
        labels.Count = Math.Max(0, labels.Count - 1);
        return Math.Abs(offset.Number) > tolerance;
    }

    /// <inheritdoc/>
    protected override void StepOwn(ProcessStep step, bool producing)
    {
        if (producing && labels.Count == 0)
            Jam(RollEmpty, rollChange);
    }

    /// <inheritdoc/>
    protected override void OnJamCleared(int reason)
    {
        if (reason == RollEmpty)
            labels.Count = roll;
    }

    /// <inheritdoc/>
    protected override void SaveOwn(JsonObject state) => state["offsets"] = offsets.Save();

    /// <inheritdoc/>
    protected override void LoadOwn(JsonObject state) => offsets.Load((string)state["offsets"]!);
}
