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
public sealed record MqttConnectResult(MqttConnectOutcome Outcome, MqttConnectReturnCode? ReturnCode, bool SessionPresent, string? Error)
{
    /// <summary>Whether the client is connected.</summary>
    public bool Connected => Outcome == MqttConnectOutcome.Connected;
}

/// <summary>How an attempt to connect ended.</summary>
public enum MqttConnectOutcome
{
    /// <summary>CONNACK with Accepted.</summary>
    Connected,

    /// <summary>CONNACK with another return code.</summary>
    Refused,

    /// <summary>There was no network connection: refused, unreachable, reset.</summary>
    Unreachable,

    /// <summary>No CONNACK within <see cref="MqttClientOptions.AnswerTimeout"/>.</summary>
    NoAnswer,

    /// <summary>The connection ended, or something other than CONNACK came.</summary>
    ConnectionLost,
}

/// <summary>What became of a published message.</summary>
public enum MqttPublishResult
{
    /// <summary>QoS 0: written to the connection. QoS 1 and 2: acknowledged by the broker.</summary>
    Done,

    /// <summary>Dropped: the queue is full.</summary>
    QueueFull,

    /// <summary>The client was stopped before it could be sent or acknowledged.</summary>
    Stopped,
}
