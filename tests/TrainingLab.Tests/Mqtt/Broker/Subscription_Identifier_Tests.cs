using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>Numbers of subscriptions that come with their messages (MQTT 5 §3.3.4, §3.8.2.1.2).</summary>
public sealed class Subscription_Identifier_Tests
{
    [Fact]
    [Mqtt5("3.3.4-3")]
    public void A_message_carries_the_identifier_of_its_subscription() => BrokerEnvironment.Run(async env =>
    {
        var subscriber = await env.SubscriberV5Async("s", new SubscribeFilter("t", MqttQoS.AtMostOnce), identifier: 300_000);
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x"));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t x {id:300000}"], subscriber.Take());
    });

    [Fact]
    [Mqtt5("3.3.4-2", "3.3.4-4")]
    public void One_copy_for_overlapping_subscriptions_carries_all_identifiers() => BrokerEnvironment.Run(async env =>
    {
        var subscriber = await env.SubscriberV5Async("s", new SubscribeFilter("a/+", MqttQoS.AtMostOnce), identifier: 1);
        await subscriber.SubscribeAsync(2, new SubscribeFilter("a/#", MqttQoS.AtLeastOnce), 2);
        await subscriber.SubscribeAsync(3, new SubscribeFilter("a/b", MqttQoS.AtMostOnce));
        await subscriber.SubscribeAsync(4, new SubscribeFilter("#", MqttQoS.AtMostOnce), 1);
        subscriber.Take();
        await env.Broker.PublishAsync(MqttMessage.FromText("a/b", "x", MqttQoS.ExactlyOnce));
        await env.Context.SettleAsync();
        var line = Assert.Single(subscriber.Take());
        Assert.StartsWith("PUBLISH a/b x qos1 id1 {", line, StringComparison.Ordinal);
        Assert.Equal(["id:1", "id:1", "id:2"], line[(line.IndexOf('{', StringComparison.Ordinal) + 1)..^1].Split(' ').Order(StringComparer.Ordinal));
    });

    [Fact]
    [Mqtt5("3.8.4-3")]
    public void Subscribing_again_replaces_the_identifier() => BrokerEnvironment.Run(async env =>
    {
        var subscriber = await env.SubscriberV5Async("s", new SubscribeFilter("t", MqttQoS.AtMostOnce), identifier: 1);
        await subscriber.SubscribeAsync(2, new SubscribeFilter("t", MqttQoS.AtMostOnce));
        subscriber.Take();
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x"));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t x"], subscriber.Take());
    });

    [Fact]
    public void A_retained_message_carries_it_too() => BrokerEnvironment.Run(async env =>
    {
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x", retain: true));
        var subscriber = await env.ConnectV5Async("s");
        await subscriber.SubscribeAsync(1, new SubscribeFilter("t", MqttQoS.AtMostOnce), 9);
        Assert.Equal(["SUBACK 1 0", "PUBLISH t x retain {id:9}"], subscriber.Take());
    });

    [Fact]
    [Mqtt5("3.3.4-6")]
    public void A_message_of_a_client_must_not_carry_one() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectV5Async("a");
        await client.PublishAsync("t", "x", properties: new MqttProperties { SubscriptionIdentifiers = [1] });
        Assert.StartsWith("DISCONNECT ProtocolError", Assert.Single(client.Take()), StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("82 09 0001 02 0B 00 0001 74 00", "ProtocolError")] // 0, §3.8.2.1.2
    [InlineData("82 0B 0001 04 0B01 0B02 0001 74 00", "ProtocolError")] // twice
    public void An_impossible_identifier_closes_the_connection(string hex, string reason) => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectV5Async("a");
        await client.SendHexAsync(hex);
        Assert.StartsWith($"DISCONNECT {reason}", Assert.Single(client.Take()), StringComparison.Ordinal);
    });
}
