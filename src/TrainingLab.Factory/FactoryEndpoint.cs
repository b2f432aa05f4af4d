namespace TrainingLab.Factory;

/// <summary>Protocol of an endpoint.</summary>
public enum EndpointProtocol
{
    OpcUa,
    Mqtt,
    Mqtts,
    Http,
    Socks5,
}

/// <summary>Something in a factory that a student's tool may connect to.</summary>
/// <param name="Name">Name of the endpoint; the node's, with <c>-tls</c> behind it where the node has two.</param>
/// <param name="Protocol">What it speaks.</param>
/// <param name="Node">Node of the plant.</param>
/// <param name="Address">Its address in the plant, as <c>address:port</c>.</param>
/// <param name="Port">Its TCP port in the plant.</param>
public sealed record FactoryEndpoint(string Name, EndpointProtocol Protocol, string Node, string Address, int Port);
