using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>Retained messages (MQTT 3.1.1 §3.3.1.3).</summary>
public class Retained_Tests
{
    [Fact]
    [Mqtt311("3.3.1-5", "3.3.1-6", "3.3.1-8", "3.3.1-12"), Mqtt5("3.3.1-5", "3.3.1-8")]
    public void A_new_subscriber_gets_the_last_retained_message_marked_as_such() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var publisher = await env.ConnectAsync("p");
        await publisher.PublishAsync("t", "old", retain: true);
        await publisher.PublishAsync("t", "new", MqttQoS.AtLeastOnce, 1, retain: true);
        await publisher.PublishAsync("t", "passing");
        var subscriber = await env.ConnectAsync("s");
        await subscriber.SubscribeAsync(1, ("t", MqttQoS.ExactlyOnce));
        Assert.Equal(["SUBACK 1 2", "PUBLISH t new qos1 id1 retain"], subscriber.Take());
        Assert.Equal("new", Assert.Single(env.Broker.Retained("t")).PayloadText);
    });

    [Fact]
    [Mqtt311("3.3.1-9"), Mqtt5("3.3.1-12")]
    public void A_subscriber_that_is_there_gets_it_unmarked() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "t");
        var publisher = await env.ConnectAsync("p");
        await publisher.PublishAsync("t", "x", retain: true);
        Assert.Equal(["PUBLISH t x"], subscriber.Take());
    });

    [Fact]
    [Mqtt311("3.3.1-10", "3.3.1-11"), Mqtt5("3.3.1-6", "3.3.1-7")]
    public void An_empty_payload_deletes_and_is_delivered() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var publisher = await env.ConnectAsync("p");
        await publisher.PublishAsync("t", "x", retain: true);
        var subscriber = await env.SubscriberAsync("s", "t");
        await publisher.PublishAsync("t", "", retain: true);
        Assert.Equal(["PUBLISH t "], subscriber.Take());
        Assert.Empty(env.Broker.Retained("#"));
    });

    [Fact]
    [Mqtt311("3.8.4-3"), Mqtt5("3.8.4-4")]
    public void Subscribing_again_sends_it_again() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x", retain: true));
        var subscriber = await env.ConnectAsync("s");
        await subscriber.SubscribeAsync(1, ("t", MqttQoS.AtMostOnce));
        await subscriber.SubscribeAsync(2, ("t", MqttQoS.AtMostOnce));
        Assert.Equal(["SUBACK 1 0", "PUBLISH t x retain", "SUBACK 2 0", "PUBLISH t x retain"], subscriber.Take());
    });

    [Fact]
    [Mqtt311("3.3.1-5", "3.3.1-7"), Mqtt5("3.3.1-5")]
    public void A_retained_message_keeps_its_quality_and_is_replaced_by_one_of_a_lower() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var publisher = await env.ConnectAsync("p");
        await publisher.PublishAsync("t", "2", MqttQoS.ExactlyOnce, 1, retain: true);
        Assert.Equal(MqttQoS.ExactlyOnce, Assert.Single(env.Broker.Retained("t")).QoS);
        await publisher.PublishAsync("t", "0", retain: true);
        var subscriber = await env.ConnectAsync("s");
        await subscriber.SubscribeAsync(1, ("t", MqttQoS.ExactlyOnce));
        Assert.Equal(["SUBACK 1 2", "PUBLISH t 0 retain"], subscriber.Take());
    });

    [Fact]
    [Mqtt311("3.1.2-7")]
    public void They_outlive_the_session_that_published_them() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        foreach (var clean in new[] { true, false })
        {
            var publisher = await env.ConnectAsync("p", clean);
            await publisher.PublishAsync("t", $"{clean}", retain: true);
            await publisher.DisconnectAsync();
            publisher = await env.ConnectAsync("p", clean: true); // Throws away what is left of the session.
            await publisher.DisconnectAsync();
            Assert.Equal($"{clean}", Assert.Single(env.Broker.Retained("t")).PayloadText);
        }
    });

    [Fact]
    public void Wildcards_find_all_that_match_ordered_by_topic_and_none_under_dollar() => BrokerEnvironment.Run(async env =>
    {
        foreach (var topic in new[] { "b/2", "a", "b/1", "b", "b/1/x", "$SYS/n" })
            await env.Broker.PublishAsync(MqttMessage.FromText(topic, "x", retain: true));
        Assert.Equal(["a", "b", "b/1", "b/1/x", "b/2"], env.Broker.Retained("#").Select(m => m.Topic));
        Assert.Equal(["b", "b/1", "b/1/x", "b/2"], env.Broker.Retained("b/#").Select(m => m.Topic));
        Assert.Equal(["b/1", "b/2"], env.Broker.Retained("+/+").Select(m => m.Topic));
        Assert.Equal(["$SYS/n"], env.Broker.Retained("$SYS/#").Select(m => m.Topic));
    });

    [Fact]
    public void A_full_store_routes_without_retaining_and_still_replaces_and_deletes()
    {
        var options = new MqttBrokerOptions { Limits = new MqttLimits { MaxRetainedMessages = 1 } };
        BrokerEnvironment.Run(options, async env =>
        {
            var subscriber = await env.SubscriberAsync("s", "#");
            var publisher = await env.ConnectAsync("p");
            await publisher.PublishAsync("a", "1", retain: true);
            await publisher.PublishAsync("b", "2", MqttQoS.AtLeastOnce, 1, retain: true);
            await publisher.PublishAsync("a", "3", retain: true);
            Assert.Equal(["PUBLISH a 1", "PUBLISH b 2", "PUBLISH a 3"], subscriber.Take());
            Assert.Contains("publish p b 2 qos1 NotRetained", env.Observer.Lines);
            Assert.Equal("3", Assert.Single(env.Broker.Retained("#")).PayloadText);
            await publisher.PublishAsync("a", "", retain: true);
            await publisher.PublishAsync("b", "4", retain: true);
            Assert.Equal("4", Assert.Single(env.Broker.Retained("#")).PayloadText);
        });
    }

    [Fact]
    public void A_thousand_more_than_the_queue_holds_arrive_all() => BrokerEnvironment.Run(
        new MqttBrokerOptions { Limits = new MqttLimits { MaxQueuedMessages = 10 } },
        async env =>
        {
            for (var i = 0; i < 1000; i++) await env.Broker.PublishAsync(MqttMessage.FromText($"t/{i}", "x", MqttQoS.AtLeastOnce, retain: true));
            var plain = await env.ConnectAsync("plain");
            await plain.SubscribeAsync(1, ("t/#", MqttQoS.AtMostOnce));
            Assert.Equal(1001, plain.Take().Count);

            var careful = await env.ConnectAsync("careful");
            await careful.SubscribeAsync(1, ("t/#", MqttQoS.AtLeastOnce));
            var received = 0;
            for (var packets = careful.Take(); packets.Count > 0; packets = careful.Take())
            {
                foreach (var id in packets.Where(p => p.StartsWith("PUBLISH", StringComparison.Ordinal)).Select(p => p.Split(' ')[4][2..]))
                {
                    received++;
                    await careful.PubAckAsync(ushort.Parse(id, System.Globalization.CultureInfo.InvariantCulture));
                }
            }
            Assert.Equal(1000, received);
        });
}
