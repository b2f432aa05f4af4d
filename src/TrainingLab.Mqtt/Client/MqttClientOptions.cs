using TrainingLab.Mqtt.Authentication;
using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Mqtt.Client;

/// <summary>How a client connects and what it does when it is not connected.</summary>
public sealed record MqttClientOptions
{
    /// <summary>The client identifier; empty lets the broker assign one, which needs a clean session.</summary>
    public required string ClientId { get; init; }

    /// <summary>The protocol version; 3.1.1 by default. What says MQTT 5 below has no effect in 3.1.1.</summary>
    public MqttProtocolVersion Version { get; init; } = MqttProtocolVersion.V311;

    /// <summary>True (the default): broker and client forget subscriptions and unacknowledged messages between connections.</summary>
    public bool CleanSession { get; init; } = true;

    /// <summary>
    /// MQTT 3.1.1: whether CONNECT says, by the highest bit of the protocol level, that this is a bridge: brokers that know the bit (mosquitto, this one) then leave out the client's own
    /// messages and keep the retain flag, which MQTT 5 has subscription options for. After an attempt that fails the next one goes without it. Default false.
    /// </summary>
    public bool IsBridge { get; init; }

    /// <summary>The user name, null for none.</summary>
    public string? UserName { get; init; }

    /// <summary>The password, null for none. In MQTT 3.1.1 it needs a user name (§3.1.2.9).</summary>
    public byte[]? Password { get; init; }

    /// <summary>What the broker publishes when the connection is lost; null for nothing.</summary>
    public MqttMessage? Will { get; init; }

    /// <summary>Makes the will of each CONNECT, for wills that tell one connection from the next; null (the default), or a null from it: <see cref="Will"/>.</summary>
    public Func<MqttMessage?>? WillAtConnect { get; init; }

    /// <summary>MQTT 5: how long after the connection's end the broker publishes the will, whole seconds. Default 0.</summary>
    public TimeSpan WillDelay { get; init; }

    /// <summary>MQTT 5: how long a session that is not clean outlives its connection, whole seconds. Null (the default): for ever.</summary>
    public TimeSpan? SessionExpiry { get; init; }

    /// <summary>MQTT 5: user properties of CONNECT; none by default.</summary>
    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    /// <summary>MQTT 5: challenge and response instead of a password; null (the default) for none.</summary>
    public IMqttClientAuthentication? Authentication { get; init; }

    /// <summary>MQTT 5: QoS 1 and 2 messages that the broker may send before one is acknowledged, from 1 to 65,535. Default 1,000.</summary>
    public int ReceiveMaximum { get; init; } = 1000;

    /// <summary>MQTT 5: topic aliases in each direction, 0 (none) to 65,535. Default 16.</summary>
    public int TopicAliasMaximum { get; init; } = 16;

    /// <summary>MQTT 5: whether the broker is asked for the beginning of topics for answers. Default false.</summary>
    public bool RequestResponseInformation { get; init; }

    /// <summary>Longest silence before the client sends PINGREQ: whole seconds, 0 (never) to 65,535. Default 60 s.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long to wait for the connection and CONNACK, and for a PINGRESP. Default 10 s.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait before the first attempt to reconnect; doubled by each that fails. Default 1 s. Null: never reconnect.</summary>
    public TimeSpan? ReconnectDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait before an attempt to reconnect. Default 30 s.</summary>
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most messages that wait for a connection or for room in flight; a further one is dropped. Default 1,000.</summary>
    public int MaxQueuedMessages { get; init; } = 1000;

    /// <summary>
    /// Most QoS 1 and 2 messages sent and not yet acknowledged; at most 65,535. Default 20, as MQTT 3.1.1 has no way for a broker to say how
    /// many it takes, and mosquitto 2.0 loses QoS 2 messages beyond its own 20.
    /// </summary>
    public int MaxInflight { get; init; } = 20;

    /// <summary>Longest packet accepted from the broker, in bytes. Default 4 MiB.</summary>
    public int MaxPacketSize { get; init; } = 4 * 1024 * 1024;
}
