using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Grading;

namespace TrainingLab.Cli.Verbs;

/// <summary><c>lab grade EVIDENCE [--rubric LAB]</c>: grades again from evidence alone.</summary>
internal static class GradeVerb
{
    public static Command Create()
    {
        var file = new Argument<string>("EVIDENCE") { Description = "Evidence file." };
        var rubric = new Option<string?>("--rubric") { Description = "A newer version of the lab: an id, a folder or a lab.yaml. Prints what differs." };
        var command = new Command("grade", "Grades again from evidence alone; with --rubric also by a newer lab file.") { file, rubric };
        command.SetAction(parsed =>
        {
            var output = VerbOutput.Of(parsed);
            var path = parsed.GetValue(file)!;
            var grader = new EvidenceGrader(LabsEnvironment.Format);
            return parsed.GetValue(rubric) is { } name
                ? Regrade(output, grader.Regrade(path, LabChoice.FindFileOrId(CommandLineHost.ContentRoot(parsed), name)))
                : Grade(output, grader.Grade(path));
        });
        return command;
    }

    private static int Grade(VerbOutput output, EvidenceGrade grade)
    {
        if (grade.Scorecard is not { } card)
            return Refuse(output, grade);
        if (output.IsJson)
            output.Line(ScorecardJson.Write(card));
        else
            ScorecardTable.Write(output.Text, card);
        WarnOfMissingSeal(output, grade.Verdict);
        return card.Passed ? ExitCodes.Good : ExitCodes.NotGood;
    }

    private static int Regrade(VerbOutput output, EvidenceRegrade regrade)
    {
        if (regrade.Comparison is not { } comparison)
            return Refuse(output, regrade.Before.Scorecard is null ? regrade.Before : regrade.After);
        if (output.IsJson)
            output.Line(ScorecardJson.Write(comparison));
        else
            WriteDifference(output, comparison);
        WarnOfMissingSeal(output, regrade.Before.Verdict);
        return comparison.After.Passed ? ExitCodes.Good : ExitCodes.NotGood;
    }

    private static void WriteDifference(VerbOutput output, ScorecardComparison comparison)
    {
        ScorecardTable.Write(output.Text, comparison.After);
        if (comparison.IsSame)
        {
            output.Line("the newer lab file grades it the same");
            return;
        }

        var table = new Table().AddColumns("check", "before", "after");
        foreach (var check in comparison.Checks)
            table.AddRow(Markup.Escape(check.Id), Side(check.Before), Side(check.After));
        output.Text.Write(table);
        output.Line(string.Create(CultureInfo.InvariantCulture, $"{comparison.Before.Score:0.##} of {comparison.Before.Max:0.##} before, {comparison.After.Score:0.##} of {comparison.After.Max:0.##} now: {comparison.Gain:+0.##;−0.##;0} points"));
    }

    private static string Side(CheckResult? check) => check is null
        ? "[grey]none[/]"
        : string.Create(CultureInfo.InvariantCulture, $"{ScorecardTable.Outcome(check.Outcome)} {check.Points:0.##}/{check.Max:0.##}");

    /// <summary>Evidence that is not intact is a finding; what cannot be graded for another reason could not run.</summary>
    private static int Refuse(VerbOutput output, EvidenceGrade grade)
    {
        var problem = grade.Problem?.En ?? "the evidence cannot be graded";
        if (grade.Verdict.State != EvidenceState.Broken)
            throw new CannotRunException(problem);
        if (output.IsJson)
            output.Json(new JsonObject { ["intact"] = false, ["firstBadRecord"] = grade.Verdict.FirstBadRecord, ["problem"] = problem });
        output.Errors.WriteLine(problem);
        return ExitCodes.NotGood;
    }

    private static void WarnOfMissingSeal(VerbOutput output, EvidenceVerdict verdict)
    {
        if (verdict.State == EvidenceState.Unsealed)
            output.Errors.WriteLine("this attempt has not been handed in: the evidence has no seal");
    }
}
