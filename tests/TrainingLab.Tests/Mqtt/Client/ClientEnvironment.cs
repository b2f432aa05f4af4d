using System.IO.Pipelines;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Client;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Client;

/// <summary>A broker, and a network between it and our client that a test can cut.</summary>
internal sealed class ClientEnvironment(BrokerEnvironment env)
{
    private readonly List<(IDuplexPipe Client, IDuplexPipe Server)> connections = [];

    public BrokerEnvironment Env => env;

    /// <summary>Whether new connections are possible.</summary>
    public bool NetworkUp { get; set; } = true;

    /// <summary>Whether what is sent reaches nobody: connections open, and nothing comes back.</summary>
    public bool NetworkSilent { get; set; }

    /// <summary>How often a connection was tried.</summary>
    public int Attempts { get; private set; }

    public static void Run(Func<ClientEnvironment, Task> test) => Run(new MqttBrokerOptions(), test);

    public static void Run(MqttBrokerOptions options, Func<ClientEnvironment, Task> test) =>
        BrokerEnvironment.Run(options, env => test(new ClientEnvironment(env)));

    public MqttClient Client(string clientId, bool clean = true) => new(new MqttClientOptions { ClientId = clientId, CleanSession = clean }, ConnectAsync, env.Time);

    public MqttClient Client(MqttClientOptions options) => new(options, ConnectAsync, env.Time);

    public ValueTask<IDuplexPipe> ConnectAsync(CancellationToken cancellation)
    {
        Attempts++;
        if (!NetworkUp) throw new IOException("no route to broker");
        var (client, server) = PipePair.Create();
        connections.Add((client, server));
        if (!NetworkSilent) _ = env.Broker.ServeAsync(server, new MqttPeer("device", "10.0.0.2:1", null, env.Time), CancellationToken.None);
        return new ValueTask<IDuplexPipe>(client);
    }

    /// <summary>The network fails: open connections end, new ones cannot be made.</summary>
    public async Task CutAsync()
    {
        NetworkUp = false;
        foreach (var (client, server) in connections)
        {
            await client.Output.CompleteAsync();
            await server.Output.CompleteAsync();
        }
        connections.Clear();
        await env.Context.SettleAsync();
    }
}
