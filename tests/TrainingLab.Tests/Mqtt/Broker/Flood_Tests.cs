using System.Buffers;
using System.Text;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Access;
using TrainingLab.Mqtt.Authentication;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>Clients that do what is allowed, but far too much of it: bounded, refused with the right code, and another client is answered throughout.</summary>
public class Flood_Tests
{
    private const int Levels = 100;

    [Fact]
    public void A_forest_of_wildcards_leaves_others_their_turn() => BrokerEnvironment.Run(async env =>
    {
        var bystander = await env.SubscriberAsync("bystander", "alive");
        var flooder = await env.ConnectAsync("flooder");
        // Every filter matches the one topic, and no two share more than the first levels.
        var filters = Enumerable.Range(0, 1000).Select(i => string.Join('/', Enumerable.Range(0, Levels).Select(level => level < 10 && (i >> level & 1) == 1 ? "+" : "a")));
        await flooder.SubscribeAsync(1, [.. filters.Select(f => (f, MqttQoS.AtMostOnce))]);
        Assert.Equal(1000, env.Broker.SubscriptionsOf("flooder").Count);

        var topic = string.Join('/', Enumerable.Repeat("a", Levels));
        var flooding = flooder.SendBytesAsync(Many(100, new PublishPacketOf(topic, "x").Write));
        var asking = bystander.PublishAsync("alive", "yes");
        await flooding;
        await asking;
        Assert.Equal(["PUBLISH alive yes"], bystander.Take());
        var lines = env.Observer.Lines.Where(l => l.StartsWith("publish", StringComparison.Ordinal)).ToList();
        Assert.Equal(101, lines.Count);
        Assert.InRange(lines.FindIndex(l => l.StartsWith("publish bystander", StringComparison.Ordinal)), 0, 3);
    });

    [Fact]
    public void A_hundred_thousand_subscriptions_of_one_client_are_refused_beyond_its_limit() => BrokerEnvironment.Run(async env =>
    {
        var bystander = await env.SubscriberAsync("bystander", "alive");
        var flooder = await env.ConnectV5Async("flooder");
        for (ushort packet = 1; packet <= 100; packet++)
        {
            await SubscribeManyAsync(flooder, packet, 1000);
            var answer = Assert.Single(flooder.Take(), l => l.StartsWith("SUBACK", StringComparison.Ordinal));
            Assert.Equal(packet > 1, answer.Contains("QuotaExceeded", StringComparison.Ordinal));
            await AssertAliveAsync(bystander);
        }
        Assert.Equal(1001, env.Broker.Counts.Subscriptions);
        Assert.False(flooder.HasClosed());
    });

    [Fact]
    public void A_hundred_thousand_subscriptions_that_are_allowed_are_found_once_and_forgotten() => BrokerEnvironment.Run(
        new MqttBrokerOptions { Limits = new MqttLimits { MaxSubscriptionsPerSession = 100_000 } },
        async env =>
        {
            var bystander = await env.SubscriberAsync("bystander", "alive");
            var client = await env.ConnectV5Async("many");
            for (ushort packet = 1; packet <= 100; packet++)
            {
                await SubscribeManyAsync(client, packet, 1000);
                Assert.StartsWith($"SUBACK {packet} 0", Assert.Single(client.Take()), StringComparison.Ordinal);
            }
            Assert.Equal(100_001, env.Broker.Counts.Subscriptions);
            await bystander.PublishAsync("plant/77/500/speed", "x");
            Assert.Equal(["PUBLISH plant/77/500/speed x"], client.Take());
            await AssertAliveAsync(bystander);
            await client.CloseAsync();
            Assert.Equal(1, env.Broker.Counts.Subscriptions);
            await AssertAliveAsync(bystander);
        });

