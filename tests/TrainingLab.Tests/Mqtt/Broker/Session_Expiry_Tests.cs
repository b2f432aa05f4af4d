using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>How long a session outlives its connection (MQTT 5 §3.1.2.11.2).</summary>
public sealed class Session_Expiry_Tests
{
    [Fact]
    [Mqtt5("4.1.0-2")]
    public void Without_an_interval_the_session_ends_with_the_connection() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectV5Async("a", clean: false);
        await client.CloseAsync();
        Assert.Empty(env.Broker.Sessions);
    });

    [Fact]
    [Mqtt5("3.1.2-5", "3.1.2-23", "3.2.2-3")]
    public void The_session_is_resumed_within_the_interval() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.SubscriberV5Async("a", new SubscribeFilter("t", MqttQoS.AtLeastOnce), properties: Expiring(10));
        await client.CloseAsync();
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "kept", MqttQoS.AtLeastOnce));
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(9));
        client = env.Open(version: MqttProtocolVersion.V5);
        await client.ConnectAsync("a", clean: false, properties: Expiring(10));
        Assert.Equal(["CONNACK Success present {receive:4096 aliases:64 packet:1048576}", "PUBLISH t kept qos1 id1"], client.Take());
    });

    [Fact]
    [Mqtt5("4.1.0-2")]
    public void The_session_ends_after_the_interval() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectV5Async("a", properties: Expiring(10));
        await client.CloseAsync();
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(11));
        Assert.Empty(env.Broker.Sessions);
    });

    [Fact]
    [Mqtt5("4.1.0-1")]
    public void The_interval_does_not_run_while_there_is_a_connection() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.SubscriberV5Async("a", new SubscribeFilter("t", MqttQoS.AtMostOnce), properties: Expiring(10));
        await env.Time.AdvanceAsync(TimeSpan.FromDays(1));
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x"));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t x"], client.Take());
    });

    [Fact]
    public void The_longest_interval_never_ends() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectV5Async("a", properties: Expiring(uint.MaxValue));
        await client.CloseAsync();
        await env.Time.AdvanceAsync(TimeSpan.FromDays(400));
        Assert.Equal(["a"], env.Broker.Sessions);
    });

    [Fact]
    [Mqtt5("3.1.2-4", "3.2.2-2")]
    public void Clean_start_throws_the_session_away() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.SubscriberV5Async("a", new SubscribeFilter("t", MqttQoS.AtLeastOnce), properties: Expiring(10));
        await client.CloseAsync();
        client = env.Open(version: MqttProtocolVersion.V5);
        await client.ConnectAsync("a", clean: true, properties: Expiring(10));
        Assert.StartsWith("CONNACK Success {", Assert.Single(client.Take()), StringComparison.Ordinal);
        Assert.Empty(env.Broker.SubscriptionsOf("a"));
    });

    [Fact]
    public void Disconnect_may_change_the_interval() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectV5Async("a", properties: Expiring(10));
        await client.DisconnectAsync(properties: Expiring(100));
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(50));
        Assert.Equal(["a"], env.Broker.Sessions);
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(51));
        Assert.Empty(env.Broker.Sessions);
    });

    [Fact]
    public void Disconnect_must_not_prolong_a_session_without_an_interval() => BrokerEnvironment.Run(async env =>
    {
        // §3.14.2.2.2
        var client = await env.ConnectV5Async("a");
        await client.DisconnectAsync(properties: Expiring(100));
        Assert.StartsWith("DISCONNECT ProtocolError", Assert.Single(client.Take()), StringComparison.Ordinal);
        Assert.True(client.HasClosed());
    });

    [Fact]
    [Mqtt5("3.14.2-2")]
    public void A_server_disconnect_carries_no_interval() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectV5Async("a", properties: Expiring(100));
        env.Broker.DisconnectClient("a", MqttReasonCode.AdministrativeAction);
        await env.Context.SettleAsync();
        Assert.Equal(["DISCONNECT AdministrativeAction"], client.Take());
    });

    [Fact]
    public void The_broker_may_allow_less_and_says_so() => BrokerEnvironment.Run(new MqttBrokerOptions { Limits = new MqttLimits { MaxSessionExpiry = TimeSpan.FromSeconds(5) } }, async env =>
    {
        // §3.2.2.3.2
        var client = env.Open(version: MqttProtocolVersion.V5);
        await client.ConnectAsync("a", properties: Expiring(10));
        Assert.Contains("session:5", Assert.Single(client.Take()), StringComparison.Ordinal);
        await client.CloseAsync();
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(6));
        Assert.Empty(env.Broker.Sessions);
    });

    [Fact]
    public void Saved_state_keeps_what_is_left() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectV5Async("a", properties: Expiring(10));
        await client.CloseAsync();
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(8));
        env.Broker.Load(env.Broker.Save());
        Assert.Equal(["a"], env.Broker.Sessions);
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.Empty(env.Broker.Sessions);
    });

    private static MqttProperties Expiring(uint seconds) => new() { SessionExpiryInterval = seconds };
}
