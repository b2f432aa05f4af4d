using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Parameters;

namespace TrainingLab.Simulation.Processes.Packaging;

/// <summary>What every machine of a bottling line takes, and its defaults.</summary>
internal sealed class BottlingMachineSettings
{
    public BottlingMachineSettings(ParameterSet parameters, ComponentContext context)
    {
        DesignSpeed = parameters.Number("designSpeed");
        Speed = parameters.Has("speed") ? parameters.Number("speed") : DesignSpeed;
        SpeedTimeConstant = parameters.Duration("speedTimeConstant");
        MeanTimeBetweenJams = parameters.Duration("meanTimeBetweenJams");
        MeanRepairTime = parameters.Duration("meanRepairTime");
        DefectRate = parameters.Number("defectRate");
        Power = parameters.Number("power");
        IdlePower = parameters.Number("idlePower");
        AutoStart = parameters.Boolean("autoStart");
        PlannedStops = new PlannedStops(parameters.Texts("plannedStops"), "plannedStops", context.Mistakes);
        Breakdowns = new PlannedStops(parameters.Texts("breakdowns"), "breakdowns", context.Mistakes);
        if (Speed > DesignSpeed)
        {
            context.Mistakes.Add(new ParameterMistake(
                "speed",
                new("The speed is above the design speed.", "设定速度高于设计速度。"),
                new("Give at most the design speed.", "请不要超过设计速度。")));
        }
    }

    /// <summary>Units per minute.</summary>
    public double DesignSpeed { get; }

    public double Speed { get; }

    public TimeSpan SpeedTimeConstant { get; }

    /// <summary>Running time; zero means never.</summary>
    public TimeSpan MeanTimeBetweenJams { get; }

    public TimeSpan MeanRepairTime { get; }

    public double DefectRate { get; }

    /// <summary>kW at design speed.</summary>
    public double Power { get; }

    /// <summary>kW when standing.</summary>
    public double IdlePower { get; }

    public bool AutoStart { get; }

    public PlannedStops PlannedStops { get; }

    /// <summary>Times of day at which it stands with a fault that takes until their end to repair; written like planned stops, but not planned.</summary>
    public PlannedStops Breakdowns { get; }

    public static IReadOnlyList<ParameterDefinition> Parameters(double designSpeed, double defectRate, double power) =>
    [
        new("designSpeed", ParameterKind.Number) { Default = designSpeed, Minimum = 1, Maximum = 3000, Unit = "C94", Description = new("units per minute that it is built for", "设计速度（件/分钟）") },
        new("speed", ParameterKind.Number) { Minimum = 0, Maximum = 3000, Unit = "C94", Description = new("set speed at the start; default: the design speed", "初始设定速度，默认等于设计速度") },
        new("speedTimeConstant", ParameterKind.Duration) { Default = "3s", Minimum = 0, Maximum = 60, Description = new("how fast the speed follows", "速度跟随时间常数") },
        new("meanTimeBetweenJams", ParameterKind.Duration) { Default = "25min", Minimum = 0, Description = new("mean running time between jams; 0: never", "平均无故障运行时间，0 表示从不") },
        new("meanRepairTime", ParameterKind.Duration) { Default = "90s", Minimum = 0, Description = new("mean time until the operator has cleared a jam", "平均修复时间") },
        new("defectRate", ParameterKind.Number) { Default = defectRate, Minimum = 0, Maximum = 1, Description = new("share of units that come out defective", "次品率") },
        new("power", ParameterKind.Number) { Default = power, Minimum = 0, Unit = "KWT", Description = new("power at design speed", "额定功率") },
        new("idlePower", ParameterKind.Number) { Default = power / 5, Minimum = 0, Unit = "KWT", Description = new("power when standing", "待机功率") },
        new("autoStart", ParameterKind.Boolean) { Default = true, Description = new("whether it produces from the beginning and the operator restarts it after planned stops", "是否自动投产并在计划停机后自动重启") },
        new("plannedStops", ParameterKind.TextList) { Description = new("daily stops such as 12:00-12:30", "每日计划停机时间段，如 12:00-12:30") },
        new("breakdowns", ParameterKind.TextList) { Description = new("times of day at which it stands with a fault, such as 09:50-10:10", "每日故障停机时间段，如 09:50-10:10") },
    ];
}
