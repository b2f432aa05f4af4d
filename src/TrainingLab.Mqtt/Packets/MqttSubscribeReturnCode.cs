namespace TrainingLab.Mqtt.Packets;

/// <summary>The answer to one topic filter of a SUBSCRIBE (§3.9.3). The values are those on the wire; MQTT 3.1.1 knows the first four, and any failure is written as <see cref="Failure"/> there.</summary>
public enum MqttSubscribeReturnCode : byte
{
    /// <summary>Granted at QoS 0.</summary>
    GrantedAtMostOnce = 0,

    /// <summary>Granted at QoS 1.</summary>
    GrantedAtLeastOnce = 1,

    /// <summary>Granted at QoS 2.</summary>
    GrantedExactlyOnce = 2,

    /// <summary>Not granted, for a reason that is not told.</summary>
    Failure = 0x80,

    /// <summary>Valid, and not accepted by this implementation.</summary>
    ImplementationSpecificError = 0x83,

    /// <summary>The client may not subscribe to this.</summary>
    NotAuthorized = 0x87,

    /// <summary>The filter is well formed and not allowed for this client.</summary>
    TopicFilterInvalid = 0x8F,

    /// <summary>The packet identifier is in use.</summary>
    PacketIdentifierInUse = 0x91,

    /// <summary>A limit is exceeded.</summary>
    QuotaExceeded = 0x97,

    /// <summary>Shared subscriptions are not supported.</summary>
    SharedSubscriptionsNotSupported = 0x9E,

    /// <summary>Subscription identifiers are not supported.</summary>
    SubscriptionIdentifiersNotSupported = 0xA1,

    /// <summary>Wildcards are not supported.</summary>
    WildcardSubscriptionsNotSupported = 0xA2,
}
