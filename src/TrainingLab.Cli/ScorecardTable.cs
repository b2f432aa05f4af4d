using System.Globalization;
using Spectre.Console;
using TrainingLab.Labs.Grading;

namespace TrainingLab.Cli;

/// <summary>A scorecard as a table.</summary>
internal static class ScorecardTable
{
    public static void Write(Scorecard card)
    {
        var table = new Table().Title(Markup.Escape(card.Lab)).AddColumns("check", "outcome", "points", "expected", "found");
        foreach (var check in card.Checks)
        {
            var color = check.Outcome switch { CheckOutcome.Passed => "green", CheckOutcome.Failed => "red", CheckOutcome.NotReached => "grey", _ => "yellow" };
            table.AddRow(
                Markup.Escape(check.Id),
                $"[{color}]{check.Outcome}[/]",
                string.Create(CultureInfo.InvariantCulture, $"{check.Points:0.##}/{check.Max:0.##}"),
                Markup.Escape(check.Expected.En),
                Markup.Escape(check.Actual.En));
        }

        AnsiConsole.Write(table);
        foreach (var deduction in card.Deductions)
            AnsiConsole.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"  −{deduction.Points:0.##} {Markup.Escape(deduction.Reason)} {Markup.Escape(deduction.Id)}"));
        AnsiConsole.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"[bold]{card.Score:0.##} of {card.Max:0.##}[/] {(card.Passed ? "[green]passed[/]" : "[red]not passed[/]")}, {card.Records} records, {card.Head}"));
    }
}
