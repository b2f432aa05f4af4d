using System.Text.Json.Nodes;
using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Processes.Packaging;

/// <summary>Screws caps on: the torque is normal; a cap outside the limits is defective.</summary>
public sealed class Capper : BottlingMachine
{
    private readonly double deviation;
    private readonly double tolerance;
    private readonly SeededChance torques;
    private readonly ProcessVariable setTorque;
    private readonly ProcessVariable capTorque;

    private Capper(ParameterSet parameters, ComponentContext context)
        : base(new BottlingMachineSettings(parameters, context), context)
    {
        var torque = parameters.Number("torque");
        deviation = parameters.Number("torqueDeviation");
        tolerance = parameters.Number("torqueTolerance");
        torques = context.Chance.Derive("torques");
        var range = new TagRange(0, torque * 2);
        setTorque = Declared.Input("CapTorqueSetpoint", torque, "NU", new("torque that caps should get", "旋盖扭矩设定"), range);
        capTorque = Declared.Output("CapTorque", TagKind.Double, "NU", new("torque of the last cap", "最近一盖的扭矩"), range);
        capTorque.Number = torque;
    }

    /// <summary>The kind <c>capper</c>.</summary>
    public static Kind<IProcess> Kind { get; } = new(
        "capper",
        new("screw capper, PackML", "旋盖机（PackML）"),
        [
            .. BottlingMachineSettings.Parameters(designSpeed: 220, defectRate: 0.001, power: 3),
            new("torque", ParameterKind.Number) { Default = 1.6, Minimum = 0.1, Maximum = 20, Unit = "NU", Description = new("torque of a cap", "旋盖扭矩") },
            new("torqueDeviation", ParameterKind.Number) { Default = 0.06, Minimum = 0, Unit = "NU", Description = new("standard deviation from cap to cap", "盖间标准差") },
            new("torqueTolerance", ParameterKind.Number) { Default = 0.25, Minimum = 0, Unit = "NU", Description = new("a cap further off is defective", "允许误差") },
        ],
        (parameters, context) => new Capper(parameters, context));

    /// <inheritdoc/>
    protected override bool ProcessUnit()
    {
        var torque = torques.Normal(setTorque.Number, deviation);
        capTorque.Number = Math.Max(0, torque);
        return Math.Abs(torque - setTorque.Number) > tolerance;
    }

    /// <inheritdoc/>
    protected override void StepOwn(ProcessStep step, bool producing)
    {
    }

    /// <inheritdoc/>
    protected override void SaveOwn(JsonObject state) => state["torques"] = torques.Save();

    /// <inheritdoc/>
    protected override void LoadOwn(JsonObject state) => torques.Load((string)state["torques"]!);
}
