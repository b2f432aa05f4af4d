using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>Bounds on what one client may do, and what the broker says of itself.</summary>
public sealed class Limits_Tests
{
    [Fact]
    public void A_client_that_publishes_too_often_is_disconnected() => BrokerEnvironment.Run(new MqttBrokerOptions { Limits = new MqttLimits { MaxMessagesPerSecond = 3 } }, async env =>
    {
        var client = await env.ConnectV5Async("a");
        for (var i = 0; i < 3; i++) await client.PublishAsync("t", "x");
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 3; i++) await client.PublishAsync("t", "x");
        Assert.False(client.HasClosed());
        await client.PublishAsync("t", "x");
        Assert.StartsWith("DISCONNECT MessageRateTooHigh", Assert.Single(client.Take()), StringComparison.Ordinal);
    });

    [Fact]
    public void A_payload_that_is_too_long_is_refused() => BrokerEnvironment.Run(new MqttBrokerOptions { Limits = new MqttLimits { MaxPayloadSize = 5 } }, async env =>
    {
        var client = await env.ConnectV5Async("a");
        await client.PublishAsync("t", "12345");
        Assert.False(client.HasClosed());
        await client.PublishAsync("t", "123456");
        Assert.StartsWith("DISCONNECT QuotaExceeded", Assert.Single(client.Take()), StringComparison.Ordinal);
    });

    [Fact]
    public void The_broker_publishes_what_it_counts() => BrokerEnvironment.Run(async env =>
    {
        using var status = new StatusTopics(env.Broker, env.Time, TimeSpan.FromSeconds(10));
        var client = await env.ConnectAsync("a");
        await client.SubscribeAsync(1, ("$SYS/broker/clients/connected", MqttQoS.AtMostOnce));
        Assert.Equal(["SUBACK 1 0", "PUBLISH $SYS/broker/clients/connected 0 retain"], client.Take());
        await client.PublishAsync("t", "x");
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(11));
        Assert.Equal(["PUBLISH $SYS/broker/clients/connected 1"], client.Take());
        string Value(string name) => Assert.Single(env.Broker.Retained($"$SYS/broker/{name}")).PayloadText;
        Assert.Equal(("1", "1", "10 seconds"), (Value("publish/messages/received"), Value("subscriptions/count"), Value("uptime")));
    });
}
