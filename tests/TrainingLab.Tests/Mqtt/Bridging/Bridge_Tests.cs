using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Bridging;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Bridging;

/// <summary>A broker that connects to another one (MQTT 3.1.1 and 5, §7).</summary>
public sealed class Bridge_Tests
{
    public static TheoryData<MqttProtocolVersion> Versions => [MqttProtocolVersion.V311, MqttProtocolVersion.V5];

    [Theory]
    [MemberData(nameof(Versions))]
    [Mqtt311("7.0.0-1"), Mqtt5("7.0.0-1")]
    public void Towards_another_server_it_is_a_client_that_does_what_a_client_must(MqttProtocolVersion version) => SerialContext.Run(async context =>
    {
        var time = new FakeTime(context);
        var broker = new MqttBroker(new MqttBrokerOptions(), time);
        WireClient wire = null!;
        await using var bridge = new MqttBridge(
            broker,
            new MqttBridgeOptions { Name = "b", Topics = [new("out", MqttBridgeDirection.Out, MqttQoS.ExactlyOnce), new("in", MqttBridgeDirection.In, MqttQoS.ExactlyOnce)], Client = new MqttClientOptions { ClientId = "plant.b", Version = version } },
            _ =>
            {
                var (near, far) = PipePair.Create();
                wire = new WireClient(context, far, version);
                return ValueTask.FromResult(near);
            },
            time);
        bridge.Start();
        await context.SettleAsync();
        Assert.Equal(["CONNECT plant.b"], wire.Take());
        await wire.SendAsync(new ConnAckPacket(false, MqttReasonCode.Success, null).Write);
        Assert.Equal(["SUBSCRIBE 1 in"], wire.Take());
        await wire.SendAsync(new SubAckPacket(1, [MqttSubscribeReturnCode.GrantedExactlyOnce]).Write);

        await broker.PublishAsync(MqttMessage.FromText("out", "one", MqttQoS.AtLeastOnce));
        await broker.PublishAsync(MqttMessage.FromText("out", "two", MqttQoS.ExactlyOnce));
        await context.SettleAsync();
        Assert.Equal(["PUBLISH out one qos1 id2", "PUBLISH out two qos2 id3"], wire.Take());
        await wire.PubRecAsync(3);
        Assert.Equal(["PUBREL 3"], wire.Take());

        // The connection is lost: the same identifiers again, each message in the state in which it was.
        await wire.CloseAsync();
        await time.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(["CONNECT plant.b"], wire.Take());
        await wire.SendAsync(new ConnAckPacket(true, MqttReasonCode.Success, null).Write);
        Assert.Equal(["PUBLISH out one qos1 id2 dup", "PUBREL 3"], wire.Take());
        await wire.PubCompAsync(3);
        await wire.PubAckAsync(2);

        var heard = new List<string>();
        using var subscription = broker.Subscribe("in", m => heard.Add(m.PayloadText));
        await wire.PublishAsync("in", "x", MqttQoS.ExactlyOnce, 7);
        await wire.PublishAsync("in", "x", MqttQoS.ExactlyOnce, 7, dup: true);
        await wire.PubRelAsync(7);
        Assert.Equal(["PUBREC 7", "PUBREC 7", "PUBCOMP 7"], wire.Take());
        Assert.Equal(["x"], heard);
        await time.AdvanceAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(["PINGREQ"], wire.Take());
    });

    [Theory]
    [MemberData(nameof(Versions))]
    public void Topics_have_their_own_names_on_either_side(MqttProtocolVersion version) => BridgeEnvironment.Run(async env =>
    {
        await using var bridge = env.Bridge(
            version,
            new("line1/#", MqttBridgeDirection.Out, MqttQoS.AtLeastOnce, "plant/", "site7/"),
            new("+/set", MqttBridgeDirection.In, MqttQoS.ExactlyOnce, "plant/commands/", "site7/commands/"),
            new("", MqttBridgeDirection.Out, MqttQoS.AtMostOnce, "plant/alive", "alive/site7"));
        await env.StartAsync(bridge);
        await env.PublishAsync(env.Local, "plant/line1/speed", "5", MqttQoS.ExactlyOnce);
        await env.PublishAsync(env.Local, "plant/line2/speed", "6");
        await env.PublishAsync(env.Local, "plant/alive", "yes");
        await env.PublishAsync(env.Remote, "site7/commands/filler/set", "9", MqttQoS.ExactlyOnce);
        await env.PublishAsync(env.Remote, "site7/commands/filler/get", "9");
        Assert.Equal(["site7/line1/speed 5 1", "alive/site7 yes 0", "site7/commands/filler/set 9 2", "site7/commands/filler/get 9 1"], env.AtRemote);
        Assert.Equal(["plant/line1/speed 5 2", "plant/line2/speed 6 1", "plant/alive yes 1", "plant/commands/filler/set 9 2"], env.AtLocal);
    });

