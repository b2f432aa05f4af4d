using TrainingLab.Cli.Brokers;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Definitions.Validation;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Grading;
using TrainingLab.Tests.House;

namespace TrainingLab.Tests.Labs.Definitions;

/// <summary>The complete example of the documentation: sound, and what its submissions declare is what they get, graded live and again from evidence.</summary>
public sealed class Documented_Examples_Tests
{
    private const string Lab = "security/broker-access";

    private static string Example => Path.Combine(Repository.Root, "docs", "examples", "plant-broker");

    [Fact]
    public void The_example_of_a_broker_is_sound()
    {
        var catalog = LabsEnvironment.LoadCatalog(Example);
        Assert.Contains(Lab, catalog.Labs.Keys);
        Assert.Empty(new DefinitionValidator(catalog).ValidateLab(Lab).Select(m => m.ToString()));
        Assert.Empty(new DefinitionValidator(catalog).ValidateScenario("packing-hall").Select(m => m.ToString()));
    }

    /// <summary>What the page shows of the example is what the example says, so it cannot grow old.</summary>
    [Fact]
    public void The_page_quotes_the_example_as_it_is()
    {
        var scenario = Lines(File.ReadAllText(Path.Combine(Example, "scenarios", "packing-hall.scenario.yaml")));
        var quoted = Blocks("authoring.md").Where(b => b.Text.Contains("g4teway", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(quoted);
        foreach (var block in quoted)
        {
            var lines = Lines(block.Text).ToList();
            Assert.Contains(Enumerable.Range(0, scenario.Count - lines.Count + 1), i => scenario.Skip(i).Take(lines.Count).SequenceEqual(lines, StringComparer.Ordinal));
        }

        static List<string> Lines(string text) => [.. text.ReplaceLineEndings("\n").Split('\n').Where(static l => l.Length > 0)];
    }

    /// <summary>Every piece of YAML in the pages is read as the file that it is a piece of; only what stands elsewhere in that file may be missing.</summary>
    [Theory]
    [InlineData("authoring.md")]
    [InlineData("protocols/sparkplug.md")]
    [InlineData("cli.md")]
    public void Every_piece_of_YAML_in_a_page_is_read_without_a_mistake(string page)
    {
        var blocks = Blocks(page);
        Assert.NotEmpty(blocks);
        var wrong = new List<string>();
        foreach (var (text, line) in blocks)
        {
            var mistakes = Readings(text, $"{page}:{line}").MinBy(static m => m.Count)!;
            wrong.AddRange(mistakes.Select(static m => m.ToString()));
        }

        Assert.Empty(wrong);
    }

    /// <summary>The mistakes of a piece as a piece of each kind of file, apart from keys that are missing.</summary>
    private static IEnumerable<IReadOnlyList<Mistake>> Readings(string text, string place)
    {
        yield return Read<LabDefinition>(text);
        yield return Read<SubmissionDefinition>(text);
        yield return Read<ScenarioDefinition>(text);
        yield return Read<DeviceProfile>(text);
        yield return Read<BrokerConfiguration>(text);
        yield return Read<DeviceProfile>("faces:\n  opcua:\n" + Indent(text, 4));
        yield return Read<LabDefinition>("tasks:\n  - checks:\n      -\n" + Indent(text, 8));

        IReadOnlyList<Mistake> Read<T>(string whole)
            where T : DefinitionRecord
        {
            var mistakes = new Mistakes();
            new DefinitionReader(LabsEnvironment.Format.Kinds).Read<T>(SourceFile.FromText($"{place} ({typeof(T).Name})", whole), mistakes);
            return [.. mistakes.All.Where(static m => m.Code != MistakeCodes.MissingKey)];
        }

        static string Indent(string text, int by) => string.Join('\n', text.Split('\n').Select(l => l.Length == 0 ? l : new string(' ', by) + l));
    }

    /// <summary>The pieces of YAML in a page, and the line where each begins.</summary>
    private static List<(string Text, int Line)> Blocks(string page)
    {
        var blocks = new List<(string, int)>();
        List<string>? block = null;
        var number = 0;
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "docs", page.Replace('/', Path.DirectorySeparatorChar))))
        {
            number++;
            if (line == "```yaml")
            {
                block = [];
            }
            else if (line == "```" && block is not null)
            {
                blocks.Add((string.Join('\n', block) + "\n", number - block.Count));
                block = null;
            }
            else
            {
                block?.Add(line);
            }
        }

        return blocks;
    }

    [Fact]
    public async Task Its_submissions_get_what_they_declare_and_grading_again_gives_the_same_bytes()
    {
        await using var environment = await LabsEnvironment.StartAsync(Example, dataFolder: null);
        var lab = environment.Catalog.Labs[Lab];
        var folder = Directory.CreateTempSubdirectory("example");
        try
        {
            Assert.Equal(6, lab.Submissions.Count);
            foreach (var submission in lab.Submissions)
            {
                var evidence = Path.Combine(folder.FullName, submission.Id);
                var result = await SubmissionRunner.RunAsync(environment, lab, submission, seed: 3, evidence);
                Assert.True(result.Differences().Count == 0, $"{submission.Id}: {string.Join("; ", result.Differences())}");

                // Twice, so that nothing of the first grading decides the second.
                for (var i = 0; i < 2; i++)
                {
                    var grade = new EvidenceGrader(LabsEnvironment.Format).Grade(evidence);
                    Assert.Equal((EvidenceState.Intact, null), (grade.Verdict.State, grade.Problem));
                    Assert.Equal(ScorecardJson.Write(result.Card), ScorecardJson.Write(grade.Scorecard!));
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
