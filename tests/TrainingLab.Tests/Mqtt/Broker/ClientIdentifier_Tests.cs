using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>Client identifiers (MQTT 3.1.1 §3.1.3.1).</summary>
public class ClientIdentifier_Tests
{
    [Fact]
    [Mqtt311("3.1.3-6")]
    public void An_empty_identifier_gets_one_assigned() => BrokerEnvironment.Run(async env =>
    {
        await env.ConnectAsync("");
        await env.ConnectAsync("");
        Assert.Equal(["auto-1", "auto-2"], env.Broker.Clients.Select(c => c.ClientId));
    });

    [Fact]
    [Mqtt311("3.1.3-6"), Mqtt5("3.1.3-6", "3.2.2-16")]
    public void An_assigned_identifier_is_not_one_in_use() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        await env.ConnectAsync("auto-1");
        await env.ConnectAsync("");
        Assert.Equal(["auto-1", "auto-2"], env.Broker.Clients.Select(c => c.ClientId));
    });

    [Fact]
    [Mqtt311("3.1.3-8")]
    public void An_empty_identifier_with_a_persistent_session_is_rejected() => BrokerEnvironment.Run(async env =>
    {
        var client = env.Open();
        await client.ConnectAsync("", clean: false);
        Assert.Equal(["CONNACK ClientIdentifierNotValid"], client.Take());
        Assert.True(client.HasClosed());
    });

    [Fact]
    [Mqtt311("3.1.3-9"), Mqtt5("3.1.3-8")]
    public void An_identifier_beyond_the_limit_is_rejected() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var client = env.Open();
        await client.ConnectAsync(new string('中', 86)); // 258 bytes
        Assert.Equal(["CONNACK ClientIdentifierNotValid"], client.Take());
        Assert.True(client.HasClosed());
        await env.ConnectAsync(new string('中', 85));
    });

    [Fact]
    [Mqtt311("3.1.3-5"), Mqtt5("3.1.3-5")]
    public void One_to_23_letters_and_digits_are_accepted() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        foreach (var id in new[] { "0", "abcdefghijklmnopqrstuvw", "xyzABCDEFGHIJKLMNOPQRST", "UVWXYZ0123456789" }) await env.ConnectAsync(id);
        Assert.Equal(["0", "UVWXYZ0123456789", "abcdefghijklmnopqrstuvw", "xyzABCDEFGHIJKLMNOPQRST"], env.Broker.Clients.Select(c => c.ClientId));
    });

    [Fact]
    [Mqtt311("3.1.4-2"), Mqtt5("3.1.4-3")]
    public void A_second_connection_takes_over_and_the_first_is_closed_with_its_will() => BrokerEnvironment.RunInBothVersions(async env =>
    {
        var watcher = await env.SubscriberAsync("watcher", "will");
        var first = await env.ConnectAsync("a", will: MqttMessage.FromText("will", "first"));
        var second = await env.ConnectAsync("a");
        Assert.True(first.HasClosed());
        Assert.False(second.HasClosed());
        Assert.Equal(["PUBLISH will first"], watcher.Take());
        Assert.Equal(["will a will", "delivered watcher will qos0", "disconnect a TakenOver", "connect a  Success"], env.Observer.Lines.TakeLast(4));
        await second.PingAsync();
        Assert.Equal(["PINGRESP"], second.Take());
    });

    [Fact]
    public void Of_many_at_once_one_remains() => BrokerEnvironment.Run(async env =>
    {
        var clients = Enumerable.Range(0, 5).Select(_ => env.Open()).ToList();
        await Task.WhenAll(clients.Select(c => c.ConnectAsync("same", clean: false)));
        Assert.Equal(1, clients.Count(c => !c.HasClosed()));
        Assert.Single(env.Broker.Clients);
    });

    [Fact]
    [Mqtt311("3.1.3-2")]
    public void Taking_over_a_persistent_session_resumes_it() => BrokerEnvironment.Run(async env =>
    {
        await env.SubscriberAsync("a", "t", MqttQoS.AtLeastOnce, clean: false);
        var second = env.Open();
        await second.ConnectAsync("a", clean: false);
        Assert.Equal(["CONNACK Success present"], second.Take());
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x", MqttQoS.AtLeastOnce));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t x qos1 id1"], second.Take());
    });
}
