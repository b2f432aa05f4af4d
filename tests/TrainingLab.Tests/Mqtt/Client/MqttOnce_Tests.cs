using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Client;

/// <summary>One connection for one purpose.</summary>
public class MqttOnce_Tests
{
    private static readonly MqttClientOptions Options = new() { ClientId = "once" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void It_publishes_and_leaves() => ClientEnvironment.Run(async net =>
    {
        var subscriber = await net.Env.SubscriberAsync("s", "#");
        MqttMessage[] messages = [MqttMessage.FromText("t", "1"), MqttMessage.FromText("t", "2", MqttQoS.AtLeastOnce), MqttMessage.FromText("t", "3", MqttQoS.ExactlyOnce)];
        var result = await MqttOnce.PublishAsync(Options, net.ConnectAsync, messages, net.Env.Time, Token);
        await net.Env.Context.SettleAsync();
        Assert.True(result.Connect.Connected);
        Assert.Equal(3, result.Published);
        Assert.Equal(["1", "2", "3"], subscriber.Take().Select(l => l.Split(' ')[2]));
        Assert.Equal("disconnect once Disconnected", net.Env.Observer.Lines[^1]);
    });

    [Fact]
    public void A_single_message_at_QoS_0_arrives_before_it_leaves() => ClientEnvironment.Run(async net =>
    {
        var result = await MqttOnce.PublishAsync(Options, net.ConnectAsync, [MqttMessage.FromText("t", "x", retain: true)], net.Env.Time, Token);
        await net.Env.Context.SettleAsync();
        Assert.Equal(1, result.Published);
        Assert.Single(net.Env.Broker.Retained("t"));
    });

    [Fact]
    public void It_says_why_it_could_not() => ClientEnvironment.Run(async net =>
    {
        net.Env.Broker.Faults.RefuseConnects = true;
        var refused = await MqttOnce.PublishAsync(Options, net.ConnectAsync, [], net.Env.Time, Token);
        Assert.Equal(MqttReasonCode.ServerUnavailable, refused.Connect.ReturnCode);
        net.NetworkUp = false;
        var unreachable = await MqttOnce.CollectAsync(Options, net.ConnectAsync, ["#"], MqttQoS.AtMostOnce, 1, TimeSpan.FromSeconds(1), net.Env.Time, Token);
        Assert.Equal(MqttConnectOutcome.Unreachable, unreachable.Connect.Outcome);
        Assert.Equal(2, net.Attempts);
    });

    [Fact]
    public void It_collects_until_there_are_enough() => ClientEnvironment.Run(async net =>
    {
        for (var i = 0; i < 5; i++) await net.Env.Broker.PublishAsync(MqttMessage.FromText($"t/{i}", "x", retain: true));
        var result = await MqttOnce.CollectAsync(Options, net.ConnectAsync, ["t/#"], MqttQoS.AtLeastOnce, 3, TimeSpan.FromHours(1), net.Env.Time, Token);
        Assert.Equal(["t/0", "t/1", "t/2"], result.Messages.Select(m => m.Topic));
        Assert.Equal([MqttSubscribeReturnCode.GrantedAtLeastOnce], result.Granted);
    });

    [Fact]
    public void It_collects_until_the_time_is_up() => ClientEnvironment.Run(async net =>
    {
        var collecting = MqttOnce.CollectAsync(Options, net.ConnectAsync, ["a", "b"], MqttQoS.AtMostOnce, int.MaxValue, TimeSpan.FromSeconds(5), net.Env.Time, Token);
        await net.Env.Context.SettleAsync();
        await net.Env.Broker.PublishAsync(MqttMessage.FromText("b", "x"));
        await net.Env.Time.AdvanceAsync(TimeSpan.FromSeconds(4.9));
        Assert.False(collecting.IsCompleted);
        await net.Env.Time.AdvanceAsync(TimeSpan.FromSeconds(0.2));
        Assert.Equal("b", Assert.Single((await collecting).Messages).Topic);
    });

    [Fact]
    public void It_ends_when_the_connection_is_lost() => ClientEnvironment.Run(async net =>
    {
        var collecting = MqttOnce.CollectAsync(Options, net.ConnectAsync, ["a"], MqttQoS.AtMostOnce, 1, TimeSpan.FromSeconds(5), net.Env.Time, Token);
        await net.Env.Context.SettleAsync();
        await net.CutAsync();
        var result = await collecting;
        Assert.True(result.Connect.Connected);
        Assert.Empty(result.Messages);
    });
}
