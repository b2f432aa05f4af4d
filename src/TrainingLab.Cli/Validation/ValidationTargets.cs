using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Definitions;

namespace TrainingLab.Cli.Validation;

/// <summary>
/// Finds what <c>lab validate PATH</c> means: a content folder, a part of one, or definitions that lie anywhere else. Definitions elsewhere may refer to
/// the scenarios and devices of the content folder.
/// </summary>
internal sealed class ValidationTargets(string contentRoot)
{
    private static readonly string[] Folders = [LabCatalog.LabsFolder, LabCatalog.ScenariosFolder, LabCatalog.DevicesFolder];

    private static readonly EnumerationOptions Everywhere = new()
    {
        RecurseSubdirectories = true, MaxRecursionDepth = 16, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
    };

    private readonly Dictionary<string, LabCatalog> catalogs = new(StringComparer.Ordinal);

    /// <summary>The whole content folder.</summary>
    public ValidationTarget Everything() => new(CatalogOf(contentRoot), _ => true, path => path, []);

    /// <summary>What one word of the command line names.</summary>
    /// <exception cref="CannotRunException">Nothing is there.</exception>
    public IReadOnlyList<ValidationTarget> Find(string given)
    {
        var full = Path.GetFullPath(given);
        var isBelowContent = !Path.Exists(full);
        if (isBelowContent)
            full = Path.GetFullPath(Path.Combine(contentRoot, given));
        full = Path.TrimEndingDirectorySeparator(full);
        if (!Path.Exists(full))
            throw new CannotRunException(Language.Say($"there is no file or folder {given}", $"没有文件或文件夹 {given}"));
        if (isBelowContent)
            return [Part(contentRoot, full, path => path)];
        if (File.Exists(full))
        {
            RequireReadable(full, given);
            return [Owned(full, given) ?? LooseDefinitions.Read([full], _ => given, CatalogOf(contentRoot))];
        }

        if (LabCatalog.IsContentRoot(full))
            return [new ValidationTarget(CatalogOf(full), _ => true, path => Below(given, path), [])];
        return RootOf(full) is { } root && LabCatalog.IsContentRoot(root) ? [Part(root, full, Naming(root, full, given))] : Scattered(full, given);
    }

    private static void RequireReadable(string file, string given)
    {
        try
        {
            File.OpenRead(file).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CannotRunException(Language.Say($"{given} cannot be read: {e.Message}", $"无法读取 {given}：{e.Message}"));
        }
    }

    /// <summary>Definitions anywhere below a folder: those in content folders of their own, and loose ones.</summary>
    private List<ValidationTarget> Scattered(string folder, string given)
    {
        var targets = new List<ValidationTarget>();
        var loose = new List<string>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.yaml", Everywhere).Where(LooseDefinitions.HasKind).Order(StringComparer.Ordinal))
        {
            if (Owned(file, Below(given, Path.GetRelativePath(folder, file))) is { } owned)
                targets.Add(owned);
            else
                loose.Add(file);
        }

        if (loose.Count > 0)
            targets.Add(LooseDefinitions.Read(loose, file => Below(given, Path.GetRelativePath(folder, file)), CatalogOf(contentRoot)));
        return targets;
    }

    /// <summary>A file in the place where its content folder reads it; null elsewhere.</summary>
    private ValidationTarget? Owned(string file, string given)
    {
        if (RootOf(file) is not { } root)
            return null;
        var path = Path.GetRelativePath(root, file).Replace('\\', '/');
        var catalog = CatalogOf(root);
        var isRead = catalog.Labs.Values.Any(l => l.OwnFiles.Any(f => f.Path == path))
            || catalog.Scenarios.Values.Concat(catalog.Devices.Values).Any(f => f.Path == path) || catalog.ReadingMistakes.Any(m => m.Span.File == path);
        return isRead ? Part(root, file, Naming(root, file, given)) : null;
    }

    private ValidationTarget Part(string root, string full, Func<string, string> shown)
    {
        var part = Path.GetRelativePath(root, full).Replace('\\', '/');
        return new ValidationTarget(
            CatalogOf(root), path => part == "." || path == part || path.StartsWith(part + "/", StringComparison.Ordinal), shown, []);
    }

    private LabCatalog CatalogOf(string root)
    {
        if (!catalogs.TryGetValue(root, out var catalog))
            catalogs[root] = catalog = LabsEnvironment.LoadCatalog(root);
        return catalog;
    }

    /// <summary>The folder whose <c>labs</c>, <c>scenarios</c> or <c>devices</c> a path lies in.</summary>
    private static string? RootOf(string path)
    {
        for (var folder = new DirectoryInfo(path); folder?.Parent is { } parent; folder = parent)
        {
            if (Folders.Contains(folder.Name + "/", StringComparer.Ordinal))
                return parent.FullName;
        }

        return null;
    }

    /// <summary>Names files of a content folder by what the user wrote for one of its parts.</summary>
    private static Func<string, string> Naming(string root, string part, string given)
    {
        var relative = Path.GetRelativePath(root, part).Replace('\\', '/');
        var written = given.Replace('\\', '/').TrimEnd('/');
        var prefix = written.EndsWith(relative, StringComparison.Ordinal) ? written[..^relative.Length] : root.Replace('\\', '/') + "/";
        return path => prefix + path;
    }

    private static string Below(string given, string path)
    {
        var folder = given.Replace('\\', '/').TrimEnd('/');
        return folder is "" or "." ? path.Replace('\\', '/') : folder + "/" + path.Replace('\\', '/');
    }
}
