using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using TrainingLab.Factory;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.Labs.Toolbox;

/// <summary>The options <c>--policy</c> and <c>--mode</c> of <c>opcua</c>, and its verb <c>cert</c>.</summary>
internal static class OpcUaProtection
{
    /// <summary>Names of the policies that protect.</summary>
    public static IReadOnlyList<string> Policies { get; } = [.. SecurityPolicy.All.Where(p => p.IsSecure).Select(p => p.Name)];

    /// <summary>The options with the protection that was asked for and the workstation's certificate; null when a word is wrong.</summary>
    public static OpcUaClientOptions? Read(ToolboxContext context, ToolboxArguments arguments, OpcUaClientOptions options)
    {
        options = options with { Certificate = context.Factory.Context.Certificates.Of(context.Workstation) };
        if (arguments.Option("policy") is not { } name || name is "none" or "None")
            return options;
        var mode = arguments.Option("mode") switch
        {
            null or "SignAndEncrypt" => MessageSecurityMode.SignAndEncrypt,
            "Sign" => MessageSecurityMode.Sign,
            _ => MessageSecurityMode.Invalid,
        };
        if (SecurityPolicy.Find(name) is not { IsSecure: true } policy || mode == MessageSecurityMode.Invalid)
            return null;

        // Where no machine protects itself, the workstation has no certificate and no server would take one.
        return options.Certificate is null ? options with { Endpoint = null } : options with { Security = new EndpointSecurity(policy, mode) };
    }

    public static async Task<CommandResult> ShowCertificatesAsync(ToolboxContext context, FactoryEndpoint endpoint, OpcUaClientOptions options, CancellationToken cancellationToken)
    {
        var pipe = await context.ConnectAsync(endpoint.Node, endpoint.Port, cancellationToken);
        var endpoints = await OpcUaClient.GetEndpointsAsync(pipe, options, context.Factory.Clock, cancellationToken);
        if (endpoints.FirstOrDefault(e => e.ServerCertificate is { Length: > 0 })?.ServerCertificate is not { } bytes)
            return ToolboxOutput.Failed($"{endpoint.Name} shows no certificate: none of its endpoints is protected");
        var output = new ToolboxOutput();
        using var certificate = X509CertificateLoader.LoadCertificate(bytes);
        var json = new JsonObject { ["server"] = Describe(output, endpoint.Name, certificate) };
        if (options.Certificate is { } own)
            json["workstation"] = Describe(output, context.Workstation, own.Certificate);
        return output.Done(json);
    }

    private static JsonObject Describe(ToolboxOutput output, string owner, X509Certificate2 certificate)
    {
        var names = CertificateNames.Of(certificate);
        using var key = certificate.GetRSAPublicKey();
        var json = new JsonObject
        {
            ["subject"] = certificate.Subject,
            ["issuer"] = certificate.Issuer,
            ["applicationUri"] = names.ApplicationUri,
            ["hosts"] = new JsonArray([.. names.DnsNames.Concat(names.Addresses.Select(a => a.ToString())).Select(h => (JsonNode)JsonValue.Create(h)!)]),
            ["notBefore"] = certificate.NotBefore.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture),
            ["notAfter"] = certificate.NotAfter.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture),
            ["keyBits"] = key?.KeySize,
            ["thumbprint"] = certificate.Thumbprint,
        };
        output.Line(owner);
        foreach (var (name, value) in json)
            output.Line($"  {name,-15} {(value is JsonArray hosts ? string.Join(", ", hosts.Select(h => (string?)h)) : value?.ToString())}");
        return json;
    }
}
