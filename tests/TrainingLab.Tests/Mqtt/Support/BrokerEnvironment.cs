using System.Collections.ObjectModel;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Tests.Mqtt.Support;

/// <summary>A broker on a serial context of its own, with time that a test moves and an observer that writes down what it hears.</summary>
internal sealed class BrokerEnvironment
{
    private int connections;

    private BrokerEnvironment(SerialContext context, MqttBrokerOptions options)
    {
        Context = context;
        Time = new FakeTime(context);
        Observer = new RecordingObserver();
        Options = options;
        Broker = new MqttBroker(options, Time, Observer);
    }

    public SerialContext Context { get; }

    public FakeTime Time { get; }

    public RecordingObserver Observer { get; }

    public MqttBrokerOptions Options { get; }

    public MqttBroker Broker { get; set; }

    /// <summary>What clients speak whose version the test does not name.</summary>
    public MqttProtocolVersion Version { get; private init; } = MqttProtocolVersion.V311;

    /// <summary>Runs a test to its end; every connection that it opened must have ended without an exception, or still be open.</summary>
    public static void Run(Func<BrokerEnvironment, Task> test) => Run(new MqttBrokerOptions(), test);

    public static void Run(MqttBrokerOptions options, Func<BrokerEnvironment, Task> test) =>
        SerialContext.Run(context => test(new BrokerEnvironment(context, options)));

    /// <summary>Runs a test with clients of MQTT 3.1.1 and again, with a new broker, with clients of MQTT 5.</summary>
    public static void RunInBothVersions(Func<BrokerEnvironment, Task> test)
    {
        foreach (var version in new[] { MqttProtocolVersion.V311, MqttProtocolVersion.V5 })
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"MQTT {version}");
            SerialContext.Run(context => test(new BrokerEnvironment(context, new MqttBrokerOptions()) { Version = version }));
        }
    }

    /// <summary>Opens a connection to the broker; nothing is sent yet.</summary>
    public WireClient Open(string node = "pc", CancellationToken cancellation = default, MqttProtocolVersion? version = null)
    {
        var (client, server) = PipePair.Create();
        var wire = new WireClient(Context, client, version ?? Version);
        var peer = new MqttPeer(node, $"10.0.0.1:{50000 + connections++}", null, Time);
        wire.Served = Broker.ServeAsync(server, peer, cancellation);
        return wire;
    }

    /// <summary>Opens a connection and sends CONNECT; the CONNACK is taken. A session that is not clean stays for ever.</summary>
    public async Task<WireClient> ConnectAsync(string clientId, bool clean = true, ushort keepAlive = 0, MqttMessage? will = null)
    {
        var client = await ReopenAsync(clientId, clean, keepAlive, will);
        Assert.StartsWith("CONNACK Success", Assert.Single(client.Take()), StringComparison.Ordinal);
        return client;
    }

    /// <summary>As <see cref="ConnectAsync"/>, but nothing is taken.</summary>
    public async Task<WireClient> ReopenAsync(string clientId, bool clean = false, ushort keepAlive = 0, MqttMessage? will = null)
    {
        var client = Open();
        var properties = Version == MqttProtocolVersion.V5 && !clean ? new MqttProperties { SessionExpiryInterval = uint.MaxValue } : null;
        await client.ConnectAsync(clientId, clean, keepAlive, will, properties: properties);
        return client;
    }

    /// <summary>Opens a connection of MQTT 5 and sends CONNECT; the CONNACK is taken.</summary>
    public async Task<WireClient> ConnectV5Async(string clientId, bool clean = true, MqttProperties? properties = null, MqttMessage? will = null, uint willDelay = 0)
    {
        var client = Open(version: MqttProtocolVersion.V5);
        await client.ConnectAsync(clientId, clean, will: will, properties: properties, willDelay: willDelay);
        Assert.StartsWith("CONNACK Success", client.Take()[0], StringComparison.Ordinal);
        return client;
    }

    /// <summary>Opens a connection of MQTT 5 with a subscription; the answers are taken.</summary>
    public async Task<WireClient> SubscriberV5Async(string clientId, SubscribeFilter filter, int identifier = 0, MqttProperties? properties = null, bool clean = true)
    {
        var client = await ConnectV5Async(clientId, clean, properties);
        await client.SubscribeAsync(1, filter, identifier);
        Assert.Equal($"SUBACK 1 {(int)filter.QoS}", client.Take()[0]);
        return client;
    }

    /// <summary>Opens a connection that is subscribed to one filter; the answers are taken.</summary>
    public async Task<WireClient> SubscriberAsync(string clientId, string filter, MqttQoS qos = MqttQoS.AtMostOnce, bool clean = true)
    {
        var client = await ConnectAsync(clientId, clean);
        await client.SubscribeAsync(1, (filter, qos));
        Assert.Equal($"SUBACK 1 {(int)qos}", client.Take()[0]);
        return client;
    }
}

/// <summary>Writes down what a broker reports, one short line each.</summary>
internal sealed class RecordingObserver : IMqttBrokerObserver
{
    public Collection<string> Lines { get; } = [];

    /// <summary>Awaited by every awaited report, so that a test can hold it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public async ValueTask ConnectAnsweredAsync(MqttClientIdentity client, MqttReasonCode code, bool cleanSession, bool sessionPresent, MqttMessage? will)
    {
        Lines.Add($"connect {client.ClientId} {client.UserName} {code}{(sessionPresent ? " present" : "")}");
        await Gate;
    }

    public async ValueTask SubscribedAsync(MqttClientIdentity client, IReadOnlyList<MqttSubscribeResult> results)
    {
        foreach (var result in results) Lines.Add($"subscribe {client.ClientId} {result.Filter} {result.ReturnCode}");
        await Gate;
    }

    public async ValueTask UnsubscribedAsync(MqttClientIdentity client, IReadOnlyList<string> filters)
    {
        Lines.Add($"unsubscribe {client.ClientId} {string.Join(' ', filters)}");
        await Gate;
    }

    public async ValueTask PublishedAsync(MqttClientIdentity client, MqttMessage message, MqttPublishOutcome outcome)
    {
        Lines.Add($"publish {client.ClientId} {message.Topic} {message.PayloadText} qos{(int)message.QoS} {outcome}");
        await Gate;
    }

    public void PublishedAtMostOnce(MqttClientIdentity client, MqttMessage message, MqttPublishOutcome outcome) =>
        Lines.Add($"publish {client.ClientId} {message.Topic} {message.PayloadText} qos0 {outcome}");

    public async ValueTask WillPublishedAsync(MqttClientIdentity client, MqttMessage will)
    {
        Lines.Add($"will {client.ClientId} {will.Topic}");
        await Gate;
    }

    public async ValueTask DisconnectedAsync(MqttClientIdentity client, MqttDisconnectReason reason, MqttReasonCode? error)
    {
        Lines.Add($"disconnect {client.ClientId} {reason}{(error is null ? "" : " " + error)}");
        await Gate;
    }

    public async ValueTask ConnectFailedAsync(MqttPeer peer, MqttDisconnectReason reason, MqttReasonCode? error)
    {
        Lines.Add($"failed {reason}{(error is null ? "" : " " + error)}");
        await Gate;
    }

    public void Delivered(string clientId, MqttMessage message, MqttQoS qos) => Lines.Add($"delivered {clientId} {message.Topic} qos{(int)qos}");
}
