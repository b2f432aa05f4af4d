using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Bridging;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Tests.Mqtt.Bridging;

/// <summary>Bridges that together make a circle: every broker gets a message, and none for ever.</summary>
public sealed class BridgeWay_Tests
{
    /// <summary>More than any message of these tests may cause.</summary>
    private const int Endless = 200;

    private static readonly MqttBridgeTopic Everything = new("#", QoS: MqttQoS.ExactlyOnce);

    [Theory]
    [InlineData(MqttQoS.AtMostOnce)]
    [InlineData(MqttQoS.AtLeastOnce)]
    [InlineData(MqttQoS.ExactlyOnce)]
    public void Two_brokers_that_bridge_to_each_other_do_not_hear_themselves(MqttQoS qos) => BridgeEnvironment.Run(async env =>
    {
        Name(env);
        await using var there = await env.BridgeAsync(env.Local, env.Remote, "there", MqttProtocolVersion.V5, Everything);
        await using var back = await env.BridgeAsync(env.Remote, env.Local, "back", MqttProtocolVersion.V5, Everything);
        await env.PublishAsync(env.Local, "t", "a", qos);
        await env.PublishAsync(env.Remote, "t", "b", qos);
        // Each of the two bridges carries it to the other side, once.
        Assert.Equal([$"t a {(int)qos}", $"t b {(int)qos}", $"t b {(int)qos}"], env.AtLocal);
        Assert.Equal([$"t a {(int)qos}", $"t a {(int)qos}", $"t b {(int)qos}"], env.AtRemote);
        Assert.Equal((0, 0), (there.Queued, back.Queued));
    });

    [Fact]
    public void Two_one_way_bridges_that_face_each_other_carry_a_message_once() => BridgeEnvironment.Run(async env =>
    {
        Name(env);
        await using var there = await env.BridgeAsync(env.Local, env.Remote, "there", MqttProtocolVersion.V5, Everything with { Direction = MqttBridgeDirection.Out });
        await using var back = await env.BridgeAsync(env.Remote, env.Local, "back", MqttProtocolVersion.V5, Everything with { Direction = MqttBridgeDirection.Out });
        await env.PublishAsync(env.Local, "t", "a", retain: true);
        await env.PublishAsync(env.Remote, "t", "b", MqttQoS.ExactlyOnce);
        Assert.Equal(["t a 1", "t b 2"], env.AtLocal);
        Assert.Equal(env.AtLocal, env.AtRemote);
    });

    [Fact]
    public void Two_bridges_between_the_same_brokers_do_not_feed_each_other() => BridgeEnvironment.Run(async env =>
    {
        Name(env);
        await using var first = await env.BridgeAsync(env.Local, env.Remote, "first", MqttProtocolVersion.V5, Everything);
        await using var second = await env.BridgeAsync(env.Local, env.Remote, "second", MqttProtocolVersion.V5, Everything);
        await env.PublishAsync(env.Local, "t", "a");
        await env.PublishAsync(env.Remote, "t", "b");
        Assert.Equal(["t a 1", "t b 1", "t b 1"], env.AtLocal);
        Assert.Equal(["t a 1", "t a 1", "t b 1"], env.AtRemote);
    });

    [Fact]
    public void A_circle_of_three_ends_where_it_began() => BridgeEnvironment.Run(async env =>
    {
        Name(env);
        var third = new MqttBroker(new MqttBrokerOptions { BridgeIdentity = "third" }, env.Env.Time);
        var atThird = new List<string>();
        third.Subscribe("#", m => atThird.Add(m.PayloadText));
        await using var a = await env.BridgeAsync(env.Local, env.Remote, "a", MqttProtocolVersion.V5, Everything);
        await using var b = await env.BridgeAsync(env.Remote, third, "b", MqttProtocolVersion.V5, Everything);
        await using var c = await env.BridgeAsync(third, env.Local, "c", MqttProtocolVersion.V5, Everything);
        await env.PublishAsync(env.Local, "t", "x");
        // It goes round both ways, and the one who began does not take it again.
        Assert.Equal(["t x 1"], env.AtLocal);
        Assert.Equal(["t x 1", "t x 1"], env.AtRemote);
        Assert.Equal(["x", "x"], atThird);
    });

