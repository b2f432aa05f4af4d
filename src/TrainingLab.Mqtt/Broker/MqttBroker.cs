using System.IO.Pipelines;
using System.Text.Json.Nodes;

namespace TrainingLab.Mqtt.Broker;

/// <summary>
/// An MQTT 3.1.1 broker. Transport-agnostic: whoever accepts connections calls <see cref="ServeAsync"/> for each.
/// Not thread safe: create and use it on one serial context, to which every await in it comes back.
/// </summary>
public sealed class MqttBroker
{
    /// <summary>Makes a broker without sessions and retained messages.</summary>
    /// <param name="options">How it behaves.</param>
    /// <param name="hostTime">Time of the host it runs on.</param>
    /// <param name="observer">Sees what clients do; null for nobody.</param>
    public MqttBroker(MqttBrokerOptions options, TimeProvider hostTime, IMqttBrokerObserver? observer = null)
    {
        Options = options;
        _ = hostTime;
        _ = observer;
    }

    /// <summary>How it behaves.</summary>
    public MqttBrokerOptions Options { get; }

    /// <summary>Its fault switches.</summary>
    public MqttBrokerFaults Faults { get; } = new();

    /// <summary>The connected clients, ordered by client identifier.</summary>
    public IReadOnlyList<MqttClientIdentity> Clients => throw new NotSupportedException();

    /// <summary>Serves one connection until it has ended; completes the transport. Never throws for what the peer does.</summary>
    public Task ServeAsync(IDuplexPipe transport, MqttPeer peer, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>Publishes on the broker's own behalf: no authorisation, no observer, topics that begin with $ allowed. Complete when routed.</summary>
    public ValueTask PublishAsync(MqttMessage message) => throw new NotSupportedException();

    /// <summary>Receives on the broker's own behalf, from now on and without the retained messages. The handler runs inside the routing and must return quickly. Disposing ends it. Not part of the saved state.</summary>
    /// <exception cref="ArgumentException">The filter is not a valid topic filter.</exception>
    public IDisposable Subscribe(string filter, Action<MqttMessage> handler) => throw new NotSupportedException();

    /// <summary>The retained messages whose topic matches the filter, ordered by topic.</summary>
    /// <exception cref="ArgumentException">The filter is not a valid topic filter.</exception>
    public IReadOnlyList<MqttMessage> Retained(string filter) => throw new NotSupportedException();

    /// <summary>Closes a client's connection as a network failure would (its will is published). False when no such client is connected.</summary>
    public bool DisconnectClient(string clientId) => throw new NotSupportedException();

    /// <summary>The retained messages, persistent sessions (subscriptions, queued and unacknowledged messages) and fault switches.</summary>
    public JsonNode Save() => throw new NotSupportedException();

    /// <summary>Closes every connection without publishing wills and takes back what <see cref="Save"/> gave.</summary>
    public void Load(JsonNode state) => throw new NotSupportedException();
}
