using System.Text.Json.Nodes;
using TrainingLab.Labs.Attempts.Contracts;
using LocalizedText = TrainingLab.Factory.Definitions.LocalizedText;

namespace TrainingLab.Labs.Toolbox;

/// <summary><c>endpoints</c>: what there is to connect to, by plant address.</summary>
internal sealed class EndpointsCommand : IToolboxCommand
{
    public string Name => "endpoints";

    public LocalizedText Summary { get; } = new("lists what there is to connect to", "列出可连接的端点");

    public IReadOnlyList<string> Usage { get; } = ["endpoints"];

    public Task<CommandResult> RunAsync(ToolboxContext context, ToolboxArguments arguments, CancellationToken cancellationToken)
    {
        var output = new ToolboxOutput();
        var json = new JsonArray();
        foreach (var endpoint in context.Factory.Endpoints)
        {
            var protocol = endpoint.Protocol.ToString().ToLowerInvariant();
            output.Line($"{endpoint.Name,-16} {protocol,-8} {endpoint.Address}");
            json.Add(new JsonObject { ["name"] = endpoint.Name, ["protocol"] = protocol, ["address"] = endpoint.Address });
        }

        return Task.FromResult(output.Done(json));
    }
}
