using System.Globalization;
using TrainingLab.Factory;
using TrainingLab.Factory.Ports;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Records;

namespace TrainingLab.Labs.Attempts;

/// <summary>Endpoints as a student copies them, each with one command that works as printed.</summary>
internal static class EndpointViews
{
    public static IReadOnlyList<AttemptEndpoint> Of(PortBlock block, AttemptRecord record, AttemptOptions options) =>
        [.. block.Ports.Select(p => Of(p.Endpoint, p.Port, record, options))];

    private static AttemptEndpoint Of(FactoryEndpoint endpoint, int port, AttemptRecord record, AttemptOptions options)
    {
        var host = options.PublicHost;
        var at = string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
        var protocol = endpoint.Protocol.ToString().ToLowerInvariant();
        var url = endpoint.Protocol switch
        {
            EndpointProtocol.OpcUa => $"opc.tcp://{at}",
            EndpointProtocol.Mqtt => $"mqtt://{at}",
            EndpointProtocol.Mqtts => $"mqtts://{at}",
            EndpointProtocol.Socks5 => $"socks5h://{record.Id}:{record.Token}@{at}",
            _ => $"http://{at}",
        };
        var command = endpoint.Protocol switch
        {
            EndpointProtocol.OpcUa when options.WebAddress is { } web => $"lab exec --server {web} --token {record.Token} {record.Id} -- opcua browse {endpoint.Name}",
            EndpointProtocol.OpcUa => $"lab exec {record.Id} -- opcua browse {endpoint.Name}",
            EndpointProtocol.Mqtt => string.Create(CultureInfo.InvariantCulture, $"mosquitto_sub -h {host} -p {port} -t 'plant/#' -v"),
            EndpointProtocol.Mqtts => string.Create(CultureInfo.InvariantCulture, $"mosquitto_sub -h {host} -p {port} --cafile ca.pem -t 'plant/#' -v"),
            EndpointProtocol.Socks5 => $"curl -x {url} http://historian:8086/ping -i",
            _ => $"curl -i {url}/",
        };
        return new AttemptEndpoint(endpoint.Name, protocol, url, endpoint.Node, endpoint.Address, command);
    }
}
