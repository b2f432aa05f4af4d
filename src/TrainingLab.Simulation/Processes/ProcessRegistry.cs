using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Processes.Packaging;

namespace TrainingLab.Simulation.Processes;

/// <summary>The kinds of process. A new one is a file beside these and a line here.</summary>
public static class ProcessRegistry
{
    /// <summary>All kinds there are.</summary>
    public static KindRegistry<IProcess> Standard { get; } = new KindRegistry<IProcess>()
        .Add(Filler.Kind)
        .Add(Capper.Kind)
        .Add(Labeller.Kind)
        .Add(Conveyor.Kind)
        .Add(EnergyMeter.Kind)
        .Add(HallClimate.Kind);
}
