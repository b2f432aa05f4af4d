using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>Subscriptions that several sessions share (MQTT 5 §4.8.2).</summary>
public sealed class Shared_Subscription_Tests
{
    [Fact]
    public void Each_message_goes_to_one_of_them_in_turn() => BrokerEnvironment.Run(async env =>
    {
        var (a, b) = (await ShareAsync(env, "a"), await ShareAsync(env, "b"));
        foreach (var n in "1234") await env.Broker.PublishAsync(MqttMessage.FromText("t", $"{n}"));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t 1", "PUBLISH t 3"], a.Take());
        Assert.Equal(["PUBLISH t 2", "PUBLISH t 4"], b.Take());
    });

    [Fact]
    [Mqtt5("4.8.2-3")]
    public void Each_keeps_its_own_quality_of_service() => BrokerEnvironment.Run(async env =>
    {
        var (a, b) = (await ShareAsync(env, "a", qos: MqttQoS.AtMostOnce), await ShareAsync(env, "b", qos: MqttQoS.AtLeastOnce));
        foreach (var n in "12") await env.Broker.PublishAsync(MqttMessage.FromText("t", $"{n}", MqttQoS.ExactlyOnce));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t 1"], a.Take());
        Assert.Equal(["PUBLISH t 2 qos1 id1"], b.Take());
    });

