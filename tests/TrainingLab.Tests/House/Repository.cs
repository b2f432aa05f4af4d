namespace TrainingLab.Tests.House;

/// <summary>The source tree that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] Generated = ["bin", "obj", ".git", "node_modules", "TestResults"];

    /// <summary>Folder that holds TrainingLab.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Paths of all files below a folder, relative to the root, with slashes; build output is left out.</summary>
    public static IEnumerable<string> Files(string folder, string pattern = "*")
    {
        var from = new DirectoryInfo(Path.Combine(Root, folder));
        return Walk(from, pattern).Select(f => Path.GetRelativePath(Root, f.FullName).Replace('\\', '/')).Order(StringComparer.Ordinal);
    }

    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder, string pattern) => folder.EnumerateFiles(pattern).Concat(
        folder.EnumerateDirectories().Where(d => !Generated.Contains(d.Name) && d.LinkTarget is null).SelectMany(d => Walk(d, pattern)));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TrainingLab.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The tests do not run inside the source tree.");
    }
}
