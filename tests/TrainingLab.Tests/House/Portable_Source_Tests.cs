using System.Text.RegularExpressions;

namespace TrainingLab.Tests.House;

/// <summary>What is committed works on every machine: it names no folder of a developer's, and no host that packages come from.</summary>
public sealed partial class Portable_Source_Tests
{
    private static readonly string[] Text =
    [
        ".cs", ".razor", ".csproj", ".props", ".sln", ".md", ".yaml", ".yml", ".json", ".js", ".mjs", ".css", ".html", ".sh", ".py", ".tsv", ".config", "",
    ];

    // Put together here, so that this file does not name them either.
    private static readonly string[] PackageHosts =
    [
        "registry." + "npmjs", "registry." + "yarnpkg", "npm" + "mirror.com", "api." + "nuget.org", "pypi." + "org", "files." + "pythonhosted", "proxy." + "golang",
        "static." + "crates.io", "arti" + "factory", "j" + "frog.io", "deb." + "debian.org", "repo1." + "maven",
    ];

    [Fact]
    public void No_file_names_a_folder_of_somebodys_machine() =>
        AssertNoLine(line => DeveloperFolder().IsMatch(line));

    [Fact]
    public void No_file_names_a_host_that_packages_come_from() =>
        AssertNoLine(line => PackageHosts.Any(h => line.Contains(h, StringComparison.OrdinalIgnoreCase)));

    private static void AssertNoLine(Func<string, bool> isWrong)
    {
        var found = new List<string>();
        foreach (var file in Repository.Files("").Where(f => Text.Contains(Path.GetExtension(f)) && !f.EndsWith("/Portable_Source_Tests.cs", StringComparison.Ordinal)))
        {
            var lines = Repository.Lines(file);
            for (var i = 0; i < lines.Length; i++)
            {
                if (isWrong(lines[i]))
                    found.Add($"{file}:{i + 1}: {lines[i].Trim()}");
            }
        }

        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [GeneratedRegex(@"(?<![\w.~{}$>-])/(home|Users|root|work|mnt|workspace)/\w|\b[A-Za-z]:\\Users\\", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DeveloperFolder();
}
