using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TrainingLab.Factory.Definitions;

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

/// <summary>Lets somebody do something.</summary>
public sealed record BrokerAccessRule : DefinitionRecord
{
    [Description("Topic filter; %u stands for the user name, %c for the client identifier.")]
    public required string Topic { get; init; }

    [Description("Whose; everybody's when left out.")]
    public string? User { get; init; }

    [Description("Client identifier for which it holds; any when left out.")]
    public string? Client { get; init; }

    [Description("What is allowed.")]
    public IReadOnlyList<BrokerAction> Allow { get; init; } = [BrokerAction.Publish, BrokerAction.Subscribe];
}

/// <summary>What a rule allows.</summary>
public enum BrokerAction
{
    /// <summary>Publishing.</summary>
    Publish,

    /// <summary>Subscribing.</summary>
    Subscribe,
}

/// <summary>What clients may use up.</summary>
public sealed record BrokerLimits : DefinitionRecord
{
    [Description("Longest packet in bytes.")]
    [Range(128, 268435455)]
    public int PacketSize { get; init; } = 1024 * 1024;

    [Description("Connections.")]
    [Range(1, 1000000)]
    public int Connections { get; init; } = 10_000;

    [Description("Sessions, those without a connection included.")]
    [Range(1, 1000000)]
    public int Sessions { get; init; } = 10_000;

    [Description("Subscriptions of one session.")]
    [Range(1, 1000000)]
    public int Subscriptions { get; init; } = 1000;

    [Description("Messages that wait for one client.")]
    [Range(1, 1000000)]
    public int QueuedMessages { get; init; } = 10_000;

    [Description("Messages in flight to one client.")]
    [Range(1, 65535)]
    public int Inflight { get; init; } = 100;

    [Description("Messages that one client may publish in a second; 0 for any.")]
    [Range(0, 10000000)]
    public int MessagesPerSecond { get; init; }

    [Description("Longest payload in bytes; 0 for any that fits into a packet.")]
    [Range(0, 268435455)]
    public int PayloadSize { get; init; }

    [Description("Longest keep-alive of a client of MQTT 5; 0s for any.")]
    [DurationRange("0s", "18h")]
    public TimeSpan KeepAlive { get; init; }

    [Description("Longest session expiry of a client of MQTT 5; 0s for any.")]
    [DurationRange("0s", "3650d")]
    public TimeSpan SessionExpiry { get; init; }
}
