using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>QoS 0, 1 and 2 in both directions, packet identifiers and ordering (MQTT 3.1.1 §4.3, §2.3.1, §4.6).</summary>
public class QualityOfService_Tests
{
    [Theory]
    [InlineData(MqttQoS.AtMostOnce, MqttQoS.ExactlyOnce, "PUBLISH t x")]
    [InlineData(MqttQoS.ExactlyOnce, MqttQoS.AtMostOnce, "PUBLISH t x")]
    [InlineData(MqttQoS.AtLeastOnce, MqttQoS.ExactlyOnce, "PUBLISH t x qos1 id1")]
    [InlineData(MqttQoS.ExactlyOnce, MqttQoS.AtLeastOnce, "PUBLISH t x qos1 id1")]
    [InlineData(MqttQoS.ExactlyOnce, MqttQoS.ExactlyOnce, "PUBLISH t x qos2 id1")]
    [Mqtt311("3.8.4-6", "4.3.1-1", "4.3.2-1", "4.3.3-1"), Mqtt5("3.3.1-2", "3.8.4-8", "4.3.1-1", "4.3.2-2", "4.3.3-2")]
    public void A_message_is_delivered_at_the_lower_of_both_qualities(MqttQoS published, MqttQoS granted, string delivered) => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "t", granted);
        var publisher = await env.ConnectAsync("p");
        await publisher.PublishAsync("t", "x", published, published == MqttQoS.AtMostOnce ? (ushort)0 : (ushort)77);
        Assert.Equal([delivered], subscriber.Take());
    });

    [Fact]
    [Mqtt311("2.3.1-6", "3.3.4-1", "4.3.3-2"), Mqtt5("2.2.1-5", "3.3.4-1", "4.3.3-8", "4.3.3-10", "4.3.3-11", "4.3.3-12")]
    public void QoS_2_in_is_delivered_once_however_often_it_is_sent() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "t");
        var publisher = await env.ConnectAsync("p");
        await publisher.PublishAsync("t", "x", MqttQoS.ExactlyOnce, 5);
        await publisher.PublishAsync("t", "x", MqttQoS.ExactlyOnce, 5, dup: true);
        await publisher.PubRelAsync(5);
        await publisher.PubRelAsync(5);
        await publisher.PublishAsync("t", "y", MqttQoS.ExactlyOnce, 5);
        var unknown = env.Version == MqttProtocolVersion.V5 ? " PacketIdentifierNotFound" : "";
        Assert.Equal(["PUBREC 5", "PUBREC 5", "PUBCOMP 5", $"PUBCOMP 5{unknown}", "PUBREC 5"], publisher.Take());
        Assert.Equal(["PUBLISH t x", "PUBLISH t y"], subscriber.Take());
        Assert.Equal(2, env.Observer.Lines.Count(l => l.StartsWith("publish", StringComparison.Ordinal)));
    });

    [Fact]
    [Mqtt311("3.3.4-1", "4.3.2-2"), Mqtt5("3.3.4-1", "4.3.2-4", "4.3.2-5")]
    public void QoS_1_in_is_a_new_message_after_its_PUBACK() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "t");
        var publisher = await env.ConnectAsync("p");
        await publisher.PublishAsync("t", "x", MqttQoS.AtLeastOnce, 5);
        await publisher.PublishAsync("t", "y", MqttQoS.AtLeastOnce, 5, dup: true);
        Assert.Equal(["PUBACK 5", "PUBACK 5"], publisher.Take());
        Assert.Equal(["PUBLISH t x", "PUBLISH t y"], subscriber.Take());
    });

    [Fact]
    [Mqtt311("3.3.1-3"), Mqtt5("3.3.1-3")]
    public void A_duplicate_that_comes_in_is_no_duplicate_going_out() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "t", MqttQoS.ExactlyOnce);
        var publisher = await env.ConnectAsync("p");
        await publisher.PublishAsync("t", "x", MqttQoS.AtLeastOnce, 5, dup: true);
        await publisher.PublishAsync("t", "y", MqttQoS.ExactlyOnce, 6, dup: true);
        Assert.Equal(["PUBLISH t x qos1 id1", "PUBLISH t y qos2 id2"], subscriber.Take());
    });

    [Fact]
    [Mqtt311("4.1.0-1", "4.3.3-2"), Mqtt5("3.1.2-23", "4.3.3-10")]
    public void QoS_2_in_is_once_across_connections_of_a_persistent_session() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "t");
        var publisher = await env.ConnectAsync("p", clean: false);
        await publisher.PublishAsync("t", "x", MqttQoS.ExactlyOnce, 5);
        await publisher.CloseAsync();
        publisher = await env.ConnectAsync("p", clean: false);
        await publisher.PublishAsync("t", "x", MqttQoS.ExactlyOnce, 5, dup: true);
        Assert.Equal(["PUBREC 5"], publisher.Take());
        Assert.Equal(["PUBLISH t x"], subscriber.Take());
    });

    [Fact]
    [Mqtt311("2.3.1-6", "4.3.3-1"), Mqtt5("2.2.1-5", "4.3.3-4")]
    public void QoS_2_out_goes_through_its_four_packets() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "t", MqttQoS.ExactlyOnce);
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x", MqttQoS.ExactlyOnce));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t x qos2 id1"], subscriber.Take());
        await subscriber.PubRecAsync(1);
        await subscriber.PubRecAsync(1);
        Assert.Equal(["PUBREL 1", "PUBREL 1"], subscriber.Take());
        await subscriber.PubCompAsync(1);
        await subscriber.PubRecAsync(1); // Late: the broker has forgotten it, and lets the client forget it too.
        Assert.Equal([env.Version == MqttProtocolVersion.V5 ? "PUBREL 1 PacketIdentifierNotFound" : "PUBREL 1"], subscriber.Take());
    });

    [Fact]
    public void A_PUBREC_for_a_message_at_QoS_1_breaks_the_protocol() => BrokerEnvironment.Run(async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "t", MqttQoS.AtLeastOnce);
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x", MqttQoS.AtLeastOnce));
        await subscriber.PubRecAsync(1);
        Assert.True(subscriber.HasClosed());
    });

    [Fact]
    public void Acknowledgements_of_nothing_are_ignored() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectAsync("a");
        await client.PubAckAsync(9);
        await client.PubCompAsync(9);
        Assert.Empty(client.Take());
        Assert.False(client.HasClosed());
    });

    [Fact]
    [Mqtt311("4.6.0-5", "4.6.0-6"), Mqtt5("4.6.0-5", "4.6.0-6")]
    public void Messages_keep_their_order_at_each_quality() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        foreach (var qos in new[] { MqttQoS.AtMostOnce, MqttQoS.AtLeastOnce, MqttQoS.ExactlyOnce })
        {
            var subscriber = await env.SubscriberAsync($"s{qos}", "t", qos);
            var publisher = await env.ConnectAsync("p");
            for (ushort i = 1; i <= 50; i++) await publisher.PublishAsync("t", $"{i}", qos, qos == MqttQoS.AtMostOnce ? (ushort)0 : i);
            var order = subscriber.Take().Select(l => l.Split(' ')[2]);
            Assert.Equal(Enumerable.Range(1, 50).Select(i => $"{i}"), order);
            if (qos != MqttQoS.AtMostOnce) Assert.Equal(Enumerable.Range(1, 50).Select(i => $"{i}"), publisher.Take().Select(l => l.Split(' ')[1]));
            await subscriber.DisconnectAsync();
        }
    });

    [Fact]
    [Mqtt311("2.3.1-4")]
    public void No_more_than_the_window_is_in_flight_and_acknowledgements_open_it_in_order()
    {
        var options = new MqttBrokerOptions { Limits = new MqttLimits { MaxInflight = 2 } };
        BrokerEnvironment.Run(options, async env =>
        {
            var subscriber = await env.SubscriberAsync("s", "t", MqttQoS.AtLeastOnce);
            for (var i = 1; i <= 5; i++) await env.Broker.PublishAsync(MqttMessage.FromText("t", $"{i}", MqttQoS.AtLeastOnce));
            await env.Context.SettleAsync();
            Assert.Equal(["PUBLISH t 1 qos1 id1", "PUBLISH t 2 qos1 id2"], subscriber.Take());
            await subscriber.PubAckAsync(2);
            Assert.Equal(["PUBLISH t 3 qos1 id3"], subscriber.Take());
            await subscriber.PubAckAsync(1);
            await subscriber.PubAckAsync(3);
            Assert.Equal(["PUBLISH t 4 qos1 id4", "PUBLISH t 5 qos1 id5"], subscriber.Take());
        });
    }

    [Fact]
    [Mqtt311("2.3.1-4", "4.3.2-1"), Mqtt5("2.2.1-4", "4.3.2-1", "4.3.3-1")]
    public void Identifiers_wrap_around_and_skip_those_in_use() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "t", MqttQoS.AtLeastOnce);
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "held", MqttQoS.AtLeastOnce));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t held qos1 id1"], subscriber.Take());
        for (var i = 2; i <= ushort.MaxValue; i++)
        {
            await env.Broker.PublishAsync(MqttMessage.FromText("t", "", MqttQoS.AtLeastOnce));
            await subscriber.PubAckAsync((ushort)i);
            subscriber.Take();
        }
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "next", MqttQoS.AtLeastOnce));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t next qos1 id2"], subscriber.Take());
    });

    [Fact]
    public void A_publisher_hears_its_own_message_when_it_subscribed() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.SubscriberAsync("a", "t", MqttQoS.AtLeastOnce);
        await client.PublishAsync("t", "x", MqttQoS.AtLeastOnce, 1);
        Assert.Equal(["PUBLISH t x qos1 id1", "PUBACK 1"], client.Take());
    });
}
