namespace TrainingLab.Mqtt.Broker;

/// <summary>Who is at the other end of a connection, as the network that delivered it knows.</summary>
/// <param name="Node">The name of the plant node that the connection came from, e.g. "filler-1".</param>
/// <param name="Address">Its address and port, e.g. "10.10.1.11:50123".</param>
/// <param name="Account">The person behind it, null for a device.</param>
/// <param name="ConnectionTime">Time of this connection's timers (keep-alive, connect timeout): plant time inside the plant, wire time for a real socket.</param>
public sealed record MqttPeer(string Node, string Address, string? Account, TimeProvider ConnectionTime)
{
    /// <summary>The user that the connection itself has proven, by a client certificate; null (the default) for none. It stands for the user name of CONNECT.</summary>
    public string? CertifiedUser { get; init; }
}

/// <summary>A client of the broker, as evidence names it.</summary>
/// <param name="Peer">Where its connection comes from.</param>
/// <param name="ClientId">Its client identifier, as sent or as assigned.</param>
/// <param name="UserName">Its user name, null when it gave none.</param>
public sealed record MqttClientIdentity(MqttPeer Peer, string ClientId, string? UserName);
