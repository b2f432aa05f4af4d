using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Labs.Attempts.Contracts;

namespace TrainingLab.Labs.Attempts;

/// <summary>The historian's JSON as the query box shows it.</summary>
internal static class HistorianViews
{
    public static HistorianResult Of(CommandResult result)
    {
        if (result.Json is not JsonObject json)
            return new HistorianResult([], string.Join(' ', result.Lines.Select(l => l.Text)));
        if ((string?)json["error"] is { } error)
            return new HistorianResult([], error);
        var series = new List<HistorianSeries>();
        foreach (var statement in json["results"] as JsonArray ?? [])
        {
            if ((string?)statement!["error"] is { } wrong)
                return new HistorianResult(series, wrong);
            foreach (var found in statement["series"] as JsonArray ?? [])
                series.Add(SeriesOf(found!));
        }

        return new HistorianResult(series, null);
    }

    private static HistorianSeries SeriesOf(JsonNode series) => new(
        (string?)series["name"] ?? "",
        series["tags"] is JsonObject tags ? string.Join(", ", tags.Select(t => $"{t.Key}={t.Value}")) : null,
        [.. series["columns"]!.AsArray().Select(c => (string?)c ?? "")],
        [.. (series["values"] as JsonArray ?? []).Select(row => (IReadOnlyList<string?>)[.. row!.AsArray().Select(Cell)])]);

    private static string? Cell(JsonNode? cell) => cell switch
    {
        null => null,
        JsonValue value when value.TryGetValue<double>(out var number) => number.ToString("R", CultureInfo.InvariantCulture),
        _ => cell.ToString(),
    };
}
