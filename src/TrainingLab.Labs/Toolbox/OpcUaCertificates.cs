using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using TrainingLab.Factory;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.Labs.Toolbox;

/// <summary>
/// <c>opcua cert SERVER rejected|trust|distrust|renew</c>: what a security administrator does through the server's ServerConfiguration (OPC 10000-12, 7.10).
/// </summary>
internal static class OpcUaCertificates
{
    private static readonly NodeId ServerConfiguration = new(0, 12637);
    private static readonly NodeId TrustList = new(0, 12642);

    /// <summary>What follows the server.</summary>
    public static IReadOnlyList<string> Verbs { get; } = ["rejected", "trust", "distrust", "renew"];

    /// <param name="context">Where the command runs.</param>
    /// <param name="endpoint">The server.</param>
    /// <param name="options">Who the administrator is, and how the channel is protected.</param>
    /// <param name="words">The verb and the thumbprint that trust and distrust want.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<CommandResult> RunAsync(
        ToolboxContext context, FactoryEndpoint endpoint, OpcUaClientOptions options, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        if (words is not (["rejected"] or ["renew"] or ["trust" or "distrust", _]))
            return ToolboxOutput.Misused(new OpcUaCommand(), "cert takes nothing, rejected, trust THUMBPRINT, distrust THUMBPRINT or renew");
        var clock = context.Factory.Clock;
        var endpoints = await OpcUaClient.GetEndpointsAsync(await context.ConnectAsync(endpoint.Node, endpoint.Port, cancellationToken), options, clock, cancellationToken);
        await using var client = await OpcUaClient.ConnectAsync(token => context.ConnectAsync(endpoint.Node, endpoint.Port, token), options, clock, cancellationToken);
        return words switch
        {
            ["rejected"] => await ListRejectedAsync(client, cancellationToken),
            ["trust", var thumbprint] => await TrustAsync(client, thumbprint, cancellationToken),
            ["distrust", var thumbprint] => await CallAsync(client, TrustList, 12670, [thumbprint, true], cancellationToken),
            _ when endpoints.FirstOrDefault(e => e.ServerCertificate is { Length: > 0 })?.ServerCertificate is { } present => await RenewAsync(context, client, present, cancellationToken),
            _ => ToolboxOutput.Failed($"{endpoint.Name} shows no certificate: none of its endpoints is protected"),
        };
    }

    private static async Task<CommandResult> ListRejectedAsync(OpcUaClient client, CancellationToken cancellationToken)
    {
        var (status, rejected) = await RejectedAsync(client, cancellationToken);
        if (status.IsBad)
            return ToolboxOutput.Failed(status.Name);
        var output = new ToolboxOutput();
        var json = new JsonArray();
        foreach (var bytes in rejected)
        {
            using var certificate = X509CertificateLoader.LoadCertificate(bytes);
            var uri = CertificateNames.Of(certificate).ApplicationUri;
            output.Line($"{certificate.Thumbprint}  {uri}  {certificate.Subject}");
            json.Add(new JsonObject { ["thumbprint"] = certificate.Thumbprint, ["applicationUri"] = uri, ["subject"] = certificate.Subject });
        }

        return output.Done(json);
    }

    private static async Task<CommandResult> TrustAsync(OpcUaClient client, string thumbprint, CancellationToken cancellationToken)
    {
        var (status, rejected) = await RejectedAsync(client, cancellationToken);
        if (status.IsBad)
            return ToolboxOutput.Failed(status.Name);
        foreach (var bytes in rejected)
        {
            using var certificate = X509CertificateLoader.LoadCertificate(bytes);
            if (string.Equals(certificate.Thumbprint, thumbprint, StringComparison.OrdinalIgnoreCase))
                return await CallAsync(client, TrustList, 12668, [new Variant(bytes), true], cancellationToken);
        }

        return ToolboxOutput.Failed($"no certificate with the thumbprint {thumbprint} was refused");
    }

    /// <summary>Gives the server a certificate with the names of the present one, a key of its own, and five more years.</summary>
    private static async Task<CommandResult> RenewAsync(ToolboxContext context, OpcUaClient client, byte[] shown, CancellationToken cancellationToken)
    {
        using var present = X509CertificateLoader.LoadCertificate(shown);
        var names = CertificateNames.Of(present);
        using var renewed = ApplicationCertificate.SelfSigned(
            new CertificateContent
            {
                ApplicationUri = names.ApplicationUri ?? "",
                CommonName = present.GetNameInfo(X509NameType.SimpleName, forIssuer: false),
                Hosts = [.. names.DnsNames, .. names.Addresses.Select(a => a.ToString())],
                NotBefore = context.Factory.Clock.GetUtcNow(),
            },
            RsaKeyPool.Shared.Take());
        var pem = renewed.Save();
        var key = Encoding.UTF8.GetBytes(pem[pem.IndexOf("-----BEGIN PRIVATE", StringComparison.Ordinal)..]);
        var updated = await CallAsync(
            client, ServerConfiguration, 13737,
            [new Variant(default(NodeId)), new Variant(default(NodeId)), new Variant(renewed.RawData), Variant.From(Array.Empty<byte[]>()), "PEM", new Variant(key)], cancellationToken);
        return updated.ExitCode == 0 ? await CallAsync(client, ServerConfiguration, 12740, [], cancellationToken) : updated;
    }

    private static async Task<(StatusCode Status, byte[][] Certificates)> RejectedAsync(OpcUaClient client, CancellationToken cancellationToken)
    {
        var result = await client.CallAsync(ServerConfiguration, new NodeId(0, 12777), [], cancellationToken);
        return (result.Status, result.Outputs is [var list, ..] && list.Elements is byte[][] certificates ? certificates : []);
    }

    private static async Task<CommandResult> CallAsync(OpcUaClient client, NodeId target, uint method, IReadOnlyList<Variant> inputs, CancellationToken cancellationToken)
    {
        var result = await client.CallAsync(target, new NodeId(0, method), inputs, cancellationToken);
        return result.Status.IsBad ? ToolboxOutput.Failed(result.Status.Name) : new CommandResult(0, [new CommandOutputLine(result.Status.Name)]);
    }
}
