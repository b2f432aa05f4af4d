namespace TrainingLab.Mqtt.Broker;

/// <summary>How a broker behaves. Read once per use, so a changed delegate holds from the next packet on.</summary>
public sealed class MqttBrokerOptions
{
    /// <summary>The bounds; <see cref="MqttLimits"/>' defaults.</summary>
    public MqttLimits Limits { get; set; } = new();

    /// <summary>Checks a client's credentials; null (the default) accepts everybody, as a plain broker does.</summary>
    public MqttAuthenticator? Authenticate { get; set; }

    /// <summary>Methods of enhanced authentication that clients of MQTT 5 may name in CONNECT, e.g. <see cref="Authentication.ScramSha256Server"/>; none by default. A client that names one is not asked for a password.</summary>
    public IReadOnlyList<IMqttAuthenticationMethod> AuthenticationMethods { get; set; } = [];

    /// <summary>Sends every new client to another server; null (the default) for none. MQTT 3.1.1 is told that the service is not available.</summary>
    public MqttRedirect? Redirect { get; set; }

    /// <summary>What a client that asks is told as the beginning of its topics for answers (MQTT 5 §3.2.2.3.15); null (the default): nothing.</summary>
    public Func<MqttClientIdentity, string?>? ResponseInformation { get; set; }

    /// <summary>
    /// By what name messages that leave over a bridge of MQTT 5 remember this broker, so that it does not take them again; no other broker may have it. Null (the default): they do not.
    /// </summary>
    public string? BridgeIdentity { get; set; }

    /// <summary>Decides who may publish and subscribe what; null (the default) allows everything.</summary>
    public MqttAuthorizer? Authorize { get; set; }
}

/// <summary>
/// Checks a CONNECT's credentials. <see cref="MqttReasonCode.Success"/> lets it in; any other code refuses it, as a rule
/// <see cref="MqttReasonCode.BadUserNameOrPassword"/> for wrong ones and <see cref="MqttReasonCode.NotAuthorized"/> for missing ones.
/// </summary>
/// <param name="client">Who connects; the user name is null when it gave none.</param>
/// <param name="password">The password, null when it gave none.</param>
/// <param name="cancellation">Cancelled when the connection ends.</param>
public delegate ValueTask<MqttReasonCode> MqttAuthenticator(MqttClientIdentity client, byte[]? password, CancellationToken cancellation);

/// <summary>The other server that clients are to use (MQTT 5 §4.11).</summary>
/// <param name="Server">Its name or address and, after a colon, its port.</param>
/// <param name="IsPermanent">Whether for good.</param>
public sealed record MqttRedirect(string Server, bool IsPermanent);

/// <summary>Decides whether a client may do something; called for each message and each filter, so it must be quick.</summary>
/// <param name="client">Who.</param>
/// <param name="access">What it wants to do.</param>
/// <param name="topic">The topic name (publish) or topic filter (subscribe).</param>
public delegate bool MqttAuthorizer(MqttClientIdentity client, MqttAccess access, string topic);

/// <summary>What a client wants to do with a topic.</summary>
public enum MqttAccess
{
    /// <summary>Publish to a topic name, the will included.</summary>
    Publish,

    /// <summary>Subscribe to a topic filter.</summary>
    Subscribe,
}
