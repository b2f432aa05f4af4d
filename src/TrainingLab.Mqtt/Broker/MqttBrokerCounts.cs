namespace TrainingLab.Mqtt.Broker;

/// <summary>What a broker counts; totals are from its start on.</summary>
/// <param name="Connected">Clients that are connected.</param>
/// <param name="Sessions">Sessions, those without a connection included.</param>
/// <param name="Subscriptions">Subscriptions of all sessions.</param>
/// <param name="Retained">Topics with a retained message.</param>
/// <param name="RetainedBytes">Bytes of those topics and messages.</param>
/// <param name="PacketsReceived">Packets of every type that clients sent.</param>
/// <param name="MessagesReceived">Messages that clients published.</param>
/// <param name="MessagesSent">Messages handed to clients' connections.</param>
/// <param name="MessagesDropped">Messages thrown away because too much waited for a client that is there now.</param>
public readonly record struct MqttBrokerCounts(
    int Connected,
    int Sessions,
    int Subscriptions,
    int Retained,
    long RetainedBytes,
    long PacketsReceived,
    long MessagesReceived,
    long MessagesSent,
    long MessagesDropped);