    [Fact]
    public void A_chain_carries_to_its_end_and_says_which_way_it_went() => BridgeEnvironment.Run(async env =>
    {
        Name(env);
        var third = new MqttBroker(new MqttBrokerOptions { BridgeIdentity = "third" }, env.Env.Time);
        var heard = new List<MqttMessage>();
        third.Subscribe("#", heard.Add);
        await using var a = await env.BridgeAsync(env.Local, env.Remote, "a", MqttProtocolVersion.V5, Everything with { Direction = MqttBridgeDirection.Out });
        // The last one fetches, so the one in the middle does not know that it sends to a bridge.
        await using var b = await env.BridgeAsync(third, env.Remote, "b", MqttProtocolVersion.V5, Everything with { Direction = MqttBridgeDirection.In });
        await env.Local.PublishAsync(new MqttMessage("t", "x"u8.ToArray(), MqttQoS.AtLeastOnce) { Properties = new MqttProperties { UserProperties = [new("k", "v")] } });
        await env.Env.Context.SettleAsync();
        Assert.Equal([new("k", "v"), new("bridge-via", "local"), new("bridge-via", "remote")], Assert.Single(heard).Properties!.UserProperties);
    });

    [Fact]
    public void A_way_has_an_end() => BridgeEnvironment.Run(async env =>
    {
        Name(env);
        await using var bridge = await env.BridgeAsync(env.Local, env.Remote, "a", MqttProtocolVersion.V5, Everything);
        await PassedAsync(15);
        await PassedAsync(16);
        Assert.Equal(["t 15 1"], env.AtRemote);

        async Task PassedAsync(int brokers)
        {
            await env.Local.PublishAsync(new MqttMessage("t", System.Text.Encoding.UTF8.GetBytes($"{brokers}"), MqttQoS.AtLeastOnce)
            {
                Properties = new MqttProperties { UserProperties = [.. Enumerable.Range(0, brokers).Select(i => new MqttUserProperty("bridge-via", $"{i}"))] },
            });
            await env.Env.Context.SettleAsync();
        }
    });

    /// <summary>MQTT 3.1.1 has no room for a way: what the page says of it is so.</summary>
    [Fact]
    public void In_MQTT_3_1_1_two_bridges_that_face_each_other_go_round() => BridgeEnvironment.Run(async env =>
    {
        Name(env);
        var passed = 0;
        env.Local.Subscribe("t", _ =>
        {
            // The test ends it, as the protocol does not.
            if (++passed == Endless) env.Local.Options.Authorize = (_, _, _) => false;
        });
        await using var there = await env.BridgeAsync(env.Local, env.Remote, "there", MqttProtocolVersion.V311, Everything with { Direction = MqttBridgeDirection.Out });
        await using var back = await env.BridgeAsync(env.Remote, env.Local, "back", MqttProtocolVersion.V311, Everything with { Direction = MqttBridgeDirection.Out });
        await env.PublishAsync(env.Local, "t", "x");
        Assert.Equal(Endless, passed);
    });

    [Fact]
    public void Other_clients_are_told_nothing_of_it() => BridgeEnvironment.Run(async env =>
    {
        Name(env);
        MqttMessage? heard = null;
        env.Local.Subscribe("t", m => heard = m);
        await using var client = new TrainingLab.Mqtt.Client.MqttClient(new() { ClientId = "c", Version = MqttProtocolVersion.V5 }, cancellation =>
        {
            var (near, far) = TrainingLab.Tests.Mqtt.Support.PipePair.Create();
            _ = env.Local.ServeAsync(far, new MqttPeer("plant", "10.0.0.2:1", null, env.Env.Time), CancellationToken.None);
            return new ValueTask<System.IO.Pipelines.IDuplexPipe>(near);
        }, env.Env.Time);
        var connecting = client.ConnectAsync(CancellationToken.None);
        await env.Env.Context.SettleAsync();
        Assert.Empty((await connecting).Properties!.UserProperties);
        client.TryPublish(MqttMessage.FromText("t", "x"));
        await env.Env.Context.SettleAsync();
        Assert.Empty(heard!.Properties?.UserProperties ?? []);
    });

    private static void Name(BridgeEnvironment env)
    {
        env.Local.Options.BridgeIdentity = "local";
        env.RemoteOptions.BridgeIdentity = "remote";
    }
}
