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
        return ending is [var only] ? only : throw new CannotRunException($"there is no lab {name}; there are {string.Join(", ", catalog.Labs.Keys)}");
    }

    /// <summary>A lab by id, or by the path of its folder or of its <c>lab.yaml</c>, which lies in <c>labs/TRACK/NAME</c>.</summary>
    /// <exception cref="CannotRunException">There is none.</exception>
    public static LabSource FindFileOrId(string contentRoot, string name)
    {
        var file = new FileInfo(Directory.Exists(name) ? Path.Combine(name, "lab.yaml") : name);
        if (!file.Exists)
            return Find(LabCatalog.Load(contentRoot, LabsEnvironment.Format), name);
        var track = file.Directory?.Parent;
        if (file.Name != "lab.yaml" || track?.Parent is not { Name: "labs", Parent: { } root })
            throw new CannotRunException($"{name} is not labs/TRACK/NAME/lab.yaml");
        return LabCatalog.Load(root.FullName, LabsEnvironment.Format).Labs[$"{track.Name}/{file.Directory!.Name}"];
    }

    /// <summary>A submission of a lab by name, or a file.</summary>
    /// <exception cref="CannotRunException">There is neither.</exception>
    public static SubmissionSource FindSubmission(LabSource source, string name)
    {
        if (source.Submission(name) is { } known)
            return known;
        if (!File.Exists(name))
            throw new CannotRunException($"{source.Id} has no submission {name}, and there is no such file; it has {string.Join(", ", source.Submissions.Select(s => s.Id))}");
        var mistakes = new Mistakes();
        return SourceFile.FromBytes(name, File.ReadAllBytes(name), mistakes) is { } file
            ? SubmissionSource.FromFile(file, LabsEnvironment.Format)
            : throw new DefinitionException(mistakes.All);
    }
}
