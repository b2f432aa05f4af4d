using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>What the broker only carries: user properties, request and response, payload format and content type (MQTT 5 §3.3.2.3, §4.10).</summary>
public sealed class User_Properties_Tests
{
    [Theory]
    [InlineData(MqttQoS.AtMostOnce)]
    [InlineData(MqttQoS.AtLeastOnce)]
    [Mqtt5("3.3.2-4", "3.3.2-15", "3.3.2-16", "3.3.2-17", "3.3.2-18", "3.3.2-20")]
    public void Everything_is_forwarded_unaltered_and_in_order(MqttQoS qos) => BrokerEnvironment.Run(async env =>
    {
        var subscriber = await env.SubscriberV5Async("s", new SubscribeFilter("t", qos));
        var publisher = await env.ConnectV5Async("p");
        await publisher.PublishAsync("t", "x", qos, qos == MqttQoS.AtMostOnce ? (ushort)0 : (ushort)1, properties: new MqttProperties
        {
            PayloadIsText = true,
            ContentType = "application/json",
            ResponseTopic = "reply/p",
            CorrelationData = "42"u8.ToArray(),
            UserProperties = [new("b", "1"), new("a", "2"), new("b", "1"), new("", "")],
        });
        var id = qos == MqttQoS.AtMostOnce ? "" : " qos1 id1";
        Assert.Equal([$"PUBLISH t x{id} {{text:True type:application/json response:reply/p correlation:42 b=1 a=2 b=1 =}}"], subscriber.Take());
    });

    [Fact]
    public void They_survive_saved_state() => BrokerEnvironment.Run(async env =>
    {
        var publisher = await env.ConnectV5Async("p");
        await publisher.PublishAsync("t", "x", retain: true, properties: new MqttProperties
        {
            PayloadIsText = false, ContentType = "c", ResponseTopic = "r", CorrelationData = "d"u8.ToArray(), UserProperties = [new("k", "v")],
        });
        env.Broker.Load(env.Broker.Save());
        await env.Context.SettleAsync();
        var subscriber = await env.ConnectV5Async("s");
        await subscriber.SubscribeAsync(1, new SubscribeFilter("t", MqttQoS.AtMostOnce));
        Assert.Equal("PUBLISH t x retain {text:False type:c response:r correlation:d k=v}", subscriber.Take()[1]);
    });

    [Fact]
    public void A_flood_of_them_is_refused() => BrokerEnvironment.Run(async env =>
    {
        var publisher = await env.ConnectV5Async("p");
        var flood = Enumerable.Repeat(new MqttUserProperty("k", "v"), MqttProperties.MaxUserProperties + 1).ToArray();
        await publisher.PublishAsync("t", "x", properties: new MqttProperties { UserProperties = flood });
        Assert.StartsWith("DISCONNECT QuotaExceeded", Assert.Single(publisher.Take()), StringComparison.Ordinal);
    });
}
