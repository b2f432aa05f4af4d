using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Definitions;

namespace TrainingLab.Cli;

/// <summary>Finds what a user names.</summary>
internal static class LabChoice
{
    /// <summary>The lab of an id; the last part of the id is enough where it is unique.</summary>
    /// <exception cref="CannotRunException">There is none.</exception>
    public static LabSource Find(LabCatalog catalog, string name)
    {
        if (catalog.Labs.TryGetValue(name, out var lab))
            return lab;
        var ending = catalog.Labs.Values.Where(l => l.Id.EndsWith("/" + name, StringComparison.Ordinal)).ToList();
        return ending is [var only] ? only : throw NoLab(catalog, name);
    }

    private static CannotRunException NoLab(LabCatalog catalog, string name) => catalog.Labs.Count == 0
        ? new CannotRunException(Language.Say($"there is no lab {name}, nor any other", $"没有实验 {name}，也没有其他实验"))
        : new CannotRunException(Language.Say(
            $"there is no lab {name}; {Nearest.Suggest(name, catalog.Labs.Keys).En}", $"没有实验 {name}；{Nearest.Suggest(name, catalog.Labs.Keys).Zh}"));

    /// <summary>A lab by id, or by the path of its folder or of its <c>lab.yaml</c>, which lies in <c>labs/TRACK/NAME</c>.</summary>
    /// <exception cref="CannotRunException">There is none.</exception>
    public static LabSource FindFileOrId(string contentRoot, string name)
    {
        var file = new FileInfo(Directory.Exists(name) ? Path.Combine(name, "lab.yaml") : name);
        if (!file.Exists)
            return Find(LabsEnvironment.LoadCatalog(contentRoot), name);
        var track = file.Directory?.Parent;
        if (file.Name != "lab.yaml" || track?.Parent is not { Name: "labs", Parent: { } root })
            throw new CannotRunException(Language.Say($"{name} is not labs/TRACK/NAME/lab.yaml", $"{name} 不是 labs/方向/名称/lab.yaml"));
        return LabsEnvironment.LoadCatalog(root.FullName).Labs[$"{track.Name}/{file.Directory!.Name}"];
    }

    /// <summary>A submission of a lab by name, or a file.</summary>
    /// <exception cref="CannotRunException">There is neither.</exception>
    public static SubmissionSource FindSubmission(LabSource source, string name)
    {
        if (source.Submission(name) is { } known)
            return known;
        if (!File.Exists(name))
            throw new CannotRunException(Language.Say(
                $"{source.Id} has no submission {name}, and there is no such file; it has {string.Join(", ", source.Submissions.Select(s => s.Id))}",
                $"{source.Id} 没有演练脚本 {name}，也没有这个文件；现有：{string.Join("、", source.Submissions.Select(s => s.Id))}"));
        var mistakes = new Mistakes();
        return SourceFile.FromBytes(name, File.ReadAllBytes(name), mistakes) is { } file
            ? SubmissionSource.FromFile(file, LabsEnvironment.Format)
            : throw new DefinitionException(mistakes.All);
    }
}
