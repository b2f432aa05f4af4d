using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using TrainingLab.Simulation.Parameters;

namespace TrainingLab.Simulation.Processes;

/// <summary>One step of plant time, for a process.</summary>
/// <param name="Now">Plant time since the epoch at the end of the step; negative in history simulated before the start.</param>
/// <param name="Delta">Length of the step, more than zero and at most one second.</param>
/// <param name="PlantTime">The same instant as date and time, for what follows the time of day.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ProcessStep(TimeSpan Now, TimeSpan Delta, DateTimeOffset PlantTime);

/// <summary>A physical model: a machine, a conveyor, a meter, the air of a hall.</summary>
public interface IProcess
{
    /// <summary>Its name in the plant.</summary>
    string Name { get; }

    /// <summary>Its quantities, in a fixed order.</summary>
    IReadOnlyList<ProcessVariable> Variables { get; }

    /// <summary>Goes on by one step. Allocates nothing; draws chance only from its own stream.</summary>
    void Step(ProcessStep step);

    /// <summary>All that it must remember.</summary>
    JsonNode Save();

    /// <summary>Reads back what <see cref="Save"/> gave.</summary>
    void Load(JsonNode state);
}

/// <summary>A process that looks at others, such as an energy meter at machines. Wired once, after all have been added.</summary>
public interface IWiredProcess : IProcess
{
    /// <summary>Finds its partners by name.</summary>
    /// <param name="find">The process of a name, or null.</param>
    /// <param name="mistakes">Receives names that do not fit.</param>
    void Wire(Func<string, IProcess?> find, ICollection<ParameterMistake> mistakes);
}

/// <summary>A process that draws electrical power.</summary>
public interface IPowerConsumer
{
    /// <summary>Active power now, in kW.</summary>
    double PowerKilowatts { get; }
}
