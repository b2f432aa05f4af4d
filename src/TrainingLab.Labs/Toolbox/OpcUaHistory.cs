using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.History;
using TrainingLab.OpcUa.Messages;

namespace TrainingLab.Labs.Toolbox;

/// <summary><c>opcua history SERVER NODEID</c>: what values a node had, as they were stored or condensed interval by interval.</summary>
internal static class OpcUaHistory
{
    private static readonly Dictionary<string, NodeId> Aggregates = new(StringComparer.Ordinal)
    {
        ["average"] = AggregateIds.Average,
        ["minimum"] = AggregateIds.Minimum,
        ["maximum"] = AggregateIds.Maximum,
        ["count"] = AggregateIds.Count,
        ["interpolative"] = AggregateIds.Interpolative,
        ["start"] = AggregateIds.Start,
        ["end"] = AggregateIds.End,
        ["delta"] = AggregateIds.Delta,
    };

    public static async Task<CommandResult> RunAsync(ToolboxContext context, OpcUaClient client, NodeId node, ToolboxArguments arguments, CancellationToken cancellationToken)
    {
        var now = context.Factory.Clock.GetUtcNow().UtcDateTime;
        var last = arguments.Span("last", TimeSpan.FromHours(1));
        var to = Time(arguments.Option("to"), now);
        var from = Time(arguments.Option("from"), to is { } end && last is { } span ? end - span : null);
        var every = arguments.Span("every", TimeSpan.FromMinutes(1));
        var max = arguments.Number("max", 1000);
        if (from is null || to is null || every is null || max is not (>= 1 and <= 100_000))
            return ToolboxOutput.Misused(new OpcUaCommand(), "times are written as 2026-03-02T06:00:00Z, durations as 10m, max from 1 to 100000");
        IStructure details;
        if (arguments.Option("aggregate") is not { } name)
            details = new ReadRawModifiedDetails(IsReadModified: false, from.Value, to.Value, 0, arguments.Has("bounds"));
        else if (Aggregates.TryGetValue(name, out var aggregate))
            details = new ReadProcessedDetails(from.Value, to.Value, every.Value.TotalMilliseconds, [aggregate], AggregateConfiguration.Default);
        else
            return ToolboxOutput.Misused(new OpcUaCommand(), "aggregate is one of " + string.Join(", ", Aggregates.Keys));
        var (status, values) = await client.ReadHistoryAsync(node, details, (int)max, cancellationToken);
        if (status.IsBad)
            return ToolboxOutput.Failed(status.Name);
        var output = new ToolboxOutput();
        var json = new JsonArray();
        foreach (var value in values)
        {
            output.Line(string.Create(CultureInfo.InvariantCulture, $"{value.SourceTimestamp:yyyy-MM-ddTHH:mm:ss.fffZ}  {(value.Value.IsNull ? "-" : value.Value.ToString())}  {value.Status.Name}"));
            json.Add(new JsonObject
            {
                ["time"] = value.SourceTimestamp.ToString("O", CultureInfo.InvariantCulture),
                ["value"] = value.Value.ToString(),
                ["status"] = value.Status.Name,
            });
        }

        if (values.Count == 0)
            output.Line(status.Name);
        return output.Done(json);
    }

    private static DateTime? Time(string? text, DateTime? otherwise) => text is null ? otherwise
        : DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time) ? time
        : null;
}
