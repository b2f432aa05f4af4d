using System.Globalization;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Client;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary>The bridges of <c>lab broker</c> that come, change and go with SIGHUP, and what a kill leaves of their queue.</summary>
public class BridgeReload_Tests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mqtt5")]
    [InlineData("mqtt311")]
    public Task One_is_added_changed_and_taken_away(string version) => LoopbackContext.RunAsync(async () =>
    {
        using var mosquitto = new MosquittoServer();
        using var lab = new LabBroker();
        await mosquitto.StartAsync();
        lab.Configure("");
        await lab.StartAsync();
        await using var local = Inbox.Persistent(lab.Port, "local");
        await using var remote = Inbox.Persistent(mosquitto.Port, "remote");
        await using var there = await Inbox.OpenAsync(mosquitto.Port, "#");
        await using var here = await Inbox.OpenAsync(lab.Port, "#");
        Assert.True((await local.ConnectAsync(Token)).Connected);
        Assert.True((await remote.ConnectAsync(Token)).Connected);

        await lab.ReloadAsync(Bridges((mosquitto.Port, "b", version, "{ topic: \"up/#\", direction: out }, { topic: \"down/#\", direction: in }, { topic: \"old/#\", direction: in }")));
        await lab.ReadUntilAsync("bridge b: connected");
        await mosquitto.ReadUntilAsync("old/# (QoS 1)");
        await PublishAsync(local, "up/1");
        await PublishAsync(remote, "down/1");
        await there.HasAsync(2);
        await here.HasAsync(2);

        // A second one comes; the first is not touched by it.
        var second = (mosquitto.Port, "c", version, "{ topic: \"more/#\", direction: out }");
        await lab.ReloadAsync(Bridges((mosquitto.Port, "b", version, "{ topic: \"up/#\", direction: out }, { topic: \"down/#\", direction: in }, { topic: \"old/#\", direction: in }"), second));
        await lab.ReadUntilAsync("bridge c: connected");
        await PublishAsync(local, "more/1");
        await there.HasAsync(3);

        // The first changes: what it no longer wants is no longer sent to it.
        await lab.ReloadAsync(Bridges((mosquitto.Port, "b", version, "{ topic: \"up/#\", direction: out, remotePrefix: site7/ }, { topic: \"down/#\", direction: in }"), second));
        await lab.ReadUntilAsync("bridge b: connected");
        await mosquitto.ReadUntilAsync("Received UNSUBSCRIBE from plant.b");
        await mosquitto.ReadUntilAsync("old/#");
        await PublishAsync(local, "up/2");
        await there.HasAsync(4);
        Assert.Equal(["up/1", "down/1", "more/1", "site7/up/2"], there.Messages.Select(m => m.Topic));

        // Both go, one after the other, and their sessions at the other broker too: the broker says of none that it has one.
        await lab.ReloadAsync(Bridges(second));
        await lab.ReadUntilAsync("bridge b: its session at 127.0.0.1");
        await lab.ReloadAsync("");
        await lab.ReadUntilAsync("bridge c: its session at 127.0.0.1");
        foreach (var name in new[] { "plant.b", "plant.c" })
        {
            await using var heir = Inbox.Persistent(mosquitto.Port, name);
            Assert.False((await heir.ConnectAsync(Token)).SessionPresent);
        }
        await PublishAsync(local, "up/3");
        await PublishAsync(remote, "down/2");
        await there.HasAsync(5);
        Assert.DoesNotContain(there.Messages, m => m.Topic.EndsWith("up/3", StringComparison.Ordinal));
        Assert.Equal(MqttClientState.Connected, local.State);
    });

    [Fact]
    public Task A_broker_that_is_away_when_its_bridge_goes_is_named() => LoopbackContext.RunAsync(async () =>
    {
        using var mosquitto = new MosquittoServer();
        using var lab = new LabBroker();
        await mosquitto.StartAsync();
        lab.Configure(Bridges((mosquitto.Port, "b", "mqtt5", "{ topic: \"#\" }")));
        await lab.StartAsync();
        await lab.ReadUntilAsync("bridge b: connected");
        await mosquitto.StopAsync();
        await lab.ReloadAsync("");
        await lab.ReadUntilAsync("stays: Connection refused");
    });

    [Fact]
    public Task The_queue_has_its_bound_and_a_kill_leaves_it_as_it_is() => LoopbackContext.RunAsync(async () =>
    {
        using var mosquitto = new MosquittoServer();
        using var lab = new LabBroker();
        await mosquitto.StartAsync();
        lab.Configure("store: broker.db\n" + Bridges((mosquitto.Port, "b", "mqtt5", "{ topic: \"up\", direction: out, qos: 2 }")).Replace("queue: 100", "queue: 50", StringComparison.Ordinal));
        await lab.StartAsync();
        await lab.ReadUntilAsync("bridge b: connected");
        await mosquitto.StopAsync();
        await lab.ReadUntilAsync("bridge b: connection lost");
        await using var local = Inbox.Persistent(lab.Port, "local");
        local.Start();
        for (var i = 0; i < 80; i++)
            Assert.True((await local.PublishAsync(MqttMessage.FromText("up", i.ToString(CultureInfo.InvariantCulture), MqttQoS.ExactlyOnce), Token)).IsDone);
        await lab.KillAsync();
        await lab.StartAsync();
        await mosquitto.StartAsync();
        await using var there = await Inbox.OpenAsync(mosquitto.Port, "#");
        await lab.ReadUntilAsync("bridge b: connected");
        Assert.True((await local.PublishAsync(MqttMessage.FromText("up", "last", MqttQoS.ExactlyOnce), Token)).IsDone);
        await there.HasAllAsync("up", 51);
        Assert.Equal([.. Enumerable.Range(0, 50).Select(i => i.ToString(CultureInfo.InvariantCulture)), "last"], there.Texts);
    });

    [Theory]
    [InlineData("mqtt5", 2)]
    [InlineData("mqtt5", 0)]
    public Task Two_of_ours_that_bridge_to_each_other_do_not_go_round(string version, int qos) => LoopbackContext.RunAsync(async () =>
    {
        using var one = new LabBroker();
        using var two = new LabBroker();
        var everything = string.Create(CultureInfo.InvariantCulture, $"{{ topic: \"#\", qos: {qos} }}");
        one.Configure(Bridges((two.Port, "b", version, everything)));
        two.Configure(Bridges((one.Port, "b", version, everything)));
        await one.StartAsync();
        await two.StartAsync();
        await one.ReadUntilAsync("bridge b: connected");
        await two.ReadUntilAsync("bridge b: connected");
        await using var atOne = await Inbox.OpenAsync(one.Port, "#");
        await using var atTwo = await Inbox.OpenAsync(two.Port, "#");
        await using var client = Inbox.Persistent(one.Port, "client");
        client.Start();
        // Each bridge brings a message to the other side, one of them by fetching it, once it has subscribed.
        for (var i = 0; atTwo.Texts.Distinct(StringComparer.Ordinal).Count() == atTwo.Messages.Count; i++)
        {
            Assert.True((await client.PublishAsync(MqttMessage.FromText("t", $"first {i}", MqttQoS.ExactlyOnce), Token)).IsDone);
            while (!atTwo.Texts.Contains($"first {i}", StringComparer.Ordinal)) await atTwo.HasAsync(atTwo.Messages.Count + 1);
        }

        await PublishAsync("x");
        await PublishAsync("last");
        // A last one behind them shows that nothing more comes.
        Assert.Equal(["x", "last"], atOne.Texts.SkipWhile(t => t != "x"));
        Assert.Equal(2, atTwo.Texts.Count(t => t == "x"));
        Assert.DoesNotContain(atTwo.Messages, m => atTwo.Texts.Count(t => t == m.PayloadText) > 2);

        async Task PublishAsync(string text)
        {
            Assert.True((await client.PublishAsync(MqttMessage.FromText("t", text, MqttQoS.ExactlyOnce), Token)).IsDone);
            while (atTwo.Texts.Count(t => t == text) < 2) await atTwo.HasAsync(atTwo.Messages.Count + 1);
            while (!atOne.Texts.Contains(text, StringComparer.Ordinal)) await atOne.HasAsync(atOne.Messages.Count + 1);
        }
    });

    private static string Bridges(params (int Port, string Name, string Version, string Topics)[] bridges) => string.Create(CultureInfo.InvariantCulture,
        $"bridges: [{string.Join(", ", bridges.Select(b => string.Create(CultureInfo.InvariantCulture, $"{{ name: {b.Name}, address: \"127.0.0.1:{b.Port}\", version: {b.Version}, clientId: plant.{b.Name}, queue: 100, reconnect: 100ms, longestReconnect: 500ms, topics: [{b.Topics}] }}")))}]\n");

    private static async Task PublishAsync(MqttClient client, string topic) =>
        Assert.True((await client.PublishAsync(MqttMessage.FromText(topic, "x", MqttQoS.AtLeastOnce), Token)).IsDone);
}
