using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>What changes something is reported before it is answered, and the answer waits for the report.</summary>
public class Observer_Tests
{
    [Fact]
    public void No_answer_leaves_before_its_report_is_done() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectAsync("a");
        foreach (var (send, answer) in new (Func<Task>, string)[]
        {
            (() => client.SubscribeAsync(1, ("own", MqttQoS.AtMostOnce)), "SUBACK 1 0"),
            (() => client.PublishAsync("t", "x", MqttQoS.AtLeastOnce, 2), "PUBACK 2"),
            (() => client.PublishAsync("t", "x", MqttQoS.ExactlyOnce, 3), "PUBREC 3"),
            (() => client.UnsubscribeAsync(4, "own"), "UNSUBACK 4"),
        })
        {
            var gate = new TaskCompletionSource();
            env.Observer.Gate = gate.Task;
            await send();
            Assert.Empty(client.Take());
            gate.SetResult();
            await env.Context.SettleAsync();
            Assert.Equal([answer], client.Take());
        }
    });

    [Fact]
    public void A_message_is_reported_before_anybody_receives_it() => BrokerEnvironment.Run(async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "t");
        var client = await env.ConnectAsync("a");
        var gate = new TaskCompletionSource();
        env.Observer.Gate = gate.Task;
        await client.PublishAsync("t", "x", MqttQoS.AtLeastOnce, 2);
        await client.PublishAsync("t", "y");
        Assert.Empty(subscriber.Take());
        gate.SetResult();
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t x", "PUBLISH t y"], subscriber.Take());
    });

    [Fact]
    public void A_held_report_holds_up_no_other_client() => BrokerEnvironment.Run(async env =>
    {
        var held = await env.ConnectAsync("held");
        var free = await env.ConnectAsync("free");
        var gate = new TaskCompletionSource();
        env.Observer.Gate = gate.Task;
        await held.PublishAsync("t", "x", MqttQoS.AtLeastOnce, 2);
        await free.PublishAsync("t", "y");
        await free.PingAsync();
        Assert.Equal(["PINGRESP"], free.Take());
        gate.SetResult();
        await env.Context.SettleAsync();
    });

    [Fact]
    public void A_client_that_is_taken_over_while_its_message_is_reported_has_published_it() => BrokerEnvironment.Run(async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "t");
        var first = await env.ConnectAsync("a", clean: false);
        var gate = new TaskCompletionSource();
        env.Observer.Gate = gate.Task;
        await first.PublishAsync("t", "x", MqttQoS.ExactlyOnce, 2);
        var second = env.Open();
        await second.ConnectAsync("a", clean: false);
        Assert.Empty(second.Take());
        gate.SetResult();
        await env.Context.SettleAsync();
        Assert.Equal(["CONNACK Success present"], second.Take());
        await second.PublishAsync("t", "x", MqttQoS.ExactlyOnce, 2, dup: true);
        Assert.Equal(["PUBREC 2"], second.Take());
        Assert.Equal(["PUBLISH t x"], subscriber.Take());
    });

    [Fact]
    [Mqtt311("4.8.0-2")]
    public void An_observer_that_fails_ends_that_connection_unanswered() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectAsync("a");
        var other = await env.ConnectAsync("b");
        env.Observer.Gate = Task.FromException(new IOException("disk full"));
        await client.PublishAsync("t", "x", MqttQoS.AtLeastOnce, 2);
        Assert.Empty(client.Take());
        Assert.True(client.HasClosed());
        await Assert.ThrowsAsync<IOException>(() => client.Served);
        env.Observer.Gate = Task.CompletedTask;
        await other.PingAsync();
        Assert.Equal(["PINGRESP"], other.Take());
        Assert.Equal("b", Assert.Single(env.Broker.Clients).ClientId);
    });
}
