using System.Collections.Immutable;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Evidence.Records;

namespace TrainingLab.Labs.Attempts;

/// <summary>What an attempt is begun with.</summary>
/// <param name="Id">The attempt's id.</param>
/// <param name="Source">The lab.</param>
/// <param name="Seed">Draws the variant and decides all chance in the plant.</param>
/// <param name="Students">Who works on it.</param>
/// <param name="IsLive">Whether it follows the clock on the wall; a headless run starts at the scenario's own time and goes as fast as it can.</param>
/// <param name="Speed">Plant seconds per wall second of a live attempt.</param>
public sealed record AttemptPlan(string Id, LabSource Source, long Seed, ImmutableArray<AttemptStudent> Students, bool IsLive, double Speed = 1);

/// <summary>A lab bound with the variant of one attempt, and the plant that it runs on.</summary>
/// <param name="Source">The lab as read.</param>
/// <param name="Variant">What the seed drew.</param>
/// <param name="Lab">The lab with the drawn values.</param>
/// <param name="Scenario">The plant.</param>
public sealed record BoundLab(LabSource Source, VariantValues Variant, LabDefinition Lab, ScenarioModel Scenario)
{
    /// <summary>Binds a lab.</summary>
    /// <exception cref="DefinitionException">The lab or its scenario has mistakes.</exception>
    public static BoundLab Bind(LabSource source, VariantValues variant)
    {
        var lab = source.Bind(variant);
        if (source.Scenario is not { } scenario)
            throw new FormatException($"The lab {source.Id} has no scenario {lab.Scenario}.");
        var devices = LabCatalog.DevicesAmong([.. source.Bundle.Files.Values]).ToDictionary(StringComparer.Ordinal);
        return new BoundLab(source, variant, lab, ScenarioReader.ReadValid(scenario, devices, lab.With));
    }

    /// <summary>Binds the lab of an attempt again, from its evidence alone.</summary>
    public static BoundLab Restore(AttemptBegun begun)
    {
        var source = LabSource.FromBundle(DefinitionBundle.FromBytes(begun.Bundle.Span), LabsEnvironment.Format);
        return Bind(source, VariantValues.FromJson(begun.Variant, source.Draws));
    }
}
