using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>SUBSCRIBE and UNSUBSCRIBE (MQTT 3.1.1 §3.8 to §3.11), overlapping filters (§3.3.5) and topics that begin with $ (§4.7.2).</summary>
public class Subscribe_Tests
{
    [Fact]
    public void Each_filter_is_answered_in_its_place() => BrokerEnvironment.Run(async env =>
    {
        // [MQTT-3.8.4-4], [MQTT-3.8.4-5]
        var client = await env.ConnectAsync("a");
        await client.SubscribeAsync(10, ("a/b", MqttQoS.AtLeastOnce), ("c/d", MqttQoS.ExactlyOnce), ("e", MqttQoS.AtMostOnce));
        Assert.Equal("9005000A010200", client.TakeHex());
        Assert.Equal(
            ["subscribe a a/b GrantedAtLeastOnce", "subscribe a c/d GrantedExactlyOnce", "subscribe a e GrantedAtMostOnce"],
            env.Observer.Lines.Skip(1));
    });

    [Fact]
    public void Overlapping_filters_deliver_once_at_the_highest_quality() => BrokerEnvironment.Run(async env =>
    {
        // [MQTT-3.3.5-1]
        var client = await env.ConnectAsync("a");
        await client.SubscribeAsync(1, ("t/#", MqttQoS.AtMostOnce), ("t/+", MqttQoS.ExactlyOnce), ("t/x", MqttQoS.AtLeastOnce));
        client.Take();
        await env.Broker.PublishAsync(MqttMessage.FromText("t/x", "m", MqttQoS.ExactlyOnce));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t/x m qos2 id1"], client.Take());
    });

    [Fact]
    public void The_same_filter_again_replaces_the_quality() => BrokerEnvironment.Run(async env =>
    {
        // [MQTT-3.8.4-3]
        var client = await env.SubscriberAsync("a", "t", MqttQoS.ExactlyOnce);
        await client.SubscribeAsync(2, ("t", MqttQoS.AtMostOnce));
        client.Take();
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "m", MqttQoS.ExactlyOnce));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t m"], client.Take());
        Assert.Single(env.Broker.SubscriptionsOf("a"));
    });

    [Fact]
    public void Unsubscribing_compares_filters_character_by_character() => BrokerEnvironment.Run(async env =>
    {
        // [MQTT-3.10.4-1], [MQTT-3.10.4-4], [MQTT-3.10.4-5]
        var client = await env.SubscriberAsync("a", "t/+");
        await client.UnsubscribeAsync(2, "t/x", "T/+", "never/there");
        Assert.Equal(["UNSUBACK 2"], client.Take());
        await env.Broker.PublishAsync(MqttMessage.FromText("t/x", "still"));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t/x still"], client.Take());
        await client.UnsubscribeAsync(3, "t/+");
        await env.Broker.PublishAsync(MqttMessage.FromText("t/x", "gone"));
        await env.Context.SettleAsync();
        Assert.Equal(["UNSUBACK 3"], client.Take());
        Assert.Equal("unsubscribe a t/+", env.Observer.Lines[^1]);
    });

    [Fact]
    public void What_is_in_flight_when_unsubscribing_is_completed() => BrokerEnvironment.Run(async env =>
    {
        // [MQTT-3.10.4-3]
        var client = await env.SubscriberAsync("a", "t", MqttQoS.ExactlyOnce);
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "m", MqttQoS.ExactlyOnce));
        await client.UnsubscribeAsync(2, "t");
        await client.PubRecAsync(1);
        Assert.Equal(["PUBLISH t m qos2 id1", "UNSUBACK 2", "PUBREL 1"], client.Take());
    });

    [Fact]
    public void A_wildcard_at_the_first_level_does_not_match_what_begins_with_dollar() => BrokerEnvironment.Run(async env =>
    {
        // [MQTT-4.7.2-1]
        var client = await env.ConnectAsync("a");
        await client.SubscribeAsync(1, ("#", MqttQoS.AtMostOnce), ("+/x", MqttQoS.AtMostOnce));
        client.Take();
        await env.Broker.PublishAsync(MqttMessage.FromText("$SYS/x", "hidden"));
        await env.Broker.PublishAsync(MqttMessage.FromText("a/x", "seen"));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH a/x seen"], client.Take());
    });

    [Fact]
    public void The_owner_subscribes_without_a_connection() => BrokerEnvironment.Run(async env =>
    {
        var heard = new List<string>();
        using (env.Broker.Subscribe("t/#", m => heard.Add($"1 {m.Topic} {m.Retain}")))
        using (env.Broker.Subscribe("t/x", m =>
        {
            heard.Add($"2 {m.Topic}");
            if (m.Topic == "t/x" && heard.Count < 5) env.Broker.PublishAsync(MqttMessage.FromText("t/nested", "y")).AsTask().GetAwaiter().GetResult();
        }))
        {
            await env.Broker.PublishAsync(MqttMessage.FromText("t/x", "m", retain: true));
        }
        await env.Broker.PublishAsync(MqttMessage.FromText("t/x", "late"));
        Assert.Equal(["1 t/x False", "2 t/x", "1 t/nested False"], heard);
    });

    [Fact]
    public void Subscribers_of_one_topic_are_served_in_a_fixed_order() => BrokerEnvironment.Run(async env =>
    {
        foreach (var id in new[] { "c", "a", "b" }) await env.SubscriberAsync(id, "t");
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "m"));
        Assert.Equal(["delivered a t qos0", "delivered b t qos0", "delivered c t qos0"], env.Observer.Lines.TakeLast(3));
    });
}
