using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions;

namespace TrainingLab.Tests.Labs.Definitions;

public sealed class LabSourceTests
{
    private static readonly byte[] s_secret = "installation one"u8.ToArray();

    [Fact]
    public void A_lab_binds_with_the_values_of_a_seed()
    {
        var source = SampleLab.Catalog().Labs[SampleLab.Id];

        var lab = source.Bind(source.Draw(7, s_secret));

        Assert.Equal("Put port 3 into VLAN 11.", lab.Tasks[0].Text.En);
        Assert.Equal(ScalarValue.Of(11L), lab.With["hallVlan"]);
        Assert.Equal(100, lab.Points);
        Assert.Equal(["alive", "apart", "quality-right", "cause-right"], lab.Checks.Select(c => c.Id));
        Assert.Equal(TimeSpan.FromSeconds(10), lab.Checks.ElementAt(1).HoldFor);
        Assert.Equal(new Competency(CompetencyDomain.NetworkInterconnection, CompetencyActivity.Implementation), lab.CompetenciesOf(lab.Checks.First())[0]);
        Assert.Equal("Two halls", source.Outline!.Title.En);
        Assert.Equal("Put port 3 into VLAN ${vlan}.", source.Outline.Tasks[0].Text.En);
    }

    [Fact]
    public void The_guide_shows_visible_values_only()
    {
        var files = SampleLab.Files.SetItem("labs/network/two-halls/guide.en.md", "VLAN ${vlan}, ${secret}, $${HOME}");
        var source = SampleLab.Catalog(files).Labs[SampleLab.Id];

        Assert.Equal("VLAN 11, ${secret}, ${HOME}", source.Guide("en", source.Draw(7, s_secret)));
    }

    [Fact]
    public void Submission_steps_are_commands_answers_waits_and_hints()
    {
        var source = SampleLab.Catalog().Labs[SampleLab.Id];
        var submission = source.Submission("solution")!.Bind(source.Draw(7, s_secret));

        var actions = submission.Steps.Select(s => s.ToAction(path => path == "port.number" ? "3" : null));

        Assert.Equal(
            (StepAction[])
            [
                new CommandStep("vlan show 3"), new CommandStep("vlan set 3 11"), new HintStep("h3"),
                new WaitStep(TimeSpan.FromSeconds(10)), new AnswerStep("quality", "99.2"), new AnswerStep("cause", "jam"),
            ],
            actions);
        Assert.Equal("port", submission.Steps[0].As);
        Assert.True(source.Submission("dead")!.Bind(source.Draw(7, s_secret)).Steps[0].Fails);
    }

    [Fact]
    public void A_file_with_mistakes_does_not_bind()
    {
        var files = SampleLab.Files.SetItem(SampleLab.LabPath, "id: network/two-halls\n");
        var source = SampleLab.Catalog(files).Labs[SampleLab.Id];

        Assert.All(Assert.Throws<DefinitionException>(() => source.Bind(VariantValues.None)).Mistakes, m => Assert.Equal(MistakeCodes.MissingKey, m.Code));
    }

    [Fact]
    public void The_bundle_holds_what_defines_the_lab_and_nothing_else()
    {
        var bundle = SampleLab.Catalog().Labs[SampleLab.Id].Bundle;

        Assert.Equal(SampleLab.Files.Keys.Where(f => f != "devices/unused.device.yaml"), bundle.Files.Keys);
        Assert.Equal(["guide.en.md", "guide.zh.md"], bundle.StudentFiles.Select(f => Path.GetFileName(f.Path)));
        Assert.Matches("^sha256:[0-9a-f]{64}$", bundle.Version);
    }

    [Fact]
    public void Line_endings_do_not_change_the_version_and_anything_else_does()
    {
        var version = SampleLab.Catalog().Labs[SampleLab.Id].Bundle.Version;
        var crlf = SampleLab.Files.ToDictionary(f => f.Key, f => f.Value.Replace("\n", "\r\n", StringComparison.Ordinal));

        Assert.Equal(version, SampleLab.Catalog(SampleLab.Files.SetItems(crlf)).Labs[SampleLab.Id].Bundle.Version);
        foreach (var file in SampleLab.Files.Keys.Where(f => f != "devices/unused.device.yaml"))
        {
            var changed = SampleLab.Files.SetItem(file, SampleLab.Files[file] + " ");
            Assert.NotEqual(version, SampleLab.Catalog(changed).Labs[SampleLab.Id].Bundle.Version);
        }
    }

    [Fact]
    public void A_lab_comes_back_from_its_bundle_without_files()
    {
        var source = SampleLab.Catalog().Labs[SampleLab.Id];

        var restored = LabSource.FromBundle(DefinitionBundle.FromBytes(source.Bundle.ToBytes()), SampleLab.Format);

        Assert.Equal(source.Bundle.Version, restored.Bundle.Version);
        Assert.Equal(source.Draw(7, s_secret).All, restored.Draw(7, s_secret).All);
        Assert.Equal(source.Bind(source.Draw(7, s_secret)).Tasks[1].Text, restored.Bind(restored.Draw(7, s_secret)).Tasks[1].Text);
        Assert.Equal(source.Scenario, restored.Scenario);
        Assert.Equal(6, restored.Submissions.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"v":2,"lab":"a/b","files":{}}""")]
    [InlineData("""{"v":1,"lab":"a/b","files":{"x":1}}""")]
    public void Other_bytes_are_no_bundle(string json) =>
        Assert.Throws<FormatException>(() => DefinitionBundle.FromBytes(System.Text.Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("answer a=b", "AnswerStep")]
    [InlineData("answer a", "InvalidStep")]
    [InlineData("wait", "InvalidStep")]
    [InlineData("wait 5m", "WaitStep")]
    [InlineData("hint", "InvalidStep")]
    [InlineData("answers a=b", "CommandStep")]
    [InlineData("", "InvalidStep")]
    public void Lines_are_read_as_steps(string line, string type) => Assert.Equal(type, StepAction.Parse(line).GetType().Name);
}