    [Fact]
    public void Half_open_connections_give_way_to_new_ones_and_end_in_time() => BrokerEnvironment.Run(
        new MqttBrokerOptions { Limits = new MqttLimits { MaxConnections = 1000 } },
        async env =>
        {
            var bystander = await env.SubscriberAsync("bystander", "alive");
            var silent = Enumerable.Range(0, 999).Select(_ => env.Open()).ToList();
            await env.Context.SettleAsync();
            await AssertAliveAsync(bystander);
            await AssertAliveAsync(await env.SubscriberAsync("late", "alive"));
            Assert.True(silent[0].HasClosed());
            Assert.False(silent[1].HasClosed());
            await env.Time.AdvanceAsync(TimeSpan.FromSeconds(11));
            Assert.All(silent, s => Assert.True(s.HasClosed() && s.Served.IsCompletedSuccessfully));
            bystander.Take();
            await AssertAliveAsync(bystander);
            Assert.Equal(999, env.Observer.Lines.Count(l => l == "failed Timeout" || l == "failed Timeout KeepAliveTimeout"));
        });

    [Fact]
    public void A_CONNECT_byte_by_byte_ends_with_its_time() => BrokerEnvironment.Run(async env =>
    {
        var bystander = await env.SubscriberAsync("bystander", "alive");
        var slow = env.Open();
        foreach (var b in Packet(new ConnectPacket { ClientId = "slow-client" }.Write))
        {
            if (slow.HasClosed()) break;
            await slow.SendBytesAsync(new[] { b });
            await env.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
            await AssertAliveAsync(bystander);
        }
        Assert.True(slow.HasClosed());
        Assert.Equal("failed Timeout KeepAliveTimeout", env.Observer.Lines.Single(l => l.StartsWith("failed", StringComparison.Ordinal)));
    });

    [Fact]
    public void Guessing_by_challenge_and_response_has_to_wait_as_well() => BrokerEnvironment.Run(async env =>
    {
        var users = new UserDirectory(new Dictionary<string, ScramCredentials>(StringComparer.Ordinal) { ["op"] = ScramCredentials.Of("secret", "salt"u8, iterations: 4) }, anonymous: true, env.Time);
        env.Options.Authenticate = users.AuthenticateAsync;
        env.Options.AuthenticationMethods = [users.Guard(new ScramSha256Server(users.Find, static bytes => bytes.AsSpan().Fill(7)))];
        var bystander = await env.SubscriberAsync("bystander", "alive");
        for (var i = 0; i < UserDirectory.MaxFailures; i++)
        {
            Assert.StartsWith("CONNACK NotAuthorized", await TryAsync($"guess{i}", UserDirectory.LongestDelay), StringComparison.Ordinal);
            await AssertAliveAsync(bystander);
        }
        // From here on neither way is looked at, and evidence says each time who tried.
        Assert.StartsWith("CONNACK ConnectionRateExceeded", await TryAsync("secret"), StringComparison.Ordinal);
        var plain = env.Open(version: MqttProtocolVersion.V5);
        await plain.ConnectAsync("guesser", user: "op", password: "secret"u8.ToArray());
        Assert.StartsWith("CONNACK ConnectionRateExceeded", Assert.Single(plain.Take()), StringComparison.Ordinal);
        Assert.Equal(UserDirectory.MaxFailures, env.Observer.Lines.Count(l => l.StartsWith("connect guesser", StringComparison.Ordinal) && l.EndsWith("NotAuthorized", StringComparison.Ordinal)));
        Assert.Equal(2, env.Observer.Lines.Count(l => l.EndsWith("ConnectionRateExceeded", StringComparison.Ordinal)));
        await env.Time.AdvanceAsync(UserDirectory.FailureWindow);
        Assert.StartsWith("CONNACK Success", await TryAsync("secret"), StringComparison.Ordinal);

        async Task<string> TryAsync(string password, TimeSpan wait = default)
        {
            var person = new ScramSha256Client("op", password, static bytes => bytes.AsSpan().Fill(1)).Begin();
            var client = env.Open(version: MqttProtocolVersion.V5);
            await client.ConnectAsync("guesser", properties: new MqttProperties { AuthenticationMethod = "SCRAM-SHA-256", AuthenticationData = person.First() });
            var answer = Assert.Single(client.Take());
            if (!answer.StartsWith("AUTH", StringComparison.Ordinal)) return answer;
            await client.AuthAsync(MqttReasonCode.ContinueAuthentication, "SCRAM-SHA-256", person.Next(Encoding.UTF8.GetBytes(answer.Split(' ', 3)[2]))!);
            await env.Time.AdvanceAsync(wait);
            answer = Assert.Single(client.Take());
            await client.CloseAsync();
            return answer;
        }
    });

