using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>No local, retain as published and retain handling (MQTT 5 §3.8.3.1).</summary>
public sealed class Subscription_Options_Tests
{
    [Fact]
    [Mqtt5("3.8.3-3")]
    public void No_local_leaves_out_the_clients_own_messages() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.SubscriberV5Async("a", new SubscribeFilter("t", MqttQoS.AtMostOnce, NoLocal: true));
        await client.PublishAsync("t", "mine");
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "theirs"));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t theirs"], client.Take());
    });

    [Fact]
    public void An_overlapping_subscription_without_it_still_brings_them() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.SubscriberV5Async("a", new SubscribeFilter("t", MqttQoS.AtMostOnce, NoLocal: true), identifier: 1);
        await client.SubscribeAsync(2, new SubscribeFilter("#", MqttQoS.AtMostOnce), 2);
        client.Take();
        await client.PublishAsync("t", "mine");
        Assert.Equal(["PUBLISH t mine {id:2}"], client.Take());
    });

    [Theory]
    [InlineData(false, "PUBLISH t x")] // [MQTT-3.3.1-12]
    [InlineData(true, "PUBLISH t x retain")] // [MQTT-3.3.1-13]
    [Mqtt5("3.3.1-12", "3.3.1-13")]
    public void Retain_as_published_decides_the_flag_of_new_messages(bool asPublished, string expected) => BrokerEnvironment.Run(async env =>
    {
        var client = await env.SubscriberV5Async("a", new SubscribeFilter("t", MqttQoS.AtMostOnce, RetainAsPublished: asPublished));
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x", retain: true));
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "y"));
        await env.Context.SettleAsync();
        Assert.Equal([expected, "PUBLISH t y"], client.Take());
    });

    [Theory]
    [InlineData(MqttRetainHandling.Send, true, true)] // [MQTT-3.3.1-9]
    [InlineData(MqttRetainHandling.SendIfNew, true, false)] // [MQTT-3.3.1-10]
    [InlineData(MqttRetainHandling.DoNotSend, false, false)] // [MQTT-3.3.1-11]
    [Mqtt5("3.3.1-9", "3.3.1-10", "3.3.1-11")]
    public void Retain_handling_decides_when_retained_messages_come(MqttRetainHandling handling, bool first, bool again) => BrokerEnvironment.Run(async env =>
    {
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x", retain: true));
        var client = await env.ConnectV5Async("a");
        var filter = new SubscribeFilter("t", MqttQoS.AtMostOnce, RetainHandling: handling);
        await client.SubscribeAsync(1, filter);
        Assert.Equal(first ? 2 : 1, client.Take().Count);
        await client.SubscribeAsync(2, filter);
        Assert.Equal(again ? 2 : 1, client.Take().Count);
    });

    [Theory]
    [InlineData("82 07 0001 00 0001 74 40", "MalformedPacket")] // reserved bits, [MQTT-3.8.3-5]
    [InlineData("82 07 0001 00 0001 74 80", "MalformedPacket")]
    [InlineData("82 07 0001 00 0001 74 30", "ProtocolError")] // retain handling 3, §3.8.3.1
    [InlineData("82 07 0001 00 0001 74 03", "ProtocolError")] // QoS 3, §3.8.3.1
    [Mqtt5("3.8.3-5")]
    public void Impossible_options_close_the_connection(string hex, string reason) => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectV5Async("a");
        await client.SendHexAsync(hex);
        Assert.StartsWith($"DISCONNECT {reason} ", Assert.Single(client.Take()), StringComparison.Ordinal);
    });
}
