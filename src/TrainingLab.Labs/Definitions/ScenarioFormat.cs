using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Labs.Definitions.Validation;

namespace TrainingLab.Labs.Definitions;

/// <summary>Reads scenarios and device profiles for lab files.</summary>
public sealed class ScenarioFormat : IScenarioFormat
{
    /// <inheritdoc/>
    public ScenarioOutline? Read(
        SourceFile scenario, IReadOnlyDictionary<string, SourceFile> devices, IReadOnlyDictionary<string, ScalarValue> with, Mistakes mistakes)
    {
        if (ScenarioReader.Read(scenario, devices, with, mistakes) is not { } model)
        {
            return null;
        }

        var definition = model.Definition;
        RequireFileName(definition.Origin.Of(nameof(definition.Id)), definition.Id, scenario, LabCatalog.ScenarioPathOf(definition.Id), mistakes);
        foreach (var device in definition.Devices.Where(d => d.Profile.Length > 0 && !devices.ContainsKey(d.Profile)))
        {
            mistakes.UnknownReference(device.Origin.Of(nameof(device.Profile)), "device profile", "设备模板", device.Profile, devices.Keys);
        }

        // A profile with mistakes may lack tags only because they could not be read.
        var wrong = mistakes.All.Select(m => m.Span.File).ToHashSet(StringComparer.Ordinal);
        return OutlineOf(definition, id => !devices.TryGetValue(id, out var file) || wrong.Contains(file.Path) ? null : model.Profiles.GetValueOrDefault(id));
    }

    /// <inheritdoc/>
    public void ReadDevice(SourceFile device, Mistakes mistakes)
    {
        if (ScenarioReader.ReadDevice(device, mistakes) is { } profile)
        {
            RequireFileName(profile.Origin.Of(nameof(profile.Id)), profile.Id, device, LabCatalog.DevicePathOf(profile.Id), mistakes);
        }
    }

    private static ScenarioOutline OutlineOf(ScenarioDefinition scenario, Func<string, DeviceProfile?> profile)
    {
        var services = scenario.Services;
        string?[] nodes =
        [
            .. scenario.Devices.Select(d => d.Id), .. scenario.Network.Hosts.Select(h => h.Id), .. scenario.Network.Switches.Select(s => s.Id),
            scenario.Network.Router?.Id, services.Broker?.Id, services.Historian?.Id, .. services.Gateways.Select(g => g.Id),
            .. services.Collectors.Select(c => c.Id), .. services.Identifiers.Select(i => i.Id),
        ];
        var tags = new Dictionary<string, IReadOnlySet<string>?>(StringComparer.Ordinal);
        foreach (var device in scenario.Devices)
        {
            tags[device.Id] = profile(device.Profile)?.Tags.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        }

        return new ScenarioOutline(
            scenario.Id,
            nodes.OfType<string>().ToHashSet(StringComparer.Ordinal),
            tags,
            scenario.Parameters.Keys.ToHashSet(StringComparer.Ordinal),
            scenario.Devices.Select(d => d.Profile).ToHashSet(StringComparer.Ordinal));
    }

    private static void RequireFileName(SourceSpan span, string id, SourceFile file, string path, Mistakes mistakes)
    {
        if (id.Length == 0 || file.Path == path)
        {
            return;
        }

        var name = Path.GetFileName(file.Path).Split('.')[0];
        mistakes.Add(span, LabMistakeCodes.FileName, $"the id is '{id}' but the file is named '{name}'", $"id 是“{id}”，但文件名是“{name}”",
            $"write 'id: {name}', or rename the file", $"请写“id: {name}”，或重命名文件");
    }
}
