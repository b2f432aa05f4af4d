using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>SUBSCRIBE and UNSUBSCRIBE (MQTT 3.1.1 §3.8 to §3.11), overlapping filters (§3.3.5) and topics that begin with $ (§4.7.2).</summary>
public class Subscribe_Tests
{
    [Fact]
    [Mqtt311("2.3.1-7", "3.8.4-1", "3.8.4-2", "3.8.4-4", "3.8.4-5", "3.9.3-1"), Mqtt5("2.2.1-6", "3.8.4-1", "3.8.4-2", "3.8.4-5", "3.8.4-6", "3.8.4-7", "3.9.3-1")]
    public void Each_filter_is_answered_in_its_place() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var client = await env.ConnectAsync("a");
        await client.SubscribeAsync(10, ("a/b", MqttQoS.AtLeastOnce), ("c/d", MqttQoS.ExactlyOnce), ("e", MqttQoS.AtMostOnce));
        Assert.Equal(["SUBACK 10 1,2,0"], client.Take());
        Assert.Equal(
            ["subscribe a a/b GrantedAtLeastOnce", "subscribe a c/d GrantedExactlyOnce", "subscribe a e GrantedAtMostOnce"],
            env.Observer.Lines.Skip(1));
    });

    [Fact]
    [Mqtt311("3.3.5-1"), Mqtt5("3.3.4-2")]
    public void Overlapping_filters_deliver_once_at_the_highest_quality() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var client = await env.ConnectAsync("a");
        await client.SubscribeAsync(1, ("t/#", MqttQoS.AtMostOnce), ("t/+", MqttQoS.ExactlyOnce), ("t/x", MqttQoS.AtLeastOnce));
        client.Take();
        await env.Broker.PublishAsync(MqttMessage.FromText("t/x", "m", MqttQoS.ExactlyOnce));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t/x m qos2 id1"], client.Take());
    });

    [Fact]
    [Mqtt311("3.8.4-3"), Mqtt5("3.8.4-3")]
    public void The_same_filter_again_replaces_the_quality() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var client = await env.SubscriberAsync("a", "t", MqttQoS.ExactlyOnce);
        await client.SubscribeAsync(2, ("t", MqttQoS.AtMostOnce));
        client.Take();
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "m", MqttQoS.ExactlyOnce));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t m"], client.Take());
        Assert.Single(env.Broker.SubscriptionsOf("a"));
    });

    [Fact]
    [Mqtt311("2.3.1-7", "3.10.4-1", "3.10.4-2", "3.10.4-4", "3.10.4-5", "3.10.4-6"), Mqtt5("2.2.1-6", "3.10.4-1", "3.10.4-2", "3.10.4-4", "3.10.4-5", "3.10.4-6")]
    public void Unsubscribing_compares_filters_character_by_character() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var client = await env.SubscriberAsync("a", "t/+");
        await client.UnsubscribeAsync(2, "t/x", "T/+", "never/there");
        Assert.StartsWith("UNSUBACK 2", Assert.Single(client.Take()), StringComparison.Ordinal);
        await env.Broker.PublishAsync(MqttMessage.FromText("t/x", "still"));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t/x still"], client.Take());
        await client.UnsubscribeAsync(3, "t/+");
        await env.Broker.PublishAsync(MqttMessage.FromText("t/x", "gone"));
        await env.Context.SettleAsync();
        Assert.StartsWith("UNSUBACK 3", Assert.Single(client.Take()), StringComparison.Ordinal);
        Assert.Equal("unsubscribe a t/+", env.Observer.Lines[^1]);
    });

    [Fact]
    [Mqtt311("3.10.4-3"), Mqtt5("3.10.4-3")]
    public void What_is_in_flight_when_unsubscribing_is_completed() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var client = await env.SubscriberAsync("a", "t", MqttQoS.ExactlyOnce);
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "m", MqttQoS.ExactlyOnce));
        await client.UnsubscribeAsync(2, "t");
        await client.PubRecAsync(1);
        var answer = env.Version == MqttProtocolVersion.V5 ? "UNSUBACK 2 Success" : "UNSUBACK 2";
        Assert.Equal(["PUBLISH t m qos2 id1", answer, "PUBREL 1"], client.Take());
    });

    [Fact]
    [Mqtt311("3.3.2-3", "4.7.2-1"), Mqtt5("3.3.2-3", "4.7.2-1")]
    public void A_wildcard_at_the_first_level_does_not_match_what_begins_with_dollar() => BrokerEnvironment.RunInBothVersions(async env =>
    {
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
