using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Http;
using TrainingLab.Labs.Attempts.Contracts;
using LocalizedText = TrainingLab.Factory.Definitions.LocalizedText;

namespace TrainingLab.Labs.Toolbox;

/// <summary><c>http METHOD URL</c>: an HTTP request from the workstation to an address of the plant.</summary>
internal sealed class HttpCommand : IToolboxCommand
{
    public string Name => "http";

    public LocalizedText Summary { get; } = new("sends an HTTP request from your workstation", "从你的工作站发送 HTTP 请求");

    public IReadOnlyList<string> Usage { get; } = ["http GET|PUT|POST|DELETE URL [--data TEXT] [--header 'Name: value'] [--headers]"];

    public async Task<CommandResult> RunAsync(ToolboxContext context, ToolboxArguments arguments, CancellationToken cancellationToken)
    {
        if (arguments.Positional is not [var method, var text] || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != "http")
            return ToolboxOutput.Misused(this, "http needs a method and a URL such as http://id-recursive:8000/api/node");
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var header in arguments.All("header"))
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                return ToolboxOutput.Misused(this, $"'{header}' is no header; write 'Name: value'");
            headers.Add(new(header[..colon].Trim(), header[(colon + 1)..].Trim()));
        }

        var pipe = await context.ConnectAsync(url.Host, url.Port, cancellationToken);
        var reply = await PlantHttpClient.SendAsync(
            pipe, url.Authority, method.ToUpperInvariant(), url.PathAndQuery, headers, Encoding.UTF8.GetBytes(arguments.Option("data") ?? ""), cancellationToken);
        var output = new ToolboxOutput();
        output.Line("HTTP " + reply.Status.ToString(CultureInfo.InvariantCulture));
        if (arguments.Has("headers"))
        {
            foreach (var (name, value) in reply.Headers)
                output.Line($"{name}: {value}");
        }

        var body = Encoding.UTF8.GetString(reply.Body.Span);
        output.Lines(body);
        return output.Done(new JsonObject { ["status"] = reply.Status, ["body"] = body }, reply.Status < 400 ? 0 : 1);
    }

    public IEnumerable<string> Complete(ToolboxContext context, IReadOnlyList<string> words) => words switch
    {
        [] => ["GET", "PUT", "POST", "DELETE"],
        [_] => context.Factory.Endpoints.Where(e => e.Protocol == Factory.EndpointProtocol.Http).Select(e => $"http://{e.Name}:{e.Port}/"),
        _ => [],
    };
}
