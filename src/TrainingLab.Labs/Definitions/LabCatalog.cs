using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions;

/// <summary>
/// Every definition of a content root: <c>labs/&lt;track&gt;/&lt;name&gt;/</c>, <c>scenarios/*.scenario.yaml</c>,
/// <c>devices/*.device.yaml</c>. Immutable: loading again makes another catalog.
/// </summary>
public sealed class LabCatalog
{
    /// <summary>Where labs are, below the content root.</summary>
    public const string LabsFolder = "labs/";

    /// <summary>Where scenarios are.</summary>
    public const string ScenariosFolder = "scenarios/";

    /// <summary>Where device profiles are.</summary>
    public const string DevicesFolder = "devices/";

    private const string ScenarioSuffix = ".scenario.yaml";
    private const string DeviceSuffix = ".device.yaml";
    private readonly SortedDictionary<string, LabSource> _labs = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SourceFile> _scenarios = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SourceFile> _devices = new(StringComparer.Ordinal);

    /// <summary>A catalog of files; paths are relative to the content root.</summary>
    /// <param name="files">The files; those that are no definition are ignored.</param>
    /// <param name="format">What reading labs needs to know of the other rooms.</param>
    /// <param name="mistakes">Mistakes of reading the files themselves.</param>
    public LabCatalog(IEnumerable<SourceFile> files, LabFormat format, IReadOnlyList<Mistake>? mistakes = null)
    {
        Format = format;
        ReadingMistakes = mistakes ?? [];
        var all = files.OrderBy(f => f.Path, StringComparer.Ordinal).ToList();
        foreach (var file in all)
        {
            if (IdOf(file.Path, ScenariosFolder, ScenarioSuffix) is { } scenario)
            {
                _scenarios[scenario] = file;
            }
            else if (IdOf(file.Path, DevicesFolder, DeviceSuffix) is { } device)
            {
                _devices[device] = file;
            }
        }

        var reader = new DefinitionReader(format.Kinds);
        foreach (var file in all)
        {
            if (IdOf(file.Path, LabsFolder, "/lab.yaml") is { } id)
            {
                var folder = $"{LabsFolder}{id}/";
                var own = all.Where(f => f.Path.StartsWith(folder, StringComparison.Ordinal)).ToList();
                _labs[id] = new LabSource(reader, id, file, own, _scenarios.GetValueOrDefault, BundleOf);
            }
        }
    }

    /// <summary>What reading labs needs to know of the other rooms.</summary>
    public LabFormat Format { get; }

    /// <summary>All labs, valid or not, by id.</summary>
    public IReadOnlyDictionary<string, LabSource> Labs => _labs;

    /// <summary>All scenario files by id.</summary>
    public IReadOnlyDictionary<string, SourceFile> Scenarios => _scenarios;

    /// <summary>All device profiles by id.</summary>
    public IReadOnlyDictionary<string, SourceFile> Devices => _devices;

    /// <summary>Files that could not be read: not UTF-8, too large, not permitted.</summary>
    public IReadOnlyList<Mistake> ReadingMistakes { get; }

    /// <summary>Loads a content root. Folders that do not exist are empty.</summary>
    /// <param name="root">The content root on disk.</param>
    /// <param name="format">What reading labs needs to know of the other rooms.</param>
    public static LabCatalog Load(string root, LabFormat format)
    {
        var mistakes = new Mistakes();
        var files = new List<SourceFile>();
        foreach (var folder in (string[])[LabsFolder, ScenariosFolder, DevicesFolder])
        {
            var full = Path.Combine(root, folder);
            if (!Directory.Exists(full))
            {
                continue;
            }

            foreach (var path in Directory.EnumerateFiles(full, "*", SearchOption.AllDirectories).Where(IsDefinition).Order(StringComparer.Ordinal))
            {
                if (SourceFile.Read(root, Path.GetRelativePath(root, path), mistakes) is { } file)
                {
                    files.Add(file);
                }
            }
        }

        return new LabCatalog(files, format, mistakes.All);
    }

    /// <summary>The path of a lab's file below the content root.</summary>
    public static string PathOf(string lab) => $"{LabsFolder}{lab}/lab.yaml";

    /// <summary>The path of a scenario's file below the content root.</summary>
    public static string ScenarioPathOf(string scenario) => $"{ScenariosFolder}{scenario}{ScenarioSuffix}";

    /// <summary>The path of a device profile's file below the content root.</summary>
    public static string DevicePathOf(string device) => $"{DevicesFolder}{device}{DeviceSuffix}";

    private DefinitionBundle BundleOf(LabSource lab)
    {
        var files = lab.OwnFiles.ToList();
        if (lab.Scenario is { } scenario)
        {
            files.Add(scenario);
            var outline = Format.Scenarios.Read(scenario, _devices, new OrderedDictionary<string, ScalarValue>(), new Mistakes());
            files.AddRange(outline?.Profiles.Where(_devices.ContainsKey).Select(p => _devices[p]) ?? []);
        }

        return new DefinitionBundle(lab.Id, files);
    }

    private static string? IdOf(string path, string folder, string suffix) =>
        path.StartsWith(folder, StringComparison.Ordinal) && path.EndsWith(suffix, StringComparison.Ordinal)
        && path.Length > folder.Length + suffix.Length
            ? path[folder.Length..^suffix.Length]
            : null;

    private static bool IsDefinition(string path) => Path.GetExtension(path) is ".yaml" or ".md" or ".svg";
}
