using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Grading;

namespace TrainingLab.Labs.Attempts;

/// <summary>Scorecards as an audience may see them.</summary>
internal static class ScorecardViews
{
    public static Contracts.ScorecardView Of(Scorecard card, ActorRole audience, string language = "en")
    {
        var full = audience == ActorRole.Instructor;
        return new Contracts.ScorecardView(
            card.Lab,
            full ? card.Seed : null,
            full ? null : card.SeedCommitment,
            (int)card.Score,
            (int)card.Max,
            card.Passed,
            [.. card.Checks.Select(c => new CheckView(
                c.Id,
                c.Task,
                Enum.Parse<Contracts.CheckOutcome>(c.Outcome.ToString()),
                (int)c.Points,
                (int)c.Max,
                full || !c.IsSealed ? c.Expected.In(language) : null,
                full || !c.IsSealed ? c.Actual.In(language) : null,
                c.Advice is { } advice ? new Contracts.LocalizedText(advice.En, advice.Zh) : null))],
            [.. card.Deductions.Select(d => new DeductionView(d.Reason, d.Id, (int)d.Points))],
            new EvidenceHead(card.Records, card.Head));
    }
}
