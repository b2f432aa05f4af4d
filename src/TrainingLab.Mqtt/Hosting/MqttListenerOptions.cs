using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace TrainingLab.Mqtt.Hosting;

/// <summary>Where and how a broker that stands alone is reached.</summary>
public sealed record MqttListenerOptions
{
    /// <summary>Address and port; port 0 takes a free one.</summary>
    public required IPEndPoint Endpoint { get; init; }

    /// <summary>Whether MQTT comes in WebSocket frames (§6). Default false.</summary>
    public bool WebSocket { get; init; }

    /// <summary>TLS 1.2 and 1.3; null (the default) for none.</summary>
    public MqttTlsOptions? Tls { get; init; }

    /// <summary>
    /// Most TLS and WebSocket handshakes in progress; each holds some 50 kB. A further one takes the place of the one that has been longest about it. Default 2,000, and never more than the broker's
    /// <see cref="Broker.MqttLimits.MaxConnections"/>.
    /// </summary>
    public int MaxHandshakes { get; init; } = 2000;

    /// <summary>Told, on the broker's context, of every TLS handshake that fails: from where, and why. Null (the default): nobody is.</summary>
    public Action<EndPoint, AuthenticationException>? HandshakeFailed { get; init; }
}

/// <summary>How a listener does TLS.</summary>
public sealed record MqttTlsOptions
{
    /// <summary>The server's certificate with its private key, and the intermediate ones behind it.</summary>
    public required X509Certificate2Collection Certificates { get; init; }

    /// <summary>The authorities whose client certificates are accepted; empty (the default): clients are not asked for one.</summary>
    public X509Certificate2Collection ClientAuthorities { get; init; } = [];

    /// <summary>Whether a client must show a certificate; default true, without effect while <see cref="ClientAuthorities"/> is empty.</summary>
    public bool RequireClientCertificate { get; init; } = true;

    /// <summary>Serial numbers of revoked client certificates, big endian.</summary>
    public IReadOnlyCollection<byte[]> Revoked { get; init; } = [];

    /// <summary>Whether the common name of a client's certificate is its user name, so that it needs no password. Default true.</summary>
    public bool CertificateNamesUser { get; init; } = true;
}
