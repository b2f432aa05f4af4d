using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>Clean and persistent sessions and what is sent again when one is resumed (MQTT 3.1.1 §3.1.2.4, §4.1, §4.4).</summary>
public class Session_Tests
{
    [Fact]
    public void A_persistent_session_keeps_subscriptions_and_messages_above_QoS_0() => BrokerEnvironment.Run(async env =>
    {
        // [MQTT-3.1.2-5]
        var client = await env.SubscriberAsync("a", "t/#", MqttQoS.ExactlyOnce, clean: false);
        await client.DisconnectAsync();
        foreach (var qos in new[] { MqttQoS.AtMostOnce, MqttQoS.AtLeastOnce, MqttQoS.ExactlyOnce })
            await env.Broker.PublishAsync(MqttMessage.FromText($"t/{(int)qos}", "x", qos));
        client = env.Open();
        await client.ConnectAsync("a", clean: false);
        Assert.Equal(["CONNACK Success present", "PUBLISH t/1 x qos1 id1", "PUBLISH t/2 x qos2 id2"], client.Take());
    });

    [Fact]
    public void A_clean_session_starts_and_ends_with_its_connection() => BrokerEnvironment.Run(async env =>
    {
        // [MQTT-3.1.2-6]
        var client = await env.SubscriberAsync("a", "t", MqttQoS.AtLeastOnce);
        await client.CloseAsync();
        Assert.Empty(env.Broker.Sessions);
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x", MqttQoS.AtLeastOnce));
        client = env.Open();
        await client.ConnectAsync("a", clean: false);
        Assert.Equal(["CONNACK Success"], client.Take());
    });

    [Fact]
    public void Connecting_clean_discards_the_old_session() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.SubscriberAsync("a", "t", MqttQoS.AtLeastOnce, clean: false);
        await client.DisconnectAsync();
        client = await env.ConnectAsync("a", clean: true);
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x", MqttQoS.AtLeastOnce));
        await env.Context.SettleAsync();
        Assert.Empty(client.Take());
        await client.DisconnectAsync();
        client = env.Open();
        await client.ConnectAsync("a", clean: false);
        Assert.Equal(["CONNACK Success"], client.Take());
    });

    [Fact]
    public void What_was_not_acknowledged_is_sent_again_in_order_with_DUP_and_PUBREL() => BrokerEnvironment.Run(async env =>
    {
        // [MQTT-4.4.0-1]
        var client = await env.SubscriberAsync("a", "t", MqttQoS.ExactlyOnce, clean: false);
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "one", MqttQoS.AtLeastOnce));
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "two", MqttQoS.ExactlyOnce));
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "three", MqttQoS.ExactlyOnce));
        await client.PubRecAsync(2);
        await client.CloseAsync();
        client = env.Open();
        await client.ConnectAsync("a", clean: false);
        Assert.Equal(["CONNACK Success present", "PUBLISH t one qos1 id1 dup", "PUBREL 2", "PUBLISH t three qos2 id3 dup"], client.Take());
        await client.PubAckAsync(1);
        await client.PubCompAsync(2);
        await client.PubRecAsync(3);
        await client.PubCompAsync(3);
        await client.CloseAsync();
        client = env.Open();
        await client.ConnectAsync("a", clean: false);
        Assert.Equal(["CONNACK Success present"], client.Take());
    });

    [Fact]
    public void Nothing_is_sent_before_CONNACK() => BrokerEnvironment.Run(async env =>
    {
        // [MQTT-3.2.0-1]
        var client = await env.SubscriberAsync("a", "t", MqttQoS.AtLeastOnce, clean: false);
        await client.DisconnectAsync();
        var gate = new TaskCompletionSource();
        env.Observer.Gate = gate.Task;
        client = env.Open();
        await client.ConnectAsync("a", clean: false);
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "early", MqttQoS.AtLeastOnce));
        await env.Context.SettleAsync();
        Assert.Empty(client.Take());
        gate.SetResult();
        await env.Context.SettleAsync();
        Assert.Equal(["CONNACK Success present", "PUBLISH t early qos1 id1"], client.Take());
    });

    [Fact]
    public void The_queue_of_an_absent_client_is_bounded_and_keeps_the_oldest()
    {
        var options = new MqttBrokerOptions { Limits = new MqttLimits { MaxQueuedMessages = 3 } };
        BrokerEnvironment.Run(options, async env =>
        {
            var client = await env.SubscriberAsync("a", "t", MqttQoS.AtLeastOnce, clean: false);
            await client.DisconnectAsync();
            for (var i = 1; i <= 9; i++) await env.Broker.PublishAsync(MqttMessage.FromText("t", $"{i}", MqttQoS.AtLeastOnce));
            client = env.Open();
            await client.ConnectAsync("a", clean: false);
            Assert.Equal(["1", "2", "3"], client.Take().Skip(1).Select(l => l.Split(' ')[2]));
        });
    }

    [Fact]
    public void The_queue_of_an_absent_client_is_bounded_in_bytes()
    {
        var options = new MqttBrokerOptions { Limits = new MqttLimits { MaxQueuedBytes = 1000 } };
        BrokerEnvironment.Run(options, async env =>
        {
            var client = await env.SubscriberAsync("a", "t", MqttQoS.AtLeastOnce, clean: false);
            await client.DisconnectAsync();
            for (var i = 1; i <= 9; i++) await env.Broker.PublishAsync(new MqttMessage("t", new byte[600], MqttQoS.AtLeastOnce));
            client = env.Open();
            await client.ConnectAsync("a", clean: false);
            Assert.Equal(2, client.Take().Count(l => l.StartsWith("PUBLISH", StringComparison.Ordinal)));
        });
    }

    [Fact]
    public void A_session_beyond_the_limit_is_refused()
    {
        var options = new MqttBrokerOptions { Limits = new MqttLimits { MaxSessions = 1 } };
        BrokerEnvironment.Run(options, async env =>
        {
            await env.ConnectAsync("a", clean: false);
            var second = env.Open();
            await second.ConnectAsync("b");
            Assert.Equal(["CONNACK ServerUnavailable"], second.Take());
            await env.ConnectAsync("a", clean: false);
        });
    }
}
