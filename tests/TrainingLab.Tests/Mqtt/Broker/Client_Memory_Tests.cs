using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>What all clients together hold is bounded, the greedy ones lose and the modest ones do not, and nothing is held when they are gone.</summary>
public sealed class Client_Memory_Tests
{
    private const int Bound = 1_000_000;
    private static readonly string Kilobyte = new('x', 1000);

    [Theory]
    [InlineData(MqttQoS.AtMostOnce)]
    [InlineData(MqttQoS.AtLeastOnce)]
    [InlineData(MqttQoS.ExactlyOnce)]
    public void Subscribers_that_never_read_hold_no_more_than_their_share_and_one_that_reads_loses_nothing(MqttQoS qos) => Run(async env =>
    {
        for (var i = 0; i < 20; i++) await env.SubscriberAsync($"stuck-{i}", $"own/{i}", qos, clean: false);
        var good = await env.SubscriberAsync("good", "good");
        var publisher = await env.ConnectAsync("publisher");
        for (var i = 0; i < 200; i++)
        {
            for (var stuck = 0; stuck < 20; stuck++) await publisher.PublishAsync($"own/{stuck}", Kilobyte, qos, (ushort)(1 + stuck));
            for (var stuck = 0; qos == MqttQoS.ExactlyOnce && stuck < 20; stuck++) await publisher.PubRelAsync((ushort)(1 + stuck));
            publisher.Take();
            await publisher.PublishAsync("good", $"{i}");
            Assert.Equal([$"PUBLISH good {i}"], good.Take());
            Assert.InRange(env.Broker.Memory.Used, 0, 2 * Bound);
        }
        Assert.InRange(env.Broker.Memory.Used, Bound * 9 / 10, 2 * Bound); // of four millions
        Assert.All(env.Broker.SessionViews.Where(s => s.ClientId.StartsWith("stuck", StringComparison.Ordinal)), s => Assert.NotEqual(0, s.Dropped));
    });

    [Fact]
    public void A_message_that_waits_for_many_counts_once() => Run(async env =>
    {
        for (var i = 0; i < 50; i++)
        {
            var away = await env.SubscriberAsync($"away-{i}", "all", MqttQoS.AtLeastOnce, clean: false);
            await away.DisconnectAsync();
        }
        var publisher = await env.ConnectAsync("publisher");
        for (var i = 0; i < 20; i++) await publisher.PublishAsync("all", new string('x', 10_000), MqttQoS.AtLeastOnce, (ushort)(i + 1));
        Assert.InRange(env.Broker.Memory.Used, 20 * 10_000, (20 * 10_500) + (20 * 50 * 64)); // not fifty times that
        Assert.All(env.Broker.SessionViews.Where(s => s.ClientId.StartsWith("away", StringComparison.Ordinal)), s => Assert.Equal(20, s.Queued));
    });

    [Fact]
    public void Acknowledging_what_was_never_read_does_not_make_the_queue_grow() => Run(async env =>
    {
        var liar = await env.SubscriberAsync("liar", "t", MqttQoS.AtLeastOnce);
        var publisher = await env.ConnectAsync("publisher");
        for (var i = 0; i < 5000; i++)
        {
            await publisher.PublishAsync("t", Kilobyte, MqttQoS.AtLeastOnce, 1);
            await liar.PubAckAsync((ushort)(i + 1));
            publisher.Take();
        }
        Assert.InRange(env.Broker.Memory.Used, 1, 2 * Bound); // of five millions
    });

    [Fact]
    public void All_retained_messages_for_many_who_do_not_read_are_bounded() => Run(async env =>
    {
        for (var i = 0; i < 1000; i++) await env.Broker.PublishAsync(MqttMessage.FromText($"kept/{i}", "x", MqttQoS.AtLeastOnce, retain: true));
        for (var i = 0; i < 40; i++)
        {
            var greedy = await env.ConnectAsync($"greedy-{i}");
            await greedy.SubscribeAsync(1, ("#", MqttQoS.AtLeastOnce));
            Assert.InRange(env.Broker.Memory.Used, 0, 2 * Bound); // of ten millions
        }
        var modest = await env.ConnectAsync("modest");
        await modest.SubscribeAsync(1, ("kept/1", MqttQoS.AtMostOnce));
        Assert.Equal(["SUBACK 1 0", "PUBLISH kept/1 x retain"], modest.Take());
    });