    [Fact]
    public void A_flood_of_retained_messages_stops_at_the_limit_and_goes_on_as_ordinary_ones() => BrokerEnvironment.Run(
        new MqttBrokerOptions { Limits = new MqttLimits { MaxRetainedMessages = 100, MaxRetainedBytes = 50_000 } },
        async env =>
        {
            var bystander = await env.SubscriberAsync("bystander", "alive");
            var reader = await env.SubscriberAsync("reader", "flood/#");
            var flooder = await env.ConnectAsync("flooder");
            for (var i = 0; i < 500; i++) await flooder.PublishAsync($"flood/{i}", "x", retain: true);
            Assert.Equal(100, env.Broker.Counts.Retained);
            Assert.Equal(500, reader.Take().Count);
            await flooder.PublishAsync("flood/0", new string('x', 50_000), retain: true);
            Assert.InRange(env.Broker.Counts.RetainedBytes, 1, 50_000);
            await flooder.PublishAsync("flood/0", "new", retain: true);
            Assert.Equal("new", Assert.Single(env.Broker.Retained("flood/0")).PayloadText);
            await AssertAliveAsync(bystander);
        });

    [Theory]
    [InlineData(MqttQoS.AtMostOnce)]
    [InlineData(MqttQoS.AtLeastOnce)]
    public void Asking_for_all_retained_messages_again_and_again_without_reading_is_bounded(MqttQoS qos) => BrokerEnvironment.Run(
        new MqttBrokerOptions { Limits = new MqttLimits { MaxQueuedMessages = 50 } },
        async env =>
        {
            var bystander = await env.SubscriberAsync("bystander", "alive");
            for (var i = 0; i < 100; i++) await env.Broker.PublishAsync(MqttMessage.FromText($"kept/{i}", new string('x', 1000), MqttQoS.AtLeastOnce, retain: true));
            var greedy = await env.ConnectAsync("greedy");
            // One packet with many filters that all match everything, and many packets.
            await greedy.SubscribeAsync(1, [.. Enumerable.Repeat(("kept/#", qos), 100)]);
            for (ushort packet = 2; packet < 100; packet++) await greedy.SubscribeAsync(packet, ("#", qos), ("kept/+", qos));
            await AssertAliveAsync(bystander);
            var received = 0;
            for (var packets = greedy.Take(); packets.Count > 0; packets = greedy.Take())
            {
                received += packets.Count(p => p.StartsWith("PUBLISH", StringComparison.Ordinal));
                await env.Context.SettleAsync();
            }
            Assert.InRange(received, 100, 500); // of almost 30,000
        });

    [Fact]
    public void A_flood_of_sessions_is_refused_and_those_that_are_there_stay() => BrokerEnvironment.Run(
        new MqttBrokerOptions { Limits = new MqttLimits { MaxSessions = 100 } },
        async env =>
        {
            var bystander = await env.SubscriberAsync("bystander", "alive", clean: false);
            for (var i = 0; i < 150; i++)
            {
                var client = env.Open(version: i % 2 == 0 ? MqttProtocolVersion.V5 : MqttProtocolVersion.V311);
                await client.ConnectAsync($"session-{i}", clean: false, properties: i % 2 == 0 ? new MqttProperties { SessionExpiryInterval = uint.MaxValue } : null);
                Assert.StartsWith(i < 99 ? "CONNACK Success" : i % 2 == 0 ? "CONNACK QuotaExceeded" : "CONNACK ServerUnavailable", Assert.Single(client.Take()), StringComparison.Ordinal);
                await client.CloseAsync();
                await AssertAliveAsync(bystander);
            }
            Assert.Equal(100, env.Broker.Counts.Sessions);
            var back = await env.ReopenAsync("session-5");
            Assert.Equal(["CONNACK Success present"], back.Take());
        });

