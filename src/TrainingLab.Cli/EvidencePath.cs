namespace TrainingLab.Cli;

/// <summary>Where a verb writes evidence: the file that the user named, or a temporary one that is removed.</summary>
internal sealed class EvidencePath : IDisposable
{
    private readonly bool isTemporary;

    private EvidencePath(string path, bool isTemporary)
    {
        Path = path;
        this.isTemporary = isTemporary;
    }

    public string Path { get; }

    /// <exception cref="CannotRunException">The named file exists.</exception>
    public static EvidencePath Choose(string? named)
    {
        if (named is null)
            return new EvidencePath(System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName() + ".evidence"), isTemporary: true);
        return File.Exists(named) ? throw new CannotRunException($"{named} exists; evidence is never overwritten") : new EvidencePath(named, isTemporary: false);
    }

    public void Dispose()
    {
        if (isTemporary)
            File.Delete(Path);
    }
}
