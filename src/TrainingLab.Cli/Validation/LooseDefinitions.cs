using System.Text.RegularExpressions;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Definitions;

namespace TrainingLab.Cli.Validation;

/// <summary>Definitions that do not lie in a content folder: they are validated as if they lay where they belong.</summary>
internal sealed partial class LooseDefinitions
{
    private const string LabFile = "lab.yaml";

    private static readonly EnumerationOptions OwnFolder = new() { RecurseSubdirectories = true, MaxRecursionDepth = 2 };

    private readonly Dictionary<string, SourceFile> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);
    private readonly Mistakes mistakes = new();

    private LooseDefinitions()
    {
    }

    private enum Kind
    {
        Unknown,
        Lab,
        Scenario,
        Device,
        Submission,
    }

    /// <summary>Whether the name of a file says that it is a lab, a scenario or a device profile.</summary>
    public static bool HasKind(string path) => KindOfName(Path.GetFileName(path)) is not Kind.Unknown;

    /// <summary>Reads files as a target of its own.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="named">How the user named a file.</param>
    /// <param name="common">Whose scenarios and devices they may refer to.</param>
    public static ValidationTarget Read(IEnumerable<string> paths, Func<string, string> named, LabCatalog common)
    {
        var loose = new LooseDefinitions();
        foreach (var path in paths)
            loose.Add(path, named(path));
        var all = new Dictionary<string, SourceFile>(loose.files, StringComparer.Ordinal);
        foreach (var file in common.Scenarios.Values.Concat(common.Devices.Values))
            all.TryAdd(file.Path, file);
        return new ValidationTarget(
            new LabCatalog(all.Values, LabsEnvironment.Format), loose.files.ContainsKey, path => loose.names.GetValueOrDefault(path) ?? loose.NameBeside(path), loose.mistakes.All);
    }

    private void Add(string path, string name)
    {
        if (SourceFile.Read("", path, mistakes, name) is not { } file)
            return;
        var kind = KindOfName(Path.GetFileName(path));
        switch (kind == Kind.Unknown ? KindOfText(file.Text) : kind)
        {
            case Kind.Lab:
                AddLab(path, file, name);
                break;
            case Kind.Scenario:
                Place(file, LabCatalog.ScenarioPathOf(kind == Kind.Unknown ? IdOf(file.Text) ?? "scenario" : Stem(path)), name);
                break;
            case Kind.Device:
                Place(file, LabCatalog.DevicePathOf(kind == Kind.Unknown ? IdOf(file.Text) ?? "device" : Stem(path)), name);
                AddNodeSets(path, file);
                break;
            case Kind.Submission:
                // Without its lab only its form can be wrong.
                new DefinitionReader(LabsEnvironment.Format.Kinds).Read<SubmissionDefinition>(file, mistakes);
                break;
            default:
                if (YamlReader.Read(file, mistakes) is not null)
                {
                    mistakes.Add(new SourceSpan(name, 1, 1), "unknown-format",
                        "this is neither a lab nor a scenario, a device profile or a submission", "这不是实验、场景、设备模板或演练脚本",
                        "name it lab.yaml, NAME.scenario.yaml or NAME.device.yaml; lab new writes one to start from", "请命名为 lab.yaml、名称.scenario.yaml 或 名称.device.yaml；可用 lab new 生成模板");
                }

                break;
        }
    }

    private void AddLab(string path, SourceFile file, string name)
    {
        var id = IdOf(file.Text) is { } written && written.Count(c => c == '/') == 1 ? written : "integrated/" + (IdOf("id: " + Path.GetFileName(Path.GetDirectoryName(path))) ?? "lab");
        var at = LabCatalog.PathOf(id);
        Place(file, at, name);
        if (Path.GetFileName(path) != LabFile)
            return;
        var folder = Path.GetDirectoryName(path)!;
        foreach (var beside in Directory.EnumerateFiles(folder, "*", OwnFolder).Where(f => f != path && Path.GetExtension(f) is ".yaml" or ".md" && !HasKind(f)))
        {
            var relative = Path.GetRelativePath(folder, beside).Replace('\\', '/');
            if (SourceFile.Read("", beside, mistakes, name[..^LabFile.Length] + relative) is { } own)
                Place(own, at[..^LabFile.Length] + relative, own.Path);
        }
    }

    /// <summary>The nodesets beside a device profile that it names.</summary>
    private void AddNodeSets(string path, SourceFile device)
    {
        foreach (var (name, nodeset) in device.WithBeside(Path.GetDirectoryName(Path.GetFullPath(path))!, mistakes).Beside)
        {
            var at = LabCatalog.DevicesFolder + name;
            if (files.TryAdd(at, nodeset with { Path = at }))
                names[at] = nodeset.Path;
        }
    }

    private void Place(SourceFile file, string at, string name)
    {
        if (files.TryAdd(at, file with { Path = at }))
        {
            names[at] = name;
            return;
        }

        mistakes.Add(new SourceSpan(name, 1, 1), MistakeCodes.DuplicateId,
            $"its id is that of {names[at]}", $"其 id 与 {names[at]} 相同", "give one of them another id", "请修改其中一个的 id");
    }

    /// <summary>The name of a file that is missing beside one that was read.</summary>
    private string NameBeside(string path)
    {
        foreach (var (at, name) in names.Where(n => n.Key.EndsWith("/" + LabFile, StringComparison.Ordinal) && n.Value.EndsWith(LabFile, StringComparison.Ordinal)))
        {
            if (path.StartsWith(at[..^LabFile.Length], StringComparison.Ordinal))
                return name[..^LabFile.Length] + path[(at.Length - LabFile.Length)..];
        }

        return path;
    }

    private static string Stem(string path) => Path.GetFileName(path).Split('.')[0];

    private static Kind KindOfName(string name) => name switch
    {
        LabFile => Kind.Lab,
        _ when name.EndsWith(".scenario.yaml", StringComparison.Ordinal) => Kind.Scenario,
        _ when name.EndsWith(".device.yaml", StringComparison.Ordinal) => Kind.Device,
        _ => Kind.Unknown,
    };

    /// <summary>What a file with another name is by the keys that only one format has.</summary>
    private static Kind KindOfText(string text)
    {
        var keys = TopLevelKey().Matches(text).Select(m => m.Groups["key"].Value).ToHashSet(StringComparer.Ordinal);
        return keys.Overlaps(["tasks", "scenario", "passAt"]) ? Kind.Lab
            : keys.Overlaps(["network", "services", "devices"]) ? Kind.Scenario
            : keys.Overlaps(["faces", "tags", "model"]) ? Kind.Device
            : keys.Overlaps(["steps", "outcomes"]) || (keys.Contains("kind") && keys.Contains("note")) ? Kind.Submission
            : Kind.Unknown;
    }

    private static string? IdOf(string text) => Id().Match(text) is { Success: true } match ? match.Groups["id"].Value : null;

    [GeneratedRegex("^(?<key>[A-Za-z]+):", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TopLevelKey();

    [GeneratedRegex("^id: *[\"']?(?<id>[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)?)[\"']? *(#.*)?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Id();
}
