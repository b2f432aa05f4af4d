using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Scenarios;

namespace TrainingLab.Labs.Definitions;

/// <summary>Reads scenarios and device profiles for lab files.</summary>
public sealed class ScenarioFormat : IScenarioFormat
{
    /// <inheritdoc/>
    public ScenarioOutline? Read(
        SourceFile scenario, IReadOnlyDictionary<string, SourceFile> devices, IReadOnlyDictionary<string, ScalarValue> with, Mistakes mistakes) =>
        ScenarioReader.Read(scenario, devices, with, mistakes) is { } model ? OutlineOf(model) : null;

    /// <inheritdoc/>
    public void ReadDevice(SourceFile device, Mistakes mistakes) => ScenarioReader.ReadDevice(device, mistakes);

    private static ScenarioOutline OutlineOf(ScenarioModel model)
    {
        var definition = model.Definition;
        var nodes = Factory.Networks.TopologyBuilder.Hosts(definition).Select(h => h.Id).Concat(definition.Network.Switches.Select(s => s.Id)).ToHashSet(StringComparer.Ordinal);
        if (definition.Network.Router is { } router)
            nodes.Add(router.Id);
        var tags = definition.Devices
            .Where(d => model.Profiles.ContainsKey(d.Profile))
            .GroupBy(d => d.Id, StringComparer.Ordinal)
            .ToDictionary(
                g => g.Key,
                g => (IReadOnlySet<string>)model.Profiles[g.First().Profile].Tags.Select(t => t.Name).ToHashSet(StringComparer.Ordinal),
                StringComparer.Ordinal);
        return new ScenarioOutline(
            definition.Id,
            nodes,
            tags,
            definition.Parameters.Keys.ToHashSet(StringComparer.Ordinal),
            definition.Devices.Select(d => d.Profile).ToHashSet(StringComparer.Ordinal));
    }
}
