using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Definitions.Scenarios;

namespace TrainingLab.Labs.Definitions;

/// <summary>What labs may refer to in a scenario.</summary>
/// <param name="Id">The scenario's id.</param>
/// <param name="Nodes">Names of all nodes: devices, hosts, switches, the router, services, identifier nodes.</param>
/// <param name="Tags">Names of the tags of each device; null for a device whose profile has mistakes.</param>
/// <param name="Parameters">Names of the parameters that <c>with</c> may set.</param>
/// <param name="Profiles">Ids of the device profiles that it places.</param>
public sealed record ScenarioOutline(
    string Id,
    IReadOnlySet<string> Nodes,
    IReadOnlyDictionary<string, IReadOnlySet<string>?> Tags,
    IReadOnlySet<string> Parameters,
    IReadOnlySet<string> Profiles)
{
    private static readonly DefinitionReader s_reader = new(new KindRegistry());

    /// <summary>Reads a scenario with the profiles that it places; null when it cannot be read far enough.</summary>
    /// <param name="scenario">The scenario file.</param>
    /// <param name="devices">All device profiles by id.</param>
    /// <param name="with">Values for its parameters; those not given take their defaults.</param>
    /// <param name="mistakes">Where mistakes go.</param>
    public static ScenarioOutline? Read(
        SourceFile scenario, IReadOnlyDictionary<string, SourceFile> devices, IReadOnlyDictionary<string, ScalarValue> with, Mistakes mistakes)
    {
        if (YamlReader.Read(scenario, mistakes) is not { } root)
        {
            return null;
        }

        // Its own parameters are read first, because the rest of the file uses them.
        var defaults = s_reader.Bind<ScenarioDefinition>(root, new Mistakes())?.Parameters ?? new OrderedDictionary<string, ScalarValue>();
        var definition = s_reader.Bind<ScenarioDefinition>(root, mistakes, ParameterSet.Empty.With(defaults).With(with));
        foreach (var device in definition?.Devices.Where(d => d.Profile.Length > 0 && !devices.ContainsKey(d.Profile)) ?? [])
        {
            mistakes.UnknownReference(device.Origin.Of(nameof(device.Profile)), "device profile", "设备模板", device.Profile, devices.Keys);
        }

        return definition is null ? null : Of(definition, id => ReadProfile(id, devices, mistakes));
    }

    private static DeviceProfile? ReadProfile(string id, IReadOnlyDictionary<string, SourceFile> devices, Mistakes mistakes)
    {
        if (!devices.TryGetValue(id, out var file))
        {
            return null;
        }

        var profile = s_reader.Read<DeviceProfile>(file);
        mistakes.AddRange(profile.Mistakes);
        return profile.IsValid ? profile.Value : null;
    }

    private static ScenarioOutline Of(ScenarioDefinition scenario, Func<string, DeviceProfile?> profile)
    {
        var services = scenario.Services;
        string?[] nodes =
        [
            .. scenario.Devices.Select(d => d.Id), .. scenario.Network.Hosts.Select(h => h.Id), .. scenario.Network.Switches.Select(s => s.Id),
            scenario.Network.Router?.Id, services.Broker?.Id, services.Historian?.Id, .. services.Gateways.Select(g => g.Id),
            .. services.Collectors.Select(c => c.Id), .. services.Identifiers.Select(i => i.Id),
        ];
        var profiles = scenario.Devices.Select(d => d.Profile).Distinct(StringComparer.Ordinal)
            .Select(id => (Id: id, Profile: profile(id))).ToDictionary(p => p.Id, p => p.Profile, StringComparer.Ordinal);
        var tags = new Dictionary<string, IReadOnlySet<string>?>(StringComparer.Ordinal);
        foreach (var device in scenario.Devices)
        {
            tags[device.Id] = profiles[device.Profile]?.Tags.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        }

        return new ScenarioOutline(
            scenario.Id,
            nodes.OfType<string>().ToHashSet(StringComparer.Ordinal),
            tags,
            scenario.Parameters.Keys.ToHashSet(StringComparer.Ordinal),
            profiles.Keys.ToHashSet(StringComparer.Ordinal));
    }
}
