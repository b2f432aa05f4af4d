using System.Globalization;
using Spectre.Console;
using TrainingLab.Labs.Grading;

namespace TrainingLab.Cli;

/// <summary>A scorecard for people: a table, then what to try where a check did not pass, deductions, and the sum.</summary>
internal static class ScorecardTable
{
    public static void Write(VerbOutput output, Scorecard card)
    {
        var table = Language.IsChinese
            ? new Table().AddColumns("检查点", "结果", "得分", "期望", "实际")
            : new Table().AddColumns("check", "outcome", "points", "expected", "found");
        foreach (var check in card.Checks)
        {
            table.AddRow(
                Markup.Escape(check.Id),
                Outcome(check.Outcome),
                string.Create(CultureInfo.InvariantCulture, $"{check.Points:0.##}/{check.Max:0.##}"),
                Markup.Escape(Language.Say(check.Expected)),
                Markup.Escape(Language.Say(check.Actual)));
        }

        output.Line(card.Lab);
        output.Table(table);
        foreach (var check in card.Checks.Where(c => c.Outcome == CheckOutcome.Failed))
        {
            if (check.Advice is { } advice)
                output.Text.MarkupLine($"  [bold]{Markup.Escape(check.Id)}[/]: {Markup.Escape(Language.Say(advice))}");
        }

        foreach (var deduction in card.Deductions)
            output.Text.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"  −{deduction.Points:0.##} {Markup.Escape(deduction.Reason)} {Markup.Escape(deduction.Id)}"));
        var color = card.Passed ? "green" : "red";
        output.Text.MarkupLine(FormattableString.Invariant(Language.IsChinese
            ? (FormattableString)$"[bold]{card.Score:0.##} / {card.Max:0.##} 分[/]，[{color}]{(card.Passed ? "通过" : "未通过")}[/]，{card.Records} 条记录，{card.Head}"
            : $"[bold]{card.Score:0.##} of {card.Max:0.##}[/] [{color}]{(card.Passed ? "passed" : "not passed")}[/], {card.Records} records, {card.Head}"));
    }

    /// <summary>An outcome as markup.</summary>
    public static string Outcome(CheckOutcome outcome)
    {
        var color = outcome switch { CheckOutcome.Passed => "green", CheckOutcome.Failed => "red", CheckOutcome.NotReached => "grey", _ => "yellow" };
        var word = Language.IsChinese ? Chinese(outcome) : ScorecardJson.Word(outcome);
        return $"[{color}]{word}[/]";
    }

    private static string Chinese(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Passed => "通过",
        CheckOutcome.Failed => "未通过",
        CheckOutcome.NotReached => "未达到",
        CheckOutcome.Broken => "评测异常",
        _ => "待人工评分",
    };
}
