using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Client;

/// <summary>Our client keeps to what a server says in CONNACK (MQTT 5 §3.2.2.3), packet by packet.</summary>
public sealed class ClientLimits_Tests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MqttQoS.AtMostOnce, "PUBLISH t 0")]
    [InlineData(MqttQoS.AtLeastOnce, "PUBLISH t 0", "PUBLISH t 1 qos1 id1")]
    [Mqtt5("3.2.2-11")]
    public void A_message_above_the_servers_maximum_QoS_is_refused_here(MqttQoS maximum, params string[] sent) => Run(new MqttProperties { MaximumQoS = maximum }, async broker =>
    {
        var results = Enumerable.Range(0, 3).Select(qos => broker.Client.PublishAsync(MqttMessage.FromText("t", $"{qos}", (MqttQoS)qos), Token).AsTask()).ToList();
        Assert.Equal(sent, await broker.TakeAsync());
        Assert.Equal(new MqttPublishResult(IsDone: false, MqttReasonCode.QoSNotSupported), await results[2]);
    });

    [Fact]
    [Mqtt5("3.2.2-14")]
    public void A_message_to_retain_is_refused_here_where_the_server_retains_nothing() => Run(new MqttProperties { RetainAvailable = false }, async broker =>
    {
        foreach (var qos in new[] { MqttQoS.AtMostOnce, MqttQoS.AtLeastOnce })
            Assert.Equal(new MqttPublishResult(IsDone: false, MqttReasonCode.RetainNotSupported), await broker.Client.PublishAsync(MqttMessage.FromText("t", "x", qos, retain: true), Token));
        Assert.Empty(await broker.TakeAsync());
        await broker.ReconnectAsync(sessionPresent: true); // This one says nothing, so it does.
        broker.Client.TryPublish(MqttMessage.FromText("t", "x", retain: true));
        Assert.Equal(["PUBLISH t x retain"], await broker.TakeAsync());
    });

    [Fact]
    [Mqtt5("3.2.2-15")]
    public void A_SUBSCRIBE_that_is_too_long_is_sent_in_parts_or_refused_here() => Run(new MqttProperties { MaximumPacketSize = 30 }, async broker =>
    {
        Assert.Equal(MqttSubscribeReturnCode.QuotaExceeded, await broker.Client.SubscribeAsync(new string('x', 23), MqttQoS.AtMostOnce, _ => { }, Token)); // 31 bytes
        broker.Client.Unsubscribe(new string('x', 23));
        await broker.Wire.SendHexAsync("B0 04 0002 00 11");
        broker.Client.Subscribe(new string('y', 22), MqttQoS.AtMostOnce, _ => { });
        broker.Client.Subscribe(new string('z', 22), MqttQoS.AtMostOnce, _ => { });
        await broker.TakeAsync();
        await broker.ReconnectAsync(sessionPresent: false, new MqttProperties { MaximumPacketSize = 30 });
        Assert.Equal([new string('y', 22), new string('z', 22)], (await broker.TakeAsync()).Select(p => p.Split(' ')[2]));
    });

    [Fact]
    public void Subscriptions_of_a_kind_that_the_server_does_not_take_are_refused_here()
    {
        var none = new MqttProperties { WildcardSubscriptionAvailable = false, SharedSubscriptionAvailable = false, SubscriptionIdentifierAvailable = false };
        Run(none, async broker =>
        {
            Task<MqttSubscribeReturnCode> Ask(string filter, int identifier) => broker.Client.SubscribeAsync(new SubscribeFilter(filter, MqttQoS.AtMostOnce), _ => { }, identifier, Token);
            Assert.Equal(MqttSubscribeReturnCode.WildcardSubscriptionsNotSupported, await Ask("a/+", 0));
            Assert.Equal(MqttSubscribeReturnCode.SharedSubscriptionsNotSupported, await Ask("$share/g/a", 0));
            Assert.Equal(MqttSubscribeReturnCode.SubscriptionIdentifiersNotSupported, await Ask("b", 5));
            broker.Client.Subscribe("c", MqttQoS.AtMostOnce, _ => { });
            Assert.Equal(["SUBSCRIBE 1 c"], await broker.TakeAsync());
            await broker.ReconnectAsync(sessionPresent: false, none);
            Assert.Equal(["SUBSCRIBE 2 c"], await broker.TakeAsync());
            await broker.ReconnectAsync(sessionPresent: false); // This one takes everything.
            Assert.Equal(["a/+,$share/g/a,c", "b"], (await broker.TakeAsync()).Select(p => p.Split(' ')[2]));
        });
    }

    [Fact]
    [Mqtt5("3.2.2-17", "3.3.2-8", "3.3.2-9")]
    public void No_alias_goes_beyond_the_servers_maximum() => Run(new MqttProperties { TopicAliasMaximum = 1 }, async broker =>
    {
        foreach (var topic in new[] { "a", "a", "b", "b" }) broker.Client.TryPublish(MqttMessage.FromText(topic, "x"));
        Assert.Equal(["PUBLISH a x {alias:1}", "PUBLISH  x {alias:1}", "PUBLISH b x", "PUBLISH b x"], await broker.TakeAsync());
    });

    [Fact]
    [Mqtt5("3.2.2-18", "3.3.2-7")]
    public void Aliases_are_forgotten_with_the_connection_and_not_used_unasked() => Run(new MqttProperties { TopicAliasMaximum = 5 }, async broker =>
    {
        broker.Client.TryPublish(MqttMessage.FromText("a", "x"));
        Assert.Equal(["PUBLISH a x {alias:1}"], await broker.TakeAsync());
        await broker.ReconnectAsync(sessionPresent: true, new MqttProperties { TopicAliasMaximum = 5 });
        broker.Client.TryPublish(MqttMessage.FromText("a", "x"));
        Assert.Equal(["PUBLISH a x {alias:1}"], await broker.TakeAsync());
        await broker.ReconnectAsync(sessionPresent: true);
        broker.Client.TryPublish(MqttMessage.FromText("a", "x"));
        Assert.Equal(["PUBLISH a x"], await broker.TakeAsync());
    });

    [Fact]
    [Mqtt5("3.3.2-10", "3.14.2-1")]
    public void Every_alias_up_to_its_own_maximum_is_understood_and_none_beyond() => Run(properties: null, async broker =>
    {
        var heard = new List<string>();
        broker.Client.MessageReceived += m => heard.Add(m.Topic);
        for (ushort alias = 1; alias <= 16; alias++) await broker.Wire.PublishAsync($"t{alias}", "x", properties: new MqttProperties { TopicAlias = alias });
        await broker.Wire.PublishAsync("", "x", properties: new MqttProperties { TopicAlias = 16 });
        await broker.Wire.PublishAsync("", "x", properties: new MqttProperties { TopicAlias = 1 });
        Assert.Equal(["t16", "t1"], heard.Skip(16));
        await broker.Wire.PublishAsync("t17", "x", properties: new MqttProperties { TopicAlias = 17 });
        Assert.Equal(["DISCONNECT TopicAliasInvalid"], await broker.TakeAsync());
        Assert.True(broker.Wire.HasClosed());
    });

    [Fact]
    [Mqtt5("3.3.4-7", "3.3.4-8", "4.9.0-1", "4.9.0-2", "4.9.0-3")]
    public void The_servers_receive_maximum_holds_up_messages_above_QoS_0_and_nothing_else() => Run(new MqttProperties { ReceiveMaximum = 2 }, async broker =>
    {
        broker.Client.TryPublish(MqttMessage.FromText("t", "1", MqttQoS.AtLeastOnce));
        broker.Client.TryPublish(MqttMessage.FromText("t", "2", MqttQoS.ExactlyOnce));
        broker.Client.TryPublish(MqttMessage.FromText("t", "3", MqttQoS.AtLeastOnce));
        Assert.Equal(["PUBLISH t 1 qos1 id1", "PUBLISH t 2 qos2 id2"], await broker.TakeAsync());
        broker.Client.Subscribe("f", MqttQoS.AtMostOnce, _ => { });
        await broker.Wire.PublishAsync("t", "in", MqttQoS.AtLeastOnce, 9);
        await broker.Wire.PubRecAsync(2);
        Assert.Equal(["SUBSCRIBE 3 f", "PUBACK 9", "PUBREL 2"], await broker.TakeAsync());
        await broker.Wire.PubCompAsync(2);
        Assert.Equal(["PUBLISH t 3 qos1 id4"], await broker.TakeAsync());
    });

    [Fact]
    [Mqtt5("3.1.2-20", "3.1.2-21", "3.2.2-21")]
    public void The_servers_keep_alive_holds() => Run(new MqttProperties { ServerKeepAlive = 5 }, async broker =>
    {
        await broker.Time.AdvanceAsync(TimeSpan.FromSeconds(4.9));
        Assert.Empty(await broker.TakeAsync());
        await broker.Time.AdvanceAsync(TimeSpan.FromSeconds(0.1));
        Assert.Equal(["PINGREQ"], await broker.TakeAsync());
    });

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V5)]
    [Mqtt5("3.2.2-4")]
    public void A_session_that_it_did_not_want_ends_the_connection(MqttProtocolVersion version) =>
        WireBroker.Run(new MqttClientOptions { ClientId = "a", Version = version, ReconnectDelay = null }, async broker =>
        {
            await broker.AcceptAsync(sessionPresent: true);
            await broker.SettleAsync();
            Assert.True(broker.Wire.HasClosed());
            Assert.Equal(MqttConnectOutcome.ConnectionLost, broker.Client.LastConnect!.Outcome);
        });

    [Fact]
    [Mqtt5("3.3.4-6")]
    public void A_message_that_came_in_goes_on_without_its_subscription_identifiers() => Run(properties: null, async broker =>
    {
        MqttMessage? received = null;
        broker.Client.MessageReceived += m => received = m;
        await broker.Wire.PublishAsync("t", "x", properties: new MqttProperties { SubscriptionIdentifiers = [7], ContentType = "c" });
        broker.Client.TryPublish(received!);
        Assert.Equal(["PUBLISH t x {type:c}"], await broker.TakeAsync());
    });

    [Fact]
    [Mqtt5("3.1.2-30", "4.12.0-3")]
    public void Nothing_but_AUTH_is_sent_before_the_end_of_the_authentication()
    {
        var authentication = new TrainingLab.Mqtt.Authentication.ScramSha256Client("op", "secret", bytes => Array.Clear(bytes));
        WireBroker.Run(new MqttClientOptions { ClientId = "a", Version = MqttProtocolVersion.V5, Authentication = authentication }, async broker =>
        {
            broker.Client.Start();
            broker.Client.Subscribe("f", MqttQoS.AtMostOnce, _ => { });
            broker.Client.TryPublish(MqttMessage.FromText("t", "x", MqttQoS.AtLeastOnce));
            Assert.Equal(["CONNECT a clean"], await broker.TakeAsync());
            var nonce = Convert.ToBase64String(new byte[18]);
            await broker.Wire.AuthAsync(MqttReasonCode.ContinueAuthentication, "SCRAM-SHA-256", System.Text.Encoding.UTF8.GetBytes($"r={nonce}server,s=c2FsdA==,i=4096"));
            Assert.StartsWith("AUTH ContinueAuthentication c=", Assert.Single(await broker.TakeAsync()), StringComparison.Ordinal);
        });
    }

    private static void Run(MqttProperties? properties, Func<WireBroker, Task> test) => WireBroker.RunConnected(MqttProtocolVersion.V5, test, properties);
}
