using System.Reflection;
using System.Xml.Linq;

namespace TrainingLab.Tests.House;

/// <summary>The directions of CONTRIBUTING.md: six leaves that see nobody, Factory above them, Labs above Factory, Web above Labs, Cli above Web.</summary>
public sealed class Room_Dependency_Tests
{
    private static readonly string[] Leaves = ["OpcUa", "Mqtt", "TimeSeries", "Identifiers", "Network", "Simulation"];

    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["OpcUa"] = [],
        ["Mqtt"] = [],
        ["TimeSeries"] = [],
        ["Identifiers"] = [],
        ["Network"] = [],
        ["Simulation"] = [],
        ["Factory"] = Leaves,
        ["Labs"] = ["Factory", .. Leaves],
        ["Web"] = ["Labs", "Factory", .. Leaves],
        ["Cli"] = ["Web", "Labs", "Factory", .. Leaves],
    };

    /// <summary>What a project file may name; what comes along with that is a matter of the assemblies.</summary>
    private static readonly Dictionary<string, string[]> AllowedInProject = new(Allowed, StringComparer.Ordinal)
    {
        ["Web"] = ["Labs"],
        ["Cli"] = ["Web", "Labs"],
    };

    public static TheoryData<string> Rooms => [.. Allowed.Keys];

    public static TheoryData<string> LeafRooms => [.. Leaves];

    [Fact]
    public void Every_room_is_named_here()
    {
        var found = Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(d => Path.GetFileName(d)["TrainingLab.".Length..]);
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Project_references_point_down(string room)
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, "src", $"TrainingLab.{room}", $"TrainingLab.{room}.csproj"));
        var referenced = project.Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(((string)r.Attribute("Include")!).Replace('\\', '/'))["TrainingLab.".Length..]);
        Assert.Empty(referenced.Except(AllowedInProject[room]));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Assembly_references_point_down(string room)
    {
        var referenced = ReferencesOf(room).Where(n => n.StartsWith("TrainingLab.", StringComparison.Ordinal)).Select(n => n["TrainingLab.".Length..]);
        Assert.Empty(referenced.Except(Allowed[room]));
    }

    [Theory]
    [MemberData(nameof(LeafRooms))]
    public void A_leaf_sees_neither_YAML_nor_HTTP_hosting(string room)
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, "src", $"TrainingLab.{room}", $"TrainingLab.{room}.csproj"));
        Assert.Empty(project.Descendants("FrameworkReference"));
        Assert.DoesNotContain(project.Descendants("PackageReference"), p => (string?)p.Attribute("Include") == "YamlDotNet");
        Assert.DoesNotContain(ReferencesOf(room), n => n == "YamlDotNet" || n.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_definitions_read_YAML()
    {
        var readers = Repository.Files("src", "*.cs").Where(f => Repository.Lines(f).Any(l => l.StartsWith("using YamlDotNet", StringComparison.Ordinal)));
        Assert.All(readers, f => Assert.Contains("/Definitions/", f, StringComparison.Ordinal));
    }

    private static IEnumerable<string> ReferencesOf(string room) =>
        Assembly.Load(room == "Cli" ? "lab" : $"TrainingLab.{room}").GetReferencedAssemblies().Select(a => a.Name!);
}
