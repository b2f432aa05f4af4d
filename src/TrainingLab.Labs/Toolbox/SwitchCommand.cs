using System.Text;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Http;
using TrainingLab.Labs.Attempts.Contracts;
using LocalizedText = TrainingLab.Factory.Definitions.LocalizedText;

namespace TrainingLab.Labs.Toolbox;

/// <summary><c>switch DEVICE LINE</c>: a line for the console of a switch or of the firewall, over the network like everybody's.</summary>
internal sealed class SwitchCommand : IToolboxCommand
{
    public string Name => "switch";

    public LocalizedText Summary { get; } = new("configures a switch or the firewall", "配置交换机或防火墙");

    public IReadOnlyList<string> Usage { get; } =
    [
        "switch DEVICE show running|saved|ports|mac-table|rules",
        "switch DEVICE port N access vlan V",
        "switch DEVICE port N trunk native V allowed V,V",
        "switch DEVICE port N enable|disable",
        "switch DEVICE save",
        "switch DEVICE restart",
    ];

    public async Task<CommandResult> RunAsync(ToolboxContext context, ToolboxArguments arguments, CancellationToken cancellationToken)
    {
        if (arguments.Words.Count < 2)
            return ToolboxOutput.Misused(this, "switch needs a device and a line");
        var device = arguments.Words[0];
        var line = string.Join(' ', arguments.Words.Skip(1));
        var output = new ToolboxOutput();
        if (context.Account is null)
        {
            var result = await context.Factory.Context.Network.ExecuteAsync(device, line);
            if (!result.Done)
                return ToolboxOutput.Failed($"{device}: {result.Error!.Describe(context.Language)}");
            output.Lines(result.Text);
            return output.Done();
        }

        if (context.Endpoint(device) is not { Port: 80 } endpoint)
            return ToolboxOutput.Failed($"there is no switch or firewall {device}");
        var pipe = await context.ConnectAsync(device, endpoint.Port, cancellationToken);
        var reply = await PlantHttpClient.SendAsync(
            pipe,
            device,
            "POST",
            "/api/command",
            [new("Content-Type", "text/plain; charset=utf-8"), new("Accept", "application/json"), new("Accept-Language", context.Language)],
            Encoding.UTF8.GetBytes(line),
            cancellationToken);
        var text = Encoding.UTF8.GetString(reply.Body.Span);
        var json = TryParse(text);
        if (reply.Status is < 200 or > 299)
            return ToolboxOutput.Failed($"{device}: {(string?)json?["detail"] ?? text}", json);
        var shown = (string?)json?["text"] ?? (string?)json?["output"] ?? text;
        output.Lines(shown.Length == 0 ? "done" : shown);
        return output.Done(json);
    }

    public IEnumerable<string> Complete(ToolboxContext context, IReadOnlyList<string> words) => words switch
    {
        [] => context.Factory.Endpoints.Where(e => e.Port == 80).Select(e => e.Name),
        [_] => ["show", "port", "save", "restart", "rule", "default"],
        [_, "show"] => ["running", "saved", "ports", "mac-table", "rules"],
        [_, "port", _] => ["access", "trunk", "enable", "disable", "description"],
        [_, "port", _, "access"] => ["vlan"],
        [_, "port", _, "trunk"] => ["native"],
        [_, "port", _, "trunk", "native", _] => ["allowed"],
        _ => [],
    };

    private static JsonObject? TryParse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
