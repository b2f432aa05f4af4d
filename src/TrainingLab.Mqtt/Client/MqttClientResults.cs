using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Mqtt.Client;

/// <summary>Where a client stands.</summary>
public enum MqttClientState
{
    /// <summary>Not started, or stopped.</summary>
    Stopped,

    /// <summary>Trying to connect, or waiting to try again.</summary>
    Connecting,

    /// <summary>The broker has accepted the connection.</summary>
    Connected,
}

/// <summary>How an attempt to connect ended.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="ReturnCode">The broker's answer; null when there was none.</param>
/// <param name="SessionPresent">Whether the broker resumed a session.</param>
/// <param name="Error">Why there was no answer, in the words of whatever failed; null otherwise.</param>
/// <param name="Properties">What a broker of MQTT 5 said beside: its limits, an assigned client identifier, another server; null for nothing.</param>
public sealed record MqttConnectResult(MqttConnectOutcome Outcome, MqttReasonCode? ReturnCode, bool SessionPresent, string? Error, MqttProperties? Properties = null)
{
    /// <summary>Whether the client is connected.</summary>
    public bool Connected => Outcome == MqttConnectOutcome.Connected;
}

/// <summary>How an attempt to connect ended.</summary>
public enum MqttConnectOutcome
{
    /// <summary>CONNACK with Success.</summary>
    Connected,

    /// <summary>CONNACK with another reason code.</summary>
    Refused,

    /// <summary>There was no network connection: refused, unreachable, reset.</summary>
    Unreachable,

    /// <summary>No CONNACK within <see cref="MqttClientOptions.AnswerTimeout"/>.</summary>
    NoAnswer,

    /// <summary>The connection ended, or something other than CONNACK came.</summary>
    ConnectionLost,
}

/// <summary>What became of a published message.</summary>
/// <param name="IsDone">Whether it is written to the connection (QoS 0), or acknowledged by the broker without a failure (QoS 1 and 2).</param>
/// <param name="Reason">The broker's reason code, which only MQTT 5 has; null when it never came to that.</param>
public readonly record struct MqttPublishResult(bool IsDone, MqttReasonCode? Reason)
{
    /// <summary>Written or acknowledged.</summary>
    public static MqttPublishResult Done { get; } = new(IsDone: true, MqttReasonCode.Success);

    /// <summary>Dropped: the queue is full.</summary>
    public static MqttPublishResult QueueFull { get; } = new(IsDone: false, MqttReasonCode.QuotaExceeded);

    /// <summary>Thrown away before it was sent or acknowledged: the client was stopped, the message expired, or the broker takes no packet as long.</summary>
    public static MqttPublishResult Stopped { get; } = new(IsDone: false, null);

    internal static MqttPublishResult Of(MqttReasonCode? reason) => reason is { } code ? new(code < MqttReasonCode.UnspecifiedError, code) : Stopped;
}
