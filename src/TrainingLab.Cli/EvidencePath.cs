using System.Globalization;

namespace TrainingLab.Cli;

/// <summary>Where a verb writes evidence: the file that the user named, or a temporary one that is removed.</summary>
internal sealed class EvidencePath : IDisposable
{
    private bool isTemporary;

    private EvidencePath(string path, bool isTemporary)
    {
        Path = path;
        this.isTemporary = isTemporary;
    }

    public string Path { get; }

    /// <summary>The named file, or a temporary one.</summary>
    /// <exception cref="CannotRunException">The named file exists.</exception>
    public static EvidencePath Choose(string? named) => named is null
        ? new EvidencePath(System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName() + ".evidence"), isTemporary: true)
        : new EvidencePath(Unused(named), isTemporary: false);

    /// <summary>The named file, or one in the current folder that is named after the lab and the seed. It is removed unless it is kept.</summary>
    /// <exception cref="CannotRunException">The named file exists.</exception>
    public static EvidencePath ForAttempt(string? named, string lab, long seed)
    {
        if (named is not null)
            return new EvidencePath(Unused(named), isTemporary: true);
        var stem = string.Create(CultureInfo.InvariantCulture, $"{lab[(lab.LastIndexOf('/') + 1)..]}-{seed}");
        var path = stem + ".evidence";
        for (var number = 2; File.Exists(path); number++)
            path = string.Create(CultureInfo.InvariantCulture, $"{stem}-{number}.evidence");
        return new EvidencePath(System.IO.Path.GetFullPath(path), isTemporary: true);
    }

    /// <summary>Makes sure that there is a file to read.</summary>
    /// <exception cref="CannotRunException">There is none.</exception>
    public static void RequireFile(string path)
    {
        if (Directory.Exists(path))
            throw new CannotRunException(Language.Say($"{path} is a folder; name an evidence file", $"{path} 是文件夹；请给出证据文件"));
        if (!File.Exists(path))
            throw new CannotRunException(Language.Say($"there is no file {path}", $"没有文件 {path}"));
    }

    /// <summary>From here on there is something in it worth keeping.</summary>
    public void Keep() => isTemporary = false;

    public void Dispose()
    {
        if (isTemporary)
            File.Delete(Path);
    }

    private static string Unused(string named) =>
        File.Exists(named) ? throw new CannotRunException(Language.Say($"{named} exists; evidence is never overwritten", $"{named} 已存在；证据文件绝不覆盖")) : System.IO.Path.GetFullPath(named);
}
