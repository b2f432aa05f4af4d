using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Definitions;

namespace TrainingLab.Labs.Attempts;

/// <summary>The labs that this installation offers, as pages show them.</summary>
public sealed class LabCatalogue(LabCatalog catalog) : ILabCatalogue
{
    private readonly List<LabSummary> summaries =
    [
        .. catalog.Labs.Values
            .Where(l => l.Outline is not null)
            .OrderBy(l => l.Outline!.Track)
            .ThenBy(l => l.Outline!.Level)
            .ThenBy(l => l.Id, StringComparer.Ordinal)
            .Select(l => LabViews.SummaryOf(l.Outline!)),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<LabSummary> List() => summaries;

    /// <inheritdoc/>
    public LabDetail? Find(string id) =>
        catalog.Labs.TryGetValue(id, out var lab) && lab.Outline is { } outline ? LabViews.DetailOf(lab, outline, VariantValues.None) : null;
}
