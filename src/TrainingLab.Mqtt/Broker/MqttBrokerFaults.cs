namespace TrainingLab.Mqtt.Broker;

/// <summary>Faults of a broker that a lab switches on and off. Everything is off by default; a switch holds from the next packet on and is part of the broker's saved state.</summary>
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
}
