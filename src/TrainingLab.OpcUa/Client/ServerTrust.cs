using TrainingLab.OpcUa.Channel;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.OpcUa.Client;

/// <summary>Choosing an endpoint and deciding whether to believe the server behind it (OPC 10000-4, 6.1.3 and 6.1.4).</summary>
internal static class ServerTrust
{
    /// <summary>The endpoint with the protection that is wanted.</summary>
    /// <exception cref="OpcUaException">BadSecurityPolicyRejected: the server has none.</exception>
    public static EndpointDescription Choose(IReadOnlyList<EndpointDescription> endpoints, EndpointSecurity wanted)
    {
        foreach (var endpoint in endpoints)
        {
            if (endpoint.SecurityPolicyUri == wanted.Policy.Uri && endpoint.SecurityMode == wanted.Mode && endpoint.TransportProfileUri is null or "" or TransportProfiles.UaTcp)
            {
                return endpoint;
            }
        }

        throw new OpcUaException(StatusCodes.BadSecurityPolicyRejected, $"the server offers no {wanted.Policy} with {wanted.Mode}");
    }

    /// <summary>What protects a channel to the server; null when no protection is wanted.</summary>
    /// <exception cref="OpcUaException">The server's certificate is not good, with the code of what is wrong with it.</exception>
    public static AsymmetricSecurity? Secure(OpcUaClientOptions options, DateTimeOffset now)
    {
        if (!options.Security.Policy.IsSecure)
        {
            return null;
        }

        var own = options.Certificate ?? throw new ArgumentException("A protected channel needs a certificate of the client's", nameof(options));
        var endpoint = options.Endpoint ?? throw new ArgumentException("A protected channel needs the server's endpoint, or a way to connect twice", nameof(options));
        var peer = PeerCertificate.Read(endpoint.ServerCertificate);
        var store = options.Trust ?? new MemoryCertificateStore();
        var rules = options.Trust is null ? options.Rules with { AcceptAll = true, RequireRevocationLists = false } : options.Rules;
        var host = options.Trust is not null && Uri.TryCreate(options.EndpointUrl, UriKind.Absolute, out var url) ? url.Host : null;
        var verdict = CertificateValidator.Check(
            peer.Certificate, peer.Issuers, CertificateUse.Server, store, rules, now, host, options.Trust is null ? null : endpoint.Server.ApplicationUri);
        if (!verdict.IsGood)
        {
            store.Reject(peer.Certificate);
            peer.Dispose();
            throw new OpcUaException(verdict.Status, verdict.Reason);
        }

        return new AsymmetricSecurity(options.Security.Policy, own, peer);
    }
}
