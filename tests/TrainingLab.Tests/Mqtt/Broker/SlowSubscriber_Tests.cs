using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>Subscribers that do not read: what waits for them is bounded, and publishers and other subscribers go on.</summary>
public class SlowSubscriber_Tests
{
    [Fact]
    public void A_subscriber_that_never_reads_loses_messages_and_holds_nobody_up() => BrokerEnvironment.Run(
        new MqttBrokerOptions { Limits = new MqttLimits { MaxQueuedMessages = 100 } },
        async env =>
        {
            var stuck = await env.SubscriberAsync("stuck", "t");
            var good = await env.SubscriberAsync("good", "t");
            var publisher = await env.ConnectAsync("p");
            var received = 0;
            for (var i = 0; i < 2000; i++)
            {
                await publisher.PublishAsync("t", new string('x', 1000));
                received += good.Take().Count;
            }
            Assert.Equal(2000, received);
            var late = 0;
            for (var packets = stuck.Take(); packets.Count > 0; packets = stuck.Take())
            {
                late += packets.Count;
                await env.Context.SettleAsync();
            }
            Assert.InRange(late, 100, 300);
        });

    [Fact]
    public void A_client_that_asks_and_never_reads_is_no_longer_read() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectAsync("a");
        var pings = Enumerable.Repeat(new byte[] { 0xC0, 0x00 }, 80_000).SelectMany(b => b).ToArray();
        var sending = client.SendBytesAsync(pings);
        await env.Context.SettleAsync();
        Assert.False(sending.IsCompleted);
        var other = await env.ConnectAsync("b");
        await other.PingAsync();
        Assert.Equal(["PINGRESP"], other.Take());
        var answers = 0;
        while (!sending.IsCompleted || answers < 80_000)
        {
            answers += client.Take().Count;
            await env.Context.SettleAsync();
        }
        Assert.Equal(80_000, answers);
    });

    [Fact]
    public void A_client_that_does_not_read_is_still_ended_by_its_keep_alive() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectAsync("a", keepAlive: 10);
        _ = client.SendBytesAsync(Enumerable.Repeat(new byte[] { 0xC0, 0x00 }, 80_000).SelectMany(b => b).ToArray());
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(16));
        Assert.True(client.Served.IsCompletedSuccessfully);
        Assert.Equal("disconnect a Timeout KeepAliveTimeout", env.Observer.Lines[^1]);
    });
}
