using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Sessions;
using TrainingLab.Mqtt.Storage;
using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Tests.Mqtt.Storage;

/// <summary>What a broker still knows after its process was killed: another broker reads the file, and nobody closed it before.</summary>
public sealed class SqliteMqttStore_Tests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mqtt-store").FullName;

    private string FilePath => Path.Combine(folder, "broker.db");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Sessions_messages_and_identifiers_come_back()
    {
        var message = new MqttMessage("t/1", "x"u8.ToArray(), MqttQoS.ExactlyOnce)
        {
            Properties = new MqttProperties { ContentType = "c", MessageExpiryInterval = 3600, UserProperties = [new("k", "v")] },
        }.ExpiringIn(TimeSpan.FromHours(1), TimeProvider.System);
        await using (var store = SqliteMqttStore.Open(FilePath, TimeProvider.System))
        {
            store.Note(new StoreChange.SessionOpened("a", 60));
            store.Note(new StoreChange.Subscribed("a", "t/+", new SubscriptionOptions(MqttQoS.ExactlyOnce, NoLocal: true, RetainAsPublished: true, Id: 7)));
            store.Note(new StoreChange.Subscribed("a", "gone", new SubscriptionOptions(MqttQoS.AtMostOnce)));
            store.Note(new StoreChange.Unsubscribed("a", "gone"));
            for (var entry = 1; entry <= 4; entry++) store.Note(new StoreChange.Queued("a", entry, new Delivery(message, MqttQoS.ExactlyOnce, Retain: false, default(SubscriptionIds).Add(7).Add(8))));
            store.Note(new StoreChange.Sent("a", 1, 11));
            store.Note(new StoreChange.Sent("a", 2, 12));
            store.Note(new StoreChange.Released("a", 2));
            store.Note(new StoreChange.Completed("a", 3));
            store.Note(new StoreChange.Received("a", 5));
            store.Note(new StoreChange.Received("a", 6));
            store.Note(new StoreChange.Forgotten("a", 5));
            store.Note(new StoreChange.SessionOpened("b", 60));
            store.Note(new StoreChange.SessionEnded("b"));
            store.Note(new StoreChange.Retained(new MqttMessage("r", "kept"u8.ToArray(), retain: true)));
            store.Note(new StoreChange.Retained(new MqttMessage("s", "kept"u8.ToArray(), retain: true)));
            store.Note(new StoreChange.Retained(new MqttMessage("s", default, retain: true)));
            await store.CommitAsync();

            // The first one is not closed: as after a kill.
            await using var again = SqliteMqttStore.Open(FilePath, TimeProvider.System);
            var state = again.Load();
            var session = Assert.Single(state.Sessions);
            Assert.Equal(("a", 60u, null), (session.Client, session.Expiry, session.Since));
            Assert.Equal([("t/+", new SubscriptionOptions(MqttQoS.ExactlyOnce, NoLocal: true, RetainAsPublished: true, Id: 7))], session.Subscriptions);
            Assert.Equal([(1L, (ushort)11, false), (2L, (ushort)12, true), (4L, (ushort)0, false)], session.Entries.Select(e => (e.Number, e.PacketId, e.Released)));
            var delivery = session.Entries[0].Delivery;
            Assert.Equal([7, 8], delivery.Ids.ToList());
            Assert.Equal(("t/1", "x", "c", "v"), (delivery.Message.Topic, delivery.Message.PayloadText, delivery.Message.Properties!.ContentType, delivery.Message.Properties.UserProperties[0].Value));
            Assert.InRange(delivery.Message.TimeLeft(TimeProvider.System), TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
            Assert.Equal([(ushort)6], session.Received);
            Assert.Equal("r", Assert.Single(state.Retained).Topic);
        }
    }

    [Fact]
    public void Who_makes_the_store_write_waits_for_it_when_it_is_behind()
    {
        var store = new Support.HeldStore();
        Support.BrokerEnvironment.Run(async env =>
        {
            env.Broker.Use(store);
            var flooder = await env.ConnectAsync("flooder");
            var bystander = await env.SubscriberAsync("bystander", "alive");
            await store.ReleaseAsync(env);
            store.Behind = true;
            for (var i = 0; i < 3; i++) await flooder.PublishAsync($"r/{i}", "x", retain: true);
            Assert.Single(store.Noted.OfType<StoreChange.Retained>());
            // Whoever makes nothing durable goes on.
            await bystander.PingAsync();
            Assert.Equal(["PINGRESP"], bystander.Take());
            await store.ReleaseAsync(env);
            Assert.Equal(2, store.Noted.OfType<StoreChange.Retained>().Count());
            store.Behind = false;
            await store.ReleaseAsync(env);
            Assert.Equal(3, store.Noted.OfType<StoreChange.Retained>().Count());
        });
    }

    [Fact]
    public void A_store_that_cannot_be_written_ends_those_who_need_it_and_nobody_else()
    {
        var store = new Support.HeldStore();
        Support.BrokerEnvironment.Run(async env =>
        {
            env.Broker.Use(store);
            var bystander = await env.SubscriberAsync("bystander", "alive");
            var publisher = await env.ConnectV5Async("publisher");
            await store.ReleaseAsync(env);
            store.Full = store.Behind = true;
            await publisher.PublishAsync("r", "x", retain: true);
            Assert.StartsWith("DISCONNECT ImplementationSpecificError", Assert.Single(publisher.Take()), StringComparison.Ordinal);
            var late = env.Open();
            await late.ConnectAsync("late", clean: false);
            Assert.Equal(["CONNACK ServerUnavailable"], late.Take());
            Assert.DoesNotContain("late", env.Broker.Sessions);
            await bystander.PingAsync();
            Assert.Equal(["PINGRESP"], bystander.Take());
            store.Full = store.Behind = false;
            var again = await env.ReopenAsync("late");
            await store.ReleaseAsync(env);
            Assert.Equal(["CONNACK Success"], again.Take());
        });
    }

    [Fact]
    public async Task What_could_not_be_written_is_written_later()
    {
        var said = new List<string?>();
        await using var store = SqliteMqttStore.Open(FilePath, TimeProvider.System);
        store.Failing = said.Add;
        await ExecuteAsync("ALTER TABLE retained RENAME TO away");
        store.Note(new StoreChange.Retained(new MqttMessage("r", "kept"u8.ToArray(), retain: true)));
        for (var i = 0; i < 2; i++) await Assert.ThrowsAsync<IOException>(async () => await store.CommitAsync());
        Assert.Contains("retained", Assert.Single(said), StringComparison.Ordinal);
        await ExecuteAsync("ALTER TABLE away RENAME TO retained");
        await store.CommitAsync();
        Assert.Null(said[1]);
        Assert.Equal(2, said.Count);
        await using var again = SqliteMqttStore.Open(FilePath, TimeProvider.System);
        Assert.Equal("r", Assert.Single(again.Load().Retained).Topic);

        async Task ExecuteAsync(string sql)
        {
            await using var other = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={FilePath};Pooling=False");
            await other.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = other.CreateCommand();
#pragma warning disable CA2100 // The texts stand above.
            command.CommandText = sql;
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task It_is_behind_when_much_waits()
    {
        await using var store = SqliteMqttStore.Open(FilePath, TimeProvider.System);
        var message = new MqttMessage("r", new byte[256 * 1024], retain: true);
        for (var i = 0; i < 4; i++)
        {
            Assert.False(store.IsBehind);
            store.Note(new StoreChange.Retained(message));
        }
        Assert.True(store.IsBehind);
        await store.CommitAsync();
        Assert.False(store.IsBehind);
    }

    [Fact]
    public void Nothing_is_promised_before_it_is_durable()
    {
        var store = new Support.HeldStore();
        Support.BrokerEnvironment.Run(async env =>
        {
            env.Broker.Use(store);
            var subscriber = env.Open();
            await subscriber.ConnectAsync("s", clean: false);
            Assert.Empty(subscriber.Take()); // CONNACK promises that the session is there.
            await store.ReleaseAsync(env);
            await subscriber.SubscribeAsync(1, ("t", MqttQoS.ExactlyOnce));
            await store.ReleaseAsync(env);
            subscriber.Take();

            var publisher = env.Open();
            await publisher.ConnectAsync("p", clean: false);
            await store.ReleaseAsync(env);
            publisher.Take();
            await publisher.PublishAsync("t", "x", MqttQoS.ExactlyOnce, 1);
            Assert.Empty(publisher.Take());
            Assert.Empty(subscriber.Take());
            Assert.Contains(store.Noted, c => c is StoreChange.Received { Client: "p", PacketId: 1 });
            Assert.Contains(store.Noted, c => c is StoreChange.Queued { Client: "s", Entry: 1 });
            await store.ReleaseAsync(env);
            Assert.Equal(["PUBREC 1"], publisher.Take());
            Assert.Equal(["PUBLISH t x qos2 id1"], subscriber.Take());
            await subscriber.PubRecAsync(1);
            Assert.Empty(subscriber.Take()); // PUBREL would let the subscriber forget the identifier.
            await store.ReleaseAsync(env);
            Assert.Equal(["PUBREL 1"], subscriber.Take());
        });
    }

    [Fact]
    public void Messages_at_QoS_0_do_not_wait() => Support.BrokerEnvironment.Run(async env =>
    {
        var store = new Support.HeldStore();
        env.Broker.Use(store);
        var subscriber = env.Open();
        await subscriber.ConnectAsync("s");
        await store.ReleaseAsync(env);
        await subscriber.SubscribeAsync(1, ("t", MqttQoS.AtMostOnce));
        await store.ReleaseAsync(env);
        subscriber.Take();
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x"));
        await env.Context.SettleAsync();
        Assert.Equal(["PUBLISH t x"], subscriber.Take());
    });

    [Fact]
    public void A_session_that_ends_with_its_connection_is_not_kept() => Support.BrokerEnvironment.Run(async env =>
    {
        var store = new Support.HeldStore();
        env.Broker.Use(store);
        var client = env.Open();
        await client.ConnectAsync("c", clean: true);
        await store.ReleaseAsync(env);
        await client.SubscribeAsync(1, ("t", MqttQoS.AtLeastOnce));
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x", MqttQoS.AtLeastOnce));
        await client.CloseAsync();
        Assert.Empty(store.Noted);
    });

    [Fact]
    public async Task A_broker_goes_on_where_the_killed_one_was()
    {
        await using (var store = SqliteMqttStore.Open(FilePath, TimeProvider.System))
        {
            store.Note(new StoreChange.SessionOpened("s", uint.MaxValue));
            store.Note(new StoreChange.Subscribed("s", "t", new SubscriptionOptions(MqttQoS.AtLeastOnce)));
            store.Note(new StoreChange.Queued("s", 1, new Delivery(MqttMessage.FromText("t", "first", MqttQoS.AtLeastOnce), MqttQoS.AtLeastOnce, Retain: false)));
            store.Note(new StoreChange.Sent("s", 1, 1));
        }
        await using var again = SqliteMqttStore.Open(FilePath, TimeProvider.System);
        var held = new Support.HeldStore(again.Load());
        Support.BrokerEnvironment.Run(async env =>
        {
            env.Broker.Use(held);
            await env.Broker.PublishAsync(MqttMessage.FromText("t", "second", MqttQoS.AtLeastOnce));
            var client = env.Open();
            await client.ConnectAsync("s", clean: false);
            await held.ReleaseAsync(env);
            Assert.Equal(["CONNACK Success present", "PUBLISH t first qos1 id1 dup", "PUBLISH t second qos1 id2"], client.Take());
        });
    }

    [Fact]
    public async Task The_will_of_a_connected_client_is_in_the_file_until_its_connection_has_ended()
    {
        await using var store = SqliteMqttStore.Open(FilePath, TimeProvider.System);
        store.Note(new StoreChange.WillHeld("a", "user", MqttMessage.FromText("will/a", "gone", MqttQoS.AtLeastOnce, retain: true), 7));
        store.Note(new StoreChange.WillHeld("b", User: null, MqttMessage.FromText("will/b", "gone"), 0));
        store.Note(new StoreChange.WillReleased("b"));
        await store.CommitAsync();
        await using var again = SqliteMqttStore.Open(FilePath, TimeProvider.System);
        var will = Assert.Single(again.Load().Wills);
        Assert.Equal(("a", "user", 7u, "will/a", "gone", MqttQoS.AtLeastOnce, true), (will.Client, will.User, will.Delay, will.Will.Topic, will.Will.PayloadText, will.Will.QoS, will.Will.Retain));
    }

    [Fact]
    public void The_will_of_a_client_that_was_connected_when_the_process_was_killed_is_published_by_the_next() => Support.BrokerEnvironment.Run(async env =>
    {
        var store = new Support.HeldStore();
        env.Broker.Use(store);
        foreach (var (id, delay) in new[] { ("sensor", 0u), ("pump", 60u), ("well", 0u) })
        {
            var client = env.Open(version: MqttProtocolVersion.V5);
            await client.ConnectAsync(id, clean: delay == 0, will: MqttMessage.FromText($"will/{id}", "gone"), willDelay: delay, properties: new MqttProperties { SessionExpiryInterval = delay * 10 });
            Assert.Empty(client.Take()); // The will is in the file before it is promised.
            await store.ReleaseAsync(env);
            Assert.StartsWith("CONNACK Success", Assert.Single(client.Take()), StringComparison.Ordinal);
            if (id == "well") await client.DisconnectAsync();
        }
        var held = store.Noted.OfType<StoreChange.WillHeld>().Where(h => !store.Noted.OfType<StoreChange.WillReleased>().Any(r => r.Client == h.Client)).ToList();
        Assert.Equal([("sensor", 0u), ("pump", 60u)], held.Select(h => (h.Client, h.Delay)));

        var options = new MqttBrokerOptions();
        var other = new MqttBroker(options, env.Time);
        var kept = new Support.HeldStore(new StoredState([new StoredSession("pump", 600, null, [], [], [])], []) { Wills = [.. held, held[0] with { Client = "thief", Will = MqttMessage.FromText("will/thief", "gone") }] });
        other.Use(kept);
        // What a client may publish is known only now.
        options.Authorize = (client, _, _) => client.ClientId != "thief";
        var heard = new List<string>();
        other.Subscribe("will/#", m => heard.Add(m.Topic));
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(["will/sensor"], heard);
        Assert.Equal(["sensor", "pump", "thief"], kept.Noted.OfType<StoreChange.WillReleased>().Select(r => r.Client));
        Assert.Equal("pump", Assert.Single(kept.Noted.OfType<StoreChange.WillLeft>()).Client);
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(["will/sensor", "will/pump"], heard);
    });

    [Fact]
    public void A_will_that_waits_for_its_delay_survives() => Support.BrokerEnvironment.Run(async env =>
    {
        var store = new Support.HeldStore();
        env.Broker.Use(store);
        var client = env.Open(version: MqttProtocolVersion.V5);
        await client.ConnectAsync("c", clean: false, will: MqttMessage.FromText("will", "gone"), willDelay: 60, properties: new MqttProperties { SessionExpiryInterval = 600 });
        await store.ReleaseAsync(env);
        await client.CloseAsync();
        await store.ReleaseAsync(env);
        var left = Assert.Single(store.Noted.OfType<StoreChange.WillLeft>());
        Assert.Equal(("c", "gone", env.Time.GetUtcNow().AddSeconds(60)), (left.Client, left.Will.PayloadText, left.Due));

        // The process is killed; another one reads it 50 s later.
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(50));
        var other = new MqttBroker(new MqttBrokerOptions(), env.Time);
        var kept = new Support.HeldStore(new StoredState([new StoredSession("c", 600, left.Due.AddSeconds(-60), [], [], []) { Will = (null, left.Will, left.Due) }], []));
        other.Use(kept);
        var heard = new List<string>();
        other.Subscribe("will", m => heard.Add(m.PayloadText));
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(9));
        Assert.Empty(heard);
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(["gone"], heard);
        Assert.Single(kept.Noted.OfType<StoreChange.WillGone>());
    });
}
