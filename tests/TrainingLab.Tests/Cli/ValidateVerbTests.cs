using TrainingLab.Cli;
using TrainingLab.Labs.Attempts;

namespace TrainingLab.Tests.Cli;

/// <summary><c>lab validate PATH</c>: what is named is what is validated, wherever it lies, and never passed over.</summary>
public sealed class ValidateVerbTests
{
    private static string Filler => File.ReadAllText(Path.Combine(LabsEnvironment.ContentRoot, "devices/filler.device.yaml"));

    [Theory]
    [InlineData("devices/filler.device.yaml", "devices/filler.device.yaml")] // where a content folder reads it
    [InlineData("devices/filler.device.yaml", "devices")]
    [InlineData("devices/filler.device.yaml", "")] // the content folder itself
    [InlineData("filler.device.yaml", "filler.device.yaml")] // anywhere
    [InlineData("deep/down/filler.device.yaml", "deep")]
    [InlineData("mine.yaml", "mine.yaml")] // known by its keys
    public async Task A_mistake_is_found_wherever_the_file_lies(string file, string path)
    {
        using var folder = new TemporaryFolder();
        Write(folder.File(file), Filler.Replace("\nmodel:", "\nmodle:", StringComparison.Ordinal));

        var lab = await Lab.RunAsync("validate", folder.File(path).TrimEnd('/'), "--json");

        Assert.Equal(ExitCodes.NotGood, lab.ExitCode);
        var codes = lab.Json["mistakes"]!.AsArray().Select(m => (string)m!["code"]!);
        Assert.Equal(["missing-key", "unknown-key"], codes.Order(StringComparer.Ordinal));
        Assert.All(lab.Json["mistakes"]!.AsArray(), m => Assert.Equal(folder.File(file), (string)m!["file"]!));
    }

    [Fact]
    public async Task A_line_has_file_line_column_code_and_message()
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("filler.device.yaml"), Filler + "\nfoo: 1\n");

        var lab = await Lab.RunAsync("validate", folder.File("filler.device.yaml"));

        Assert.Matches("^" + System.Text.RegularExpressions.Regex.Escape(folder.File("filler.device.yaml")) + @":\d+:1: unknown-key: the key 'foo' is not known here; ", lab.Output);
        Assert.Empty(lab.Errors);
    }

    [Fact]
    public async Task A_lab_anywhere_is_validated_with_all_that_lies_beside_it()
    {
        using var folder = new TemporaryFolder();
        await Lab.RunAsync("new", "lab", "network/my-lab", "--content", folder.Path);
        Directory.Move(folder.File("labs/network/my-lab"), folder.File("elsewhere"));
        var good = await Lab.RunAsync("validate", folder.File("elsewhere/lab.yaml"));
        Write(folder.File("elsewhere/lab.yaml"), (await File.ReadAllTextAsync(folder.File("elsewhere/lab.yaml"), TestContext.Current.CancellationToken)).Replace("scenario: bottling-line", "scenario: botling-line", StringComparison.Ordinal));
        Write(folder.File("elsewhere/submissions/solution.yaml"), "id: solution\nkind: solution\nsteps: [fly away]\n");
        File.Delete(folder.File("elsewhere/guide.zh.md"));

        var bad = await Lab.RunAsync("validate", folder.File("elsewhere/lab.yaml"));

        Assert.Equal((ExitCodes.Good, "1 lab: no mistakes\n"), (good.ExitCode, good.Output.ReplaceLineEndings("\n")));
        Assert.Equal(ExitCodes.NotGood, bad.ExitCode);
        Assert.Contains("elsewhere/lab.yaml:15:11: unknown-reference: there is no scenario 'botling-line'; did you mean 'bottling-line'?", bad.Output, StringComparison.Ordinal);
        Assert.Contains("elsewhere/guide.zh.md:1:1: guide: the guide is missing", bad.Output, StringComparison.Ordinal);
        Assert.Contains("elsewhere/submissions/solution.yaml:", bad.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lab_whose_name_begins_like_another_is_another()
    {
        using var folder = new TemporaryFolder();
        await Lab.RunAsync("new", "lab", "network/one", "--content", folder.Path);
        await Lab.RunAsync("new", "lab", "network/one-more", "--content", folder.Path);
        Write(folder.File("labs/network/one-more/lab.yaml"), "id: 1\n");

        var lab = await Lab.RunAsync("validate", "labs/network/one", "--content", folder.Path);

        Assert.Equal("1 lab: no mistakes", lab.Output.Trim());
    }

    [Theory]
    [InlineData("scenarios/hall.yaml", "name it scenarios/NAME.scenario.yaml")]
    [InlineData("devices/pump.yml", "name it devices/NAME.device.yaml")]
    [InlineData("labs/network/lab.yml", "a lab is labs/TRACK/NAME/lab.yaml")]
    public async Task A_file_that_nothing_reads_is_a_mistake(string file, string remedy)
    {
        using var folder = new TemporaryFolder();
        await Lab.RunAsync("new", "device", "mine", "--content", folder.Path);
        Write(folder.File(file), "id: hall\n");

        var lab = await Lab.RunAsync("validate", "--content", folder.Path);

        Assert.Equal(ExitCodes.NotGood, lab.ExitCode);
        Assert.Contains($"{file}:1:1: stray-file: nothing reads this file; {remedy}", lab.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id: x\n", "unknown-format")]
    [InlineData("", "unknown-format")]
    [InlineData("tasks: [\n", "syntax")]
    [InlineData("tasks:\n\t- a\n", "tab")]
    public async Task A_file_that_is_no_definition_is_no_good_file(string text, string code)
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("some.yaml"), text);

        var lab = await Lab.RunAsync("validate", folder.File("some.yaml"), "--json");

        Assert.Equal(ExitCodes.NotGood, lab.ExitCode);
        Assert.Equal(text.Length == 0 ? "empty" : code, (string?)Assert.Single(lab.Json["mistakes"]!.AsArray())!["code"]);
    }

    [Fact]
    public async Task A_folder_without_definitions_is_refused()
    {
        using var folder = new TemporaryFolder();

        var lab = await Lab.RunAsync("validate", folder.Path);

        Assert.Equal(ExitCodes.CouldNotRun, lab.ExitCode);
        Assert.Contains("there is no lab, scenario or device in", lab.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mistakes_are_told_in_Chinese_too()
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("filler.device.yaml"), Filler + "\nfoo: 1\n");

        var lab = await Lab.RunAsync("validate", folder.File("filler.device.yaml"), "--lang", "zh");

        Assert.Contains("unknown-key: ", lab.Output, StringComparison.Ordinal);
        Assert.Matches(@"\p{IsCJKUnifiedIdeographs}", lab.Output);
    }

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
