namespace TrainingLab.Mqtt.Broker;

/// <summary>What one client, and all of them, may use up. Every bound is checked before anything is allocated for it.</summary>
public sealed record MqttLimits
{
    /// <summary>Longest packet, in bytes, fixed header included. Longer: the connection is closed. Default 1 MiB; the protocol's own bound is 256 MB.</summary>
    public int MaxPacketSize { get; init; } = 1024 * 1024;

    /// <summary>Longest client identifier, in UTF-8 bytes. Longer: refused with ClientIdentifierNotValid. Default 256.</summary>
    public int MaxClientIdLength { get; init; } = 256;

    /// <summary>Longest topic name or filter, in UTF-8 bytes. A longer name closes the connection, a longer filter is answered with Failure. Default 4,096.</summary>
    public int MaxTopicLength { get; init; } = 4096;

    /// <summary>Most levels of a topic name or filter ("a/b" has two), answered likewise. Default 128.</summary>
    public int MaxTopicLevels { get; init; } = 128;

    /// <summary>Most subscriptions of one session; further filters are answered with Failure. Default 1,000.</summary>
    public int MaxSubscriptionsPerSession { get; init; } = 1000;

    /// <summary>Most messages that wait for one client; further ones are not queued (QoS 0 and above). Default 1,000.</summary>
    public int MaxQueuedMessages { get; init; } = 1000;

    /// <summary>Most payload and topic bytes that wait for one client or are not acknowledged by it; further messages are not queued. Default 16 MiB.</summary>
    public long MaxQueuedBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Most bytes that all clients together hold: messages that wait for them (a message that waits for many counts once), wills, topic aliases, packets that have come in part. When they are used up,
    /// who holds an equal share of them gets no more: messages are not queued, a will or an alias is refused with QuotaExceeded, a long packet closes the connection with it. Default 256 MiB.
    /// </summary>
    public long MaxClientBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Most bytes that the subscriptions of all sessions take. When they are used up, who holds an equal share gets no more: QuotaExceeded, in 3.1.1 Failure. Default 512 MiB.</summary>
    public long MaxSubscriptionBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>Most QoS 1 and 2 messages sent to one client and not yet acknowledged; the next waits. Default 100, at most 65,535.</summary>
    public int MaxInflight { get; init; } = 100;

    /// <summary>Most QoS 2 messages that one client has published and not yet released; in MQTT 5 the receive maximum, at most 65,535. More: the connection is closed. Default 4,096.</summary>
    public int MaxUnreleased { get; init; } = 4096;

    /// <summary>Most topic aliases in each direction of a connection (MQTT 5); 0 for none. Default 64, at most 65,535.</summary>
    public int MaxTopicAliases { get; init; } = 64;

    /// <summary>Longest keep-alive, whole seconds; a client of MQTT 5 that asks for more, or for none, is told this one. Null (the default): any.</summary>
    public TimeSpan? MaxKeepAlive { get; init; }

    /// <summary>Longest time for which a session of MQTT 5 outlives its connection, whole seconds; one that asks for more is told this one. Null (the default): any.</summary>
    public TimeSpan? MaxSessionExpiry { get; init; }

    /// <summary>Longest payload, in bytes. Longer: the connection is closed with QuotaExceeded. Default no bound beyond the packet's.</summary>
    public int MaxPayloadSize { get; init; } = int.MaxValue;

    /// <summary>Most messages that one client may publish in a second, with a burst of as many. More: the connection is closed with MessageRateTooHigh. Default 0, any number.</summary>
    public int MaxMessagesPerSecond { get; init; }

    /// <summary>Most connections, those that have not sent CONNECT included. A further one takes the place of the one that has waited longest for its CONNECT, and is closed at once when there is none. Default 10,000.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>Most sessions, offline ones included. A further CONNECT is refused with ServerUnavailable. Default 10,000.</summary>
    public int MaxSessions { get; init; } = 10_000;

    /// <summary>Most topics with a retained message. A further one is routed but not retained. Default 100,000.</summary>
    public int MaxRetainedMessages { get; init; } = 100_000;

    /// <summary>Most retained bytes: topics, payloads, and the tree by which they are found. A message beyond it is routed but not retained. Default 256 MiB.</summary>
    public long MaxRetainedBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>How long a new connection may take to send its CONNECT, in connection time. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
