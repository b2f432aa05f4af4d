using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Client;

/// <summary>Subscriptions of our client: handlers, answers, and that they outlive connections.</summary>
public class ClientSubscribe_Tests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Each_matching_handler_hears_a_message_once() => ClientEnvironment.Run(async net =>
    {
        await using var client = net.Client("a");
        var heard = new List<string>();
        client.MessageReceived += m => heard.Add($"any {m.Topic}");
        client.Subscribe("t/+", MqttQoS.AtMostOnce, m => heard.Add($"plus {m.Topic}"));
        await client.ConnectAsync(Token);
        Assert.Equal(MqttSubscribeReturnCode.GrantedExactlyOnce, await client.SubscribeAsync("t/x", MqttQoS.ExactlyOnce, m => heard.Add($"exact {m.Topic} {m.QoS}"), Token));
        await net.Env.Broker.PublishAsync(MqttMessage.FromText("t/x", "m", MqttQoS.ExactlyOnce));
        await net.Env.Broker.PublishAsync(MqttMessage.FromText("t/y", "m"));
        await net.Env.Context.SettleAsync();
        Assert.Equal(["any t/x", "plus t/x", "exact t/x ExactlyOnce", "any t/y", "plus t/y"], heard);
    });

    [Fact]
    public void Retained_messages_are_marked() => ClientEnvironment.Run(async net =>
    {
        await net.Env.Broker.PublishAsync(MqttMessage.FromText("t", "kept", retain: true));
        await using var client = net.Client("a");
        await client.ConnectAsync(Token);
        var heard = new List<(string, bool)>();
        await client.SubscribeAsync("t", MqttQoS.AtLeastOnce, m => heard.Add((m.PayloadText, m.Retain)), Token);
        await net.Env.Broker.PublishAsync(MqttMessage.FromText("t", "new", retain: true));
        await net.Env.Context.SettleAsync();
        Assert.Equal([("kept", true), ("new", false)], heard);
    });

    [Fact]
    public void A_refused_filter_says_so() => ClientEnvironment.Run(new MqttBrokerOptions { Authorize = (_, _, _) => false }, async net =>
    {
        await using var client = net.Client("a");
        await client.ConnectAsync(Token);
        Assert.Equal(MqttSubscribeReturnCode.Failure, await client.SubscribeAsync("t", MqttQoS.AtMostOnce, _ => { }, Token));
    });

    [Fact]
    public void Subscriptions_come_back_after_a_reconnect() => ClientEnvironment.Run(async net =>
    {
        await using var client = net.Client("a");
        var heard = new List<string>();
        for (var i = 0; i < 250; i++) client.Subscribe($"t/{i}", MqttQoS.AtMostOnce, m => heard.Add(m.Topic));
        await client.ConnectAsync(Token);
        await net.CutAsync();
        net.NetworkUp = true;
        await net.Env.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(250, net.Env.Broker.SubscriptionsOf("a").Count);
        await net.Env.Broker.PublishAsync(MqttMessage.FromText("t/249", "x"));
        await net.Env.Context.SettleAsync();
        Assert.Equal(["t/249"], heard);
    });

    [Fact]
    public void A_resumed_session_is_not_asked_again_and_delivers_what_waited() => ClientEnvironment.Run(async net =>
    {
        await using var client = net.Client("a", clean: false);
        var heard = new List<string>();
        client.Subscribe("t", MqttQoS.AtLeastOnce, m => heard.Add(m.PayloadText));
        await client.ConnectAsync(Token);
        await net.Env.Context.SettleAsync();
        await net.CutAsync();
        await net.Env.Broker.PublishAsync(MqttMessage.FromText("t", "waited", MqttQoS.AtLeastOnce));
        net.NetworkUp = true;
        await net.Env.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(["waited"], heard);
        Assert.Single(net.Env.Observer.Lines, l => l.StartsWith("subscribe", StringComparison.Ordinal));
    });

    [Fact]
    public void Unsubscribing_ends_it_at_both_ends() => ClientEnvironment.Run(async net =>
    {
        await using var client = net.Client("a");
        await client.ConnectAsync(Token);
        await client.SubscribeAsync("t", MqttQoS.AtMostOnce, _ => Assert.Fail("Unsubscribed."), Token);
        client.Unsubscribe("t");
        client.Unsubscribe("never");
        await net.Env.Context.SettleAsync();
        Assert.Empty(net.Env.Broker.SubscriptionsOf("a"));
        await net.Env.Broker.PublishAsync(MqttMessage.FromText("t", "x"));
        await net.Env.Context.SettleAsync();
    });

    [Fact]
    public void Incoming_QoS_2_is_handled_once() => ClientEnvironment.Run(async net =>
    {
        await using var client = net.Client("a", clean: false);
        var heard = 0;
        client.Subscribe("t", MqttQoS.ExactlyOnce, _ => heard++);
        await client.ConnectAsync(Token);
        await net.Env.Context.SettleAsync();
        for (var i = 0; i < 300; i++) await net.Env.Broker.PublishAsync(MqttMessage.FromText("t", $"{i}", MqttQoS.ExactlyOnce));
        await net.Env.Context.SettleAsync();
        Assert.Equal(300, heard);
    });

    [Fact]
    public void A_wrong_filter_is_misuse() => ClientEnvironment.Run(async net =>
    {
        await using var client = net.Client("a");
        Assert.Throws<ArgumentException>(() => client.Subscribe("a/#/b", MqttQoS.AtMostOnce, _ => { }));
    });
}
