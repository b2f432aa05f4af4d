using System.IO.Pipelines;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Client;

/// <summary>Our client and, at the other end of its connection, a broker without a mind of its own: it says what a test says.</summary>
internal sealed class WireBroker
{
    private readonly SerialContext context;

    private WireBroker(SerialContext context, MqttClientOptions options)
    {
        this.context = context;
        Time = new FakeTime(context);
        Client = new MqttClient(options, _ => ValueTask.FromResult(Open(options.Version)), Time);
    }

    public MqttClient Client { get; }

    public FakeTime Time { get; }

    /// <summary>The client's present connection, seen from the broker.</summary>
    public WireClient Wire { get; private set; } = null!;

    /// <summary>Runs a test with a client that has not connected yet.</summary>
    public static void Run(MqttClientOptions options, Func<WireBroker, Task> test) => SerialContext.Run(async context =>
    {
        var broker = new WireBroker(context, options);
        await test(broker);
        await broker.Client.StopAsync();
    });

    /// <summary>As above, with client a, which is connected.</summary>
    public static void RunConnected(MqttProtocolVersion version, Func<WireBroker, Task> test, MqttProperties? properties = null) =>
        Run(new MqttClientOptions { ClientId = "a", CleanSession = false, Version = version }, async broker =>
        {
            await broker.AcceptAsync(properties: properties);
            await test(broker);
        });

    /// <summary>The client connects, for the first time or again; its CONNECT is taken and answered.</summary>
    public async Task AcceptAsync(bool sessionPresent = false, MqttProperties? properties = null)
    {
        Client.Start();
        await context.SettleAsync();
        Assert.StartsWith("CONNECT a", Assert.Single(Wire.Take()), StringComparison.Ordinal);
        await Wire.SendAsync(new ConnAckPacket(sessionPresent, MqttReasonCode.Success, properties).Write);
    }

    /// <summary>The connection is lost, and the client connects again.</summary>
    public async Task ReconnectAsync(bool sessionPresent, MqttProperties? properties = null)
    {
        await Wire.CloseAsync();
        await Time.AdvanceAsync(TimeSpan.FromSeconds(1));
        await AcceptAsync(sessionPresent, properties);
    }

    /// <summary>Waits until nothing is left to do.</summary>
    public Task SettleAsync() => context.SettleAsync();

    /// <summary>What the client has sent since the last call.</summary>
    public async Task<IReadOnlyList<string>> TakeAsync()
    {
        await context.SettleAsync();
        return Wire.Take();
    }

    private IDuplexPipe Open(MqttProtocolVersion version)
    {
        var (near, far) = PipePair.Create();
        Wire = new WireClient(context, far, version);
        return near;
    }
}
