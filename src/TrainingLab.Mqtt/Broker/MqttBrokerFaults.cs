namespace TrainingLab.Mqtt.Broker;

/// <summary>Faults of a broker that a lab switches on and off. Everything is off by default; a switch holds from the next packet on. Switches, but not delegates, are part of the broker's saved state.</summary>
public sealed class MqttBrokerFaults
{
    /// <summary>Refuses every new CONNECT with ServerUnavailable. Connected clients stay.</summary>
    public bool RefuseConnects { get; set; }

    /// <summary>Loses messages: those whose topic matches this filter are acknowledged and neither routed nor retained. Null: none.</summary>
    public string? DropFilter { get; set; }

    /// <summary>Of the messages that <see cref="DropFilter"/> matches only every n-th is lost, counted from the switching on; 1 (the default) loses all.</summary>
    public int DropEvery { get; set; } = 1;

    /// <summary>Holds back each PUBACK and PUBREC by this long, in host time. Zero: not at all.</summary>
    public TimeSpan AcknowledgementDelay { get; set; }

    /// <summary>Whether another message is lost, beside those of <see cref="DropFilter"/>; null (the default): none.</summary>
    public Func<MqttMessage, bool>? Loses { get; set; }

    /// <summary>
    /// How long a message of a client waits before it is retained and handed on, in host time; it is acknowledged at once. Messages of one client with the same topic and quality of service keep
    /// their order (§4.6), others may overtake. Null (the default): not at all.
    /// </summary>
    public Func<MqttMessage, TimeSpan>? MessageDelay { get; set; }

    /// <summary>How much longer than <see cref="AcknowledgementDelay"/> the next PUBACK or PUBREC is held back, in host time; they keep their order (§4.6). Null (the default): no longer.</summary>
    public Func<TimeSpan>? AnswerDelay { get; set; }

    /// <summary>
    /// Whether the next PUBACK of a client does not arrive: its connection is lost, and when it comes back to its session it gets the message again, with DUP (§4.4). The only way to a
    /// duplicate that both versions allow. Null (the default): all arrive.
    /// </summary>
    public Func<MqttClientIdentity, bool>? LosesAcknowledgement { get; set; }
}
