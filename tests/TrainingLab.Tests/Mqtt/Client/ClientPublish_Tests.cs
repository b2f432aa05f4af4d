using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Client;

/// <summary>What our client does with messages: acknowledgement, offline queue, sending again.</summary>
public class ClientPublish_Tests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MqttQoS.AtMostOnce)]
    [InlineData(MqttQoS.AtLeastOnce)]
    [InlineData(MqttQoS.ExactlyOnce)]
    public void It_publishes_at_every_quality(MqttQoS qos) => ClientEnvironment.Run(async net =>
    {
        var subscriber = await net.Env.SubscriberAsync("s", "t", MqttQoS.AtMostOnce);
        await using var client = net.Client("a");
        await client.ConnectAsync(Token);
        Assert.Equal(MqttPublishResult.Done, await client.PublishAsync(MqttMessage.FromText("t", "x", qos, retain: true), Token));
        await net.Env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t x"], subscriber.Take());
        Assert.Equal(0, client.Queued);
        Assert.Single(net.Env.Broker.Retained("t"));
    });

    [Fact]
    public void What_is_published_offline_is_sent_in_order_when_connected() => ClientEnvironment.Run(async net =>
    {
        var subscriber = await net.Env.SubscriberAsync("s", "t");
        net.NetworkUp = false;
        await using var client = net.Client("a");
        client.Start();
        var results = Enumerable.Range(1, 6).Select(i => client.PublishAsync(MqttMessage.FromText("t", $"{i}", (MqttQoS)(i % 3)), Token).AsTask()).ToList();
        Assert.Equal(6, client.Queued);
        net.NetworkUp = true;
        await net.Env.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(["1", "2", "3", "4", "5", "6"], subscriber.Take().Select(l => l.Split(' ')[2]));
        Assert.All(await Task.WhenAll(results), r => Assert.Equal(MqttPublishResult.Done, r));
    });

    [Fact]
    public void What_waits_offline_expires_and_goes_out_with_the_lifetime_that_is_left() => ClientEnvironment.Run(async net =>
    {
        net.NetworkUp = false;
        await using var client = net.Client(new MqttClientOptions { ClientId = "a", Version = MqttProtocolVersion.V5 });
        client.Start();
        var results = new[] { 5u, 100u }.Select(seconds => client.PublishAsync(new MqttMessage("t", "x"u8.ToArray(), MqttQoS.AtLeastOnce) { Properties = new MqttProperties { MessageExpiryInterval = seconds } }, Token).AsTask()).ToList();
        var subscriber = await net.Env.SubscriberV5Async("s", new SubscribeFilter("t", MqttQoS.AtMostOnce));
        await net.Env.Time.AdvanceAsync(TimeSpan.FromSeconds(10));
        net.NetworkUp = true;
        await net.Env.Time.AdvanceAsync(TimeSpan.FromSeconds(20));
        Assert.Equal([MqttPublishResult.Stopped, MqttPublishResult.Done], await Task.WhenAll(results));
        var heard = Assert.Single(subscriber.Take());
        Assert.StartsWith("PUBLISH t x {expiry:", heard, StringComparison.Ordinal);
        Assert.InRange(int.Parse(heard["PUBLISH t x {expiry:".Length..^1], System.Globalization.CultureInfo.InvariantCulture), 70, 90);
    });

    [Fact]
    public void The_offline_queue_is_bounded() => ClientEnvironment.Run(async net =>
    {
        net.NetworkUp = false;
        await using var client = net.Client(new MqttClientOptions { ClientId = "a", MaxQueuedMessages = 2 });
        client.Start();
        Assert.True(client.TryPublish(MqttMessage.FromText("t", "1")));
        Assert.True(client.TryPublish(MqttMessage.FromText("t", "2")));
        Assert.False(client.TryPublish(MqttMessage.FromText("t", "3")));
        Assert.Equal(MqttPublishResult.QueueFull, await client.PublishAsync(MqttMessage.FromText("t", "4"), Token));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_not_acknowledged_is_sent_again_after_a_reconnect(bool clean) => ClientEnvironment.Run(async net =>
    {
        var subscriber = await net.Env.SubscriberAsync("s", "t");
        await using var client = net.Client("a", clean);
        await client.ConnectAsync(Token);
        net.Env.Broker.Faults.AcknowledgementDelay = TimeSpan.FromHours(1);
        var first = client.PublishAsync(MqttMessage.FromText("t", "1", MqttQoS.AtLeastOnce), Token).AsTask();
        var second = client.PublishAsync(MqttMessage.FromText("t", "2", MqttQoS.ExactlyOnce), Token).AsTask();
        await net.Env.Context.SettleAsync();
        await net.CutAsync();
        Assert.False(first.IsCompleted || second.IsCompleted);
        net.Env.Broker.Faults.AcknowledgementDelay = TimeSpan.Zero;
        net.NetworkUp = true;
        await net.Env.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(MqttPublishResult.Done, await first);
        Assert.Equal(MqttPublishResult.Done, await second);

        // QoS 1 may come twice; QoS 2 once as long as there is a session to know it by.
        Assert.Equal(clean ? ["1", "2", "1", "2"] : ["1", "2", "1"], subscriber.Take().Select(l => l.Split(' ')[2]));
    });

    [Fact]
    public void Stopping_answers_whoever_waits() => ClientEnvironment.Run(async net =>
    {
        net.NetworkUp = false;
        var client = net.Client("a");
        client.Start();
        var waiting = client.PublishAsync(MqttMessage.FromText("t", "x", MqttQoS.AtLeastOnce), Token).AsTask();
        await client.StopAsync();
        Assert.Equal(MqttPublishResult.Stopped, await waiting);
        Assert.Equal(0, client.Queued);
    });

    [Fact]
    public void A_persistent_clients_queue_is_saved_loaded_and_sent() => ClientEnvironment.Run(async net =>
    {
        var subscriber = await net.Env.SubscriberAsync("s", "t");
        net.NetworkUp = false;
        var client = net.Client("a", clean: false);
        client.Start();
        var waiting = client.PublishAsync(MqttMessage.FromText("t", "x", MqttQoS.AtLeastOnce), Token).AsTask();
        Assert.Throws<InvalidOperationException>(() => client.Load(client.Save()));
        await client.StopAsync();
        Assert.Equal(MqttPublishResult.Stopped, await waiting);
        var saved = client.Save().ToJsonString();

        await using var next = net.Client("a", clean: false);
        next.Load(System.Text.Json.Nodes.JsonNode.Parse(saved)!);
        Assert.Equal(saved, next.Save().ToJsonString());
        net.NetworkUp = true;
        await next.ConnectAsync(Token);
        await net.Env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t x"], subscriber.Take());
    });
}
