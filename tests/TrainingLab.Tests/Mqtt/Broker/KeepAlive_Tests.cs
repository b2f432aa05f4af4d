using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>Keep-alive (MQTT 3.1.1 §3.1.2.10) and PINGREQ (§3.12).</summary>
public class KeepAlive_Tests
{
    [Fact]
    [Mqtt311("3.1.2-24"), Mqtt5("3.1.2-22")]
    public void A_silent_client_is_closed_after_one_and_a_half_times_its_keep_alive() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var client = await env.ConnectAsync("a", keepAlive: 10);
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(14.9));
        Assert.False(client.HasClosed());
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(0.2));
        Assert.True(client.HasClosed());
        Assert.Equal("disconnect a Timeout KeepAliveTimeout", env.Observer.Lines[^1]);
    });

    [Fact]
    [Mqtt311("3.12.4-1"), Mqtt5("3.12.4-1")]
    public void Any_packet_keeps_it_alive() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var client = await env.ConnectAsync("a", keepAlive: 10);
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(10));
        await client.PingAsync();
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(10));
        await client.PublishAsync("t", "x");
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(14.9));
        Assert.False(client.HasClosed());
        Assert.Equal(["PINGRESP"], client.Take());
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(0.2));
        Assert.True(client.HasClosed());
    });

    [Fact]
    public void Part_of_a_packet_does_not() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectAsync("a", keepAlive: 10);
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(10));
        await client.SendHexAsync("C0");
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(5.1));
        Assert.True(client.HasClosed());
    });

    [Fact]
    public void A_short_keep_alive_counts_from_CONNECT_on_and_not_from_the_connect_timeout() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectAsync("a", keepAlive: 1);
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(1.6));
        Assert.True(client.HasClosed());
    });

    [Fact]
    [Mqtt311("4.1.0-2"), Mqtt5("4.1.0-1")]
    public void Zero_switches_it_off_and_the_session_stays_with_its_connection() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var client = await env.SubscriberAsync("a", "t");
        await env.Time.AdvanceAsync(TimeSpan.FromDays(30));
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x"));
        await client.PingAsync();
        Assert.Equal(["PUBLISH t x", "PINGRESP"], client.Take());
    });
}
