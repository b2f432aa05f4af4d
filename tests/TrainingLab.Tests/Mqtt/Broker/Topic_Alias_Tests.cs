using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>Numbers that stand for topics (MQTT 5 §3.3.2.3.4).</summary>
public sealed class Topic_Alias_Tests
{
    [Fact]
    [Mqtt5("3.3.2-12")]
    public void A_number_stands_for_the_topic_once_it_is_given() => BrokerEnvironment.Run(async env =>
    {
        // Only the publisher's connection knows it; the subscriber gets the name.
        var subscriber = await env.SubscriberV5Async("s", new SubscribeFilter("#", MqttQoS.AtMostOnce));
        var publisher = await env.ConnectV5Async("p");
        await publisher.PublishAsync("a/b", "1", properties: Alias(7));
        await publisher.PublishAsync("", "2", properties: Alias(7));
        await publisher.PublishAsync("c", "3", properties: Alias(7));
        await publisher.PublishAsync("", "4", properties: Alias(7));
        Assert.Equal(["PUBLISH a/b 1", "PUBLISH a/b 2", "PUBLISH c 3", "PUBLISH c 4"], subscriber.Take());
    });

    [Theory]
    [InlineData(0, "TopicAliasInvalid")] // [MQTT-3.3.2-8]
    [InlineData(65, "TopicAliasInvalid")]
    [Mqtt5("3.3.2-8")]
    public void A_number_outside_the_maximum_closes_the_connection(int alias, string reason) => BrokerEnvironment.Run(async env =>
    {
        var publisher = await env.ConnectV5Async("p");
        await publisher.PublishAsync("a", "1", properties: Alias((ushort)alias));
        Assert.StartsWith($"DISCONNECT {reason}", Assert.Single(publisher.Take()), StringComparison.Ordinal);
        Assert.True(publisher.HasClosed());
    });

    [Fact]
    public void A_number_that_stands_for_nothing_closes_the_connection() => BrokerEnvironment.Run(async env =>
    {
        var publisher = await env.ConnectV5Async("p");
        await publisher.PublishAsync("", "1", properties: Alias(3));
        Assert.StartsWith("DISCONNECT ProtocolError", Assert.Single(publisher.Take()), StringComparison.Ordinal);
    });

    [Fact]
    [Mqtt5("3.3.2-7")]
    public void A_new_connection_knows_no_numbers() => BrokerEnvironment.Run(async env =>
    {
        var publisher = await env.ConnectV5Async("p", properties: new MqttProperties { SessionExpiryInterval = 60 });
        await publisher.PublishAsync("a", "1", properties: Alias(1));
        await publisher.CloseAsync();
        publisher = await env.ConnectV5Async("p", clean: false, properties: new MqttProperties { SessionExpiryInterval = 60 });
        await publisher.PublishAsync("", "2", properties: Alias(1));
        Assert.StartsWith("DISCONNECT ProtocolError", Assert.Single(publisher.Take()), StringComparison.Ordinal);
    });

    [Fact]
    [Mqtt5("3.1.2-26", "3.3.2-11")]
    public void The_broker_numbers_topics_for_a_client_that_takes_numbers() => BrokerEnvironment.Run(async env =>
    {
        // Not more than the client takes.
        var subscriber = await env.SubscriberV5Async("s", new SubscribeFilter("#", MqttQoS.AtMostOnce), properties: new MqttProperties { TopicAliasMaximum = 1 });
        foreach (var topic in new[] { "a", "a", "b", "b", "a" }) await env.Broker.PublishAsync(MqttMessage.FromText(topic, "x"));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH a x {alias:1}", "PUBLISH  x {alias:1}", "PUBLISH b x", "PUBLISH b x", "PUBLISH  x {alias:1}"], subscriber.Take());
    });

    [Fact]
    [Mqtt5("3.1.2-27")]
    public void A_client_that_takes_no_numbers_gets_none() => BrokerEnvironment.Run(async env =>
    {
        var subscriber = await env.SubscriberV5Async("s", new SubscribeFilter("#", MqttQoS.AtMostOnce));
        await env.Broker.PublishAsync(MqttMessage.FromText("a", "x"));
        await env.Broker.PublishAsync(MqttMessage.FromText("a", "x"));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH a x", "PUBLISH a x"], subscriber.Take());
    });

    private static MqttProperties Alias(ushort alias) => new() { TopicAlias = alias };
}
