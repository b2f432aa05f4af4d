using System.IO.Pipelines;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Mqtt.Bridging;

/// <summary>
/// Carries messages between a broker and another one, as the other one's client. What is to go there is queued in a session of this broker, and that same session counts what the other
/// broker acknowledges: nothing is copied from one queue into another. So whatever a persistent session survives (the other side is away, this process is killed with a
/// store), the bridge survives, in order, with every message at QoS 1 and none twice at QoS 2. Use it on the broker's context.
/// </summary>
/// <remarks>
/// A message never goes back to where it came from: this broker does not hand the bridge what the bridge brought, and the other one is asked not to (no local of MQTT 5; in MQTT 3.1.1 the
/// bit that tells a bridge). A broker of MQTT 3.1.1 that refuses the bit sends messages of a rule with the same topics both ways back once, without the retain flag, and there it ends.
/// In MQTT 5 messages also remember the brokers that they have left over a bridge (<see cref="MqttBrokerOptions.BridgeIdentity"/>), so that none goes round in a circle.
/// </remarks>
public sealed class MqttBridge : IAsyncDisposable
{
    private readonly MqttBroker broker;
    private readonly MqttBridgeOptions options;
    private readonly BridgeSession session;
    private readonly MqttClientOptions asClient;
    private readonly Func<CancellationToken, ValueTask<IDuplexPipe>> connect;
    private readonly TimeProvider time;
    private readonly MqttClient client;

    /// <summary>Makes a bridge and begins to queue what is to go to the other broker, or takes up the queue that the broker has kept for its name. Nothing is sent before <see cref="Start"/>.</summary>
    /// <param name="broker">This broker, after it has been given its store.</param>
    /// <param name="options">What it carries and how it connects.</param>
    /// <param name="connect">Opens a network connection to the other broker; throws when there is none.</param>
    /// <param name="time">Timers.</param>
    /// <exception cref="ArgumentException">The options contradict the protocol.</exception>
    public MqttBridge(MqttBroker broker, MqttBridgeOptions options, Func<CancellationToken, ValueTask<IDuplexPipe>> connect, TimeProvider time)
    {
        this.broker = broker;
        this.options = options;
        this.connect = connect;
        this.time = time;
        asClient = options.Client with { CleanSession = false, IsBridge = true };
        if (broker.Options.BridgeIdentity is { } identity) asClient = asClient with { UserProperties = [.. asClient.UserProperties, new MqttUserProperty(BridgeWay.Property, identity)] };
        session = broker.OpenBridge(options.Name, options.Topics, asClient);
        client = new MqttClient(asClient, connect, time, session.Delivery, broker.Durable);
        client.MessageReceived += Bring;
        client.StateChanged += OnStateChanged;
        client.Attempted += result => Attempted?.Invoke(result);
        foreach (var topic in options.Topics.Where(t => t.IsIn).DistinctBy(t => t.RemoteFilter, StringComparer.Ordinal))
            _ = client.SubscribeAsync(new SubscribeFilter(topic.RemoteFilter, HighestQoS(topic), NoLocal: true, RetainAsPublished: true, MqttRetainHandling.SendIfNew), static _ => { });
        TellState();
    }

    /// <summary>Raised after each attempt to connect, with how it ended.</summary>
    public event Action<MqttConnectResult>? Attempted;

    /// <summary>Raised when the connection is there or gone.</summary>
    public event Action<bool>? ConnectedChanged;

    /// <summary>Its name.</summary>
    public string Name => options.Name;

    /// <summary>Whether the other broker has accepted it; also told, retained, as 1 or 0 in <c>$SYS/broker/connection/{name}/state</c>.</summary>
    public bool IsConnected => client.State == MqttClientState.Connected;

    /// <summary>Messages at QoS 1 and 2 that wait for the other broker or for its acknowledgement.</summary>
    public int Queued => client.Queued;

    /// <summary>Connects, and again and again until it is disposed.</summary>
    public void Start() => client.Start();

    /// <summary>Disconnects. What waits stays with the broker until a bridge of the same name takes it up or <see cref="MqttBroker.ForgetBridge"/> throws it away.</summary>
    public async ValueTask DisposeAsync()
    {
        await client.StopAsync();
        TellState();
    }

    /// <summary>
    /// Disconnects, and has the other broker throw away its session too: by one more connection that asks for a clean one, in which nothing is exchanged. For a bridge that does not come back.
    /// </summary>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>How that connection ended; where it is not connected, the session stays there.</returns>
    public async Task<MqttConnectResult> EndAsync(CancellationToken cancellation)
    {
        await DisposeAsync();
        var once = await MqttOnce.PublishAsync(asClient with { CleanSession = true, IsBridge = false, Will = null, WillAtConnect = null }, connect, [], time, cancellation);
        return once.Connect;
    }

    private MqttQoS HighestQoS(MqttBridgeTopic topic) => options.Topics.Where(t => t.IsIn && t.RemoteFilter == topic.RemoteFilter).Max(t => t.QoS);

    /// <summary>A message came from the other broker.</summary>
    private void Bring(MqttMessage message)
    {
        foreach (var rule in options.Topics)
        {
            if (rule.ToLocal(message.Topic) is not { Length: > 0 } topic) continue;
            // A topic of this broker itself is not for others to set.
            if (!topic.StartsWith('$')) broker.Bring(message.WithTopic(topic), session);
            return;
        }
    }

    private void OnStateChanged(MqttClientState state)
    {
        if (state == MqttClientState.Connected && client.LastConnect is { } accepted)
        {
            session.OtherEnd = BridgeWay.IdentityIn(accepted.Properties);
            if (accepted.SessionPresent)
            {
                foreach (var filter in options.FormerFilters) client.EndSubscription(filter);
            }
            else
            {
                // The other broker knows nothing: neither what it retained nor what it was sent.
                foreach (var topic in options.Topics.Where(t => t.IsOut)) broker.SendRetained(session, topic.LocalFilter);
            }
        }
        TellState();
        ConnectedChanged?.Invoke(IsConnected);
    }

    private void TellState() => _ = broker.PublishAsync(MqttMessage.FromText(MqttBroker.BridgeStateTopic(Name), IsConnected ? "1" : "0", retain: true));
}
