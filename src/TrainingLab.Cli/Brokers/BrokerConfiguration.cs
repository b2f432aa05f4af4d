using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Scenarios;

namespace TrainingLab.Cli.Brokers;

/// <summary>What <c>lab broker --config FILE</c> reads.</summary>
public sealed record BrokerConfiguration : DefinitionRecord
{
    [Description("Where the broker is reached; TCP on loopback, port 1883, by default.")]
    public IReadOnlyList<BrokerListener> Listeners { get; init; } = [];

    [Description("Whether a client may come without a user name.")]
    public bool Anonymous { get; init; }

    [Description("Password hashes by user name, as lab broker --hash-password prints them.")]
    public IReadOnlyDictionary<string, string> Users { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    [Description("Who may do what; whatever no rule allows is denied. Left out, everybody may do everything.")]
    public IReadOnlyList<BrokerAccessRule>? Access { get; init; }

    [Description("What clients may use up.")]
    public BrokerLimits Limits { get; init; } = new();

    [Description("Other brokers with which this one exchanges messages.")]
    public IReadOnlyList<BrokerBridge> Bridges { get; init; } = [];

    [Description("File that keeps persistent sessions and retained messages; they end with the process when it is left out.")]
    public string? Store { get; init; }
}

/// <summary>One way in.</summary>
public sealed record BrokerListener : DefinitionRecord
{
    [Description("Plain TCP, TLS, WebSocket or secure WebSocket.")]
    public BrokerTransport Transport { get; init; } = BrokerTransport.Tcp;

    [Description("Address to listen on; 0.0.0.0 or :: for all.")]
    public string Bind { get; init; } = "127.0.0.1";

    [Description("Port; 0 takes a free one.")]
    [Range(0, 65535)]
    public required int Port { get; init; }

    [Description("Certificate of the server in PEM, with the intermediate ones behind it; for tls and wss.")]
    public string? Certificate { get; init; }

    [Description("Private key in PEM; in the certificate's file when left out.")]
    public string? Key { get; init; }

    [Description("Authorities of client certificates in PEM; clients are asked for one when it is given.")]
    public string? ClientCa { get; init; }

    [Description("Revocation list of client certificates in PEM.")]
    public string? Crl { get; init; }

    [Description("Whether a client must show a certificate.")]
    public bool RequireCertificate { get; init; } = true;

    [Description("Whether the common name of a client certificate is the user name.")]
    public bool CertificateNamesUser { get; init; } = true;
}

/// <summary>How MQTT is carried.</summary>
public enum BrokerTransport
{
    /// <summary>Plain TCP.</summary>
    Tcp,

    /// <summary>TLS.</summary>
    Tls,

    /// <summary>WebSocket.</summary>
    Ws,

    /// <summary>Secure WebSocket.</summary>
    Wss,
}
