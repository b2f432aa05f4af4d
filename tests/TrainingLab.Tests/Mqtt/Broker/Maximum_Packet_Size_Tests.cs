using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>The longest packet that each side takes (MQTT 5 §3.1.2.11.4, §3.2.2.3.6).</summary>
public sealed class Maximum_Packet_Size_Tests
{
    [Theory]
    [InlineData(MqttQoS.AtMostOnce)]
    [InlineData(MqttQoS.AtLeastOnce)]
    [InlineData(MqttQoS.ExactlyOnce)]
    [Mqtt5("3.1.2-24", "3.1.2-25")]
    public void A_message_that_is_too_long_is_left_out_as_if_delivered(MqttQoS qos) => BrokerEnvironment.Run(async env =>
    {
        var subscriber = await env.SubscriberV5Async("s", new SubscribeFilter("t", qos), properties: new MqttProperties { MaximumPacketSize = 64 });
        await env.Broker.PublishAsync(MqttMessage.FromText("t", new string('x', 100), qos));
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "short", qos));
        await env.Context.SettleAsync();
        Assert.StartsWith("PUBLISH t short", Assert.Single(subscriber.Take()), StringComparison.Ordinal);
    });

    [Fact]
    [Mqtt5("3.1.2-24")]
    public void A_packet_of_exactly_the_maximum_is_sent() => BrokerEnvironment.Run(async env =>
    {
        // 2 bytes of header, 3 of topic, 2 of identifier, 1 of properties, 24 of payload
        var subscriber = await env.SubscriberV5Async("s", new SubscribeFilter("t", MqttQoS.AtLeastOnce), properties: new MqttProperties { MaximumPacketSize = 32 });
        await env.Broker.PublishAsync(MqttMessage.FromText("t", new string('x', 24), MqttQoS.AtLeastOnce));
        await env.Broker.PublishAsync(MqttMessage.FromText("t", new string('y', 25), MqttQoS.AtLeastOnce));
        await env.Context.SettleAsync();
        Assert.StartsWith("PUBLISH t x", Assert.Single(subscriber.Take()), StringComparison.Ordinal);
    });

    [Fact]
    [Mqtt5("3.1.2-24")]
    public void A_topic_alias_that_would_make_it_too_long_is_not_used() => BrokerEnvironment.Run(async env =>
    {
        var properties = new MqttProperties { MaximumPacketSize = 32, TopicAliasMaximum = 5 };
        var subscriber = await env.SubscriberV5Async("s", new SubscribeFilter("t", MqttQoS.AtMostOnce), properties: properties);
        await env.Broker.PublishAsync(MqttMessage.FromText("t", new string('x', 25)));
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "y"));
        await env.Context.SettleAsync();
        Assert.Equal([$"PUBLISH t {new string('x', 25)}", "PUBLISH t y {alias:1}"], subscriber.Take());
    });

    [Fact]
    [Mqtt5("3.14.2-3")]
    public void A_reason_in_words_is_left_out_where_it_does_not_fit() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectV5Async("a", properties: new MqttProperties { MaximumPacketSize = 60 });
        env.Broker.DisconnectClient("a", MqttReasonCode.AdministrativeAction, new string('w', 100));
        await env.Context.SettleAsync();
        Assert.Equal(["DISCONNECT AdministrativeAction"], client.Take());
    });

    [Theory]
    [InlineData(16, "CONNACK Success {receive:4096 aliases:64 packet:1048576}")]
    [InlineData(15, "CONNACK PacketTooLarge")]
    [Mqtt5("3.1.2-24", "3.2.2-19")]
    public void A_client_that_takes_less_than_CONNACK_is_refused_without_words(uint maximum, string answer) => BrokerEnvironment.Run(async env =>
    {
        var client = env.Open(version: MqttProtocolVersion.V5);
        await client.ConnectAsync("a", properties: new MqttProperties { MaximumPacketSize = maximum });
        Assert.Equal([answer], client.Take());
        Assert.Equal(maximum == 15, client.HasClosed());
    });

    [Fact]
    [Mqtt5("3.1.2-24")]
    public void An_answer_that_is_too_long_is_left_out() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectV5Async("a", properties: new MqttProperties { MaximumPacketSize = 16 });
        await client.SubscribeAsync(1, [.. Enumerable.Range(0, 11).Select(i => ($"{i}", MqttQoS.AtMostOnce))]);
        Assert.Single(client.Take()); // 5 bytes and one for each filter
        await client.SubscribeAsync(2, [.. Enumerable.Range(0, 12).Select(i => ($"{i}", MqttQoS.AtMostOnce))]);
        await client.PingAsync();
        Assert.Equal(["PINGRESP"], client.Take());
    });

    [Fact]
    public void A_client_that_sends_too_much_is_disconnected() => BrokerEnvironment.Run(new MqttBrokerOptions { Limits = new MqttLimits { MaxPacketSize = 100 } }, async env =>
    {
        // §3.2.2.3.6
        var client = env.Open(version: MqttProtocolVersion.V5);
        await client.ConnectAsync("a");
        Assert.Contains("packet:100", Assert.Single(client.Take()), StringComparison.Ordinal);
        await client.PublishAsync("t", new string('x', 100));
        Assert.StartsWith("DISCONNECT PacketTooLarge", Assert.Single(client.Take()), StringComparison.Ordinal);
        Assert.True(client.HasClosed());
    });
}