    [Fact]
    public void Members_of_a_share_that_come_and_go_lose_it_no_message() => BrokerEnvironment.Run(async env =>
    {
        var steady = await env.SubscriberAsync("steady", "$share/g/t", MqttQoS.AtLeastOnce);
        var restless = await env.ConnectAsync("restless");
        var received = 0;
        for (ushort i = 1; i <= 2000; i++)
        {
            if (i % 2 == 1) await restless.SubscribeAsync(i, ("$share/g/t", MqttQoS.AtLeastOnce));
            else await restless.UnsubscribeAsync(i, "$share/g/t");
            await env.Broker.PublishAsync(MqttMessage.FromText("t", $"{i}", MqttQoS.AtLeastOnce));
            await env.Context.SettleAsync();
            foreach (var client in (WireClient[])[steady, restless])
            {
                foreach (var line in client.Take().Where(l => l.StartsWith("PUBLISH", StringComparison.Ordinal)))
                {
                    received++;
                    await client.PubAckAsync(ushort.Parse(line.Split(' ')[^1].AsSpan(2), System.Globalization.CultureInfo.InvariantCulture));
                }
            }
        }
        Assert.Equal(2000, received);
        Assert.Equal(1, env.Broker.Counts.Subscriptions);
    });

    [Fact]
    public void A_flood_of_user_properties_ends_that_connection() => BrokerEnvironment.Run(async env =>
    {
        var bystander = await env.SubscriberAsync("bystander", "alive");
        var allowed = await env.ConnectV5Async("allowed");
        await allowed.PublishAsync("t", "x", properties: Properties(MqttProperties.MaxUserProperties));
        Assert.False(allowed.HasClosed());
        var flooder = await env.ConnectV5Async("flooder");
        await flooder.PublishAsync("t", "x", properties: Properties(10_000));
        Assert.StartsWith("DISCONNECT QuotaExceeded", Assert.Single(flooder.Take()), StringComparison.Ordinal);
        var early = env.Open(version: MqttProtocolVersion.V5);
        await early.ConnectAsync("early", properties: Properties(10_000));
        Assert.StartsWith("CONNACK QuotaExceeded", Assert.Single(early.Take()), StringComparison.Ordinal);
        await AssertAliveAsync(bystander);

        static MqttProperties Properties(int count) => new() { UserProperties = [.. Enumerable.Range(0, count).Select(i => new MqttUserProperty("k", $"{i}"))] };
    });

    [Fact]
    public void A_storm_of_wills_reaches_who_reads_and_is_bounded_for_who_does_not() => BrokerEnvironment.Run(
        new MqttBrokerOptions { Limits = new MqttLimits { MaxQueuedMessages = 50 } },
        async env =>
        {
            var bystander = await env.SubscriberAsync("bystander", "alive");
            var reader = await env.SubscriberAsync("reader", "gone/#");
            var stuck = await env.SubscriberAsync("stuck", "gone/#");
            var clients = new List<WireClient>();
            for (var i = 0; i < 500; i++) clients.Add(await env.ConnectAsync($"c{i}", will: MqttMessage.FromText($"gone/{i}", new string('x', 1000))));
            var received = 0;
            foreach (var client in clients)
            {
                await client.CloseAsync();
                received += reader.Take().Count;
            }
            await AssertAliveAsync(bystander);
            Assert.Equal(500, received);
            var late = 0;
            for (var packets = stuck.Take(); packets.Count > 0; packets = stuck.Take())
            {
                late += packets.Count;
                await env.Context.SettleAsync();
            }
            Assert.InRange(late, 50, 250);
            Assert.Equal(500, env.Observer.Lines.Count(l => l.StartsWith("will", StringComparison.Ordinal)));
        });

