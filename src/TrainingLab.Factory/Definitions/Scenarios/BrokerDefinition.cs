using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace TrainingLab.Factory.Definitions.Scenarios;

/// <summary>The MQTT broker of a plant. What it starts with is what labs ask students to change.</summary>
public sealed record BrokerDefinition : DefinitionRecord
{
    [Description("Host name.")]
    [Form(TextForm.Id)]
    public required string Id { get; init; }

    [Description("Where it is plugged in.")]
    public required Attachment At { get; init; }

    [Description("TCP port.")]
    [Range(1, 65535)]
    public int Port { get; init; } = 1883;

    [Description("Weak: whether it listens without TLS.")]
    public bool Plain { get; init; } = true;

    [Description("TLS, with a certificate of the plant's own authority; left out, there is none.")]
    public BrokerTlsDefinition? Tls { get; init; }

    [Description("Weak: whether a client may come without a user name.")]
    public bool Anonymous { get; init; } = true;

    [Description("Passwords by user name, written plainly or as the hash that lab broker --hash-password prints.")]
    public IReadOnlyDictionary<string, string> Users { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    [Description("Who may do what; whatever no rule allows is denied. Left out, everybody may do everything, which is weak.")]
    public IReadOnlyList<BrokerAccessRule>? Access { get; init; }

    [Description("What clients may use up.")]
    public BrokerLimits Limits { get; init; } = new();

    [Description("What can go wrong with it; nothing does until the scenario's faults, a lab or an instructor lets it.")]
    public IReadOnlyList<BrokerFaultDeclaration> Faults { get; init; } = [];

    [Description("Whether students may look at these settings and change them while the plant runs, by mqtt acl, mqtt user and so on.")]
    public bool Administration { get; init; } = true;
}

/// <summary>A fault of the broker that can be switched on by name.</summary>
public sealed record BrokerFaultDeclaration : DefinitionRecord
{
    [Description("Name by which the fault is switched on.")]
    [Form(TextForm.Id)]
    public required string Id { get; init; }

    [Description("What happens.")]
    public required BrokerFaultKind Kind { get; init; }

    [Description("Parameters of the fault; those left out keep their default.")]
    public IReadOnlyDictionary<string, ScalarValue> Parameters { get; init; } = new Dictionary<string, ScalarValue>(StringComparer.Ordinal);

    /// <summary>The name of its kind, as it is written.</summary>
    internal string KindName => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(Kind.ToString());
}

/// <summary>What a fault does to the broker's clients.</summary>
public enum BrokerFaultKind
{
    RefusedConnections,
    LostMessages,
    DelayedMessages,
    ReorderedMessages,
    HeldAcknowledgements,
    RepeatedMessages,
    Disconnects,
}

/// <summary>How the broker of a plant does TLS 1.2 and 1.3. The plant's authority issues every certificate.</summary>
public sealed record BrokerTlsDefinition : DefinitionRecord
{
    [Description("TCP port.")]
    [Range(1, 65535)]
    public int Port { get; init; } = 8883;

    [Description("Whether a client must show a certificate of the plant's authority.")]
    public bool RequireCertificate { get; init; }

    [Description("Whether the common name of a client certificate is the user name.")]
    public bool CertificateNamesUser { get; init; } = true;

    [Description("Names that have a client certificate from the start, besides those who log in with one.")]
    public IReadOnlyList<string> Certificates { get; init; } = [];
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

    [Description("MiB that all clients together may hold: messages that wait for them, wills, topic aliases, packets that have come in part. In a plant at most 16.")]
    [Range(1, 65536)]
    public int Memory { get; init; } = 256;

    /// <summary>The most that <see cref="Memory"/> is in a plant, whose process runs a class: every probe of a check begins with a copy of what the broker holds.</summary>
    public const int MostMemoryInPlant = 16;

    /// <summary>The same as a plant's broker has them.</summary>
    public BrokerLimits InPlant() => Memory <= MostMemoryInPlant ? this : this with { Memory = MostMemoryInPlant };

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

    /// <summary>The same as the broker takes them.</summary>
    public Mqtt.Broker.MqttLimits ForBroker() => new()
    {
        MaxPacketSize = PacketSize,
        MaxConnections = Connections,
        MaxSessions = Sessions,
        MaxSubscriptionsPerSession = Subscriptions,
        MaxQueuedMessages = QueuedMessages,
        MaxClientBytes = Memory * 1024L * 1024,
        MaxInflight = Inflight,
        MaxMessagesPerSecond = MessagesPerSecond,
        MaxPayloadSize = PayloadSize == 0 ? int.MaxValue : PayloadSize,
        MaxKeepAlive = KeepAlive == TimeSpan.Zero ? null : KeepAlive,
        MaxSessionExpiry = SessionExpiry == TimeSpan.Zero ? null : SessionExpiry,
    };
}

/// <summary>How a program of the plant logs in to the broker.</summary>
public sealed record MqttLoginDefinition : DefinitionRecord
{
    [Description("User name; may be left out with a certificate, which is then in the host's name.")]
    public string? User { get; init; }

    [Description("Password; left out, the one that the broker's users have for the name.")]
    public string? Password { get; init; }

    [Description("Whether it connects over TLS.")]
    public bool Tls { get; init; }

    [Description("Whether it connects over TLS and shows a certificate of the plant's authority.")]
    public bool Certificate { get; init; }
}
