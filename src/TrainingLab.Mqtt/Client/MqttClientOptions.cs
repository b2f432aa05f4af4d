namespace TrainingLab.Mqtt.Client;

/// <summary>How a client connects and what it does when it is not connected.</summary>
public sealed record MqttClientOptions
{
    /// <summary>The client identifier; empty lets the broker assign one, which needs a clean session.</summary>
    public required string ClientId { get; init; }

    /// <summary>True (the default): broker and client forget subscriptions and unacknowledged messages between connections.</summary>
    public bool CleanSession { get; init; } = true;

    /// <summary>The user name, null for none.</summary>
    public string? UserName { get; init; }

    /// <summary>The password, null for none. Needs a user name (§3.1.2.9).</summary>
    public byte[]? Password { get; init; }

    /// <summary>What the broker publishes when the connection is lost; null for nothing.</summary>
    public MqttMessage? Will { get; init; }

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
