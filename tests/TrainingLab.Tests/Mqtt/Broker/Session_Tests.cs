using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>Clean and persistent sessions and what is sent again when one is resumed (MQTT 3.1.1 §3.1.2.4, §4.1, §4.4).</summary>
public class Session_Tests
{
    [Fact]
    [Mqtt311("3.1.2-4", "3.1.2-5", "3.2.2-2", "4.1.0-1", "4.5.0-1"), Mqtt5("3.1.2-5", "3.1.2-23", "3.1.3-2", "3.2.2-3", "4.5.0-1")]
    public void A_persistent_session_keeps_subscriptions_and_messages_above_QoS_0() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var client = await env.SubscriberAsync("a", "t/#", MqttQoS.ExactlyOnce, clean: false);
        await client.DisconnectAsync();
        foreach (var qos in new[] { MqttQoS.AtMostOnce, MqttQoS.AtLeastOnce, MqttQoS.ExactlyOnce })
            await env.Broker.PublishAsync(MqttMessage.FromText($"t/{(int)qos}", "x", qos));
        Assert.Equal(["CONNACK Success present", "PUBLISH t/1 x qos1 id1", "PUBLISH t/2 x qos2 id2"], await ResumeAsync(env));
    });

    [Fact]
    [Mqtt311("3.1.2-4", "3.1.2-6", "3.2.2-3"), Mqtt5("3.1.2-6", "3.2.2-3")]
    public void A_clean_session_starts_and_ends_with_its_connection() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var client = await env.SubscriberAsync("a", "t", MqttQoS.AtLeastOnce);
        await client.CloseAsync();
        Assert.Empty(env.Broker.Sessions);
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x", MqttQoS.AtLeastOnce));
        Assert.Equal(["CONNACK Success"], await ResumeAsync(env));
    });

    [Fact]
    [Mqtt311("3.1.2-6", "3.1.4-3", "3.2.2-1"), Mqtt5("3.1.2-4", "3.1.4-4", "3.2.2-2")]
    public void Connecting_clean_discards_the_old_session() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var client = await env.SubscriberAsync("a", "t", MqttQoS.AtLeastOnce, clean: false);
        await client.DisconnectAsync();
        client = await env.ReopenAsync("a", clean: true);
        Assert.DoesNotContain("present", Assert.Single(client.Take()), StringComparison.Ordinal);
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x", MqttQoS.AtLeastOnce));
        await env.Context.SettleAsync();
        Assert.Empty(client.Take());
        await client.DisconnectAsync();
        Assert.Equal(["CONNACK Success"], await ResumeAsync(env));
    });

    [Fact]
    [Mqtt311("2.3.1-4", "3.3.1-1", "4.3.2-1", "4.3.3-1", "4.4.0-1"), Mqtt5("3.3.1-1", "4.3.2-3", "4.3.3-3", "4.3.3-5", "4.3.3-6", "4.4.0-1")]
    public void What_was_not_acknowledged_is_sent_again_in_order_with_DUP_and_PUBREL() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var client = await env.SubscriberAsync("a", "t", MqttQoS.ExactlyOnce, clean: false);
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "one", MqttQoS.AtLeastOnce));
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "two", MqttQoS.ExactlyOnce));
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "three", MqttQoS.ExactlyOnce));
        await client.PubRecAsync(2);
        await client.CloseAsync();
        client = await env.ReopenAsync("a");
        Assert.Equal(["CONNACK Success present", "PUBLISH t one qos1 id1 dup", "PUBREL 2", "PUBLISH t three qos2 id3 dup"], WithoutProperties(client.Take()));
        await client.PubAckAsync(1);
        await client.PubCompAsync(2);
        await client.PubRecAsync(3);
        await client.PubCompAsync(3);
        await client.CloseAsync();
        Assert.Equal(["CONNACK Success present"], await ResumeAsync(env));
    });

    [Fact]
    [Mqtt311("3.2.0-1"), Mqtt5("3.2.0-1")]
    public void Nothing_is_sent_before_CONNACK() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var client = await env.SubscriberAsync("a", "t", MqttQoS.AtLeastOnce, clean: false);
        await client.DisconnectAsync();
        var gate = new TaskCompletionSource();
        env.Observer.Gate = gate.Task;
        client = await env.ReopenAsync("a");
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "early", MqttQoS.AtLeastOnce));
        await env.Context.SettleAsync();
        Assert.Empty(client.Take());
        gate.SetResult();
        await env.Context.SettleAsync();
        Assert.Equal(["CONNACK Success present", "PUBLISH t early qos1 id1"], WithoutProperties(client.Take()));
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

    /// <summary>What client a gets when it comes back to its session.</summary>
    private static async Task<IEnumerable<string>> ResumeAsync(BrokerEnvironment env)
    {
        var client = await env.ReopenAsync("a");
        return WithoutProperties(client.Take());
    }

    private static IEnumerable<string> WithoutProperties(IReadOnlyList<string> packets) => packets.Select(p => p.Split(" {")[0]);
}
