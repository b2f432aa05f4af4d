using System.Globalization;
using TrainingLab.Factory;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Network;

namespace TrainingLab.Labs.Probes;

/// <summary><c>connect: { from: office-pc, to: "filler-1:4840" }</c>: a TCP connection from one host to another.</summary>
internal sealed class ConnectProbe : IProbe
{
    public string Kind => "connect";

    public IReadOnlyDictionary<string, ProbeArgument> Arguments { get; } = new Dictionary<string, ProbeArgument>(StringComparer.Ordinal)
    {
        ["from"] = ProbeArgument.Node, ["to"] = ProbeArgument.Endpoint,
    };

    public async Task<ProbeOutcome> RunAsync(RunningFactory factory, IReadOnlyDictionary<string, string> arguments, CancellationToken cancellationToken)
    {
        var to = arguments["to"];
        var colon = to.LastIndexOf(':');
        var began = factory.Clock.Elapsed;
        var result = await factory.Context.Network.ConnectAsync(
            arguments["from"], to[..colon], int.Parse(to.AsSpan(colon + 1), CultureInfo.InvariantCulture), account: null, cancellationToken);
        var took = (factory.Clock.Elapsed - began).TotalMilliseconds;
        if (result.Connection is { } connection)
        {
            connection.Dispose();
            return new ProbeOutcome(ProbeResults.Connected, string.Create(CultureInfo.InvariantCulture, $"connected in {took:0} ms"));
        }

        return result.Status == ConnectStatus.NameUnknown
            ? ProbeOutcome.Failed($"the name {to[..colon]} is unknown")
            : new ProbeOutcome(ProbeResults.Blocked, result.Refusal?.Describe("en") ?? result.Status.ToString());
    }
}
