using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Definitions.Templates;
using TrainingLab.Labs.Definitions.Validation;
using TrainingLab.Labs.Grading.Checks;

namespace TrainingLab.Tests.Labs.Definitions;

public sealed class DefinitionTemplatesTests
{
    private static readonly LabFormat s_format = new()
    {
        Kinds = LabKinds.Create(CheckKinds.Add),
        Scenarios = new ScenarioFormat(),
        ToolboxCommands = new HashSet<string>(["connect", "resolve", "http"], StringComparer.Ordinal),
    };

    [Fact]
    public void Every_template_is_valid()
    {
        var mistakes = new DefinitionValidator(new LabCatalog([.. Shipped(), .. DefinitionTemplates.Lab("identifiers/my-lab")], s_format)).ValidateLab("identifiers/my-lab");
        Assert.Empty(mistakes.Where(m => m.Span.File.StartsWith("labs/", StringComparison.Ordinal)).Select(m => m.ToString()));

        var catalog = new LabCatalog([.. Shipped(), .. DefinitionTemplates.Scenario("my-hall"), .. DefinitionTemplates.Device("my-sensor")], s_format);
        Assert.Empty(new DefinitionValidator(catalog).ValidateScenario("my-hall").Select(m => m.ToString()));
        Assert.Empty(new DefinitionValidator(catalog).ValidateDevice("my-sensor").Select(m => m.ToString()));
    }

    [Theory]
    [InlineData("my-lab")]
    [InlineData("nothing/my-lab")]
    [InlineData("network/My-Lab")]
    [InlineData("network/a/b")]
    public void A_lab_needs_a_track_and_a_name(string id) => Assert.Throws<ArgumentException>(() => DefinitionTemplates.Lab(id));

    [Fact]
    public void A_scenario_and_a_device_need_an_id()
    {
        Assert.Throws<ArgumentException>(() => DefinitionTemplates.Scenario("My Hall"));
        Assert.Throws<ArgumentException>(() => DefinitionTemplates.Device(""));
    }

    // The templates use the shipped scenario and profiles.
    private static IEnumerable<SourceFile> Shipped()
    {
        var root = Root();
        var mistakes = new Mistakes();
        foreach (var path in Directory.EnumerateFiles(Path.Combine(root, "devices"), "*.device.yaml").Concat(Directory.EnumerateFiles(Path.Combine(root, "scenarios"), "*.scenario.yaml")))
        {
            yield return SourceFile.Read(root, Path.GetRelativePath(root, path), mistakes)!;
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "TrainingLab.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
