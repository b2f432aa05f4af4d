using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Sparkplug.Validation;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary>Lets the validator see everything that a broker sees.</summary>
internal sealed class SparkplugWitness : IMqttBrokerObserver
{
    /// <summary>What was seen, judged.</summary>
    public SparkplugValidator Validator { get; } = new() { SeesSubscriptions = true };

    /// <summary>The rules broken until now, each with the message that first broke it, such as <c>NBIRTH tck-id-…</c>; messages are "-" where a CONNECT or SUBSCRIBE broke it.</summary>
    public IEnumerable<string> Broken(bool must) => Validator.Violations
        .Where(v => v.Rule.IsMust == must)
        .DistinctBy(v => v.Rule.Id, StringComparer.Ordinal)
        .Select(v => $"{v.Topic.Split('/') switch { [_, "STATE", ..] => "STATE", [_, _, var type, ..] => type, _ => "-" }} {v.Rule.Id}")
        .Order(StringComparer.Ordinal);

    public ValueTask ConnectAnsweredAsync(MqttClientIdentity client, MqttReasonCode code, bool cleanSession, bool sessionPresent, MqttMessage? will)
    {
        if (code == MqttReasonCode.Success) Validator.ObserveConnect(client.ClientId, will, cleanSession);
        return default;
    }

    public ValueTask SubscribedAsync(MqttClientIdentity client, IReadOnlyList<MqttSubscribeResult> results)
    {
        foreach (var result in results.Where(r => r.IsGranted)) Validator.ObserveSubscribe(client.ClientId, result.Filter, result.Requested);
        return default;
    }

    public ValueTask PublishedAsync(MqttClientIdentity client, MqttMessage message, MqttPublishOutcome outcome)
    {
        Validator.Observe(message, client.ClientId);
        return default;
    }

    public void PublishedAtMostOnce(MqttClientIdentity client, MqttMessage message, MqttPublishOutcome outcome) => Validator.Observe(message, client.ClientId);

    public ValueTask WillPublishedAsync(MqttClientIdentity client, MqttMessage will)
    {
        Validator.Observe(will, client.ClientId);
        return default;
    }

    public ValueTask DisconnectedAsync(MqttClientIdentity client, MqttDisconnectReason reason, MqttReasonCode? error)
    {
        if (reason == MqttDisconnectReason.Disconnected) Validator.ObserveDisconnect(client.ClientId);
        else Validator.ObserveLoss(client.ClientId);
        return default;
    }
}
