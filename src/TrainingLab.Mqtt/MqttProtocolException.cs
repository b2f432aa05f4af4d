namespace TrainingLab.Mqtt;

/// <summary>What the peer sent breaks the protocol or a named limit; the connection has to be closed. Retrying the same bytes does not help.</summary>
public sealed class MqttProtocolException : Exception
{
    /// <summary>Makes the error.</summary>
    public MqttProtocolException(MqttReasonCode reason, string message) : base(message) => Reason = reason;

    /// <summary>The protocol's own code for it.</summary>
    public MqttReasonCode Reason { get; }
}