    [Fact]
    public void One_SUBSCRIBE_with_as_many_filters_as_are_taken_is_answered_for_each() => BrokerEnvironment.Run(async env =>
    {
        var bystander = await env.SubscriberAsync("bystander", "alive");
        var flooder = await env.ConnectAsync("flooder");
        await flooder.SubscribeAsync(1, [.. Enumerable.Range(0, SubscribePacket.MaxFilters).Select(i => ($"f{i}", MqttQoS.AtMostOnce))]);
        var answers = Assert.Single(flooder.Take()).Split(' ')[2].Split(',');
        Assert.Equal((1000, SubscribePacket.MaxFilters - 1000), (answers.Count(a => a == "0"), answers.Count(a => a == "128")));
        await flooder.UnsubscribeAsync(2, [.. Enumerable.Range(0, SubscribePacket.MaxFilters).Select(i => $"f{i}")]);
        Assert.Equal(["UNSUBACK 2"], flooder.Take());
        Assert.Equal(1, env.Broker.Counts.Subscriptions);
        await AssertAliveAsync(bystander);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void More_filters_than_are_taken_in_one_packet_end_that_connection(bool subscribe) => BrokerEnvironment.Run(async env =>
    {
        var bystander = await env.SubscriberAsync("bystander", "alive");
        string[] filters = [.. Enumerable.Repeat("f", SubscribePacket.MaxFilters + 1)];
        var flooder = await env.ConnectV5Async("flooder");
        await FloodAsync(flooder);
        Assert.StartsWith("DISCONNECT QuotaExceeded", Assert.Single(flooder.Take()), StringComparison.Ordinal);
        var old = await env.ConnectAsync("old");
        await FloodAsync(old);
        Assert.Empty(old.Take());
        Assert.True(old.HasClosed());
        Assert.Equal(1, env.Broker.Counts.Subscriptions);
        await AssertAliveAsync(bystander);

        Task FloodAsync(WireClient client) => subscribe ? client.SubscribeAsync(1, [.. filters.Select(f => (f, MqttQoS.AtMostOnce))]) : client.UnsubscribeAsync(1, filters);
    });

    [Fact]
    public void One_SUBSCRIBE_that_looks_through_all_retained_messages_again_and_again_leaves_others_their_turn() => BrokerEnvironment.Run(async env =>
    {
        var bystander = await env.SubscriberAsync("bystander", "alive");
        for (var i = 0; i < 5000; i++) await env.Broker.PublishAsync(MqttMessage.FromText($"r/{i % 10}/{i}", "x").WithRetain(true));
        var flooder = await env.ConnectAsync("flooder");
        // Nothing matches, so nothing is queued; the last filter finds one.
        var filters = Enumerable.Range(0, 400).Select(i => ($"+/+/+/none{i}", MqttQoS.AtMostOnce)).Append(("r/1/1", MqttQoS.AtMostOnce));
        var flooding = flooder.SubscribeAsync(1, [.. filters]);
        var asking = bystander.PublishAsync("alive", "yes");
        await flooding;
        await asking;
        Assert.Equal("PUBLISH r/1/1 x retain", flooder.Take()[^1]);
        Assert.Equal(["PUBLISH alive yes"], bystander.Take());
        Assert.True(IndexOf(env, "publish bystander") < IndexOf(env, "delivered flooder"), "The bystander had to wait for all of it.");
    });

    [Fact]
    public void A_retained_message_that_changes_while_many_are_sent_is_not_followed_by_its_older_one() => BrokerEnvironment.Run(new MqttBrokerOptions { Limits = new MqttLimits { MaxQueuedMessages = 100_000 } }, async env =>
    {
        for (var i = 0; i < 40_000; i++) await env.Broker.PublishAsync(MqttMessage.FromText($"r/{i:D5}", "old").WithRetain(true));
        var publisher = await env.ConnectAsync("publisher");
        var reader = await env.ConnectAsync("reader");
        var subscribing = reader.SubscribeAsync(1, ("#", MqttQoS.AtMostOnce));
        var changing = publisher.PublishAsync("r/39999", "new", retain: true);
        var deleting = publisher.PublishAsync("r/39998", "", retain: true);
        await Task.WhenAll(subscribing, changing, deleting);
        var packets = new List<string>();
        for (var some = reader.Take(); some.Count > 0; some = reader.Take())
        {
            packets.AddRange(some);
            await env.Context.SettleAsync();
        }
        Assert.Equal(["PUBLISH r/39998 ", "PUBLISH r/39999 new"], packets.Where(p => p.Contains("r/3999", StringComparison.Ordinal) && !p.Contains("old", StringComparison.Ordinal)).Select(p => p.Replace(" retain", "", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal));
        Assert.DoesNotContain(packets, p => p.StartsWith("PUBLISH r/39998 old", StringComparison.Ordinal) || p.StartsWith("PUBLISH r/39999 old", StringComparison.Ordinal));
        Assert.Equal(39_998, packets.Count(p => p.EndsWith(" old retain", StringComparison.Ordinal)));
    });

    [Fact]
    public void One_UNSUBSCRIBE_with_as_many_filters_as_are_taken_leaves_others_their_turn() => BrokerEnvironment.Run(async env =>
    {
        var bystander = await env.SubscriberAsync("bystander", "alive");
        var flooder = await env.ConnectAsync("flooder");
        var flooding = flooder.SendBytesAsync(Many(1, new UnsubscribePacket(1, [.. Enumerable.Range(0, SubscribePacket.MaxFilters).Select(i => $"f{i % 10}")]).Write).Concat(Many(1, new PublishPacketOf("alive", "late").Write)).ToArray());
        var asking = bystander.PublishAsync("alive", "yes");
        await flooding;
        await asking;
        Assert.Equal(["PUBLISH alive yes", "PUBLISH alive late"], bystander.Take());
    });

    [Fact]
    public void Who_does_not_take_the_last_words_does_not_keep_the_session() => BrokerEnvironment.Run(async env =>
    {
        var stuck = await env.ConnectV5Async("stuck");
        await stuck.SubscribeAsync(1, ("fill", MqttQoS.AtMostOnce));
        stuck.Take();
        // The connection holds 64 KiB that are not read. This leaves a few bytes, too few for a DISCONNECT with a reason in words.
        await env.Broker.PublishAsync(MqttMessage.FromText("fill", new string('x', 65_520)));
        await stuck.SendHexAsync("00 00");
        Assert.False(stuck.Served.IsCompleted);
        await env.Time.AdvanceAsync(env.Options.Limits.ConnectTimeout + TimeSpan.FromSeconds(1));
        Assert.True(stuck.Served.IsCompletedSuccessfully);
        await env.ConnectV5Async("stuck");
    });

    private static int IndexOf(BrokerEnvironment env, string beginning) => env.Observer.Lines.ToList().FindIndex(l => l.StartsWith(beginning, StringComparison.Ordinal));

    [Fact]
    public void A_client_that_is_taken_over_again_and_again_disturbs_nobody() => BrokerEnvironment.Run(async env =>
    {
        var bystander = await env.SubscriberAsync("bystander", "alive");
        WireClient? last = null;
        for (var i = 0; i < 500; i++)
        {
            var next = await env.ConnectV5Async("same", clean: i % 3 == 0);
            Assert.True(last?.HasClosed() != false);
            last = next;
        }
        await AssertAliveAsync(bystander);
        Assert.Equal(["bystander", "same"], env.Broker.Clients.Select(c => c.ClientId));
    });

    private static async Task AssertAliveAsync(WireClient bystander)
    {
        bystander.Take();
        await bystander.PublishAsync("alive", "yes");
        Assert.Equal(["PUBLISH alive yes"], bystander.Take());
    }

    private static Task SubscribeManyAsync(WireClient client, ushort packet, int count) =>
        client.SubscribeAsync(packet, [.. Enumerable.Range(0, count).Select(i => ($"plant/{packet}/{i}/+", MqttQoS.AtMostOnce))]);

    private static byte[] Packet(WireClient.PacketWrite write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MqttWriter(bytes, MqttProtocolVersion.V311);
        write(ref writer);
        writer.Commit();
        return bytes.WrittenSpan.ToArray();
    }

    private static byte[] Many(int count, WireClient.PacketWrite write) => [.. Enumerable.Repeat(Packet(write), count).SelectMany(p => p)];

    private sealed record PublishPacketOf(string Topic, string Text)
    {
        public void Write(ref MqttWriter writer) => new PublishPacket { Topic = Encoding.UTF8.GetBytes(Topic), Payload = Encoding.UTF8.GetBytes(Text) }.Write(ref writer);
    }
}
