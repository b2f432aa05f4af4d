using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace TrainingLab.Mqtt.Hosting;

/// <summary>Where another broker is, and how it is reached over a real network: TCP, or TLS 1.2 and 1.3.</summary>
public sealed record MqttConnector
{
    /// <summary>Name or address.</summary>
    public required string Host { get; init; }

    /// <summary>TCP port.</summary>
    public required int Port { get; init; }

    /// <summary>TLS; null (the default) for none.</summary>
    public MqttTlsClientOptions? Tls { get; init; }

    /// <summary>Opens a connection. Throws what sockets and <see cref="SslStream"/> throw when there is none.</summary>
    public async ValueTask<IDuplexPipe> ConnectAsync(CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(Host, Port, cancellation);
            return Tls is null ? new SocketPipe(socket) : new StreamPipe(await SecureAsync(socket, Tls, cancellation));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<SslStream> SecureAsync(Socket socket, MqttTlsClientOptions tls, CancellationToken cancellation)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        if (tls.Authorities.Count > 0)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(tls.Authorities);
        }
        var stream = new SslStream(SocketPipe.StreamOf(socket));
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = tls.ServerName ?? Host,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    CertificateChainPolicy = policy,
                    ClientCertificateContext = tls.Certificate is { } own ? SslStreamCertificateContext.Create(own, additionalCertificates: null, offline: true) : null,
                },
                cancellation);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }
}

/// <summary>How a client does TLS.</summary>
public sealed record MqttTlsClientOptions
{
    /// <summary>The authorities that may have issued the server's certificate; empty (the default): those that the system trusts.</summary>
    public X509Certificate2Collection Authorities { get; init; } = [];

    /// <summary>The client's own certificate with its private key, for servers that ask for one; null (the default) for none.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The name that the server's certificate must have; null (the default): the host's.</summary>
    public string? ServerName { get; init; }
}
