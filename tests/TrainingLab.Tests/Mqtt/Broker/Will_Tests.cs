using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>The will (MQTT 3.1.1 §3.1.2.5).</summary>
public class Will_Tests
{
    private static readonly MqttMessage Will = MqttMessage.FromText("status/a", "offline", MqttQoS.AtLeastOnce, retain: true);

    [Fact]
    [Mqtt311("3.1.2-8"), Mqtt5("3.1.2-7", "3.1.2-8")]
    public void It_is_published_when_the_network_connection_is_lost() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "status/+", MqttQoS.ExactlyOnce);
        var client = await env.ConnectAsync("a", will: Will);
        await client.CloseAsync();
        Assert.Equal(["PUBLISH status/a offline qos1 id1"], subscriber.Take());
        Assert.Equal(["will a status/a", "delivered s status/a qos1", "disconnect a ConnectionLost"], env.Observer.Lines.TakeLast(3));
    });

    [Fact]
    [Mqtt311("3.1.2-16", "3.1.2-17"), Mqtt5("3.1.2-14", "3.1.2-15")]
    public void It_is_retained_if_so_wished() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var client = await env.ConnectAsync("a", will: Will);
        await client.CloseAsync();
        Assert.Equal("offline", Assert.Single(env.Broker.Retained("status/a")).PayloadText);
        client = await env.ConnectAsync("b", will: MqttMessage.FromText("status/b", "offline"));
        await client.CloseAsync();
        Assert.Empty(env.Broker.Retained("status/b"));
    });

    [Fact]
    [Mqtt311("3.1.2-8", "3.1.2-10", "3.14.4-3"), Mqtt5("3.1.2-8", "3.1.2-10", "3.14.4-3")]
    public void It_is_discarded_by_DISCONNECT() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var client = await env.ConnectAsync("a", will: Will);
        await client.DisconnectAsync();
        Assert.Empty(env.Broker.Retained("#"));
        Assert.Equal("disconnect a Disconnected", env.Observer.Lines[^1]);
    });

    [Fact]
    [Mqtt311("3.1.2-12")]
    public void Without_a_will_nothing_is_published() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "#");
        var client = await env.ConnectAsync("a");
        await client.CloseAsync();
        Assert.Empty(subscriber.Take());
        Assert.DoesNotContain(env.Observer.Lines, l => l.StartsWith("will", StringComparison.Ordinal));
    });

    [Fact]
    public void It_is_published_after_a_protocol_error() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectAsync("a", will: Will);
        await client.SendHexAsync("F000");
        Assert.Single(env.Broker.Retained("status/a"));
    });

    [Fact]
    public void It_is_published_after_silence() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        await env.ConnectAsync("a", keepAlive: 10, will: Will);
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(16));
        Assert.Single(env.Broker.Retained("status/a"));
    });

    [Fact]
    [Mqtt311("3.1.2-10"), Mqtt5("3.1.2-10")]
    public void It_is_published_once_also_with_a_persistent_session() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "#");
        var client = await env.ConnectAsync("a", clean: false, will: Will);
        await client.CloseAsync();
        Assert.Single(subscriber.Take());
        client = await env.ConnectAsync("a", clean: false);
        await client.CloseAsync();
        Assert.Empty(subscriber.Take());
    });

    [Fact]
    public void The_will_of_a_refused_client_is_never_published() => BrokerEnvironment.Run(
        new MqttBrokerOptions { Authenticate = (_, _, _) => ValueTask.FromResult(MqttReasonCode.NotAuthorized) },
        async env =>
        {
            var client = env.Open();
            await client.ConnectAsync("a", will: Will);
            Assert.True(client.HasClosed());
            Assert.Empty(env.Broker.Retained("#"));
        });
}
