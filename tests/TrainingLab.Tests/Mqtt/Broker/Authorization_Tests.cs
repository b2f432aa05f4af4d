using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>Who may publish and subscribe what. MQTT 3.1.1 can only acknowledge or close (§3.3.5), and answers a refused filter with 0x80 (§3.9.3).</summary>
public class Authorization_Tests
{
    private static MqttBrokerOptions OwnTopicsOnly() => new()
    {
        Authorize = (client, access, topic) => access == MqttAccess.Subscribe ? topic != "secret/#" : topic.StartsWith(client.ClientId + "/", StringComparison.Ordinal),
    };

    [Fact]
    [Mqtt311("3.3.5-2")]
    public void A_refused_message_is_acknowledged_and_dropped() => BrokerEnvironment.Run(OwnTopicsOnly(), async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "#");
        var client = await env.ConnectAsync("a");
        await client.PublishAsync("b/x", "0", retain: true);
        await client.PublishAsync("b/x", "1", MqttQoS.AtLeastOnce, 1);
        await client.PublishAsync("b/x", "2", MqttQoS.ExactlyOnce, 2);
        await client.PublishAsync("a/x", "3", MqttQoS.AtLeastOnce, 3);
        Assert.Equal(["PUBACK 1", "PUBREC 2", "PUBACK 3"], client.Take());
        Assert.Equal(["PUBLISH a/x 3"], subscriber.Take());
        Assert.Empty(env.Broker.Retained("#"));
        Assert.Equal(
            ["publish a b/x 0 qos0 NotAuthorized", "publish a b/x 1 qos1 NotAuthorized", "publish a b/x 2 qos2 NotAuthorized", "publish a a/x 3 qos1 Accepted"],
            env.Observer.Lines.Where(l => l.StartsWith("publish", StringComparison.Ordinal)));
    });

    [Fact]
    [Mqtt311("3.8.4-5", "3.9.3-1", "3.9.3-2")]
    public void A_refused_filter_is_answered_with_failure_beside_granted_ones() => BrokerEnvironment.Run(OwnTopicsOnly(), async env =>
    {
        var client = await env.ConnectAsync("a");
        await client.SubscribeAsync(9, ("x", MqttQoS.AtLeastOnce), ("secret/#", MqttQoS.AtMostOnce), ("y", MqttQoS.ExactlyOnce));
        Assert.Equal(["SUBACK 9 1,128,2"], client.Take());
        Assert.Equal([("x", MqttQoS.AtLeastOnce), ("y", MqttQoS.ExactlyOnce)], env.Broker.SubscriptionsOf("a"));
    });

    [Fact]
    public void A_refused_will_is_not_published() => BrokerEnvironment.Run(OwnTopicsOnly(), async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "#");
        var client = await env.ConnectAsync("a", will: MqttMessage.FromText("b/will", "x"));
        await client.CloseAsync();
        Assert.Empty(subscriber.Take());
        Assert.DoesNotContain(env.Observer.Lines, l => l.StartsWith("will", StringComparison.Ordinal));
    });

    [Theory]
    [InlineData("$SYS/broker/uptime")]
    [InlineData("$anything")]
    public void A_client_does_not_publish_to_reserved_topics(string topic) => BrokerEnvironment.Run(async env =>
    {
        var subscriber = await env.ConnectAsync("s");
        await subscriber.SubscribeAsync(1, ("$SYS/#", MqttQoS.AtMostOnce), ("$anything", MqttQoS.AtMostOnce), ("#", MqttQoS.AtMostOnce));
        subscriber.Take();
        var client = await env.ConnectAsync("a");
        await client.PublishAsync(topic, "x", MqttQoS.AtLeastOnce, 1, retain: true);
        Assert.Equal(["PUBACK 1"], client.Take());
        Assert.Empty(subscriber.Take());
        Assert.Equal($"publish a {topic} x qos1 ReservedTopic", env.Observer.Lines[^1]);

        // The broker's owner does, and it reaches those who ask for it by name, not those who ask for #.
        await env.Broker.PublishAsync(MqttMessage.FromText(topic, "own"));
        await env.Context.SettleAsync();
        Assert.Equal([$"PUBLISH {topic} own"], subscriber.Take());
    });
}
