using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Http;
using TrainingLab.Labs.Attempts.Contracts;
using LocalizedText = TrainingLab.Factory.Definitions.LocalizedText;

namespace TrainingLab.Labs.Toolbox;

/// <summary><c>query "SELECT …"</c>: asks the historian in InfluxQL.</summary>
internal sealed class QueryCommand : IToolboxCommand
{
    public string Name => "query";

    public LocalizedText Summary { get; } = new("asks the historian in InfluxQL", "用 InfluxQL 查询历史数据库");

    public IReadOnlyList<string> Usage { get; } = ["query \"SELECT … FROM machine WHERE …\" [--db DATABASE]"];

    public async Task<CommandResult> RunAsync(ToolboxContext context, ToolboxArguments arguments, CancellationToken cancellationToken)
    {
        if (context.Factory.Scenario.Services.Historian is not { } historian)
            return ToolboxOutput.Failed("this plant has no historian");
        if (arguments.Positional.IsEmpty)
            return ToolboxOutput.Misused(this, "query needs a text in InfluxQL");
        var text = string.Join(' ', arguments.Positional);
        var pipe = await context.ConnectAsync(historian.Id, historian.Port, cancellationToken);
        var reply = await PlantHttpClient.SendAsync(
            pipe,
            $"{historian.Id}:{historian.Port}",
            "POST",
            $"/query?db={Uri.EscapeDataString(arguments.Option("db") ?? historian.Database)}",
            [new("Content-Type", "application/x-www-form-urlencoded")],
            Encoding.UTF8.GetBytes("q=" + Uri.EscapeDataString(text)),
            cancellationToken);
        var json = JsonNode.Parse(reply.Body.Span) as JsonObject;
        return json is null ? ToolboxOutput.Failed("the historian answered no JSON") : Show(json);
    }

    private static CommandResult Show(JsonObject json)
    {
        if ((string?)json["error"] is { } error)
            return ToolboxOutput.Failed(error, json);
        var output = new ToolboxOutput();
        var failed = false;
        foreach (var result in json["results"] as JsonArray ?? [])
        {
            if ((string?)result!["error"] is { } wrong)
            {
                failed = true;
                output.Line("error: " + wrong);
            }

            foreach (var series in result["series"] as JsonArray ?? [])
            {
                var tags = series!["tags"] is JsonObject t ? " " + string.Join(' ', t.Select(p => $"{p.Key}={p.Value}")) : "";
                output.Line($"{series["name"]}{tags}");
                output.Line("  " + string.Join("  ", series["columns"]!.AsArray().Select(c => (string?)c)));
                foreach (var row in series["values"]!.AsArray())
                    output.Line("  " + string.Join("  ", row!.AsArray().Select(Text)));
            }
        }

        return output.Done(json, failed ? 1 : 0);
    }

    private static string Text(JsonNode? cell) => cell switch
    {
        null => "-",
        JsonValue value when value.TryGetValue<double>(out var number) => number.ToString("R", CultureInfo.InvariantCulture),
        _ => cell.ToString(),
    };
}
