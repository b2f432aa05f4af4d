namespace TrainingLab.Mqtt;

/// <summary>
/// The reason codes of MQTT 5 (§2.4, table 2-6); from 0x80 on they are failures. MQTT 3.1.1 has a few return codes in CONNACK and SUBACK,
/// which are translated when such a packet is read or written; elsewhere it closes without saying, so there they are for evidence and logs.
/// </summary>
public enum MqttReasonCode : byte
{
    /// <summary>Success; in DISCONNECT: normal disconnection; in SUBACK: granted at QoS 0.</summary>
    Success = 0x00,

    /// <summary>SUBACK: granted at QoS 1.</summary>
    GrantedQoS1 = 0x01,

    /// <summary>SUBACK: granted at QoS 2.</summary>
    GrantedQoS2 = 0x02,

    /// <summary>DISCONNECT: the client wants its will published.</summary>
    DisconnectWithWill = 0x04,

    /// <summary>PUBACK and PUBREC: nobody is subscribed.</summary>
    NoMatchingSubscribers = 0x10,

    /// <summary>UNSUBACK: there was no such subscription.</summary>
    NoSubscriptionExisted = 0x11,

    /// <summary>AUTH: go on with another step.</summary>
    ContinueAuthentication = 0x18,

    /// <summary>AUTH: the client authenticates again.</summary>
    ReAuthenticate = 0x19,

    /// <summary>A failure that the sender does not explain.</summary>
    UnspecifiedError = 0x80,

    /// <summary>Bytes that are no packet of this protocol version.</summary>
    MalformedPacket = 0x81,

    /// <summary>A packet that must not come here or now.</summary>
    ProtocolError = 0x82,

    /// <summary>Valid, and not accepted by this implementation.</summary>
    ImplementationSpecificError = 0x83,

    /// <summary>The protocol version of CONNECT is not supported.</summary>
    UnsupportedProtocolVersion = 0x84,

    /// <summary>The client identifier is well formed and not allowed.</summary>
    ClientIdentifierNotValid = 0x85,

    /// <summary>User name or password are wrong.</summary>
    BadUserNameOrPassword = 0x86,

    /// <summary>The client may not do this.</summary>
    NotAuthorized = 0x87,

    /// <summary>The service is not available now.</summary>
    ServerUnavailable = 0x88,

    /// <summary>The server is busy; try later.</summary>
    ServerBusy = 0x89,

    /// <summary>This client is banned.</summary>
    Banned = 0x8A,

    /// <summary>The server shuts down.</summary>
    ServerShuttingDown = 0x8B,

    /// <summary>The authentication method is not supported, or not the one in use.</summary>
    BadAuthenticationMethod = 0x8C,

    /// <summary>Nothing was received for one and a half times the keep-alive.</summary>
    KeepAliveTimeout = 0x8D,

    /// <summary>Another connection came with the same client identifier.</summary>
    SessionTakenOver = 0x8E,

    /// <summary>A topic filter that breaks §4.7, or that this server does not accept.</summary>
    TopicFilterInvalid = 0x8F,

    /// <summary>A topic name that breaks §4.7, or exceeds this broker's limits.</summary>
    TopicNameInvalid = 0x90,

    /// <summary>The packet identifier is in use already.</summary>
    PacketIdentifierInUse = 0x91,

    /// <summary>The packet identifier is not known.</summary>
    PacketIdentifierNotFound = 0x92,

    /// <summary>More messages in flight than this side accepts.</summary>
    ReceiveMaximumExceeded = 0x93,

    /// <summary>A topic alias of 0, beyond the maximum, or without a topic yet.</summary>
    TopicAliasInvalid = 0x94,

    /// <summary>Longer than this side accepts.</summary>
    PacketTooLarge = 0x95,

    /// <summary>More messages per second than this side accepts.</summary>
    MessageRateTooHigh = 0x96,

    /// <summary>An administrative limit is exceeded.</summary>
    QuotaExceeded = 0x97,

    /// <summary>Closed by an administrator.</summary>
    AdministrativeAction = 0x98,

    /// <summary>The payload is not what its format indicator says.</summary>
    PayloadFormatInvalid = 0x99,

    /// <summary>This server retains no messages.</summary>
    RetainNotSupported = 0x9A,

    /// <summary>The quality of service is above what this server accepts.</summary>
    QoSNotSupported = 0x9B,

    /// <summary>Use another server for now.</summary>
    UseAnotherServer = 0x9C,

    /// <summary>Use another server for good.</summary>
    ServerMoved = 0x9D,

    /// <summary>Shared subscriptions are not supported.</summary>
    SharedSubscriptionsNotSupported = 0x9E,

    /// <summary>Too many connections per second.</summary>
    ConnectionRateExceeded = 0x9F,

    /// <summary>The connection has lasted as long as it may.</summary>
    MaximumConnectTime = 0xA0,

    /// <summary>Subscription identifiers are not supported.</summary>
    SubscriptionIdentifiersNotSupported = 0xA1,

    /// <summary>Wildcard subscriptions are not supported.</summary>
    WildcardSubscriptionsNotSupported = 0xA2,
}
