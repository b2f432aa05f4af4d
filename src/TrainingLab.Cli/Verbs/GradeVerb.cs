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
            EvidencePath.RequireFile(path);
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
            ScorecardTable.Write(output, card);
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
        ScorecardTable.Write(output, comparison.After);
        if (comparison.IsSame)
        {
            output.Line(Language.Say("the newer lab file grades it the same", "新的实验文件评分相同"));
            return;
        }

        var table = new Table().AddColumns(Language.Say("check", "检查点"), Language.Say("before", "之前"), Language.Say("after", "之后"));
        foreach (var check in comparison.Checks)
            table.AddRow(Markup.Escape(check.Id), Side(check.Before), Side(check.After));
        output.Table(table);
        var (before, after) = (comparison.Before, comparison.After);
        output.Line(Language.Say(
            string.Create(CultureInfo.InvariantCulture, $"{before.Score:0.##} of {before.Max:0.##} before, {after.Score:0.##} of {after.Max:0.##} now: {comparison.Gain:+0.##;−0.##;0} points"),
            string.Create(CultureInfo.InvariantCulture, $"之前 {before.Score:0.##} / {before.Max:0.##}，现在 {after.Score:0.##} / {after.Max:0.##}：{comparison.Gain:+0.##;−0.##;0} 分")));
    }

    private static string Side(CheckResult? check) => check is null
        ? "[grey]none[/]"
        : string.Create(CultureInfo.InvariantCulture, $"{ScorecardTable.Outcome(check.Outcome)} {check.Points:0.##}/{check.Max:0.##}");

    /// <summary>Evidence that is not intact is a finding; what cannot be graded for another reason could not run.</summary>
    private static int Refuse(VerbOutput output, EvidenceGrade grade)
    {
        var problem = grade.Problem is { } told ? Language.Say(told) : Language.Say("the evidence cannot be graded", "无法对该证据评分");
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
            output.Errors.WriteLine(Language.Say("this attempt has not been handed in: the evidence has no seal", "该作答尚未交卷：证据没有封签"));
    }
}
