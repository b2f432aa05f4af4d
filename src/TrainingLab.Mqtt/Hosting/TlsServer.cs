using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace TrainingLab.Mqtt.Hosting;

/// <summary>The server's side of a TLS handshake.</summary>
internal sealed class TlsServer(MqttTlsOptions options)
{
    private readonly SslStreamCertificateContext context = SslStreamCertificateContext.Create(
        options.Certificates.First(c => c.HasPrivateKey), [.. options.Certificates.Where(c => !c.HasPrivateKey)], offline: true);

    /// <summary>Shakes hands. Throws what <see cref="SslStream"/> throws when the peer is not accepted.</summary>
    public async Task<(Stream Stream, string? User)> AcceptAsync(Stream inner, CancellationToken cancellation)
    {
        var stream = new SslStream(inner);
        try
        {
            await stream.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = context,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    ClientCertificateRequired = options.ClientAuthorities.Count > 0,
                    RemoteCertificateValidationCallback = (_, certificate, _, _) => IsAccepted(certificate),
                },
                cancellation);
            var user = options.CertificateNamesUser && stream.RemoteCertificate is { } client
                ? new X509Certificate2(client).GetNameInfo(X509NameType.SimpleName, forIssuer: false)
                : null;
            return (stream, user);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private bool IsAccepted(X509Certificate? certificate)
    {
        if (options.ClientAuthorities.Count == 0) return true;
        if (certificate is null) return !options.RequireClientCertificate;
        using var client = new X509Certificate2(certificate);
        var serial = client.SerialNumberBytes.ToArray();
        if (options.Revoked.Any(r => r.AsSpan().TrimStart((byte)0).SequenceEqual(serial.AsSpan().TrimStart((byte)0)))) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(options.ClientAuthorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // The list above is ours; nothing is fetched.
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.2")); // TLS client
        return chain.Build(client);
    }
}
