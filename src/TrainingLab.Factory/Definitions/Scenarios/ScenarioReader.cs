using TrainingLab.Factory.Definitions.Devices;

namespace TrainingLab.Factory.Definitions.Scenarios;

/// <summary>A scenario with the device profiles that it places, read and bound: what a factory is started from.</summary>
/// <param name="Definition">The scenario.</param>
/// <param name="Profiles">Its profiles by id.</param>
public sealed record ScenarioModel(ScenarioDefinition Definition, IReadOnlyDictionary<string, DeviceProfile> Profiles);

/// <summary>Reads scenarios and device profiles.</summary>
public static class ScenarioReader
{
    private static readonly DefinitionReader Reader = new(new KindRegistry());

    /// <summary>Reads a scenario with values for its parameters, and the profiles that it places; adds every mistake.</summary>
    /// <param name="scenario">The scenario file.</param>
    /// <param name="devices">All device profiles by id.</param>
    /// <param name="with">Values for its parameters; those not given take their defaults.</param>
    /// <param name="mistakes">Where mistakes go.</param>
    /// <returns>The model as far as it could be read; null where nothing could.</returns>
    public static ScenarioModel? Read(
        SourceFile scenario,
        IReadOnlyDictionary<string, SourceFile> devices,
        IReadOnlyDictionary<string, ScalarValue> with,
        Mistakes mistakes)
    {
        if (YamlReader.Read(scenario, mistakes) is not { } root)
            return null;
        var parameters = ReadParameters(root).With(with);
        if (Reader.Bind<ScenarioDefinition>(root, mistakes, parameters) is not { } definition)
            return null;
        var profiles = new Dictionary<string, DeviceProfile>(StringComparer.Ordinal);
        foreach (var id in definition.Devices.Select(d => d.Profile).Distinct(StringComparer.Ordinal))
        {
            if (devices.TryGetValue(id, out var file) && ReadDevice(file, mistakes) is { } profile)
                profiles[id] = profile;
        }

        var model = new ScenarioModel(definition, profiles);
        ScenarioRules.Check(model, mistakes);
        return model;
    }

    /// <summary>Reads a scenario that has to be right.</summary>
    /// <exception cref="DefinitionException">It has mistakes; all are named.</exception>
    public static ScenarioModel ReadValid(SourceFile scenario, IReadOnlyDictionary<string, SourceFile> devices, IReadOnlyDictionary<string, ScalarValue> with)
    {
        var mistakes = new Mistakes();
        var model = Read(scenario, devices, with, mistakes);
        return mistakes.All.Count == 0 && model is not null ? model : throw new DefinitionException(mistakes.All);
    }

    /// <summary>Reads a device profile.</summary>
    public static DeviceProfile? ReadDevice(SourceFile device, Mistakes mistakes)
    {
        var profile = Reader.Read<DeviceProfile>(device, mistakes);
        if (profile is null)
            return null;
        DeviceRules.Check(profile, mistakes);
        return NodeSetRules.Read(profile, device, profile.Tags.Select(static t => t.Name).ToHashSet(StringComparer.Ordinal), mistakes);
    }

    /// <summary>The scenario's own parameters. They are read first, because the rest of the file uses them.</summary>
    private static ParameterSet ReadParameters(DefinitionNode root)
    {
        var outline = Reader.Bind<ScenarioDefinition>(root, new Mistakes());
        return outline is null ? ParameterSet.Empty : ParameterSet.Empty.With(outline.Parameters);
    }
}
