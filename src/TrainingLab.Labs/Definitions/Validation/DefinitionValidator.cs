using System.Text;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions.Validation;

/// <summary>
/// Checks definitions against every rule and reports every mistake at once: <c>lab validate</c>. A lab that passes can be started; that
/// its solution really earns full marks only <c>lab test</c> shows.
/// </summary>
public sealed class DefinitionValidator(LabCatalog catalog)
{
    // Values differ from seed to seed, and one that is out of range may be drawn rarely.
    private static readonly long[] s_sampleSeeds = [1, 2, 3, 4, 5];
    private static readonly byte[] s_sampleSecret = Encoding.UTF8.GetBytes("validation");

    /// <summary>Every mistake of every lab, scenario and device, in order of file and place.</summary>
    public IReadOnlyList<Mistake> ValidateAll() => Validate(_ => true).Mistakes;

    /// <summary>
    /// Every mistake of the definitions that are wanted, in order of file and place. A wanted lab brings what it needs: guides, submissions, and its
    /// scenario as it uses it. Of a lab of which only a guide or a submission is wanted, only the mistakes of these files are told.
    /// </summary>
    /// <param name="wanted">Whether a file is wanted, by its path below the content root.</param>
    public ValidationResult Validate(Func<string, bool> wanted)
    {
        var mistakes = new Mistakes();
        mistakes.AddRange(catalog.ReadingMistakes.Where(m => wanted(m.Span.File)));
        foreach (var stray in catalog.StrayFiles.Where(f => wanted(f.Path)))
        {
            ReportStray(stray, mistakes);
        }

        var devices = catalog.Devices.Where(d => wanted(d.Value.Path)).Select(d => d.Key).ToList();
        var scenarios = catalog.Scenarios.Where(s => wanted(s.Value.Path)).Select(s => s.Key).ToList();
        var labs = catalog.Labs.Values.Where(l => wanted(l.File.Path)).Select(l => l.Id).ToList();
        var parts = catalog.Labs.Values.Where(l => !wanted(l.File.Path) && l.OwnFiles.Any(f => wanted(f.Path))).Select(l => l.Id).ToList();
        foreach (var found in devices.Select(ValidateDevice).Concat(scenarios.Select(ValidateScenario)).Concat(labs.Select(ValidateLab)))
        {
            mistakes.AddRange(found);
        }

        mistakes.AddRange(parts.SelectMany(ValidateLab).Where(m => wanted(m.Span.File)));
        return new ValidationResult(labs.Count, scenarios.Count, devices.Count, mistakes.All);
    }

    /// <summary>Every mistake of a device profile.</summary>
    public IReadOnlyList<Mistake> ValidateDevice(string device)
    {
        var mistakes = new Mistakes();
        catalog.Format.Scenarios.ReadDevice(catalog.Devices[device], mistakes);
        return mistakes.All;
    }

    /// <summary>Every mistake of a scenario with its own parameters' defaults, and of the profiles that it places.</summary>
    public IReadOnlyList<Mistake> ValidateScenario(string scenario)
    {
        var mistakes = new Mistakes();
        catalog.Format.Scenarios.Read(catalog.Scenarios[scenario], catalog.Devices, new OrderedDictionary<string, ScalarValue>(), mistakes);
        return mistakes.All;
    }

    /// <summary>Every mistake of a lab: its file, guides and submissions, and its scenario as the lab uses it.</summary>
    public IReadOnlyList<Mistake> ValidateLab(string lab)
    {
        var mistakes = new Mistakes();
        var source = catalog.Labs[lab];
        mistakes.AddRange(source.ReadingMistakes);
        if (source.Outline is { } outline && VariantRules.CheckDraws(outline, mistakes))
        {
            foreach (var seed in s_sampleSeeds)
            {
                mistakes.AddRange(source.TryBind(source.Draw(seed, s_sampleSecret)).Mistakes);
            }

            CheckRulesOf(source, outline, mistakes);
        }

        return mistakes.All;
    }

    private static void ReportStray(SourceFile file, Mistakes mistakes)
    {
        var (en, zh) = file.Path.StartsWith(LabCatalog.ScenariosFolder, StringComparison.Ordinal) ? ("name it scenarios/NAME.scenario.yaml", "请命名为 scenarios/名称.scenario.yaml")
            : file.Path.StartsWith(LabCatalog.DevicesFolder, StringComparison.Ordinal) ? ("name it devices/NAME.device.yaml", "请命名为 devices/名称.device.yaml")
            : ("a lab is labs/TRACK/NAME/lab.yaml, its submissions are submissions/NAME.yaml beside it", "实验是 labs/方向/名称/lab.yaml，其演练脚本是旁边的 submissions/名称.yaml");
        mistakes.Add(new SourceSpan(file.Path, 1, 1), LabMistakeCodes.StrayFile, "nothing reads this file", "没有任何地方读取此文件", en, zh);
    }

    private void CheckRulesOf(LabSource source, LabDefinition outline, Mistakes mistakes)
    {
        var variant = source.Draw(s_sampleSeeds[0], s_sampleSecret);
        if (source.TryBind(variant).Value is not { } lab)
        {
            return;
        }

        var v = new LabUnderValidation
        {
            Source = source,
            Outline = outline,
            Lab = lab,
            Variant = variant,
            Context = new LabContext
            {
                Lab = lab,
                Scenario = OutlineOf(source, lab, mistakes),
                ToolboxCommands = catalog.Format.ToolboxCommands,
                AlwaysAllowed = catalog.Format.AlwaysAllowed,
                InstructorCommands = catalog.Format.InstructorCommands,
            },
            Mistakes = mistakes,
        };
        StructureRules.Check(v);
        CheckRules.Check(v);
        VariantRules.CheckUse(v);
        TextRules.Check(v);
        GuideRules.Check(v);
        SubmissionRules.Check(v);
    }

    private ScenarioOutline? OutlineOf(LabSource source, LabDefinition lab, Mistakes mistakes)
    {
        if (source.Scenario is not { } file)
        {
            if (lab.Scenario.Length > 0)
            {
                mistakes.UnknownReference(lab.Origin.Of(nameof(lab.Scenario)), "scenario", "场景", lab.Scenario, catalog.Scenarios.Keys);
            }

            return null;
        }

        var outline = catalog.Format.Scenarios.Read(file, catalog.Devices, lab.With, mistakes);
        foreach (var name in lab.With.Keys.Where(n => outline is not null && !outline.Parameters.Contains(n)))
        {
            mistakes.UnknownReference(
                lab.Origin.OfKey(nameof(lab.With), name), "parameter of the scenario", "场景参数", name, outline!.Parameters);
        }

        return outline;
    }
}

/// <summary>What validating came to.</summary>
/// <param name="Labs">Labs that were validated.</param>
/// <param name="Scenarios">Scenarios that were validated.</param>
/// <param name="Devices">Device profiles that were validated.</param>
/// <param name="Mistakes">Every mistake, in order of file and place.</param>
public sealed record ValidationResult(int Labs, int Scenarios, int Devices, IReadOnlyList<Mistake> Mistakes);
