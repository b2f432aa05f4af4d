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
    private const string NodeSetSuffix = ".xml";
    private static readonly EnumerationOptions s_everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint };
    private static readonly EnumerationOptions s_lookingForLabs = new() { RecurseSubdirectories = true, MaxRecursionDepth = 2 };
    private readonly SortedDictionary<string, LabSource> _labs = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SourceFile> _scenarios = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SourceFile> _devices = new(StringComparer.Ordinal);
    private readonly List<SourceFile> _strays;

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
        }

        foreach (var (id, device) in DevicesAmong(all))
        {
            _devices[id] = device;
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

        var read = _labs.Values.SelectMany(l => l.Submissions.Select(s => s.File).Append(l.File)).Concat(_scenarios.Values).Concat(_devices.Values)
            .Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        _strays = [.. all.Where(f => Path.GetExtension(f.Path) is ".yaml" or ".yml" && !read.Contains(f.Path))];
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

    /// <summary>YAML files that lie among the definitions and are none, because of their name or place.</summary>
    public IEnumerable<SourceFile> StrayFiles => _strays;

    /// <summary>Loads a content root. Folders that do not exist are empty.</summary>
    /// <param name="root">The content root on disk.</param>
    /// <param name="format">What reading labs needs to know of the other rooms.</param>
    /// <param name="common">A content root whose scenarios and devices are there too, unless the first has its own of that name; its labs only where the first has none.</param>
    public static LabCatalog Load(string root, LabFormat format, string? common = null)
    {
        var mistakes = new Mistakes();
        var files = FilesBelow(root, [LabsFolder, ScenariosFolder, DevicesFolder], mistakes).ToDictionary(f => f.Path, StringComparer.Ordinal);
        if (common is not null)
        {
            string[] folders = files.Keys.Any(IsLab) ? [ScenariosFolder, DevicesFolder] : [LabsFolder, ScenariosFolder, DevicesFolder];
            foreach (var file in FilesBelow(common, folders, new Mistakes()))
            {
                files.TryAdd(file.Path, file);
            }
        }

        return new LabCatalog(files.Values, format, mistakes.All);
    }

    /// <summary>Whether a folder is a content root: it has a lab, a scenario or a device profile where they belong.</summary>
    public static bool IsContentRoot(string folder) =>
        (Directory.Exists(Path.Combine(folder, LabsFolder)) && Directory.EnumerateFiles(Path.Combine(folder, LabsFolder), "lab.yaml", s_lookingForLabs).Any())
        || (Directory.Exists(Path.Combine(folder, ScenariosFolder)) && Directory.EnumerateFiles(Path.Combine(folder, ScenariosFolder), "*" + ScenarioSuffix).Any())
        || (Directory.Exists(Path.Combine(folder, DevicesFolder)) && Directory.EnumerateFiles(Path.Combine(folder, DevicesFolder), "*" + DeviceSuffix).Any());

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
            // A profile may be the scenario's choice by default, or the lab's by a parameter.
            var none = new Dictionary<string, ScalarValue>(StringComparer.Ordinal);
            var with = lab.Outline?.With.Where(static w => !w.Value.Text.Contains("${", StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal) ?? none;
            var outlines = new[] { none, with }.Select(w => Format.Scenarios.Read(scenario, _devices, w, new Mistakes()));
            var devices = outlines.SelectMany(static o => o?.Profiles ?? new HashSet<string>(StringComparer.Ordinal)).Distinct(StringComparer.Ordinal).Where(_devices.ContainsKey).Select(p => _devices[p]).ToList();
            files.AddRange(devices);
            files.AddRange(devices.SelectMany(static d => d.Beside.Values.Where(b => d.Text.Contains(Path.GetFileName(b.Path), StringComparison.Ordinal))).DistinctBy(static f => f.Path));
        }

        return new DefinitionBundle(lab.Id, files);
    }

    /// <summary>The device profiles among files by id, each with the nodesets that lie beside it.</summary>
    internal static IEnumerable<KeyValuePair<string, SourceFile>> DevicesAmong(IReadOnlyCollection<SourceFile> files)
    {
        var nodesets = files.Where(static f => IdOf(f.Path, DevicesFolder, NodeSetSuffix) is not null).ToDictionary(static f => Path.GetFileName(f.Path), StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (IdOf(file.Path, DevicesFolder, DeviceSuffix) is { } id)
            {
                // The same object where it has them: what was read of its nodesets is remembered with it.
                yield return KeyValuePair.Create(id, nodesets.Keys.All(file.Beside.ContainsKey) ? file : file with { Beside = nodesets });
            }
        }
    }

    private static string? IdOf(string path, string folder, string suffix) =>
        path.StartsWith(folder, StringComparison.Ordinal) && path.EndsWith(suffix, StringComparison.Ordinal)
        && path.Length > folder.Length + suffix.Length
            ? path[folder.Length..^suffix.Length]
            : null;

    private static IEnumerable<SourceFile> FilesBelow(string root, IEnumerable<string> folders, Mistakes mistakes)
    {
        foreach (var folder in folders.Select(f => Path.Combine(root, f)).Where(Directory.Exists))
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*", s_everything).Where(p => IsDefinition(p) || (folder.EndsWith(DevicesFolder, StringComparison.Ordinal) && Path.GetExtension(p) == NodeSetSuffix)).Order(StringComparer.Ordinal))
            {
                if (SourceFile.Read(root, Path.GetRelativePath(root, path), mistakes) is { } file)
                {
                    yield return file;
                }
            }
        }
    }

    private static bool IsLab(string path) => IdOf(path, LabsFolder, "/lab.yaml") is not null;

    private static bool IsDefinition(string path) => Path.GetExtension(path) is ".yaml" or ".yml" or ".md" or ".svg";
}
