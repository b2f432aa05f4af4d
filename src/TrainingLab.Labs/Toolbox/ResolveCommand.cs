using System.Text;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Http;
using TrainingLab.Identifiers.Handles;
using TrainingLab.Identifiers.Http;
using TrainingLab.Identifiers.Nodes;
using TrainingLab.Labs.Attempts.Contracts;
using LocalizedText = TrainingLab.Factory.Definitions.LocalizedText;

namespace TrainingLab.Labs.Toolbox;

/// <summary><c>resolve HANDLE</c>: asks an identifier node; by default the recursive one.</summary>
internal sealed class ResolveCommand : IToolboxCommand
{
    public string Name => "resolve";

    public LocalizedText Summary { get; } = new("resolves an identifier", "解析标识");

    public IReadOnlyList<string> Usage { get; } = ["resolve PREFIX/SUFFIX [--node NODE] [--type TYPE]… [--index N]… [--auth] [--trace]"];

    public async Task<CommandResult> RunAsync(ToolboxContext context, ToolboxArguments arguments, CancellationToken cancellationToken)
    {
        if (arguments.Positional is not [var text])
            return ToolboxOutput.Misused(this, "resolve needs one identifier, such as 88.104/item-1");
        var nodes = context.Factory.Scenario.Services.Identifiers;
        var name = arguments.Option("node") ?? nodes.FirstOrDefault(n => n.Role == Factory.Definitions.Scenarios.IdentifierRole.Recursive)?.Id;
        if (nodes.FirstOrDefault(n => n.Id == name) is not { } node)
            return ToolboxOutput.Failed($"there is no identifier node {name}");
        var query = new List<string>();
        query.AddRange(arguments.All("index").Select(i => "index=" + Uri.EscapeDataString(i)));
        query.AddRange(arguments.All("type").Select(t => "type=" + Uri.EscapeDataString(t)));
        if (arguments.Has("auth"))
            query.Add("auth=true");
        if (arguments.Has("trace"))
            query.Add("trace=true");
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var handle = slash < 0 ? Uri.EscapeDataString(text) : $"{Uri.EscapeDataString(text[..slash])}/{Uri.EscapeDataString(text[(slash + 1)..])}";
        var pipe = await context.ConnectAsync(node.Id, node.Port, cancellationToken);
        var reply = await PlantHttpClient.SendAsync(
            pipe, $"{node.Id}:{node.Port}", "GET", $"/api/handles/{handle}{(query.Count == 0 ? "" : "?")}{string.Join('&', query)}", [], ReadOnlyMemory<byte>.Empty, cancellationToken);
        if (JsonNode.Parse(reply.Body.Span) is not JsonObject json || json["responseCode"] is null)
            return ToolboxOutput.Failed($"{node.Id} answered no resolution");
        return Show(json, node.Id);
    }

    public IEnumerable<string> Complete(ToolboxContext context, IReadOnlyList<string> words) => words switch
    {
        [.., "--node"] => context.Factory.Scenario.Services.Identifiers.Select(n => n.Id),
        [_, ..] => ["--node", "--type", "--index", "--auth", "--trace"],
        _ => [],
    };

    private static CommandResult Show(JsonObject json, string node)
    {
        var output = new ToolboxOutput();
        var code = (int)json["responseCode"]!;
        output.Line($"{node}: {code} {(ResponseCode)code}{((string?)json["message"] is { } message ? ": " + message : "")}");
        foreach (var value in json["values"] as JsonArray ?? [])
            output.Line($"{value!["index"],4}  {value["type"],-20} {value["data"]!["value"]}  (ttl {value["ttl"]} s)");
        foreach (var step in json["steps"] as JsonArray ?? [])
            output.Line($"   → {step!["node"]}: {step["responseCode"]} {(ResponseCode)(int)step["responseCode"]!}{((string?)step["referredTo"] is { } to ? " → " + to : "")}");
        return output.Done(json, code == (int)ResponseCode.Success ? 0 : 1);
    }
}
