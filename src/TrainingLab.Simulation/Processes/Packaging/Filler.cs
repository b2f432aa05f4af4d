using System.Text.Json.Nodes;
using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Numerics;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Processes.Packaging;

/// <summary>Fills bottles: the volume is normal around a mean that drifts from the set volume; a bottle outside the tolerance is defective.</summary>
public sealed class Filler : BottlingMachine
{
    private readonly double tolerance;
    private readonly double deviation;
    private readonly SeededChance volumes;
    private readonly OrnsteinUhlenbeck drift;
    private readonly OrnsteinUhlenbeck warmth;
    private readonly ProcessVariable setVolume;
    private readonly ProcessVariable fillVolume;
    private readonly ProcessVariable fillVolumeMean;
    private readonly ProcessVariable productTemperature;
    private readonly double temperature;

    private Filler(ParameterSet parameters, ComponentContext context)
        : base(new BottlingMachineSettings(parameters, context), context)
    {
        var volume = parameters.Number("volume");
        tolerance = parameters.Number("volumeTolerance");
        deviation = parameters.Number("volumeDeviation");
        temperature = parameters.Number("productTemperature");
        volumes = context.Chance.Derive("volumes");
        drift = new OrnsteinUhlenbeck(parameters.Number("volumeDrift"), TimeSpan.FromMinutes(30), context.Chance.Derive("drift"));
        warmth = new OrnsteinUhlenbeck(0.4, TimeSpan.FromMinutes(15), context.Chance.Derive("temperature"));
        var range = new TagRange(volume * 0.8, volume * 1.2);
        setVolume = Declared.Input("FillVolumeSetpoint", volume, "MLT", new("volume that bottles should get", "灌装量设定"), range);
        fillVolume = Declared.Output("FillVolume", TagKind.Double, "MLT", new("volume of the last bottle", "最近一瓶的灌装量"), range);
        fillVolumeMean = Declared.Output("FillVolumeMean", TagKind.Double, "MLT", new("mean that the filling valves hold now", "当前灌装均值"), range);
        productTemperature = Declared.Output("ProductTemperature", TagKind.Double, "CEL", new("temperature of the product", "料液温度"), new TagRange(-5, 40));
        fillVolume.Number = fillVolumeMean.Number = volume;
        productTemperature.Number = temperature;
    }

    /// <summary>The kind <c>filler</c>.</summary>
    public static Kind<IProcess> Kind { get; } = new(
        "filler",
        new("rotary bottle filler, PackML", "旋转式灌装机（PackML）"),
        [
            .. BottlingMachineSettings.Parameters(designSpeed: 200, defectRate: 0.002, power: 7.5),
            new("volume", ParameterKind.Number) { Default = 500.0, Minimum = 10, Maximum = 20000, Unit = "MLT", Description = new("volume of a bottle", "灌装量") },
            new("volumeDeviation", ParameterKind.Number) { Default = 1.2, Minimum = 0, Unit = "MLT", Description = new("standard deviation from bottle to bottle", "瓶间标准差") },
            new("volumeDrift", ParameterKind.Number) { Default = 0.8, Minimum = 0, Unit = "MLT", Description = new("standard deviation of the slowly drifting mean", "均值漂移的标准差") },
            new("volumeTolerance", ParameterKind.Number) { Default = 5.0, Minimum = 0, Unit = "MLT", Description = new("a bottle further off is defective", "允许误差") },
            new("productTemperature", ParameterKind.Number) { Default = 6.0, Minimum = -5, Maximum = 40, Unit = "CEL", Description = new("mean temperature of the product", "料液平均温度") },
        ],
        (parameters, context) => new Filler(parameters, context));

    /// <inheritdoc/>
    protected override bool ProcessUnit()
    {
        var volume = volumes.Normal(fillVolumeMean.Number, deviation);
        fillVolume.Number = volume;
        return Math.Abs(volume - setVolume.Number) > tolerance;
    }

    /// <inheritdoc/>
    protected override void StepOwn(ProcessStep step, bool producing)
    {
        fillVolumeMean.Number = setVolume.Number + drift.Step(step.Delta);
        productTemperature.Number = temperature + warmth.Step(step.Delta);
    }

    /// <inheritdoc/>
    protected override void SaveOwn(JsonObject state)
    {
        state["volumes"] = volumes.Save();
        state["drift"] = drift.Save();
        state["warmth"] = warmth.Save();
    }

    /// <inheritdoc/>
    protected override void LoadOwn(JsonObject state)
    {
        volumes.Load((string)state["volumes"]!);
        drift.Load(state["drift"]!);
        warmth.Load(state["warmth"]!);
    }
}
