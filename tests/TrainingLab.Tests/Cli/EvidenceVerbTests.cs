using TrainingLab.Cli;

namespace TrainingLab.Tests.Cli;

/// <summary><c>run</c>, <c>grade</c> and <c>verify</c> on the evidence of one played submission.</summary>
public sealed class EvidenceVerbTests(PlayedSubmission played) : IClassFixture<PlayedSubmission>
{
    [Fact]
    public void A_played_solution_is_good_and_is_a_scorecard()
    {
        Assert.Equal(ExitCodes.Good, played.ExitCode);
        var card = System.Text.Json.Nodes.JsonNode.Parse(played.Output)!;
        Assert.Equal("network/vlan-segmentation", (string?)card["lab"]);
        Assert.Equal(7, (int)card["seed"]!);
        Assert.Equal((int)card["max"]!, (int)card["score"]!);
        Assert.True((bool)card["passed"]!);
        Assert.All(card["checks"]!.AsArray(), c => Assert.Equal("passed", (string?)c!["outcome"]));
        Assert.StartsWith("sha256:", (string)card["evidence"]!["head"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grading_again_gives_the_same_bytes()
    {
        var lab = await Lab.RunAsync("grade", played.Evidence, "--json");

        Assert.Equal(ExitCodes.Good, lab.ExitCode);
        Assert.Equal(played.Output, lab.Output);
    }

    [Fact]
    public async Task The_same_lab_as_rubric_gives_no_difference()
    {
        var lab = await Lab.RunAsync("grade", played.Evidence, "--rubric", "network/vlan-segmentation", "--json");

        Assert.Equal(ExitCodes.Good, lab.ExitCode);
        Assert.Empty(lab.Json["changes"]!.AsArray());
        Assert.Equal(0, (int)lab.Json["gain"]!);
    }

    [Fact]
    public async Task A_rubric_with_fewer_points_shows_what_it_takes_away()
    {
        using var folder = new TemporaryFolder();
        var content = TrainingLab.Labs.Attempts.LabsEnvironment.ContentRoot;
        foreach (var file in Directory.EnumerateFiles(content, "*.yaml", SearchOption.AllDirectories).Where(f => IsDefinition(content, f)))
        {
            var copy = folder.File(Path.GetRelativePath(content, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var rubric = folder.File("labs/network/vlan-segmentation/lab.yaml");
        var text = await File.ReadAllTextAsync(rubric, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(rubric, text.Replace("points: 15", "points: 10", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var lab = await Lab.RunAsync("grade", played.Evidence, "--rubric", rubric, "--json");

        Assert.Equal([15, 15], lab.Json["changes"]!.AsArray().Select(c => (int)c!["before"]!["points"]!));
        Assert.Equal([10, 10], lab.Json["changes"]!.AsArray().Select(c => (int)c!["after"]!["points"]!));
        Assert.Equal(-10, (int)lab.Json["gain"]!);
    }

    [Fact]
    public async Task Evidence_as_written_is_intact()
    {
        var lab = await Lab.RunAsync("verify", played.Evidence, "--json");

        Assert.Equal(ExitCodes.Good, lab.ExitCode);
        Assert.True((bool)lab.Json["intact"]!);
        Assert.Null(lab.Json["firstBadRecord"]);
    }

    [Fact]
    public async Task A_changed_byte_is_found_and_its_record_named()
    {
        using var folder = new TemporaryFolder();
        var lines = await File.ReadAllLinesAsync(played.Evidence, TestContext.Current.CancellationToken);
        var changed = lines[4].LastIndexOf('a');
        lines[4] = string.Concat(lines[4].AsSpan(0, changed), "b", lines[4].AsSpan(changed + 1));
        await File.WriteAllLinesAsync(folder.File("changed.evidence"), lines, TestContext.Current.CancellationToken);

        var verified = await Lab.RunAsync("verify", folder.File("changed.evidence"), "--json");
        var graded = await Lab.RunAsync("grade", folder.File("changed.evidence"));

        Assert.Equal(ExitCodes.NotGood, verified.ExitCode);
        Assert.Equal("broken", (string?)verified.Json["state"]);
        Assert.InRange((int)verified.Json["firstBadRecord"]!, 4, 5);
        Assert.Equal(ExitCodes.NotGood, graded.ExitCode);
        Assert.Empty(graded.Output);
    }

    [Fact]
    public async Task Another_key_is_another_seal()
    {
        var lab = await Lab.RunAsync("verify", played.Evidence, "--key", "sha256:00", "--json");

        Assert.Equal(ExitCodes.NotGood, lab.ExitCode);
        Assert.Equal("foreignSeal", (string?)lab.Json["state"]);
    }

    [Fact]
    public async Task Evidence_is_never_overwritten()
    {
        var lab = await Lab.RunAsync("run", "network/vlan-segmentation", "--submission", "empty", "--evidence", played.Evidence);

        Assert.Equal(ExitCodes.CouldNotRun, lab.ExitCode);
        Assert.Contains("never overwritten", lab.Errors, StringComparison.Ordinal);
    }

    private static bool IsDefinition(string content, string file) =>
        Path.GetRelativePath(content, file).Split(Path.DirectorySeparatorChar)[0] is "labs" or "scenarios" or "devices";
}

/// <summary>The solution of lab 1, played once for all tests of a class.</summary>
public sealed class PlayedSubmission : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();

    public string Evidence => folder.File("seed-7.evidence");

    public string Output { get; private set; } = "";

    public int ExitCode { get; private set; }

    public async ValueTask InitializeAsync()
    {
        var lab = await Lab.RunAsync("run", "network/vlan-segmentation", "--submission", "solution", "--seed", "7", "--evidence", Evidence, "--json");
        (Output, ExitCode) = (lab.Output, lab.ExitCode);
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
