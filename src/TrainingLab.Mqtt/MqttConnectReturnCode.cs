namespace TrainingLab.Mqtt;

/// <summary>The answer to CONNECT (§3.2.2.3, table 3.1). The values are those on the wire.</summary>
public enum MqttConnectReturnCode : byte
{
    /// <summary>Connection accepted.</summary>
    Accepted = 0,

    /// <summary>The protocol level is not supported.</summary>
    UnacceptableProtocolVersion = 1,

    /// <summary>The client identifier is well formed but not allowed.</summary>
    IdentifierRejected = 2,

    /// <summary>The service is not available now.</summary>
    ServerUnavailable = 3,

    /// <summary>User name or password are wrong or malformed.</summary>
    BadUserNameOrPassword = 4,

    /// <summary>This client may not connect.</summary>
    NotAuthorized = 5,
}
