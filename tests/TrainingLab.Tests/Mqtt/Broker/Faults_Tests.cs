using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>The fault switches of a broker.</summary>
public class Faults_Tests
{
    [Fact]
    public void Refusing_connects_leaves_connected_clients_alone() => BrokerEnvironment.Run(async env =>
    {
        var connected = await env.ConnectAsync("a");
        env.Broker.Faults.RefuseConnects = true;
        var refused = env.Open();
        await refused.ConnectAsync("b");
        Assert.Equal(["CONNACK ServerUnavailable"], refused.Take());
        Assert.True(refused.HasClosed());
        await connected.PingAsync();
        Assert.Equal(["PINGRESP"], connected.Take());
        env.Broker.Faults.RefuseConnects = false;
        await env.ConnectAsync("b");
    });

    [Fact]
    public void Dropped_messages_are_acknowledged_and_lost() => BrokerEnvironment.Run(async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "#");
        var publisher = await env.ConnectAsync("p");
        env.Broker.Faults.DropFilter = "line/+";
        env.Broker.Faults.DropEvery = 3;
        for (ushort i = 1; i <= 6; i++) await publisher.PublishAsync("line/1", $"{i}", MqttQoS.AtLeastOnce, i);
        await publisher.PublishAsync("other", "x");
        Assert.Equal(6, publisher.Take().Count);
        Assert.Equal(["1", "2", "4", "5", "x"], subscriber.Take().Select(l => l.Split(' ')[2]));
        Assert.Equal(2, env.Observer.Lines.Count(l => l.EndsWith("DroppedByFault", StringComparison.Ordinal)));
    });

    [Fact]
    public void Acknowledgements_are_held_back_in_order_while_everything_else_goes_on() => BrokerEnvironment.Run(async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "#");
        var publisher = await env.ConnectAsync("p");
        env.Broker.Faults.AcknowledgementDelay = TimeSpan.FromSeconds(2);
        await publisher.PublishAsync("t", "1", MqttQoS.AtLeastOnce, 1);
        await publisher.PublishAsync("t", "2", MqttQoS.ExactlyOnce, 2);
        await publisher.PingAsync();
        Assert.Equal(["PINGRESP"], publisher.Take());
        Assert.Equal(2, subscriber.Take().Count);
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(1.9));
        Assert.Empty(publisher.Take());
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(0.1));
        Assert.Equal(["PUBACK 1", "PUBREC 2"], publisher.Take());
        await publisher.PublishAsync("t", "3", MqttQoS.AtLeastOnce, 3);
        await publisher.CloseAsync();
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.True(publisher.Served.IsCompletedSuccessfully);
    });

    [Fact]
    public void Disconnecting_a_client_looks_to_everybody_like_a_network_failure() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectAsync("a", will: MqttMessage.FromText("will", "x", retain: true));
        Assert.False(env.Broker.DisconnectClient("nobody"));
        Assert.True(env.Broker.DisconnectClient("a"));
        await env.Context.SettleAsync();
        Assert.True(client.HasClosed());
        Assert.Single(env.Broker.Retained("will"));
        Assert.Equal("disconnect a ClosedByOwner", env.Observer.Lines[^1]);
    });
}