    [Fact]
    public void Wills_that_find_no_memory_are_refused_and_small_ones_are_not() => Run(async env =>
    {
        var properties = new MqttProperties { UserProperties = [.. Enumerable.Repeat(new MqttUserProperty("k", new string('v', 1000)), 100)] };
        var answers = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            var client = env.Open(version: MqttProtocolVersion.V5);
            await client.ConnectAsync($"will-{i}", will: new MqttMessage("w", new byte[10], MqttQoS.AtMostOnce) { Properties = properties });
            answers.Add(client.Take()[0]);
        }
        Assert.InRange(answers.Count(a => a.StartsWith("CONNACK Success", StringComparison.Ordinal)), 8, 12);
        Assert.All(answers.Where(a => !a.StartsWith("CONNACK Success", StringComparison.Ordinal)), a => Assert.StartsWith("CONNACK QuotaExceeded", a, StringComparison.Ordinal));
        await env.ConnectAsync("modest", will: MqttMessage.FromText("w", "gone"));
    });

    [Fact]
    public void Topic_aliases_that_find_no_memory_end_the_connection() => Run(async env =>
    {
        var ended = 0;
        for (var i = 0; i < 20; i++)
        {
            var client = await env.ConnectV5Async($"alias-{i}");
            for (var alias = 1; alias <= 64 && !client.HasClosed(); alias++)
                await client.PublishAsync($"{alias}/{new string('t', 2000)}", "", properties: new MqttProperties { TopicAlias = (ushort)alias });
            if (client.HasClosed() && client.Take().Any(p => p.StartsWith("DISCONNECT QuotaExceeded", StringComparison.Ordinal))) ended++;
        }
        Assert.InRange(ended, 10, 20);
        Assert.InRange(env.Broker.Memory.Used, 1, 2 * Bound); // of eight millions
    });

    [Fact]
    public void Packets_that_never_end_are_bounded() => Run(async env =>
    {
        var part = new byte[100_000];
        byte[] header = [0x30, 0x80, 0x80, 0x3F]; // PUBLISH of almost a mebibyte
        header.CopyTo(part, 0);
        part[5] = 1;
        part[6] = (byte)'t';
        var open = new List<WireClient>();
        for (var i = 0; i < 20; i++)
        {
            var client = await env.ConnectV5Async($"part-{i}");
            await client.SendBytesAsync(part);
            await client.SendBytesAsync(new byte[100_000]);
            open.Add(client);
        }
        Assert.InRange(open.Count(c => c.Take().Any(p => p.StartsWith("DISCONNECT QuotaExceeded", StringComparison.Ordinal))), 8, 19);
        Assert.InRange(env.Broker.Memory.Used, 1, 2 * Bound);
        var good = await env.SubscriberAsync("good", "good");
        await good.PublishAsync("good", Kilobyte);
        Assert.Equal([$"PUBLISH good {Kilobyte}"], good.Take());
    });

    [Fact]
    public void Subscriptions_of_all_sessions_are_bounded_and_a_modest_client_has_its_own() => Run(
        new MqttLimits { MaxSubscriptionBytes = Bound },
        async env =>
        {
            var refused = 0;
            for (var i = 0; i < 10; i++)
            {
                var client = await env.ConnectV5Async($"many-{i}", clean: false, properties: new MqttProperties { SessionExpiryInterval = 100 });
                await client.SubscribeAsync(1, [.. Enumerable.Range(0, 1000).Select(f => ($"{i}/{f}/+", MqttQoS.AtMostOnce))]);
                if (client.Take()[0].Contains("QuotaExceeded", StringComparison.Ordinal)) refused++;
            }
            Assert.InRange(refused, 8, 10);
            Assert.InRange(env.Broker.Counts.Subscriptions, 1000, 4000); // of ten thousand
            await env.SubscriberAsync("modest", "a/b/c");
            await env.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
        });

    [Fact]
    public void Deep_topics_count_with_the_tree_that_they_make() => Run(
        new MqttLimits { MaxRetainedBytes = Bound },
        async env =>
        {
            var publisher = await env.ConnectAsync("publisher");
            for (var i = 0; i < 100; i++) await publisher.PublishAsync($"{i}{string.Concat(Enumerable.Repeat("/x", 100))}", "y", retain: true);
            Assert.InRange(env.Broker.Counts.Retained, 20, 50); // each takes about 32,000 bytes
            for (var i = 0; i < 100; i++) await publisher.PublishAsync($"{i}{string.Concat(Enumerable.Repeat("/x", 100))}", "", retain: true);
            Assert.Equal(0, env.Broker.Counts.Retained);
            for (var i = 0; i < 20; i++) await publisher.PublishAsync($"{i}{string.Concat(Enumerable.Repeat("/y", 100))}", "y", retain: true);
            Assert.Equal(20, env.Broker.Counts.Retained);
        });

    /// <summary>A change of state must not forget what is given back later.</summary>
    [Fact]
    public void State_that_is_taken_back_counts_as_before() => Run(async env =>
    {
        var away = await env.SubscriberAsync("away", "t", MqttQoS.AtLeastOnce, clean: false);
        await away.DisconnectAsync();
        var leaves = await env.ConnectV5Async("leaves", properties: new MqttProperties { SessionExpiryInterval = 100 }, will: MqttMessage.FromText("t", "gone", MqttQoS.AtLeastOnce), willDelay: 50);
        await leaves.CloseAsync();
        await env.Broker.PublishAsync(new MqttMessage("t", new byte[1000], MqttQoS.AtLeastOnce));
        var used = env.Broker.Memory.Used;
        env.Broker.Load(env.Broker.Save());
        Assert.InRange(env.Broker.Memory.Used, used - 200, used + 200);
    });

    private static void Run(Func<BrokerEnvironment, Task> test) => Run(new MqttLimits { MaxClientBytes = Bound, MaxQueuedMessages = 10_000 }, test);

    /// <summary>Runs a test, then lets every client go and every session end.</summary>
    private static void Run(MqttLimits limits, Func<BrokerEnvironment, Task> test) => BrokerEnvironment.Run(new MqttBrokerOptions { Limits = limits }, async env =>
    {
        await test(env);
        foreach (var client in env.Broker.Clients) env.Broker.DisconnectClient(client.ClientId);
        await env.Context.SettleAsync();
        foreach (var session in env.Broker.Sessions)
        {
            var client = await env.ConnectAsync(session);
            await client.DisconnectAsync();
        }
        await env.Context.SettleAsync();
        Assert.Empty(env.Broker.Sessions);
        Assert.Equal(0, env.Broker.Memory.Used);
        Assert.Equal(0, env.Broker.Counts.Subscriptions);
    });
}
