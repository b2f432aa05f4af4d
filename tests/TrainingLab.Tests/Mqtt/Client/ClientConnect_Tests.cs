using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Client;

/// <summary>How our client connects, reconnects and stops.</summary>
public class ClientConnect_Tests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Mqtt311("3.1.0-1", "7.1.2-1")]
    public void It_connects_and_disconnects_in_order() => ClientEnvironment.Run(async net =>
    {
        var client = net.Client("a");
        var states = new List<MqttClientState>();
        client.StateChanged += states.Add;
        var result = await client.ConnectAsync(Token);
        Assert.Equal(new MqttConnectResult(MqttConnectOutcome.Connected, MqttReasonCode.Success, false, null), result);
        Assert.Equal(result, await client.ConnectAsync(Token));
        await client.StopAsync();
        await net.Env.Context.SettleAsync();
        Assert.Equal([MqttClientState.Connecting, MqttClientState.Connected, MqttClientState.Stopped], states);
        Assert.Equal("disconnect a Disconnected", net.Env.Observer.Lines[^1]);
    });

    [Fact]
    public void A_refusal_is_an_outcome() => ClientEnvironment.Run(
        new MqttBrokerOptions { Authenticate = (_, _, _) => ValueTask.FromResult(MqttReasonCode.BadUserNameOrPassword) },
        async net =>
        {
            await using var client = net.Client(new MqttClientOptions { ClientId = "a", UserName = "op", Password = "x"u8.ToArray(), ReconnectDelay = null });
            var result = await client.ConnectAsync(Token);
            Assert.Equal(MqttConnectOutcome.Refused, result.Outcome);
            Assert.Equal(MqttReasonCode.BadUserNameOrPassword, result.ReturnCode);
            await net.Env.Context.SettleAsync();
            Assert.Equal(MqttClientState.Stopped, client.State);
            Assert.Equal(1, net.Attempts);
        });

    [Fact]
    public void No_network_is_an_outcome() => ClientEnvironment.Run(async net =>
    {
        net.NetworkUp = false;
        await using var client = net.Client("a");
        var result = await client.ConnectAsync(Token);
        Assert.Equal(MqttConnectOutcome.Unreachable, result.Outcome);
        Assert.Equal("no route to broker", result.Error);
    });

    [Fact]
    public void A_broker_that_does_not_answer_is_an_outcome() => ClientEnvironment.Run(async net =>
    {
        net.NetworkSilent = true;
        await using var client = net.Client("a");
        var connecting = client.ConnectAsync(Token);
        await net.Env.Time.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(MqttConnectOutcome.NoAnswer, (await connecting).Outcome);
    });

    [Fact]
    public void It_tries_again_with_growing_waits_up_to_the_longest() => ClientEnvironment.Run(async net =>
    {
        net.NetworkUp = false;
        await using var client = net.Client("a");
        client.Start();
        var attempts = new List<int>();
        for (var second = 0; second < 100; second++)
        {
            var before = net.Attempts;
            await net.Env.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
            if (net.Attempts > before) attempts.Add(second + 1);
        }
        Assert.Equal([1, 3, 7, 15, 31, 61, 91], attempts);
        net.NetworkUp = true;
        await net.Env.Time.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(MqttClientState.Connected, client.State);
        await net.CutAsync();
        net.NetworkUp = true;
        await net.Env.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(MqttClientState.Connected, client.State);
    });

    [Fact]
    public void It_stops_while_it_waits_and_while_it_connects() => ClientEnvironment.Run(async net =>
    {
        net.NetworkUp = false;
        var waiting = net.Client("a");
        waiting.Start();
        await waiting.StopAsync();
        Assert.Equal(MqttClientState.Stopped, waiting.State);

        net.NetworkUp = net.NetworkSilent = true;
        var connecting = net.Client("b");
        var answer = connecting.ConnectAsync(Token);
        await connecting.StopAsync();
        Assert.False((await answer).Connected);
        net.NetworkSilent = false;
        Assert.True((await connecting.ConnectAsync(Token)).Connected);
        await connecting.StopAsync();
    });

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V5)]
    [Mqtt311("3.1.2-23"), Mqtt5("3.1.2-20")]
    public void A_PINGREQ_is_sent_within_its_keep_alive(MqttProtocolVersion version) =>
        WireBroker.Run(new MqttClientOptions { ClientId = "a", Version = version, KeepAlive = TimeSpan.FromSeconds(20) }, async broker =>
        {
            await broker.AcceptAsync();
            for (var i = 0; i < 3; i++)
            {
                await broker.Time.AdvanceAsync(TimeSpan.FromSeconds(19.9));
                Assert.Empty(await broker.TakeAsync());
                await broker.Time.AdvanceAsync(TimeSpan.FromSeconds(0.1));
                Assert.Equal(["PINGREQ"], await broker.TakeAsync());
                await broker.Wire.SendHexAsync("D000");
            }
        });

    [Fact]
    [Mqtt311("3.1.2-23")]
    public void It_pings_and_gives_up_a_broker_that_is_silent() => ClientEnvironment.Run(async net =>
    {
        await using var client = net.Client(new MqttClientOptions { ClientId = "a", KeepAlive = TimeSpan.FromSeconds(20) });
        await client.ConnectAsync(Token);
        await net.Env.Time.AdvanceAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(MqttClientState.Connected, client.State);
        Assert.Equal(["connect a  Success"], net.Env.Observer.Lines);

        // A held report keeps the broker from reading on, so the ping is not answered.
        var gate = new TaskCompletionSource();
        net.Env.Observer.Gate = gate.Task;
        Assert.True(client.TryPublish(MqttMessage.FromText("t", "x", MqttQoS.AtLeastOnce)));
        net.NetworkUp = false;
        await net.Env.Time.AdvanceAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(MqttClientState.Connected, client.State);
        await net.Env.Time.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(MqttClientState.Connecting, client.State);
        gate.SetResult();
    });

    [Theory]
    [InlineData("C000")] // PINGREQ from a broker
    [InlineData("20020000")] // a second CONNACK
    [InlineData("9003000500")] // a SUBACK that answers nothing
    [InlineData("30FFFFFF7F")] // too large
    [InlineData("F000")]
    [Mqtt311("4.8.0-1")]
    public void A_broker_that_breaks_the_protocol_is_left(string hex) => SerialContext.Run(async context =>
    {
        var (near, far) = PipePair.Create();
        var used = false;
        await using var client = new MqttClient(
            new MqttClientOptions { ClientId = "a", ReconnectDelay = null },
            _ =>
            {
                Assert.False(used);
                used = true;
                return ValueTask.FromResult(near);
            },
            new FakeTime(context));
        var connecting = client.ConnectAsync(Token);
        await far.Output.WriteAsync(Convert.FromHexString("20020000"), Token);
        Assert.True((await connecting).Connected);
        await far.Output.WriteAsync(Convert.FromHexString(hex), Token);
        await context.SettleAsync();
        Assert.Equal(MqttClientState.Stopped, client.State);
    });

    [Fact]
    [Mqtt311("1.5.3-2", "3.1.2-22", "3.1.3-7"), Mqtt5("1.5.4-2")]
    public void Impossible_options_are_misuse()
    {
        Assert.Throws<ArgumentException>(() => Make(new MqttClientOptions { ClientId = "", CleanSession = false }));
        Assert.Throws<ArgumentException>(() => Make(new MqttClientOptions { ClientId = "a", Password = [1] }));
        Assert.Throws<ArgumentException>(() => Make(new MqttClientOptions { ClientId = "a\0" }));
        Assert.Throws<ArgumentException>(() => Make(new MqttClientOptions { ClientId = "a", UserName = "\0" }));
        Assert.Throws<ArgumentException>(() => Make(new MqttClientOptions { ClientId = "a", KeepAlive = TimeSpan.FromSeconds(0.5) }));
        Assert.Throws<ArgumentException>(() => Make(new MqttClientOptions { ClientId = "a", KeepAlive = TimeSpan.FromSeconds(65_536) }));

        foreach (var wrong in new[] { 0, 65_536 }) Assert.Throws<ArgumentException>(() => Make(new MqttClientOptions { ClientId = "a", ReceiveMaximum = wrong }));
        foreach (var wrong in new[] { -1, 65_536 }) Assert.Throws<ArgumentException>(() => Make(new MqttClientOptions { ClientId = "a", TopicAliasMaximum = wrong }));
        Assert.Throws<ArgumentException>(() => Make(new MqttClientOptions { ClientId = "a", MaxPacketSize = 0 }));
        foreach (var wrong in new[] { TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(uint.MaxValue + 1.0) })
        {
            Assert.Throws<ArgumentException>(() => Make(new MqttClientOptions { ClientId = "a", SessionExpiry = wrong }));
            Assert.Throws<ArgumentException>(() => Make(new MqttClientOptions { ClientId = "a", WillDelay = wrong }));
        }

        static MqttClient Make(MqttClientOptions options) => new(options, _ => throw new IOException(), TimeProvider.System);
    }
}
