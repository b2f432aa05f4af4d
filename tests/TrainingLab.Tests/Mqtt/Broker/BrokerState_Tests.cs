using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>Saving and loading a broker: what it held stands in another one, byte for byte, and goes on from there.</summary>
public class BrokerState_Tests
{
    [Fact]
    public void Retained_messages_sessions_and_faults_come_back() => BrokerEnvironment.Run(async env =>
    {
        await FillAsync(env);
        var saved = env.Broker.Save();
        var text = saved.ToJsonString();

        var other = new MqttBroker(env.Options, env.Time, env.Observer);
        other.Load(System.Text.Json.Nodes.JsonNode.Parse(text)!);
        Assert.Equal(text, other.Save().ToJsonString());
        Assert.Equal(["mes"], other.Sessions);
        Assert.Equal(env.Broker.SubscriptionsOf("mes"), other.SubscriptionsOf("mes"));
        Assert.True(other.Faults.RefuseConnects);
        other.Faults.RefuseConnects = false;

        env.Broker = other;
        var client = env.Open();
        await client.ConnectAsync("mes", clean: false);
        Assert.Equal(
            ["CONNACK Success present", "PUBLISH t/1 inflight qos1 id1 dup", "PUBREL 2", "PUBLISH t/3 waiting qos1 id3", "PUBLISH t/4 will qos1 id4"],
            client.Take());
        await client.PublishAsync("x", "again", MqttQoS.ExactlyOnce, 7, dup: true);
        Assert.Equal(["PUBREC 7"], client.Take());
        Assert.DoesNotContain(env.Observer.Lines, l => l.Contains("again", StringComparison.Ordinal));
    });

    [Fact]
    public void Loading_closes_connections_without_wills_and_nothing_of_them_reaches_the_new_state() => BrokerEnvironment.Run(async env =>
    {
        var empty = env.Broker.Save();
        var persistent = await env.SubscriberAsync("p", "t", MqttQoS.AtLeastOnce, clean: false);
        var leaver = await env.ConnectAsync("leaver", will: MqttMessage.FromText("will", "x", retain: true));
        var gate = new TaskCompletionSource();
        env.Observer.Gate = gate.Task;
        await persistent.PublishAsync("late", "x", MqttQoS.AtLeastOnce, 1, retain: true);
        var newcomer = env.Open();
        await newcomer.ConnectAsync("newcomer", clean: false);

        env.Broker.Load(empty);
        gate.SetResult();
        await env.Context.SettleAsync();
        Assert.All([persistent, leaver, newcomer], c => Assert.True(c.HasClosed()));
        Assert.Equal(empty.ToJsonString(), env.Broker.Save().ToJsonString());
        Assert.Empty(env.Broker.Clients);
        await env.ConnectAsync("p", clean: false);
    });

    [Fact]
    public void The_owners_subscriptions_survive_loading() => BrokerEnvironment.Run(async env =>
    {
        var heard = new List<string>();
        using var subscription = env.Broker.Subscribe("#", m => heard.Add(m.Topic));
        env.Broker.Load(env.Broker.Save());
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x"));
        Assert.Equal(["t"], heard);
    });

    [Fact]
    public void Another_version_is_refused() => BrokerEnvironment.Run(env =>
    {
        var state = env.Broker.Save();
        state["v"] = 3;
        Assert.Throws<NotSupportedException>(() => env.Broker.Load(state));
        return Task.CompletedTask;
    });

    private static async Task FillAsync(BrokerEnvironment env)
    {
        env.Options.Limits = new MqttLimits { MaxInflight = 2 };
        await env.Broker.PublishAsync(MqttMessage.FromText("b", "2", MqttQoS.AtLeastOnce, retain: true));
        await env.Broker.PublishAsync(MqttMessage.FromText("a", "1", retain: true));
        await env.Broker.PublishAsync(MqttMessage.FromText("$SYS/n", "3", retain: true));
        await env.SubscriberAsync("clean", "never/saved");
        var client = await env.SubscriberAsync("mes", "t/+", MqttQoS.ExactlyOnce, clean: false);
        await client.PublishAsync("x", "once", MqttQoS.ExactlyOnce, 7);
        await env.Broker.PublishAsync(MqttMessage.FromText("t/1", "inflight", MqttQoS.AtLeastOnce));
        await env.Broker.PublishAsync(MqttMessage.FromText("t/2", "received", MqttQoS.ExactlyOnce));
        await client.PubRecAsync(2);
        await env.Broker.PublishAsync(MqttMessage.FromText("t/3", "waiting", MqttQoS.AtLeastOnce));
        await client.CloseAsync();
        var dead = await env.ConnectAsync("dead", will: MqttMessage.FromText("t/4", "will", MqttQoS.AtLeastOnce));
        await dead.CloseAsync();
        env.Broker.Faults.RefuseConnects = true;
        env.Broker.Faults.DropFilter = "z/#";
        env.Options.Limits = new MqttLimits();
    }
}
