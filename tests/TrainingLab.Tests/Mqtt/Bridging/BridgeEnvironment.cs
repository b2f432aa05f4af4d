using System.IO.Pipelines;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Bridging;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Client;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Bridging;

/// <summary>Two brokers, and a network between them that a test can cut. The bridge belongs to the first.</summary>
internal sealed class BridgeEnvironment
{
    private readonly List<(IDuplexPipe Near, IDuplexPipe Far)> connections = [];

    private BridgeEnvironment(BrokerEnvironment env)
    {
        Env = env;
        Remote = new MqttBroker(RemoteOptions, env.Time);
    }

    public BrokerEnvironment Env { get; }

    public MqttBroker Local => Env.Broker;

    public MqttBroker Remote { get; set; }

    public MqttBrokerOptions RemoteOptions { get; } = new();

    public bool NetworkUp { get; set; } = true;

    /// <summary>How many messages may wait for a bridge made from now on.</summary>
    public int Queue { get; set; } = 1000;

    /// <summary>What a bridge made from now on no longer wants.</summary>
    public IReadOnlyList<string> Former { get; set; } = [];

    /// <summary>What comes to the local broker's subscribers, one line each.</summary>
    public List<string> AtLocal { get; } = [];

    /// <summary>What comes to the other broker's subscribers.</summary>
    public List<string> AtRemote { get; } = [];

    public static void Run(Func<BridgeEnvironment, Task> test) => BrokerEnvironment.Run(async env =>
    {
        var bridging = new BridgeEnvironment(env);
        env.Broker.Subscribe("#", m => bridging.AtLocal.Add($"{m.Topic} {m.PayloadText} {(int)m.QoS}"));
        bridging.Remote.Subscribe("#", m => bridging.AtRemote.Add($"{m.Topic} {m.PayloadText} {(int)m.QoS}"));
        await test(bridging);
    });

    public MqttBridge Bridge(MqttProtocolVersion version, params MqttBridgeTopic[] topics) => new(
        Local,
        new MqttBridgeOptions { Name = "b", Topics = topics, FormerFilters = Former, Client = new MqttClientOptions { ClientId = "plant.b", Version = version, MaxQueuedMessages = Queue } },
        ConnectAsync,
        Env.Time);

    /// <summary>A bridge of any broker to any other one, connected; the test disposes it.</summary>
    public async Task<MqttBridge> BridgeAsync(MqttBroker from, MqttBroker to, string name, MqttProtocolVersion version, params MqttBridgeTopic[] topics)
    {
        var bridge = new MqttBridge(
            from,
            new MqttBridgeOptions { Name = name, Topics = topics, Client = new MqttClientOptions { ClientId = name, Version = version } },
            cancellation =>
            {
                var (near, far) = PipePair.Create();
                _ = to.ServeAsync(far, new MqttPeer("plant", "10.0.0.1:1", null, Env.Time), CancellationToken.None);
                return new ValueTask<IDuplexPipe>(near);
            },
            Env.Time);
        await StartAsync(bridge);
        return bridge;
    }

    public ValueTask<IDuplexPipe> ConnectAsync(CancellationToken cancellation)
    {
        if (!NetworkUp) throw new IOException("no route");
        var (near, far) = PipePair.Create();
        connections.Add((near, far));
        _ = Remote.ServeAsync(far, new MqttPeer("plant", "10.0.0.1:1", null, Env.Time), CancellationToken.None);
        return new ValueTask<IDuplexPipe>(near);
    }

    public async Task StartAsync(MqttBridge bridge)
    {
        bridge.Start();
        await Env.Context.SettleAsync();
        Assert.True(bridge.IsConnected);
    }

    public async Task PublishAsync(MqttBroker broker, string topic, string text, MqttQoS qos = MqttQoS.AtLeastOnce, bool retain = false)
    {
        await broker.PublishAsync(MqttMessage.FromText(topic, text, qos, retain));
        await Env.Context.SettleAsync();
    }

    /// <summary>The network between the brokers fails.</summary>
    public async Task CutAsync()
    {
        NetworkUp = false;
        foreach (var (near, far) in connections)
        {
            await near.Output.CompleteAsync();
            await far.Output.CompleteAsync();
        }
        connections.Clear();
        await Env.Context.SettleAsync();
    }

    /// <summary>The network is there again, and whoever waits has tried again.</summary>
    public Task MendAsync()
    {
        NetworkUp = true;
        return Env.Time.AdvanceAsync(TimeSpan.FromMinutes(1));
    }
}
