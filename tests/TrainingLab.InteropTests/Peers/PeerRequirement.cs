using Xunit;

namespace TrainingLab.InteropTests.Peers;

/// <summary>
/// Foreign programs that tests talk to. A test that needs one which is not installed is skipped with the reason, or fails when the environment variable
/// <c>TRAININGLAB_REQUIRE_PEERS</c> is 1, so that the build server never skips.
/// </summary>
public static class PeerRequirement
{
    private const string RequireVariable = "TRAININGLAB_REQUIRE_PEERS";

    /// <summary>The folder <c>tests/peers</c> of the source tree.</summary>
    public static string PeersFolder { get; } = FindPeersFolder();

    /// <summary>Whether peers must be there.</summary>
    public static bool IsRequired => Environment.GetEnvironmentVariable(RequireVariable) == "1";

    /// <summary>A program on the path, with its full name; skips or fails the test when it is missing.</summary>
    public static string Program(string name)
    {
        var extensions = OperatingSystem.IsWindows() ? new[] { ".exe", ".cmd", "" } : [""];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin").Append("/usr/local/sbin");
        var found = folders.SelectMany(folder => extensions.Select(extension => Path.Combine(folder, name + extension))).FirstOrDefault(File.Exists);
        return found ?? Missing($"the program '{name}' is not installed");
    }

    /// <summary>Node with an npm package of <c>tests/peers/package.json</c>; skips or fails the test when either is missing. Gives the full name of node.</summary>
    public static string NodePackage(string package)
    {
        var node = Program("node");
        return Directory.Exists(Path.Combine(PeersFolder, "node_modules", package)) ? node : Missing($"'npm ci' has not been run in tests/peers (package '{package}')");
    }

    private static string Missing(string reason)
    {
        if (IsRequired)
        {
            Assert.Fail($"{reason}, and {RequireVariable} is 1");
        }

        Assert.Skip(reason);
        return "";
    }

    private static string FindPeersFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TrainingLab.sln")))
            {
                return Path.Combine(folder.FullName, "tests", "peers");
            }
        }

        throw new DirectoryNotFoundException("The source tree with TrainingLab.sln is not above the test's folder");
    }
}