    [Fact]
    public void Another_share_name_and_a_plain_subscription_get_their_own_copy() => BrokerEnvironment.Run(async env =>
    {
        var (a, b, c) = (await ShareAsync(env, "a"), await ShareAsync(env, "b", "$share/other/t"), await env.SubscriberAsync("c", "t"));
        await a.SubscribeAsync(2, ("t", MqttQoS.AtMostOnce));
        a.Take();
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x"));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t x", "PUBLISH t x"], a.Take());
        Assert.Equal(["PUBLISH t x"], b.Take());
        Assert.Equal(["PUBLISH t x"], c.Take());
    });

    [Fact]
    public void A_member_without_a_connection_is_passed_over() => BrokerEnvironment.Run(async env =>
    {
        var (a, b) = (await ShareAsync(env, "a", expiry: 60), await ShareAsync(env, "b"));
        await a.CloseAsync();
        foreach (var n in "12") await env.Broker.PublishAsync(MqttMessage.FromText("t", $"{n}", MqttQoS.AtLeastOnce));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t 1 qos1 id1", "PUBLISH t 2 qos1 id2"], b.Take());
    });

    [Fact]
    [Mqtt5("4.8.2-4", "4.8.2-5")]
    public void What_was_sent_to_a_member_waits_for_it() => BrokerEnvironment.Run(async env =>
    {
        var a = await ShareAsync(env, "a", qos: MqttQoS.ExactlyOnce, expiry: 5);
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "1", MqttQoS.ExactlyOnce));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t 1 qos2 id1"], a.Take());
        var b = await ShareAsync(env, "b", qos: MqttQoS.ExactlyOnce);
        await a.CloseAsync();
        Assert.Empty(b.Take());
        a = env.Open(version: MqttProtocolVersion.V5);
        await a.ConnectAsync("a", clean: false);
        Assert.Equal(["PUBLISH t 1 qos2 id1 dup"], a.Take().Skip(1));
        await a.CloseAsync(); // Its session has no interval now and ends.
        Assert.Empty(b.Take());
    });

    [Fact]
    public void What_a_member_did_not_acknowledge_goes_to_another_one_when_its_session_ends() => BrokerEnvironment.Run(async env =>
    {
        var a = await ShareAsync(env, "a", expiry: 60);
        foreach (var n in "12") await env.Broker.PublishAsync(MqttMessage.FromText("t", $"{n}", MqttQoS.AtLeastOnce));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t 1 qos1 id1", "PUBLISH t 2 qos1 id2"], a.Take());
        await a.PubAckAsync(1);
        await a.CloseAsync();
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "3", MqttQoS.AtLeastOnce)); // Nobody is connected, so it waits.
        var b = await ShareAsync(env, "b");
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(59));
        Assert.Empty(b.Take());
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(["PUBLISH t 2 qos1 id1", "PUBLISH t 3 qos1 id2"], b.Take());
        Assert.Equal(["b"], env.Broker.Sessions);
    });

    [Fact]
    public void What_a_member_had_a_subscription_of_its_own_for_stays_with_it() => BrokerEnvironment.Run(async env =>
    {
        var a = await ShareAsync(env, "a");
        await a.SubscribeAsync(2, ("+", MqttQoS.AtLeastOnce));
        var b = await ShareAsync(env, "b");
        foreach (var n in "12") await env.Broker.PublishAsync(MqttMessage.FromText("t", $"{n}", MqttQoS.AtLeastOnce));
        await env.Context.SettleAsync();
        Assert.Single(b.Take());
        await a.CloseAsync();
        Assert.Empty(b.Take());
    });

    [Fact]
    [Mqtt5("4.8.2-6")]
    public void A_member_that_refuses_a_message_is_not_replaced() => BrokerEnvironment.Run(async env =>
    {
        var (a, b) = (await ShareAsync(env, "a"), await ShareAsync(env, "b"));
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "1", MqttQoS.AtLeastOnce));
        await a.PubAckAsync(1, MqttReasonCode.QuotaExceeded);
        a.Take();
        Assert.Empty(b.Take());
    });

    [Fact]
    public void Retained_messages_are_not_sent() => BrokerEnvironment.Run(async env =>
    {
        // §4.8.2: no retained messages on the first subscribe
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x", retain: true));
        var a = await ShareAsync(env, "a");
        Assert.Empty(a.Take());
    });

    [Theory]
    [InlineData("$share//t")] // [MQTT-4.8.2-1]
    [InlineData("$share/g+/t")] // [MQTT-4.8.2-2]
    [InlineData("$share/g")]
    [InlineData("$share/g/")]
    [Mqtt5("4.8.2-1", "4.8.2-2")]
    public void A_malformed_one_closes_the_connection(string filter) => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectV5Async("a");
        await client.SubscribeAsync(1, new SubscribeFilter(filter, MqttQoS.AtMostOnce));
        Assert.StartsWith("DISCONNECT TopicFilterInvalid", Assert.Single(client.Take()), StringComparison.Ordinal);
    });

    [Fact]
    [Mqtt5("3.8.3-4")]
    public void No_local_is_a_protocol_error() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectV5Async("a");
        await client.SubscribeAsync(1, new SubscribeFilter("$share/g/t", MqttQoS.AtMostOnce, NoLocal: true));
        Assert.StartsWith("DISCONNECT ProtocolError", Assert.Single(client.Take()), StringComparison.Ordinal);
    });

    [Fact]
    public void Unsubscribing_leaves_the_rest() => BrokerEnvironment.Run(async env =>
    {
        var (a, b) = (await ShareAsync(env, "a"), await ShareAsync(env, "b"));
        await a.UnsubscribeAsync(7, "$share/g/t");
        Assert.Equal(["UNSUBACK 7 Success"], a.Take());
        foreach (var n in "12") await env.Broker.PublishAsync(MqttMessage.FromText("t", $"{n}"));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t 1", "PUBLISH t 2"], b.Take());
        await b.CloseAsync();
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "3"));
        Assert.Empty(a.Take());
    });

    [Fact]
    public void A_restored_broker_goes_on_with_the_same_turn() => BrokerEnvironment.Run(async env =>
    {
        foreach (var name in new[] { "a", "b" })
        {
            var member = await ShareAsync(env, name, expiry: uint.MaxValue);
            await member.CloseAsync();
        }
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "1", MqttQoS.AtLeastOnce));
        env.Broker.Load(env.Broker.Save());
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "2", MqttQoS.AtLeastOnce));
        var b = env.Open(version: MqttProtocolVersion.V5);
        await b.ConnectAsync("b", clean: false);
        Assert.Equal(["PUBLISH t 2 qos1 id1"], b.Take().Skip(1));
    });

    private static Task<WireClient> ShareAsync(
        BrokerEnvironment env, string clientId, string filter = "$share/g/t", MqttQoS qos = MqttQoS.AtLeastOnce, uint expiry = 0) =>
        env.SubscriberV5Async(clientId, new SubscribeFilter(filter, qos), properties: expiry == 0 ? null : new MqttProperties { SessionExpiryInterval = expiry });
}
