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

    [Fact]
    public void Some_messages_are_lost_by_chance() => BrokerEnvironment.Run(async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "#");
        var publisher = await env.ConnectAsync("p");
        env.Broker.Faults.Loses = m => m.PayloadText == "2";
        for (ushort i = 1; i <= 3; i++) await publisher.PublishAsync("t", $"{i}", MqttQoS.AtLeastOnce, i, retain: true);
        Assert.Equal(3, publisher.Take().Count);
        Assert.Equal(["1", "3"], subscriber.Take().Select(l => l.Split(' ')[2]));
    });

    [Fact]
    public void Late_messages_overtake_others_but_never_one_of_the_same_topic_and_quality_of_service() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "#", MqttQoS.AtLeastOnce);
        var publisher = await env.ConnectAsync("p");
        var delays = new Queue<double>([5, 1, 2, 0]);
        env.Broker.Faults.MessageDelay = _ => TimeSpan.FromSeconds(delays.Dequeue());
        await publisher.PublishAsync("a", "first", MqttQoS.AtLeastOnce, 1);
        await publisher.PublishAsync("a", "second", MqttQoS.AtLeastOnce, 2);
        await publisher.PublishAsync("a", "other QoS");
        await publisher.PublishAsync("b", "at once", MqttQoS.AtLeastOnce, 3);
        Assert.Equal(["PUBACK 1", "PUBACK 2", "PUBACK 3"], publisher.Take());
        Assert.Equal(["PUBLISH b at once qos1 id1"], Texts());
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(2.1));
        Assert.Equal(["PUBLISH a other QoS"], Texts());
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(2.8));
        Assert.Empty(subscriber.Take());
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(0.2));
        Assert.Equal(["PUBLISH a first qos1 id2", "PUBLISH a second qos1 id3"], Texts());

        IEnumerable<string> Texts() => subscriber.Take().Select(l => l.Split(" {")[0]);
    });

    [Fact]
    public void What_is_late_is_saved_and_comes_in_time() => BrokerEnvironment.Run(async env =>
    {
        var publisher = await env.ConnectAsync("p");
        env.Broker.Faults.MessageDelay = _ => TimeSpan.FromSeconds(5);
        await publisher.PublishAsync("t", "1", MqttQoS.AtLeastOnce, 1, retain: true);
        await publisher.PublishAsync("t", "2", MqttQoS.AtLeastOnce, 2, retain: true);
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(3));
        var other = new MqttBroker(new MqttBrokerOptions(), env.Time);
        other.Load(System.Text.Json.Nodes.JsonNode.Parse(env.Broker.Save().ToJsonString())!);
        var heard = new List<string>();
        other.Subscribe("#", m => heard.Add(m.PayloadText));
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(1.9));
        Assert.Empty(heard);
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(0.2));
        Assert.Equal(["1", "2"], heard);
        Assert.Equal("2", Assert.Single(other.Retained("t")).PayloadText);
    });

    [Fact]
    public void Acknowledgements_that_wait_differently_keep_their_order() => BrokerEnvironment.Run(async env =>
    {
        var publisher = await env.ConnectAsync("p");
        var delays = new Queue<double>([5, 1, 0]);
        env.Broker.Faults.AnswerDelay = () => TimeSpan.FromSeconds(delays.Dequeue());
        for (ushort i = 1; i <= 3; i++) await publisher.PublishAsync("t", "x", i == 2 ? MqttQoS.ExactlyOnce : MqttQoS.AtLeastOnce, i);
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(4));
        Assert.Empty(publisher.Take());
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(["PUBACK 1", "PUBREC 2", "PUBACK 3"], publisher.Take());
    });

    [Fact]
    public void An_acknowledgement_that_gets_lost_with_its_connection_brings_the_message_again() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "#", MqttQoS.AtLeastOnce, clean: false);
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x", MqttQoS.AtLeastOnce));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t x qos1 id1"], subscriber.Take());
        env.Broker.Faults.LosesAcknowledgement = who => who.ClientId == "s";
        await subscriber.PubAckAsync(1);
        Assert.True(subscriber.HasClosed());
        env.Broker.Faults.LosesAcknowledgement = null;
        var again = await env.ReopenAsync("s");
        Assert.Equal("PUBLISH t x qos1 id1 dup", again.Take()[1]);
        await again.PubAckAsync(1);
        await again.CloseAsync();
        Assert.Single((await env.ReopenAsync("s")).Take());
    });
}
