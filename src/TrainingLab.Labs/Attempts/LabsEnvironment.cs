using System.Security.Cryptography;
using TrainingLab.Factory;
using TrainingLab.Factory.Http;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Grading.Checks;
using TrainingLab.Labs.Toolbox;
using TrainingLab.Simulation.Time;

namespace TrainingLab.Labs.Attempts;

/// <summary>What the attempts of one process share: the labs, the installation's key and secret, and what drives factories.</summary>
public sealed class LabsEnvironment : IAsyncDisposable
{
    private const int SecretLength = 32;

    private LabsEnvironment(LabCatalog catalog, byte[] secret, InstallationKey key, PlantHttpHost http, TimeProvider wall)
    {
        Catalog = catalog;
        Secret = secret;
        Key = key;
        Wall = wall;
        Flusher = new EvidenceFlusher();
        Driver = new PlantDriver(wall);
        Factories = new FactoryEnvironment(Driver, http, wall);
    }

    /// <summary>The labs.</summary>
    public LabCatalog Catalog { get; }

    /// <summary>The installation's secret, from which hidden values and salts derive.</summary>
    public byte[] Secret { get; }

    /// <summary>The installation's signing key.</summary>
    public InstallationKey Key { get; }

    /// <summary>Wall time.</summary>
    public TimeProvider Wall { get; }

    /// <summary>Brings evidence to the disk.</summary>
    public EvidenceFlusher Flusher { get; }

    /// <summary>What factories share.</summary>
    public FactoryEnvironment Factories { get; }

    private PlantDriver Driver { get; }

    /// <summary>How labs, scenarios and devices are read.</summary>
    public static LabFormat Format { get; } = new()
    {
        Kinds = LabKinds.Create(CheckKinds.Add),
        ToolboxCommands = ToolboxCommands.Names,
        AlwaysAllowed = ToolboxCommands.Always,
        InstructorCommands = ToolboxCommands.InstructorNames,
        Scenarios = new ScenarioFormat(),
    };

    /// <summary>Folder of labs, scenarios and devices that came with the program.</summary>
    public static string ContentRoot => FindContent(AppContext.BaseDirectory);

    /// <summary>
    /// Loads a content root. The scenarios and devices that came with the program are there too, so that a folder of own labs needs no copy of them; not
    /// in a checkout, where the program lies below the content root and brings copies that may be old.
    /// </summary>
    public static LabCatalog LoadCatalog(string contentRoot)
    {
        var own = Path.TrimEndingDirectorySeparator(Path.GetFullPath(ContentRoot));
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(contentRoot));
        return LabCatalog.Load(root, Format, own == root || own.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? null : own);
    }

    /// <summary>Starts what attempts need.</summary>
    /// <param name="contentRoot">Folder with <c>labs</c>, <c>scenarios</c> and <c>devices</c>.</param>
    /// <param name="dataFolder">Folder for key and secret; null keeps both in memory, for one run.</param>
    /// <param name="wall">Wall time.</param>
    public static async Task<LabsEnvironment> StartAsync(string contentRoot, string? dataFolder, TimeProvider? wall = null)
    {
        var catalog = LoadCatalog(contentRoot);
        var http = await PlantHttpHost.StartAsync();
        // Namespace 0 is loaded once per process, here and not when the first machine starts.
        _ = OpcUa.Nodes.Namespace0.Count;
        if (dataFolder is null)
            return new LabsEnvironment(catalog, RandomNumberGenerator.GetBytes(SecretLength), InstallationKey.Create(), http, wall ?? TimeProvider.System);
        Directory.CreateDirectory(dataFolder);
        return new LabsEnvironment(
            catalog,
            OpenSecret(Path.Combine(dataFolder, "secret")),
            InstallationKey.OpenOrCreate(Path.Combine(dataFolder, "key.pem")),
            http,
            wall ?? TimeProvider.System);
    }

    /// <summary>Plays a throw-away attempt, so that the first student does not wait for the program to be compiled. Does nothing where there is no lab.</summary>
    public async Task WarmUpAsync()
    {
        if (Catalog.Labs.Values.FirstOrDefault(l => l.Outline is not null) is not { } lab)
            return;
        var folder = Directory.CreateTempSubdirectory("traininglab-warm-").FullName;
        try
        {
            await using var run = await AttemptRun.BeginAsync(new AttemptPlan("warm", lab, 1, [], IsLive: false), this, Path.Combine(folder, "evidence"));
            await run.WaitAsync(TimeSpan.FromSeconds(10));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Driver.Dispose();
        await Factories.Http.DisposeAsync();
        Flusher.Dispose();
        Key.Dispose();
    }

    private static byte[] OpenSecret(string path)
    {
        if (File.Exists(path) && File.ReadAllBytes(path) is { Length: SecretLength } secret)
            return secret;
        secret = RandomNumberGenerator.GetBytes(SecretLength);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(secret);
        file.Flush(flushToDisk: true);
        return secret;
    }

    private static string FindContent(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "labs")) && Directory.Exists(Path.Combine(folder.FullName, "scenarios")))
                return folder.FullName;
        }

        return from;
    }
}
