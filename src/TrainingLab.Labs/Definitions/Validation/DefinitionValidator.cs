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
    public IReadOnlyList<Mistake> ValidateAll()
    {
        var mistakes = new Mistakes();
        mistakes.AddRange(catalog.ReadingMistakes);
        foreach (var device in catalog.Devices.Keys)
        {
            mistakes.AddRange(ValidateDevice(device));
        }

        foreach (var scenario in catalog.Scenarios.Keys)
        {
            mistakes.AddRange(ValidateScenario(scenario));
        }

        foreach (var lab in catalog.Labs.Keys)
        {
            mistakes.AddRange(ValidateLab(lab));
        }

        return mistakes.All;
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
