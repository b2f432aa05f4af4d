using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Mqtt.Broker;

/// <summary>
/// Sees what clients do, on the broker's serial context. The awaited methods are called before the answer leaves, and the answer waits
/// for them; the others are for counting and coalescing and must be cheap. Every method does nothing by default.
/// An exception out of an observer ends that connection unanswered and comes out of <see cref="MqttBroker.ServeAsync"/>.
/// </summary>
public interface IMqttBrokerObserver
{
    /// <summary>A CONNECT is about to be answered.</summary>
    /// <param name="client">Whose.</param>
    /// <param name="code">How it is answered.</param>
    /// <param name="cleanSession">Whether a clean session was asked for.</param>
    /// <param name="sessionPresent">Whether there is a session from before.</param>
    /// <param name="will">The will that came with it; null for none.</param>
    ValueTask ConnectAnsweredAsync(MqttClientIdentity client, MqttReasonCode code, bool cleanSession, bool sessionPresent, MqttMessage? will) => default;

    /// <summary>A SUBSCRIBE has taken effect: one result per filter, in the order asked.</summary>
    ValueTask SubscribedAsync(MqttClientIdentity client, IReadOnlyList<MqttSubscribeResult> results) => default;

    /// <summary>An UNSUBSCRIBE has taken effect.</summary>
    ValueTask UnsubscribedAsync(MqttClientIdentity client, IReadOnlyList<string> filters) => default;

    /// <summary>A message at QoS 1 or 2 came in, once per message (a duplicate of QoS 2 is not reported); neither routed nor acknowledged yet.</summary>
    ValueTask PublishedAsync(MqttClientIdentity client, MqttMessage message, MqttPublishOutcome outcome) => default;

    /// <summary>A message at QoS 0 came in.</summary>
    void PublishedAtMostOnce(MqttClientIdentity client, MqttMessage message, MqttPublishOutcome outcome)
    {
    }

    /// <summary>A client's will is about to be published.</summary>
    ValueTask WillPublishedAsync(MqttClientIdentity client, MqttMessage will) => default;

    /// <summary>A connection that had been accepted ended.</summary>
    /// <param name="client">Whose.</param>
    /// <param name="reason">Why.</param>
    /// <param name="error">The protocol's code when <paramref name="reason"/> is <see cref="MqttDisconnectReason.ProtocolError"/>.</param>
    ValueTask DisconnectedAsync(MqttClientIdentity client, MqttDisconnectReason reason, MqttReasonCode? error) => default;

    /// <summary>A connection ended before its CONNECT was understood: wrong bytes, another packet, silence.</summary>
    ValueTask ConnectFailedAsync(MqttPeer peer, MqttDisconnectReason reason, MqttReasonCode? error) => default;

    /// <summary>A message was handed to a client's connection (at QoS 1 and 2 not acknowledged yet).</summary>
    void Delivered(string clientId, MqttMessage message, MqttQoS qos)
    {
    }
}

/// <summary>What the broker did with one topic filter of a SUBSCRIBE.</summary>
/// <param name="Filter">The topic filter.</param>
/// <param name="Requested">The quality of service asked for.</param>
/// <param name="ReturnCode">The granted quality of service or the kind of failure; MQTT 3.1.1 is told only that it failed.</param>
public sealed record MqttSubscribeResult(string Filter, MqttQoS Requested, MqttSubscribeReturnCode ReturnCode)
{
    /// <summary>Whether the client has the subscription.</summary>
    public bool IsGranted => ReturnCode <= MqttSubscribeReturnCode.GrantedExactlyOnce;
}

/// <summary>What the broker did with a message it received. MQTT 3.1.1 can only acknowledge or close (§3.3.5), so refused messages are acknowledged and dropped; MQTT 5 is told in the acknowledgement.</summary>
public enum MqttPublishOutcome
{
    /// <summary>Routed to the subscribers.</summary>
    Accepted,

    /// <summary>Dropped: the authorisation delegate said no.</summary>
    NotAuthorized,

    /// <summary>Dropped: a client may not publish to topics that begin with $.</summary>
    ReservedTopic,

    /// <summary>Dropped by a fault switch, silently for the client.</summary>
    DroppedByFault,

    /// <summary>Routed to the subscribers, but not retained because the retained store is full.</summary>
    NotRetained,
}

/// <summary>Why a connection ended.</summary>
public enum MqttDisconnectReason
{
    /// <summary>The client sent DISCONNECT; its will is discarded.</summary>
    Disconnected,

    /// <summary>The network connection ended without DISCONNECT.</summary>
    ConnectionLost,

    /// <summary>Nothing was received for one and a half times the keep-alive, or no CONNECT in time.</summary>
    Timeout,

    /// <summary>The client broke the protocol or a limit.</summary>
    ProtocolError,

    /// <summary>Another connection came with the same client identifier.</summary>
    TakenOver,

    /// <summary>The CONNECT was answered with a refusal.</summary>
    Refused,

    /// <summary>The broker's owner closed it: a fault switch, a state load, shutdown.</summary>
    ClosedByOwner,
}
