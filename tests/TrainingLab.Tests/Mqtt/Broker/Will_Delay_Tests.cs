using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>The delay of a will (MQTT 5 §3.1.3.2.2) and what else its version adds.</summary>
public sealed class Will_Delay_Tests
{
    private static readonly MqttMessage Gone = MqttMessage.FromText("gone", "a");

    [Fact]
    [Mqtt5("3.1.2-8")]
    public void The_will_comes_after_its_delay() => BrokerEnvironment.Run(async env =>
    {
        var (watcher, client) = await OpenAsync(env, delay: 5, expiry: 100);
        await client.CloseAsync();
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(4));
        Assert.Empty(watcher.Take());
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(["PUBLISH gone a"], watcher.Take());
    });

    [Fact]
    [Mqtt5("3.1.2-8", "3.1.3-9")]
    public void It_does_not_come_when_the_client_is_back_in_time() => BrokerEnvironment.Run(async env =>
    {
        var (watcher, client) = await OpenAsync(env, delay: 5, expiry: 100);
        await client.CloseAsync();
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(4));
        await env.ConnectV5Async("a", clean: false, properties: new MqttProperties { SessionExpiryInterval = 100 });
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(60));
        Assert.Empty(watcher.Take());
    });

    [Fact]
    [Mqtt5("3.1.2-8")]
    public void It_comes_when_the_session_ends_before() => BrokerEnvironment.Run(async env =>
    {
        var (watcher, client) = await OpenAsync(env, delay: 50, expiry: 3);
        await client.CloseAsync();
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(4));
        Assert.Equal(["PUBLISH gone a"], watcher.Take());
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(60));
        Assert.Empty(watcher.Take());
    });

    [Fact]
    public void It_comes_when_a_clean_start_ends_the_session() => BrokerEnvironment.Run(async env =>
    {
        var (watcher, client) = await OpenAsync(env, delay: 50, expiry: 100);
        await client.CloseAsync();
        await env.ConnectV5Async("a", clean: true);
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH gone a"], watcher.Take());
    });

    [Fact]
    public void It_comes_at_once_when_the_session_ends_with_the_connection() => BrokerEnvironment.Run(async env =>
    {
        var (watcher, client) = await OpenAsync(env, delay: 50, expiry: 0);
        await client.CloseAsync();
        Assert.Equal(["PUBLISH gone a"], watcher.Take());
    });

    [Fact]
    [Mqtt5("3.14.4-3")]
    public void A_normal_disconnect_discards_it() => BrokerEnvironment.Run(async env =>
    {
        var (watcher, client) = await OpenAsync(env, delay: 5, expiry: 100);
        await client.DisconnectAsync();
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(60));
        Assert.Empty(watcher.Take());
    });

    [Fact]
    public void A_disconnect_may_ask_for_it() => BrokerEnvironment.Run(async env =>
    {
        // §3.14.2.1, reason code 0x04
        var (watcher, client) = await OpenAsync(env, delay: 0, expiry: 0);
        await client.DisconnectAsync(MqttReasonCode.DisconnectWithWill);
        Assert.Equal(["PUBLISH gone a"], watcher.Take());
    });

    [Fact]
    [Mqtt5("3.1.3-10")]
    public void Its_properties_reach_the_subscriber() => BrokerEnvironment.Run(async env =>
    {
        var watcher = await env.SubscriberV5Async("w", new SubscribeFilter("gone", MqttQoS.AtMostOnce));
        var will = new MqttMessage("gone", "a"u8.ToArray())
        {
            Properties = new MqttProperties { ContentType = "text/plain", PayloadIsText = true, MessageExpiryInterval = 60, UserProperties = [new("k", "1"), new("k", "2")] },
        };
        var client = await env.ConnectV5Async("a", will: will);
        await client.CloseAsync();
        Assert.Equal(["PUBLISH gone a {expiry:60 text:True type:text/plain k=1 k=2}"], watcher.Take());
    });

    [Fact]
    public void Saved_state_keeps_what_is_left() => BrokerEnvironment.Run(async env =>
    {
        var (_, client) = await OpenAsync(env, delay: 5, expiry: 100);
        await client.CloseAsync();
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(3));
        env.Broker.Load(env.Broker.Save());
        await env.Context.SettleAsync();
        var watcher = await env.SubscriberAsync("again", "gone");
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(["PUBLISH gone a"], watcher.Take());
    });

    private static async Task<(WireClient Watcher, WireClient Client)> OpenAsync(BrokerEnvironment env, uint delay, uint expiry)
    {
        var watcher = await env.SubscriberAsync("w", "gone");
        var client = await env.ConnectV5Async("a", properties: expiry == 0 ? null : new MqttProperties { SessionExpiryInterval = expiry }, will: Gone, willDelay: delay);
        return (watcher, client);
    }
}
