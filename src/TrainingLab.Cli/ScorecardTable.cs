using System.Globalization;
using Spectre.Console;
using TrainingLab.Labs.Grading;

namespace TrainingLab.Cli;

/// <summary>A scorecard as a table.</summary>
internal static class ScorecardTable
{
    public static void Write(IAnsiConsole console, Scorecard card)
    {
        var table = new Table().Title(Markup.Escape(card.Lab)).AddColumns("check", "outcome", "points", "expected", "found");
        foreach (var check in card.Checks)
        {
            table.AddRow(
                Markup.Escape(check.Id),
                Outcome(check.Outcome),
                string.Create(CultureInfo.InvariantCulture, $"{check.Points:0.##}/{check.Max:0.##}"),
                Markup.Escape(check.Expected.En),
                Markup.Escape(check.Actual.En));
        }

        console.Write(table);
        foreach (var deduction in card.Deductions)
            console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"  −{deduction.Points:0.##} {Markup.Escape(deduction.Reason)} {Markup.Escape(deduction.Id)}"));
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"[bold]{card.Score:0.##} of {card.Max:0.##}[/] {(card.Passed ? "[green]passed[/]" : "[red]not passed[/]")}, {card.Records} records, {card.Head}"));
    }

    /// <summary>An outcome as markup.</summary>
    public static string Outcome(CheckOutcome outcome)
    {
        var color = outcome switch { CheckOutcome.Passed => "green", CheckOutcome.Failed => "red", CheckOutcome.NotReached => "grey", _ => "yellow" };
        return $"[{color}]{ScorecardJson.Word(outcome)}[/]";
    }
}
