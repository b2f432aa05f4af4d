namespace TrainingLab.Mqtt.Broker;

/// <summary>A method of enhanced authentication (MQTT 5 §4.12): challenge and response in AUTH packets.</summary>
public interface IMqttAuthenticationMethod
{
    /// <summary>Its name in the Authentication Method property.</summary>
    string Name { get; }

    /// <summary>Begins an exchange with a client that has named the method.</summary>
    MqttAuthenticationExchange Begin(MqttClientIdentity client);
}

/// <summary>One client's exchange.</summary>
public abstract class MqttAuthenticationExchange
{
    /// <summary>Takes what the client sent and says what follows.</summary>
    public abstract ValueTask<MqttAuthenticationStep> StepAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation);
}

/// <summary>What follows in an exchange.</summary>
/// <param name="Reason">ContinueAuthentication with another challenge, Success, or the failure to say.</param>
/// <param name="Data">What the client gets; null for nothing.</param>
/// <param name="UserName">On success, who it is.</param>
public sealed record MqttAuthenticationStep(MqttReasonCode Reason, ReadOnlyMemory<byte>? Data = null, string? UserName = null);
