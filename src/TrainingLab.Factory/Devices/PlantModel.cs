using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Services;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Plants;
using TrainingLab.Simulation.Processes;
using TrainingLab.Simulation.Values;
using TrainingLab.TimeSeries.LineProtocol;

namespace TrainingLab.Factory.Devices;

/// <summary>The physics of a factory, built from its scenario: one process per machine, the material flow along the line, timed faults, and the past.</summary>
internal sealed class PlantModel
{
    /// <summary>Bytes of line protocol that are written to the historian at a time; small, so that the past needs no large buffers.</summary>
    private const int HistoryBatch = 64 * 1024;

    private readonly ScenarioDefinition scenario;
    private readonly FactoryContext context;
    private readonly TrueHistory trueHistory;

    /// <exception cref="DefinitionException">A parameter, tag or flow is wrong; all are named.</exception>
    public PlantModel(FactoryStart start, FactoryContext context)
    {
        scenario = start.Scenario;
        this.context = context;
        trueHistory = start.TrueHistory;
        Plant = new Plant(context.Clock, start.Seed, scenario.Tick);
        var mistakes = new Mistakes();
        PlantBuilder.Build(Plant, scenario, start.Profiles, mistakes);
        if (mistakes.All.Count > 0)
            throw new DefinitionException(mistakes.All);
    }

    /// <summary>The plant.</summary>
    public Plant Plant { get; }

    /// <summary>Begins to tick.</summary>
    public void Start() => Plant.Start();

    public JsonNode Save() => Plant.Save();

    public void Load(JsonNode state) => Plant.Load(state);

    /// <summary>Simulates the past that the scenario declares: into the historian, as the collector would have written it, and into the true history.</summary>
    public void SimulateHistory(HistorianService? historian)
    {
        if (scenario.History is not { } history || history.Duration == TimeSpan.Zero)
            return;
        var lines = new LineWriter();
        var followed = trueHistory.Devices.ToHashSet(StringComparer.Ordinal);
        bool IsSampled(TimeSpan now) => now.Ticks % history.Sample.Ticks == 0;
        Plant.SimulateHistory(
            history.Duration,
            history.Step,
            now =>
            {
                trueHistory.Take(Plant, now);
                if (!IsSampled(now))
                    return;
                foreach (var device in Plant.Devices)
                    MqttFace.TelemetryOf(device.Name, device.Tags.Tags, context.Clock.Epoch + now).AppendTo(lines);
                if (lines.Written.Length >= HistoryBatch)
                    Write(lines, historian);
            },
            (device, now) => IsSampled(now) || followed.Contains(device.Name));
        Write(lines, historian);
    }

    private static void Write(LineWriter lines, HistorianService? historian)
    {
        if (lines.Points > 0)
            historian?.Store.Write(historian.Database, lines.Written.Span);
        lines.Clear();
    }
}
