using System.Text.Json.Nodes;
using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Processes;

/// <summary>A three-phase meter: active power of the machines wired to it plus a base load, and a kWh counter that never falls.</summary>
public sealed class EnergyMeter : IWiredProcess
{
    private readonly IReadOnlyList<string> machines;
    private readonly double baseLoad;
    private readonly SeededChance noise;
    private readonly ProcessVariables declared = new();
    private readonly ProcessVariable activePower;
    private readonly ProcessVariable energy;
    private readonly ProcessVariable voltage;
    private readonly ProcessVariable current;
    private readonly ProcessVariable powerFactor;
    private IPowerConsumer[] consumers = [];

    private EnergyMeter(ParameterSet parameters, ComponentContext context)
    {
        Name = context.Name;
        machines = parameters.Texts("machines");
        baseLoad = parameters.Number("baseLoad");
        noise = context.Chance.Derive("noise");
        activePower = declared.Output("ActivePower", TagKind.Double, "KWT", new("active power", "总有功功率"), new TagRange(0, 1000));
        energy = declared.Output("Energy", TagKind.Double, "KWH", new("energy, never falling", "累计电能"));
        voltage = declared.Output("Voltage", TagKind.Double, "VLT", new("phase voltage", "相电压"), new TagRange(180, 260));
        current = declared.Output("Current", TagKind.Double, "AMP", new("phase current", "相电流"), new TagRange(0, 2000));
        powerFactor = declared.Output("PowerFactor", TagKind.Double, "C62", new("power factor", "功率因数"), new TagRange(0, 1));
        energy.Number = parameters.Number("initialEnergy");
        voltage.Number = 230;
        powerFactor.Number = 0.9;
    }

    /// <summary>The kind <c>energy-meter</c>.</summary>
    public static Kind<IProcess> Kind { get; } = new(
        "energy-meter",
        new("three-phase energy meter", "三相电能表"),
        [
            new("machines", ParameterKind.TextList) { Description = new("names of the processes wired to it", "所接设备的过程名称") },
            new("baseLoad", ParameterKind.Number) { Default = 4.0, Minimum = 0, Unit = "KWT", Description = new("light, control, compressed air", "基础负荷") },
            new("initialEnergy", ParameterKind.Number) { Default = 0.0, Minimum = 0, Unit = "KWH", Description = new("counter at the start", "电能初值") },
        ],
        (parameters, context) => new EnergyMeter(parameters, context));

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ProcessVariable> Variables => declared.All;

    /// <inheritdoc/>
    public void Wire(Func<string, IProcess?> find, ICollection<ParameterMistake> mistakes)
    {
        ArgumentNullException.ThrowIfNull(find);
        ArgumentNullException.ThrowIfNull(mistakes);
        var found = new List<IPowerConsumer>();
        foreach (var machine in machines)
        {
            if (find(machine) is IPowerConsumer consumer)
            {
                found.Add(consumer);
                continue;
            }
            mistakes.Add(new ParameterMistake(
                "machines",
                new($"'{machine}' is not a process that draws power.", $"“{machine}”不是用电的过程。"),
                new("Name a machine or conveyor of this plant.", "请填写本工厂的机器或输送带名称。")));
        }
        consumers = [.. found];
    }

    /// <inheritdoc/>
    public void Step(ProcessStep step)
    {
        var power = baseLoad;
        foreach (var consumer in consumers)
            power += consumer.PowerKilowatts;
        power = Math.Max(0, power * (1 + (0.005 * noise.Normal())));
        activePower.Number = power;
        energy.Number += power * step.Delta.TotalHours;
        voltage.Number = 230 + (0.8 * noise.Normal());
        powerFactor.Number = Math.Clamp(0.86 + (0.002 * power) + (0.004 * noise.Normal()), 0.5, 0.99);
        current.Number = power * 1000 / (3 * voltage.Number * powerFactor.Number);
    }

    /// <inheritdoc/>
    public JsonNode Save() => new JsonObject { ["v"] = 1, ["variables"] = declared.Save(), ["noise"] = noise.Save() };

    /// <inheritdoc/>
    public void Load(JsonNode state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if ((int?)state["v"] != 1)
            throw new NotSupportedException($"Version {state["v"]} of an energy meter's state is not known.");
        declared.Load(state["variables"]!);
        noise.Load((string)state["noise"]!);
    }
}
