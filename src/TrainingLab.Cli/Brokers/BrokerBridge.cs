using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TrainingLab.Factory.Definitions;
using TrainingLab.Mqtt.Bridging;

namespace TrainingLab.Cli.Brokers;

/// <summary>Another broker, and what is exchanged with it.</summary>
public sealed record BrokerBridge : DefinitionRecord
{
    [Description("Name of the bridge: what waits for it is kept under this name, and $SYS/broker/connection/NAME/state tells whether it is connected.")]
    [Form(TextForm.Id)]
    public required string Name { get; init; }

    [Description("Name or address of the other broker, and its port: broker.example.com:1883.")]
    [Form(TextForm.Endpoint)]
    public required string Address { get; init; }

    [Description("Protocol version.")]
    public BrokerBridgeVersion Version { get; init; } = BrokerBridgeVersion.Mqtt5;

    [Description("Client identifier at the other broker, which keeps a session under it; left out, this machine's name, a dot and the bridge's name.")]
    public string? ClientId { get; init; }

    [Description("User name.")]
    public string? User { get; init; }

    [Description("Password.")]
    public string? Password { get; init; }

    [Description("TLS; plain TCP when left out.")]
    public BrokerBridgeTls? Tls { get; init; }

    [Description("Longest silence; whole seconds.")]
    [DurationRange("5s", "18h")]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(60);

    [Description("Wait before the first attempt to connect again; doubled by each that fails.")]
    [DurationRange("100ms", "1h")]
    public TimeSpan Reconnect { get; init; } = TimeSpan.FromSeconds(1);

    [Description("Longest wait before an attempt to connect again.")]
    [DurationRange("100ms", "1h")]
    public TimeSpan LongestReconnect { get; init; } = TimeSpan.FromSeconds(30);

    [Description("Messages that wait while the other broker is away; further ones are dropped.")]
    [Range(1, 1000000)]
    public int Queue { get; init; } = 10_000;

    [Description("What is exchanged; the first rule that matches a message in its direction decides.")]
    public required IReadOnlyList<BrokerBridgeTopic> Topics { get; init; }
}

/// <summary>Which messages a bridge carries, and how their topics are called on either side.</summary>
public sealed record BrokerBridgeTopic : DefinitionRecord
{
    [Description("Topic filter behind both prefixes; \"\" where the prefixes are whole topics.")]
    public required string Topic { get; init; }

    [Description("From the other broker (in), to it (out), or both.")]
    public MqttBridgeDirection Direction { get; init; } = MqttBridgeDirection.Both;

    [Description("Highest quality of service, 0 to 2.")]
    [Range(0, 2)]
    public int Qos { get; init; } = 1;

    [Description("What topics begin with here.")]
    public string LocalPrefix { get; init; } = "";

    [Description("What they begin with at the other broker.")]
    public string RemotePrefix { get; init; } = "";
}

/// <summary>How a bridge does TLS.</summary>
public sealed record BrokerBridgeTls : DefinitionRecord
{
    [Description("Authorities that may have issued the other broker's certificate, in PEM; those that the system trusts when left out.")]
    public string? Ca { get; init; }

    [Description("Own certificate in PEM, for brokers that ask for one.")]
    public string? Certificate { get; init; }

    [Description("Private key in PEM; in the certificate's file when left out.")]
    public string? Key { get; init; }

    [Description("Name that the other broker's certificate must have; the host of 'address' when left out.")]
    public string? ServerName { get; init; }
}

/// <summary>What a bridge speaks.</summary>
public enum BrokerBridgeVersion
{
    /// <summary>MQTT 5.</summary>
    Mqtt5,

    /// <summary>MQTT 3.1.1, with the bit by which mosquitto knows a bridge.</summary>
    Mqtt311,
}
