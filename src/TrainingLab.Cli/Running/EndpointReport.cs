using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using TrainingLab.Factory;

namespace TrainingLab.Cli.Running;

/// <summary>Where a factory is reached, for people and for scripts.</summary>
internal static class EndpointReport
{
    /// <summary>The endpoints as the contract writes them.</summary>
    public static JsonArray ToJson(ILocalRun run, LocalPorts ports) => new([.. ports.Endpoints.Select(e => (JsonNode)new JsonObject
    {
        ["name"] = e.Endpoint.Name,
        ["protocol"] = e.Endpoint.Protocol.ToString().ToLowerInvariant(),
        ["url"] = UrlOf(run, e.Endpoint, e.Port),
        ["node"] = e.Endpoint.Node,
        ["address"] = e.Endpoint.Address,
    })]);

    /// <summary>The endpoints as a table, each with one command that works as printed.</summary>
    public static void Write(VerbOutput output, ILocalRun run, LocalPorts ports)
    {
        var table = Language.IsChinese ? new Table().AddColumns("端点", "地址", "工厂内地址", "试一试") : new Table().AddColumns("endpoint", "url", "in the plant", "try");
        foreach (var (endpoint, port) in ports.Endpoints)
        {
            table.AddRow(
                Markup.Escape(endpoint.Name), Markup.Escape(UrlOf(run, endpoint, port)), Markup.Escape(endpoint.Address), Markup.Escape(CommandFor(run, endpoint, port)));
        }

        output.Table(table);
        output.Text.MarkupLine(Language.Say(
            $"HTTP services of the plant also at [bold]{ports.HttpUrl}/a/{run.Id}/SERVICE/[/]", $"工厂的 HTTP 服务也可从 [bold]{ports.HttpUrl}/a/{run.Id}/服务名/[/] 访问"));
    }

    private static string UrlOf(ILocalRun run, FactoryEndpoint endpoint, int port)
    {
        var at = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        return endpoint.Protocol switch
        {
            EndpointProtocol.OpcUa => $"opc.tcp://{at}",
            EndpointProtocol.Mqtt => $"mqtt://{at}",
            EndpointProtocol.Mqtts => $"mqtts://{at}",
            // Anybody may come in, but the protocol's clients want to give a name: SOCKS5 without one is not offered.
            EndpointProtocol.Socks5 => $"socks5h://{run.Id}:{run.Id}@{at}",
            _ => $"http://{at}",
        };
    }

    private static string CommandFor(ILocalRun run, FactoryEndpoint endpoint, int port) => endpoint.Protocol switch
    {
        EndpointProtocol.OpcUa => $"lab exec {run.Id} -- opcua browse {endpoint.Name}",
        EndpointProtocol.Mqtt => string.Create(CultureInfo.InvariantCulture, $"mosquitto_sub -h 127.0.0.1 -p {port} -t '#' -v"),
        EndpointProtocol.Mqtts => $"lab exec {run.Id} -- mqtt cert authority > ca.pem",
        EndpointProtocol.Socks5 => FirstHttp(run) is { } target
            ? string.Create(CultureInfo.InvariantCulture, $"curl -x {UrlOf(run, endpoint, port)} -i http://{target.Name}:{target.Port}/")
            : $"curl -x {UrlOf(run, endpoint, port)} …",
        _ => $"curl -i {UrlOf(run, endpoint, port)}/",
    };

    private static FactoryEndpoint? FirstHttp(ILocalRun run) => run.Factory.Endpoints.FirstOrDefault(e => e.Protocol == EndpointProtocol.Http);
}
