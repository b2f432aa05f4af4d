using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>The lifetime of a message (MQTT 5 §3.3.2.3.3).</summary>
public sealed class Message_Expiry_Tests
{
    private static readonly MqttProperties Ten = new() { MessageExpiryInterval = 10 };

    [Fact]
    [Mqtt5("3.3.2-6")]
    public void A_message_carries_what_is_left_of_its_lifetime() => BrokerEnvironment.Run(async env =>
    {
        var reader = await OfflineAsync(env);
        await PublishAsync(env);
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(4));
        Assert.Equal("PUBLISH t x qos1 id1 {expiry:6}", (await reader())[1]);
    });

    [Fact]
    [Mqtt5("3.3.2-5")]
    public void A_message_that_has_expired_is_not_delivered() => BrokerEnvironment.Run(async env =>
    {
        var reader = await OfflineAsync(env);
        await PublishAsync(env);
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(11));
        Assert.Single(await reader());
    });

    [Fact]
    [Mqtt5("4.3.3-7")]
    public void What_was_sent_once_is_sent_again_though_it_has_expired() => BrokerEnvironment.Run(async env =>
    {
        var forever = new MqttProperties { SessionExpiryInterval = uint.MaxValue };
        var client = await env.SubscriberV5Async("s", new SubscribeFilter("t", MqttQoS.ExactlyOnce), properties: forever);
        var publisher = await env.ConnectV5Async("p");
        await publisher.PublishAsync("t", "x", MqttQoS.ExactlyOnce, 1, properties: Ten);
        Assert.Equal(["PUBLISH t x qos2 id1 {expiry:10}"], client.Take());
        await client.CloseAsync();
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(60));
        client = env.Open(version: MqttProtocolVersion.V5);
        await client.ConnectAsync("s", clean: false, properties: forever);
        Assert.Equal(["PUBLISH t x qos2 id1 dup {expiry:0}"], client.Take().Skip(1));
    });

    [Fact]
    [Mqtt5("4.3.3-13")]
    public void A_message_that_has_come_in_is_acknowledged_to_the_end_though_it_has_expired() => BrokerEnvironment.Run(async env =>
    {
        var publisher = await env.ConnectV5Async("p");
        await publisher.PublishAsync("t", "x", MqttQoS.ExactlyOnce, 1, properties: Ten);
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(60));
        await publisher.PubRelAsync(1);
        Assert.Equal(["PUBREC 1 NoMatchingSubscribers", "PUBCOMP 1"], publisher.Take());
    });

    [Fact]
    public void A_retained_message_expires() => BrokerEnvironment.Run(async env =>
    {
        var publisher = await env.ConnectV5Async("p");
        await publisher.PublishAsync("t", "x", retain: true, properties: Ten);
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.Single(env.Broker.Retained("#"));
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(6));
        Assert.Empty(env.Broker.Retained("#"));
    });

    [Fact]
    public void Saved_state_keeps_what_is_left() => BrokerEnvironment.Run(async env =>
    {
        var reader = await OfflineAsync(env);
        await PublishAsync(env);
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(4));
        env.Broker.Load(env.Broker.Save());
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.Equal("PUBLISH t x qos1 id1 {expiry:3}", (await reader())[1]);
    });

    private static async Task PublishAsync(BrokerEnvironment env)
    {
        var publisher = await env.ConnectV5Async("p");
        await publisher.PublishAsync("t", "x", MqttQoS.AtLeastOnce, 1, properties: Ten);
        Assert.Equal(["PUBACK 1"], publisher.Take());
    }

    /// <summary>A subscriber that is not there; connects when asked and says what came.</summary>
    private static async Task<Func<Task<IReadOnlyList<string>>>> OfflineAsync(BrokerEnvironment env)
    {
        var forever = new MqttProperties { SessionExpiryInterval = uint.MaxValue };
        var client = await env.SubscriberV5Async("s", new SubscribeFilter("t", MqttQoS.AtLeastOnce), properties: forever);
        await client.CloseAsync();
        return async () =>
        {
            var back = env.Open(version: MqttProtocolVersion.V5);
            await back.ConnectAsync("s", clean: false, properties: forever);
            return back.Take();
        };
    }
}
