using System.Globalization;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Client;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary>Our bridge against mosquitto, and mosquitto's bridge against our broker.</summary>
public class MosquittoBridge_Tests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mqtt5")]
    [InlineData("mqtt311")]
    public Task Our_bridge_carries_both_ways_and_mosquitto_is_killed_in_between(string version) => LoopbackContext.RunAsync(async () =>
    {
        using var mosquitto = new MosquittoServer();
        using var lab = new LabBroker();
        await mosquitto.StartAsync();
        lab.Configure(Bridge(mosquitto.Port, version, "{ topic: \"up/#\", direction: out, qos: 2, remotePrefix: site7/ }, { topic: \"down/#\", direction: in, qos: 2, remotePrefix: site7/ }, { topic: \"both/#\", qos: 2 }"));
        await lab.StartAsync();
        await lab.ReadUntilAsync("bridge b: connected");
        await using var there = await Inbox.OpenAsync(mosquitto.Port, "#");
        await using var here = await Inbox.OpenAsync(lab.Port, "#");
        await using var remote = Inbox.Persistent(mosquitto.Port, "remote");
        await using var local = Inbox.Persistent(lab.Port, "local");
        remote.Start();
        local.Start();

        await PublishAsync(local, "up", 0, 100);
        await PublishAsync(remote, "site7/down", 0, 100);
        await PublishAsync(local, "both/a", 0, 50);
        await PublishAsync(remote, "both/b", 0, 50);
        await local.PublishAsync(MqttMessage.FromText("both/kept", "kept", MqttQoS.AtLeastOnce, retain: true), Token);
        await there.HasAsync(301);
        await here.HasAsync(301);

        await mosquitto.StopAsync();
        await lab.ReadUntilAsync("bridge b: connection lost");
        await PublishAsync(local, "up", 100, 300);
        Assert.Equal(301, there.Messages.Count);
        await mosquitto.StartAsync();
        await lab.ReadUntilAsync("bridge b: connected");
        await PublishAsync(local, "up", 300, 350);
        await PublishAsync(remote, "site7/down", 100, 200);
        await there.HasAllAsync("site7/up", 350);
        await there.HasAllAsync("site7/down", 200);
        await here.HasAllAsync("up", 350);
        await here.HasAllAsync("down", 200);

        foreach (var inbox in new[] { there, here })
        {
            var prefix = inbox == there ? "site7/" : "";
            AssertArrived(inbox, prefix + "up", 350);
            AssertArrived(inbox, prefix + "down", 200);
            AssertArrived(inbox, "both/a", 50);
            AssertArrived(inbox, "both/b", 50);
            // What one side published with the flag keeps it.
            Assert.True(Assert.Single(inbox.Messages, m => m.Topic == "both/kept").Retain);
        }
    });

    [Fact]
    public Task Our_side_is_killed_again_and_again_and_nothing_is_lost_or_doubled() => LoopbackContext.RunAsync(async () =>
    {
        using var mosquitto = new MosquittoServer();
        using var lab = new LabBroker();
        await mosquitto.StartAsync();
        lab.Configure(Bridge(mosquitto.Port, "mqtt5", "{ topic: \"#\", qos: 2 }") + "store: broker.db\n");
        await lab.StartAsync();
        await lab.ReadUntilAsync("bridge b: connected");
        await using var there = await Inbox.OpenAsync(mosquitto.Port, "up/#");
        await using var here = await Inbox.OpenAsync(lab.Port, "down/#");
        await using var remote = Inbox.Persistent(mosquitto.Port, "remote");
        await using var local = Inbox.Persistent(lab.Port, "local");
        remote.Start();
        local.Start();

        const int Rounds = 4;
        const int Each = 200;
        for (var round = 0; round < Rounds; round++)
        {
            var publishing = Task.WhenAll(PublishAsync(local, "up", round * Each, (round + 1) * Each), PublishAsync(remote, "down", round * Each, (round + 1) * Each));
            // In the middle of it, both ways.
            await there.HasAllAsync("up", (round * Each) + 20);
            await here.HasAllAsync("down", (round * Each) + 20);
            await lab.KillAsync();
            await lab.StartAsync();
            await publishing;
        }
        // A last one each, behind whatever would come twice.
        await PublishAsync(local, "up", Rounds * Each, (Rounds * Each) + 1);
        await PublishAsync(remote, "down", Rounds * Each, (Rounds * Each) + 1);
        await there.HasAllAsync("up", (Rounds * Each) + 1);
        await here.HasAllAsync("down", (Rounds * Each) + 1);
        AssertArrived(there, "up", (Rounds * Each) + 1);
        AssertArrived(here, "down", (Rounds * Each) + 1);
    });

    [Theory]
    [InlineData("mqttv311")]
    [InlineData("mqttv50")]
    public Task Mosquitto_bridges_to_us_and_our_side_is_killed_in_between(string version) => LoopbackContext.RunAsync(async () =>
    {
        using var lab = new LabBroker();
        using var mosquitto = new MosquittoServer();
        lab.Configure("store: broker.db");
        await lab.StartAsync();
        await mosquitto.StartAsync($"""
            connection b
            address 127.0.0.1:{lab.Port}
            bridge_protocol_version {version}
            cleansession false
            restart_timeout 1
            keepalive_interval 5
            topic # both 2
            """);
        await using var here = await Inbox.OpenAsync(lab.Port, "#");
        await using var there = await Inbox.OpenAsync(mosquitto.Port, "#");
        await using var local = Inbox.Persistent(lab.Port, "local");
        await using var remote = Inbox.Persistent(mosquitto.Port, "remote");
        local.Start();
        remote.Start();
        await PublishAsync(remote, "up", 0, 100);
        await here.HasAsync(100);
        await PublishAsync(local, "down", 0, 100);
        await local.PublishAsync(MqttMessage.FromText("kept", "kept", MqttQoS.AtLeastOnce, retain: true), Token);
        await there.HasAsync(201);
        await here.HasAsync(201);
        // As published, over both brokers.
        Assert.True(Assert.Single(there.Messages, m => m.Topic == "kept").Retain);

        await lab.KillAsync();
        await PublishAsync(remote, "up", 100, 200);
        await lab.StartAsync();
        await here.HasAllAsync("up", 200);
        await PublishAsync(local, "down", 100, 200);
        await there.HasAllAsync("down", 200);
        await here.HasAllAsync("down", 200);
        foreach (var inbox in new[] { here, there })
        {
            AssertArrived(inbox, "up", 200);
            AssertArrived(inbox, "down", 200);
        }
    });

    private static string Bridge(int port, string version, string topics) => string.Create(CultureInfo.InvariantCulture,
        $"bridges: [{{ name: b, address: \"127.0.0.1:{port}\", version: {version}, clientId: plant.b, reconnect: 100ms, longestReconnect: 500ms, topics: [{topics}] }}]\n");

    /// <summary>Publishes numbers, even ones at QoS 2 and odd ones at QoS 1, and waits until all are acknowledged.</summary>
    private static async Task PublishAsync(MqttClient client, string topic, int from, int to)
    {
        var results = Enumerable.Range(from, to - from)
            .Select(i => client.PublishAsync(MqttMessage.FromText(topic, i.ToString(CultureInfo.InvariantCulture), i % 2 == 0 ? MqttQoS.ExactlyOnce : MqttQoS.AtLeastOnce), Token).AsTask()).ToList();
        Assert.All(await Task.WhenAll(results), r => Assert.True(r.IsDone));
    }

    /// <summary>All numbers from 0 on came, in order at either quality of service, and those at QoS 2 once. One at QoS 1 may come again after a connection is lost.</summary>
    private static void AssertArrived(Inbox inbox, string topic, int count)
    {
        var messages = inbox.Messages.Where(m => m.Topic == topic).ToList();
        Assert.Equal(Numbers(0), messages.Where(m => m.QoS == MqttQoS.ExactlyOnce).Select(m => m.PayloadText));
        Assert.Equal(Numbers(1), messages.Where(m => m.QoS == MqttQoS.AtLeastOnce).Select(m => m.PayloadText).Distinct(StringComparer.Ordinal));

        IEnumerable<string> Numbers(int first) => Enumerable.Range(0, count).Where(i => i % 2 == first).Select(i => i.ToString(CultureInfo.InvariantCulture));
    }
}
