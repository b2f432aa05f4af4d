using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>Flow control (MQTT 5 §3.1.2.11.3, §3.3.4, §4.9).</summary>
public sealed class Receive_Maximum_Tests
{
    [Fact]
    [Mqtt5("3.3.4-9", "4.9.0-1", "4.9.0-2")]
    public void No_more_is_sent_than_the_client_takes() => BrokerEnvironment.Run(async env =>
    {
        var subscriber = await env.SubscriberV5Async("s", new SubscribeFilter("t", MqttQoS.ExactlyOnce), properties: new MqttProperties { ReceiveMaximum = 2 });
        foreach (var n in "12345") await env.Broker.PublishAsync(MqttMessage.FromText("t", $"{n}", n == '2' ? MqttQoS.ExactlyOnce : MqttQoS.AtLeastOnce));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t 1 qos1 id1", "PUBLISH t 2 qos2 id2"], subscriber.Take());
        await subscriber.PubAckAsync(1);
        Assert.Equal(["PUBLISH t 3 qos1 id3"], subscriber.Take());
        await subscriber.PubRecAsync(2);
        Assert.Equal(["PUBREL 2"], subscriber.Take());
        await subscriber.PubCompAsync(2);
        Assert.Equal(["PUBLISH t 4 qos1 id4"], subscriber.Take());
    });

    [Fact]
    [Mqtt5("3.3.4-10", "4.9.0-3")]
    public void QoS_0_and_other_packets_are_not_held_up() => BrokerEnvironment.Run(async env =>
    {
        var subscriber = await env.SubscriberV5Async("s", new SubscribeFilter("t", MqttQoS.AtLeastOnce), properties: new MqttProperties { ReceiveMaximum = 1 });
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "1", MqttQoS.AtLeastOnce));
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "2", MqttQoS.AtLeastOnce));
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "0"));
        await subscriber.PingAsync();
        Assert.Equal(["PUBLISH t 1 qos1 id1", "PUBLISH t 0", "PINGRESP"], subscriber.Take());
    });

    [Fact]
    [Mqtt5("4.3.3-4", "4.4.0-2")]
    public void A_refusal_by_PUBREC_makes_room() => BrokerEnvironment.Run(async env =>
    {
        // PUBREL only if the reason code is below 0x80; §4.9: a failure adds to the quota
        var subscriber = await env.SubscriberV5Async("s", new SubscribeFilter("t", MqttQoS.ExactlyOnce), properties: new MqttProperties { ReceiveMaximum = 1 });
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "1", MqttQoS.ExactlyOnce));
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "2", MqttQoS.ExactlyOnce));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t 1 qos2 id1"], subscriber.Take());
        await subscriber.PubRecAsync(1, MqttReasonCode.QuotaExceeded);
        Assert.Equal(["PUBLISH t 2 qos2 id2"], subscriber.Take());
    });

    [Fact]
    [Mqtt5("3.3.1-1", "3.3.4-9", "4.4.0-1")]
    public void Resending_after_a_reconnect_keeps_to_the_new_maximum() => BrokerEnvironment.Run(async env =>
    {
        MqttProperties With(ushort maximum) => new() { ReceiveMaximum = maximum, SessionExpiryInterval = 60 };
        var subscriber = await env.SubscriberV5Async("s", new SubscribeFilter("t", MqttQoS.AtLeastOnce), properties: With(3));
        foreach (var n in "1234") await env.Broker.PublishAsync(MqttMessage.FromText("t", $"{n}", MqttQoS.AtLeastOnce));
        await subscriber.CloseAsync();
        subscriber = env.Open(version: MqttProtocolVersion.V5);
        await subscriber.ConnectAsync("s", clean: false, properties: With(1));
        Assert.Equal(["PUBLISH t 1 qos1 id1 dup"], subscriber.Take().Skip(1));
        foreach (var id in new ushort[] { 1, 2, 3 }) await subscriber.PubAckAsync(id);
        Assert.Equal(["PUBLISH t 2 qos1 id2 dup", "PUBLISH t 3 qos1 id3 dup", "PUBLISH t 4 qos1 id4"], subscriber.Take());
    });

    [Fact]
    public void A_client_that_exceeds_the_brokers_maximum_is_disconnected() => BrokerEnvironment.Run(new MqttBrokerOptions { Limits = new MqttLimits { MaxUnreleased = 2 } }, async env =>
    {
        // §3.3.4: DISCONNECT with 0x93
        var publisher = await env.ConnectV5Async("p");
        for (ushort id = 1; id <= 3; id++) await publisher.PublishAsync("t", "x", MqttQoS.ExactlyOnce, id);
        var answers = publisher.Take();
        Assert.Equal(["PUBREC 1 NoMatchingSubscribers", "PUBREC 2 NoMatchingSubscribers"], answers.Take(2));
        Assert.StartsWith("DISCONNECT ReceiveMaximumExceeded", answers[2], StringComparison.Ordinal);
        Assert.True(publisher.HasClosed());
    });
}
