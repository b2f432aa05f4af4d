using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Network;
using LocalizedText = TrainingLab.Factory.Definitions.LocalizedText;

namespace TrainingLab.Labs.Toolbox;

/// <summary><c>connect HOST PORT</c>: tries a TCP connection from the workstation and says where it ends.</summary>
internal sealed class ConnectCommand : IToolboxCommand
{
    public string Name => "connect";

    public LocalizedText Summary { get; } = new("tries a TCP connection from your workstation", "从你的工作站尝试 TCP 连接");

    public IReadOnlyList<string> Usage { get; } = ["connect HOST PORT"];

    public async Task<CommandResult> RunAsync(ToolboxContext context, ToolboxArguments arguments, CancellationToken cancellationToken)
    {
        if (arguments.Positional is not [var host, var text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
            return ToolboxOutput.Misused(this, "connect needs a host and a port from 1 to 65535");
        var result = await context.Factory.Context.Network.ConnectAsync(context.Workstation, host, port, context.Account, cancellationToken);
        var json = new JsonObject { ["target"] = $"{host}:{port}", ["status"] = result.Status.ToString(), ["reason"] = result.Refusal?.Describe("en") };
        if (result.Connection is null)
            return ToolboxOutput.Failed($"{host}:{port} {result.Status}: {result.Refusal?.Describe(context.Language)}", json);
        result.Connection.Dispose();
        var output = new ToolboxOutput();
        output.Line($"{host}:{port} {nameof(ConnectStatus.Connected)}");
        return output.Done(json);
    }

    public IEnumerable<string> Complete(ToolboxContext context, IReadOnlyList<string> words) =>
        words.Count == 0 ? context.Factory.Context.Network.Topology.Hosts.Select(h => h.Id) : [];
}
