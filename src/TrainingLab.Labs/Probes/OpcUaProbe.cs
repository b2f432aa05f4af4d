using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Factory;
using TrainingLab.Factory.Services;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;

namespace TrainingLab.Labs.Probes;

/// <summary><c>opcua: { from: gateway, device: filler-1, tag: StateCurrent }</c>: opens a session and reads a tag, so that it is the machine that lives and not only its port.</summary>
internal sealed class OpcUaProbe : IProbe
{
    public string Kind => "opcua";

    public IReadOnlyDictionary<string, ProbeArgument> Arguments { get; } = new Dictionary<string, ProbeArgument>(StringComparer.Ordinal)
    {
        ["from"] = ProbeArgument.Node, ["device"] = ProbeArgument.Device, ["tag"] = ProbeArgument.Tag,
    };

    public async Task<ProbeOutcome> RunAsync(RunningFactory factory, IReadOnlyDictionary<string, string> arguments, CancellationToken cancellationToken)
    {
        var device = factory.FindDevice(arguments["device"]);
        if (device?.Profile.Faces.Opcua is not { } face)
            return ProbeOutcome.Failed($"{arguments["device"]} has no OPC UA server");
        try
        {
            await using var client = await OpcUaClient.ConnectAsync(
                token => factory.Context.ConnectAsync(arguments["from"], device.Id, face.Port, account: null, token),
                new OpcUaClientOptions { EndpointUrl = string.Create(CultureInfo.InvariantCulture, $"opc.tcp://{device.Id}:{face.Port}"), SessionName = "probe" },
                factory.Clock,
                cancellationToken);
            var tags = await MachineTags.FindAsync(client, device.Id, cancellationToken);
            if (tags.FirstOrDefault(t => t.Name == arguments["tag"]) is not { } tag)
                return ProbeOutcome.Failed($"{device.Id} has no tag {arguments["tag"]}");
            var value = await client.ReadAsync(tag.Node, cancellationToken);
            return new ProbeOutcome(
                value.Status.IsBad ? ProbeResults.Blocked : ProbeResults.Connected,
                $"{tag.Name} = {value.Value} ({value.Status.Name})",
                JsonValue.Create(value.Value.ToString()));
        }
        catch (Exception e) when (e is IOException or OpcUaException or TimeoutException)
        {
            return new ProbeOutcome(ProbeResults.Blocked, e.Message);
        }
    }
}