    [Theory]
    [MemberData(nameof(Versions))]
    public void What_is_published_while_the_other_side_is_away_arrives_in_order(MqttProtocolVersion version) => BridgeEnvironment.Run(async env =>
    {
        await using var bridge = env.Bridge(version, new MqttBridgeTopic("#", QoS: MqttQoS.ExactlyOnce));
        await env.StartAsync(bridge);
        await env.CutAsync();
        Assert.False(bridge.IsConnected);
        for (var i = 0; i < 50; i++) await env.PublishAsync(env.Local, $"out/{i % 3}", $"{i}", i % 2 == 0 ? MqttQoS.AtLeastOnce : MqttQoS.ExactlyOnce);
        for (var i = 0; i < 50; i++) await env.PublishAsync(env.Remote, $"in/{i % 3}", $"{i}", MqttQoS.ExactlyOnce);
        Assert.Equal(50, bridge.Queued);
        env.AtRemote.Clear();
        env.AtLocal.Clear();
        await env.MendAsync();
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"out/{i % 3} {i} {(i % 2) + 1}"), env.AtRemote);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"in/{i % 3} {i} 2"), env.AtLocal);
        Assert.Equal(0, bridge.Queued);
    });

    [Fact]
    public void What_waits_is_bounded() => BridgeEnvironment.Run(async env =>
    {
        env.NetworkUp = false;
        env.Queue = 3;
        await using var bridge = env.Bridge(MqttProtocolVersion.V5, new MqttBridgeTopic("#"));
        bridge.Start();
        for (var i = 0; i < 5; i++) await env.PublishAsync(env.Local, "t", $"{i}");
        Assert.Equal(2, env.Local.Counts.MessagesDropped);
        await env.MendAsync();
        Assert.Equal(["t 0 1", "t 1 1", "t 2 1"], env.AtRemote);
    });

    [Theory]
    [MemberData(nameof(Versions))]
    public void Nothing_comes_back_to_where_it_came_from(MqttProtocolVersion version) => BridgeEnvironment.Run(async env =>
    {
        await using var bridge = env.Bridge(version, new MqttBridgeTopic("#", QoS: MqttQoS.ExactlyOnce));
        await env.StartAsync(bridge);
        await env.PublishAsync(env.Local, "t", "out", MqttQoS.ExactlyOnce);
        await env.PublishAsync(env.Remote, "t", "in", MqttQoS.ExactlyOnce);
        await env.PublishAsync(env.Local, "t", "again", MqttQoS.AtMostOnce);
        Assert.Equal(["t out 2", "t in 2", "t again 0"], env.AtLocal);
        Assert.Equal(env.AtLocal, env.AtRemote);
    });

    [Fact]
    public void A_broker_that_does_not_know_bridges_sends_once_and_no_more() => BridgeEnvironment.Run(async env =>
    {
        env.RemoteOptions.Authenticate = (_, _, _) => ValueTask.FromResult(env.Env.Time.GetUtcNow().Second == 0 ? MqttReasonCode.UnsupportedProtocolVersion : MqttReasonCode.Success);
        await using var bridge = env.Bridge(MqttProtocolVersion.V311, new MqttBridgeTopic("#"));
        bridge.Start();
        await env.Env.Context.SettleAsync();
        Assert.False(bridge.IsConnected);
        await env.Env.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.True(bridge.IsConnected);
        await env.PublishAsync(env.Local, "t", "x");
        Assert.Equal(["t x 1"], env.AtRemote);
        Assert.Equal(["t x 1", "t x 1"], env.AtLocal);
    });

    [Theory]
    [MemberData(nameof(Versions))]
    public void Retained_messages_keep_their_flag_and_are_there_from_the_beginning(MqttProtocolVersion version) => BridgeEnvironment.Run(async env =>
    {
        await env.PublishAsync(env.Local, "old/local", "1", retain: true);
        await env.PublishAsync(env.Remote, "old/remote", "2", retain: true);
        await using var bridge = env.Bridge(version, new MqttBridgeTopic("#", QoS: MqttQoS.ExactlyOnce));
        await env.StartAsync(bridge);
        await env.PublishAsync(env.Local, "new/local", "3", retain: true);
        await env.PublishAsync(env.Remote, "new/remote", "4", retain: true);
        await env.PublishAsync(env.Local, "not/kept", "5");
        string[] all = ["new/local 3", "new/remote 4", "old/local 1", "old/remote 2"];
        Assert.Equal(all, Kept(env.Local));
        Assert.Equal(all, Kept(env.Remote));

        // A value that is deleted is deleted on the other side too.
        await env.PublishAsync(env.Local, "new/local", "", retain: true);
        Assert.Equal(all[1..], Kept(env.Remote));

        // The other broker forgets everything: it is told again what is retained here, and what was not acknowledged.
        await env.CutAsync();
        await env.PublishAsync(env.Local, "t", "waits");
        env.Remote = new MqttBroker(new MqttBrokerOptions(), env.Env.Time);
        var heard = new List<string>();
        env.Remote.Subscribe("#", m => heard.Add($"{m.Topic} {m.PayloadText}"));
        await env.MendAsync();
        Assert.Equal(all[1..], Kept(env.Remote));
        Assert.Equal(["t waits", .. all[1..]], [heard[0], .. heard[1..].Order(StringComparer.Ordinal)]);

        static IEnumerable<string> Kept(MqttBroker broker) => broker.Retained("#").Select(m => $"{m.Topic} {m.PayloadText}");
    });

    [Fact]
    public void What_MQTT_5_carries_beside_comes_through() => BridgeEnvironment.Run(async env =>
    {
        await using var bridge = env.Bridge(MqttProtocolVersion.V5, new MqttBridgeTopic("#"));
        await env.StartAsync(bridge);
        MqttMessage? heard = null;
        env.Remote.Subscribe("t", m => heard = m);
        await env.Local.PublishAsync(new MqttMessage("t", "x"u8.ToArray(), MqttQoS.AtLeastOnce)
        {
            Properties = new MqttProperties { MessageExpiryInterval = 90, ContentType = "c", ResponseTopic = "r", CorrelationData = "d"u8.ToArray(), UserProperties = [new("k", "v")] },
        });
        await env.Env.Context.SettleAsync();
        Assert.Equal((90u, "c", "r", "v"), (heard!.Properties!.MessageExpiryInterval, heard.Properties.ContentType, heard.Properties.ResponseTopic, heard.Properties.UserProperties[0].Value));
    });

    [Fact]
    public void Its_state_is_told_and_ends_with_it() => BridgeEnvironment.Run(async env =>
    {
        var bridge = env.Bridge(MqttProtocolVersion.V5, new MqttBridgeTopic("#"));
        Assert.Equal("0", State());
        await env.StartAsync(bridge);
        Assert.Equal("1", State());
        await env.CutAsync();
        Assert.Equal("0", State());
        await env.MendAsync();
        Assert.Equal("1", State());
        await bridge.DisposeAsync();
        Assert.Equal("0", State());
        Assert.Equal(["b"], env.Local.Bridges);
        Assert.True(env.Local.ForgetBridge("b"));
        Assert.Null(State());
        Assert.Empty(env.Local.Bridges);
        Assert.False(env.Local.ForgetBridge("b"));

        string? State() => env.Local.Retained("$SYS/broker/connection/b/state") is [var told] ? told.PayloadText : null;
    });

    [Fact]
    public void Topics_of_the_broker_itself_are_not_set_from_outside() => BridgeEnvironment.Run(async env =>
    {
        await using var bridge = env.Bridge(MqttProtocolVersion.V5, new("broker/#", MqttBridgeDirection.In, MqttQoS.AtLeastOnce, "$SYS/", "$SYS/"), new("broker/#", MqttBridgeDirection.In, MqttQoS.AtLeastOnce, "theirs/", "$SYS/"));
        await env.StartAsync(bridge);
        await env.PublishAsync(env.Remote, "$SYS/broker/uptime", "5", retain: true);
        Assert.Empty(env.Local.Retained("$SYS/broker/uptime"));
    });

    [Fact]
    public void The_queue_is_no_client_s() => BridgeEnvironment.Run(async env =>
    {
        env.NetworkUp = false;
        await using var bridge = env.Bridge(MqttProtocolVersion.V5, new MqttBridgeTopic("#"));
        await env.PublishAsync(env.Local, "t", "x");
        Assert.Empty(env.Local.Sessions);
        var client = await env.Env.ReopenAsync("bridge/b");
        Assert.Equal(["CONNACK Success"], client.Take());
    });

    [Fact]
    public void A_bridge_of_the_same_name_takes_up_what_waits_with_its_own_rules() => BridgeEnvironment.Run(async env =>
    {
        env.NetworkUp = false;
        var first = env.Bridge(MqttProtocolVersion.V5, new MqttBridgeTopic("a"), new MqttBridgeTopic("b"));
        await env.PublishAsync(env.Local, "a", "1");
        await first.DisposeAsync();
        await env.PublishAsync(env.Local, "b", "2");
        await using var second = env.Bridge(MqttProtocolVersion.V5, new MqttBridgeTopic("b", RemotePrefix: "x/"));
        await env.PublishAsync(env.Local, "a", "3");
        await env.PublishAsync(env.Local, "b", "4");
        env.NetworkUp = true;
        await env.StartAsync(second);
        Assert.Equal(["a 1 1", "b 2 1", "x/b 4 1"], env.AtRemote);
    });

    [Theory]
    [MemberData(nameof(Versions))]
    public void What_an_earlier_bridge_subscribed_and_this_one_does_not_want_ends(MqttProtocolVersion version) => BridgeEnvironment.Run(async env =>
    {
        var first = env.Bridge(version, new("a", MqttBridgeDirection.In), new("b", MqttBridgeDirection.In));
        await env.StartAsync(first);
        await env.CutAsync();
        await first.DisposeAsync();
        env.NetworkUp = true;
        env.Former = ["b"];
        await using var second = env.Bridge(version, new MqttBridgeTopic("a", MqttBridgeDirection.In));
        await env.StartAsync(second);
        Assert.Equal([("a", MqttQoS.AtLeastOnce)], env.Remote.SubscriptionsOf("plant.b"));
    });

    [Theory]
    [MemberData(nameof(Versions))]
    public void One_that_ends_for_good_takes_its_session_at_the_other_broker_with_it(MqttProtocolVersion version) => BridgeEnvironment.Run(async env =>
    {
        var bridge = env.Bridge(version, new MqttBridgeTopic("#"));
        await env.StartAsync(bridge);
        Assert.Equal(["plant.b"], env.Remote.Sessions);
        var ending = bridge.EndAsync(CancellationToken.None);
        await env.Env.Context.SettleAsync();
        Assert.True((await ending).Connected);
        Assert.Empty(env.Remote.Sessions);
        Assert.False(bridge.IsConnected);

        // Where there is no way to it, it is said.
        var other = env.Bridge(version, new MqttBridgeTopic("#"));
        await env.StartAsync(other);
        await env.CutAsync();
        ending = other.EndAsync(CancellationToken.None);
        await env.Env.Context.SettleAsync();
        Assert.Equal((MqttConnectOutcome.Unreachable, "no route"), ((await ending).Outcome, (await ending).Error));
        Assert.Equal(["plant.b"], env.Remote.Sessions);
    });

    [Fact]
    public void After_a_kill_it_goes_on_with_the_identifiers_that_it_used()
    {
        var store = new HeldStore();
        BridgeEnvironment.Run(async env =>
        {
            env.Local.Use(store);
            var bridge = env.Bridge(MqttProtocolVersion.V5, new MqttBridgeTopic("#", QoS: MqttQoS.ExactlyOnce));
            bridge.Start();
            await store.ReleaseAsync(env.Env);
            await env.PublishAsync(env.Local, "t", "x", MqttQoS.ExactlyOnce);
            Assert.Empty(env.AtRemote); // Not before it is in the file.
            await store.ReleaseAsync(env.Env);
            Assert.Equal(["t x 2"], env.AtRemote);
            await env.PublishAsync(env.Remote, "t", "y", MqttQoS.ExactlyOnce);
            // PUBREC waits: killed now, the other broker would send the message again and this one would know its identifier.
            Assert.Contains(store.Noted, c => c is TrainingLab.Mqtt.Storage.StoreChange.Received { Client: "\0bridge/b" });
            Assert.Contains(store.Noted, c => c is TrainingLab.Mqtt.Storage.StoreChange.Sent { Client: "\0bridge/b", Entry: 1 });
            await store.ReleaseAsync(env.Env);
            var ending = bridge.DisposeAsync();
            await store.ReleaseAsync(env.Env);
            await ending;
        });
    }

    [Theory]
    [InlineData("a/b", "", "", "#", "a/b")]
    [InlineData("x/a", "x/", "y/", "+", "y/a")]
    [InlineData("x/a/b", "x/", "y/", "+", null)]
    [InlineData("x", "x", "y/z", "", "y/z")]
    [InlineData("x/a", "", "site/", "x/#", "site/x/a")]
    [InlineData("x", "x", "", "/#", "")]
    [InlineData("$SYS/a", "", "", "#", null)]
    public void A_rule_maps_a_topic_there_and_back(string local, string localPrefix, string remotePrefix, string filter, string? remote)
    {
        var rule = new MqttBridgeTopic(filter, MqttBridgeDirection.Both, MqttQoS.AtLeastOnce, localPrefix, remotePrefix);
        Assert.Equal(remote, rule.ToRemote(local));
        if (remote?.Length > 0) Assert.Equal(local, rule.ToLocal(remote));
        Assert.Null((rule with { Direction = MqttBridgeDirection.In }).ToRemote(local));
    }
}
