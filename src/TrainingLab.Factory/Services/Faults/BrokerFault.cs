using TrainingLab.Factory.Devices.Faults;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;

namespace TrainingLab.Factory.Services.Faults;

/// <summary>A fault of the plant's MQTT broker: messages and acknowledgements are late, lost or come again, connections end, within what the specification allows.</summary>
internal abstract class BrokerFault : ScheduledFault
{
    /// <summary>Whether new connections are refused.</summary>
    public virtual bool Refuses => false;

    /// <summary>The broker that it makes ill.</summary>
    protected MqttBroker Broker { get; private set; } = null!;

    /// <summary>Tells the broker, once.</summary>
    public void Attach(MqttBroker broker) => Broker = broker;

    /// <summary>Whether a message gets lost.</summary>
    public virtual bool Loses(MqttMessage message) => false;

    /// <summary>How long a message waits, in plant time.</summary>
    public virtual TimeSpan MessageDelay(MqttMessage message) => TimeSpan.Zero;

    /// <summary>How long the next PUBACK or PUBREC waits, in plant time.</summary>
    public virtual TimeSpan AnswerDelay() => TimeSpan.Zero;

    /// <summary>Whether the next PUBACK of a client gets lost, and with it the connection.</summary>
    public virtual bool LosesAcknowledgement(MqttClientIdentity client) => false;
}
