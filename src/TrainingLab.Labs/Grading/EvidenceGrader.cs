using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;

namespace TrainingLab.Labs.Grading;

/// <summary>What grading an evidence file gave.</summary>
/// <param name="Scorecard">The scorecard; null when there is a problem.</param>
/// <param name="Verdict">Whether the file is intact. A file without a seal is graded too: its attempt has not been handed in.</param>
/// <param name="Problem">Why it cannot be graded; null when it was.</param>
public sealed record EvidenceGrade(Scorecard? Scorecard, EvidenceVerdict Verdict, LocalizedText? Problem = null);

/// <summary>What grading an evidence file again, by another lab file, gave.</summary>
/// <param name="Before">By the lab in the evidence.</param>
/// <param name="After">By the other lab file.</param>
/// <param name="Comparison">What differs; null when one of the two could not be graded.</param>
public sealed record EvidenceRegrade(EvidenceGrade Before, EvidenceGrade After, ScorecardComparison? Comparison);

/// <summary>Grades from evidence alone: the lab comes out of the bundle in record 1, nothing is simulated and no other file is read.</summary>
/// <param name="format">How labs are read.</param>
public sealed class EvidenceGrader(LabFormat format)
{
    /// <summary>Grades a file by the lab that is in it.</summary>
    public EvidenceGrade Grade(string path) => Grade(path, Restore);

    /// <summary>Grades a file by the lab in it and by a newer one, and compares.</summary>
    public EvidenceRegrade Regrade(string path, LabSource rubric)
    {
        var before = Grade(path);
        var after = Grade(path, _ => rubric);
        return new EvidenceRegrade(
            before, after, before.Scorecard is { } a && after.Scorecard is { } b ? ScorecardComparison.Of(a, b) : null);
    }

    private static EvidenceGrade Grade(string path, Func<AttemptBegun, LabSource> labOf)
    {
        var verdict = EvidenceVerifier.Verify(path);
        if (verdict.State == EvidenceState.Broken)
            return new EvidenceGrade(null, verdict, GradingTexts.NotIntact(verdict.FirstBadRecord ?? 0, verdict.Reason ?? ""));

        try
        {
            Grader? grader = null;
            foreach (var record in EvidenceReader.Read(path))
            {
                if (grader is null)
                {
                    var begun = (AttemptBegun)record.Body;
                    if (record.IsRedacted)
                        return new EvidenceGrade(null, verdict, GradingTexts.Redacted);
                    var lab = labOf(begun);
                    grader = new Grader(GradedLabCompiler.Compile(lab.Bind(VariantValues.FromJson(begun.Variant, lab.Draws))));
                }

                grader.Fold(record);
            }

            return grader is null
                ? new EvidenceGrade(null, verdict, GradingTexts.NoRecords)
                : new EvidenceGrade(grader.Scorecard(), verdict);
        }
        catch (DefinitionException e)
        {
            return new EvidenceGrade(null, verdict, GradingTexts.LabNotReadable(e.Mistakes));
        }
        catch (FormatException e)
        {
            return new EvidenceGrade(null, verdict, GradingTexts.Value(e.Message));
        }
    }

    private LabSource Restore(AttemptBegun begun) => LabSource.FromBundle(DefinitionBundle.FromBytes(begun.Bundle.Span), format);
}
