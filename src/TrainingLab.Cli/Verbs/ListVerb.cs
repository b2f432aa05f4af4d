using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Definitions;

namespace TrainingLab.Cli.Verbs;

/// <summary><c>lab list</c>: the labs.</summary>
internal static class ListVerb
{
    public static Command Create()
    {
        var track = new Option<string?>("--track") { Description = $"Only one track: {string.Join(", ", Tracks)}." };
        track.AcceptOnlyFromAmong(Tracks);
        var command = new Command("list", "Lists the labs: id, title, track, level, minutes, points, positions.") { track };
        command.SetAction(parsed =>
        {
            var output = VerbOutput.Of(parsed);
            var labs = new LabCatalogue(LabsEnvironment.LoadCatalog(CommandLineHost.ContentRoot(parsed))).List()
                .Where(l => parsed.GetValue(track) is not { } wanted || l.Track == wanted)
                .ToList();
            if (output.IsJson)
                output.Json(new JsonObject { ["labs"] = new JsonArray([.. labs.Select(ToJson)]) });
            else
                WriteTable(output, labs, Language.IsChinese);
            return ExitCodes.Good;
        });
        return command;
    }

    private static string[] Tracks { get; } = [.. Enum.GetNames<LabTrack>().Select(KeyNames.Of)];

    private static void WriteTable(VerbOutput output, List<Labs.Attempts.Contracts.LabSummary> labs, bool isChinese)
    {
        var table = new Table();
        table.AddColumns(isChinese ? ["实验", "标题", "方向", "级别", "分钟", "分值", "岗位"] : ["lab", "title", "track", "level", "minutes", "points", "positions"]);
        foreach (var lab in labs)
        {
            table.AddRow(
                Markup.Escape(lab.Id),
                Markup.Escape(isChinese ? lab.Title.Zh : lab.Title.En),
                lab.Track,
                lab.Level.ToString(CultureInfo.InvariantCulture),
                lab.Minutes.ToString(CultureInfo.InvariantCulture),
                lab.Points.ToString(CultureInfo.InvariantCulture),
                string.Join(", ", lab.Positions));
        }

        output.Table(table);
    }

    private static JsonNode ToJson(Labs.Attempts.Contracts.LabSummary lab) => new JsonObject
    {
        ["id"] = lab.Id,
        ["title"] = new JsonObject { ["en"] = lab.Title.En, ["zh"] = lab.Title.Zh },
        ["track"] = lab.Track,
        ["level"] = lab.Level,
        ["minutes"] = lab.Minutes,
        ["points"] = lab.Points,
        ["positions"] = new JsonArray([.. lab.Positions.Select(p => (JsonNode)p)]),
    };
}
