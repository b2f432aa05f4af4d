using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Sessions;
using TrainingLab.Mqtt.Topics;
using TrainingLab.Mqtt.Transport;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>What is much work is divided: counted are the continuations in which it is done, between which everybody else has a turn.</summary>
public class Turns_Tests
{
    private const int Many = 100_000;

    [Theory]
    [InlineData("+/+/none", 0)]
    [InlineData("r/#", Many)]
    public void A_search_through_all_retained_messages(string filter, int found) => BrokerEnvironment.Run(async env =>
    {
        for (var i = 0; i < Many; i++) await env.Broker.PublishAsync(MqttMessage.FromText($"r/{i}", "x", retain: true));
        var client = await env.ConnectAsync("c");
        await AssertDividedAsync(env, steps: Many + found, () => client.SubscribeAsync(1, (filter, MqttQoS.AtMostOnce)), () => client.SubscribeAsync(2, ("other", MqttQoS.AtMostOnce)));
        Assert.Equal(found, env.Observer.Lines.Count(l => l.StartsWith("delivered c", StringComparison.Ordinal)));
    });

    [Fact]
    public void SUBSCRIBE_and_UNSUBSCRIBE_of_many_deep_filters() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectAsync("c");
        var other = await env.ConnectAsync("other");
        var filters = Enumerable.Range(0, 1000).Select(i => Deep(i)).ToArray();
        await AssertDividedAsync(
            env,
            steps: 2 * 100 * filters.Length,
            () => client.SubscribeAsync(1, [.. filters.Select(f => (f, MqttQoS.AtMostOnce))]),
            () => other.SubscribeAsync(1, ("f", MqttQoS.AtMostOnce)));
        Assert.StartsWith("SUBACK 1 0,0", Assert.Single(client.Take()), StringComparison.Ordinal);
        await env.Broker.PublishAsync(MqttMessage.FromText(filters[^1], "x"));
        await env.Context.SettleAsync();
        Assert.Equal([$"PUBLISH {filters[^1]} x"], client.Take());
        await AssertDividedAsync(env, steps: 100 * filters.Length, () => client.UnsubscribeAsync(2, filters), () => other.UnsubscribeAsync(2, "f"));
        Assert.Equal(0, env.Broker.Counts.Subscriptions);
    });

    [Fact]
    public void Messages_that_are_retained_under_deep_topics() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectAsync("c");
        await AssertDividedAsync(
            env,
            steps: 200 * 3 * 100,
            () => client.SendBytesAsync(Bytes(Enumerable.Range(0, 200).Select(i => (WireClient.PacketWrite)new Publish(Deep(i), Retain: true).Write))),
            () => client.SendBytesAsync(Bytes(Enumerable.Range(0, 200).Select(i => (WireClient.PacketWrite)new Publish("t", Retain: true).Write))));
        Assert.Equal(201, env.Broker.Counts.Retained);
    });

    [Fact]
    public void Messages_for_a_share_whose_members_are_all_away() => BrokerEnvironment.Run(async env =>
    {
        const int members = 1000;
        for (var i = 0; i < members; i++) await (await env.SubscriberAsync($"m{i}", "$share/g/t", MqttQoS.AtLeastOnce, clean: false)).CloseAsync();
        var publisher = await env.ConnectAsync("p");
        await AssertDividedAsync(
            env,
            steps: 100 * members,
            () => publisher.SendBytesAsync(Bytes(Enumerable.Repeat<WireClient.PacketWrite>(new Publish("t").Write, 100))),
            () => publisher.SendBytesAsync(Bytes(Enumerable.Repeat<WireClient.PacketWrite>(new Publish("u").Write, 100))));
    });

    [Fact]
    public void The_end_of_a_connection_with_many_subscriptions() => BrokerEnvironment.Run(Subscriptions(Many), async env =>
    {
        var many = await env.ConnectAsync("many");
        await SubscribeAsync(many, Many);
        var few = await env.SubscriberAsync("few", "f");
        await AssertDividedAsync(env, steps: 8 * Many, many.CloseAsync, few.CloseAsync);
        Assert.Equal(0, env.Broker.Counts.Subscriptions);
        Assert.True(many.Served.IsCompletedSuccessfully);
    });

    [Fact]
    public void A_client_that_is_back_while_its_former_session_is_cleared_away_loses_nothing_of_the_new_one() => BrokerEnvironment.Run(Subscriptions(Many), async env =>
    {
        var former = await env.ConnectAsync("same");
        await SubscribeAsync(former, Many);
        var publisher = await env.ConnectAsync("p");
        var again = env.Open();
        string last = $"f{Many - 1}", another = $"f{Many - 2}";
        var closing = former.CloseAsync();
        var coming = again.SendBytesAsync(Bytes([new ConnectPacket { ClientId = "same" }.Write, new SubscribePacket(1, [new SubscribeFilter(last, MqttQoS.AtMostOnce)]).Write, PingReqPacket.Write]));
        // While both are there, each filter brings the new session what it has asked for, and no more.
        var publishing = publisher.SendBytesAsync(Bytes([new Publish(another).Write, new Publish("t").Write]));
        await Task.WhenAll(closing, coming, publishing);
        await publisher.PublishAsync(last, "x");
        await publisher.PublishAsync(another, "x");
        Assert.Equal(["CONNACK Success", "SUBACK 1 0", "PINGRESP", $"PUBLISH {last} x"], again.Take());
        Assert.Equal(1, env.Broker.Counts.Subscriptions);
    });

    [Fact]
    public void Sessions_that_expire_at_the_same_instant() => BrokerEnvironment.Run(async env =>
    {
        const int sessions = 160;
        for (var i = 0; i < sessions; i++)
        {
            var client = await env.ConnectV5Async($"c{i:D3}", properties: new MqttProperties { SessionExpiryInterval = 60 });
            await client.SubscribeAsync(1, new SubscribeFilter("t", MqttQoS.AtLeastOnce));
            await client.CloseAsync();
        }
        for (var i = 0; i < 100; i++) await env.Broker.PublishAsync(MqttMessage.FromText("t", "x", MqttQoS.AtLeastOnce));
        Assert.Equal(sessions, env.Broker.Counts.Sessions);
        var before = env.Context.Ran;
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(61));
        Assert.InRange(env.Context.Ran - before, sessions / 8, long.MaxValue);
        Assert.Equal((0, 0), (env.Broker.Counts.Sessions, env.Broker.Counts.Subscriptions));
        Assert.Equal(0, env.Broker.Memory.Used);
    });

    [Fact]
    public void What_the_member_of_a_share_leaves_to_the_others() => BrokerEnvironment.Run(Subscriptions(2001), async env =>
    {
        const int messages = 500;
        var leaving = await env.ConnectAsync("a", clean: false);
        await SubscribeAsync(leaving, 2000);
        await leaving.SubscribeAsync(7, ("$share/g/t", MqttQoS.AtLeastOnce));
        await leaving.CloseAsync();
        for (var i = 0; i < messages; i++) await env.Broker.PublishAsync(MqttMessage.FromText("t", $"{i}", MqttQoS.AtLeastOnce));
        var staying = await env.SubscriberAsync("b", "$share/g/t", MqttQoS.AtMostOnce);
        var back = env.Open();
        await AssertDividedAsync(env, steps: messages * 2000, () => back.ConnectAsync("a"), () => env.Open().ConnectAsync("c"));
        Assert.Equal(Enumerable.Range(0, messages).Select(i => $"PUBLISH t {i}"), staying.Take());
    });

    [Fact]
    public void Packets_of_many_bytes() => SerialContext.Run(async context =>
    {
        const int packets = 64;
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0, readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline));
        var packet = Bytes([new Publish("t", new string('x', 64 * 1024)).Write]);
        for (var i = 0; i < packets; i++) await pipe.Writer.WriteAsync(packet);
        await pipe.Writer.CompleteAsync();
        var before = context.Ran;
        var handled = 0;
        await new PacketInput(pipe.Reader, 1024 * 1024).ReadAsync(MqttPacketType.Publish, MqttPacketType.Publish, (_, _) =>
        {
            handled++;
            return default;
        });
        Assert.Equal(packets, handled);
        Assert.InRange(context.Ran - before, packets * 64 * 1024 / 16 / Turns.StepsPerTurn, packets);
    });

    [Fact]
    public void Messages_to_a_peer_that_takes_whatever_comes() => SerialContext.Run(async context =>
    {
        const int messages = 1000;
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0, readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline));
        var output = new PacketOutput(pipe.Writer, TimeProvider.System);
        for (var i = 0; i < messages; i++) output.Enqueue(OutgoingPacket.Publish(new Delivery(MqttMessage.FromText("t", new string('x', 1024)), MqttQoS.AtMostOnce, Retain: false), 0, duplicate: false));
        output.Finish();
        var before = context.Ran;
        await output.RunAsync();
        Assert.InRange(context.Ran - before, messages * 1024 / (64 * 1024), messages);
        Assert.True(pipe.Reader.TryRead(out var written));
        Assert.Equal(messages * (5 + 1024L + 1), written.Buffer.Length);
    });

    /// <summary>Does something that is so many steps, and something like it that is next to nothing, and sees that the first takes about a continuation more for each turn's worth of steps.</summary>
    private static async Task AssertDividedAsync(BrokerEnvironment env, long steps, Func<Task> much, Func<Task> little)
    {
        var begun = env.Context.Ran;
        await little();
        var few = env.Context.Ran - begun;
        begun = env.Context.Ran;
        await much();
        Assert.InRange(env.Context.Ran - begun, few + (10 * steps / (11 * Turns.StepsPerTurn)), few + (6 * steps / Turns.StepsPerTurn) + 2000);
    }

    private static MqttBrokerOptions Subscriptions(int most) => new() { Limits = new MqttLimits { MaxSubscriptionsPerSession = most } };

    private static async Task SubscribeAsync(WireClient client, int count)
    {
        ushort packet = 1;
        foreach (var some in Enumerable.Range(0, count).Chunk(1000)) await client.SubscribeAsync(packet++, [.. some.Select(i => ($"f{i}", MqttQoS.AtMostOnce))]);
        client.Take();
    }

    /// <summary>A topic of a hundred levels.</summary>
    private static string Deep(int number) => $"{number}/{string.Join('/', Enumerable.Repeat("a", 99))}";

    private static byte[] Bytes(IEnumerable<WireClient.PacketWrite> packets)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var write in packets)
        {
            var writer = new MqttWriter(bytes, MqttProtocolVersion.V311);
            write(ref writer);
            writer.Commit();
        }
        return bytes.WrittenSpan.ToArray();
    }

    private sealed record Publish(string Topic, string Text = "x", bool Retain = false)
    {
        public void Write(ref MqttWriter writer) => new PublishPacket { Topic = Encoding.UTF8.GetBytes(Topic), Payload = Encoding.UTF8.GetBytes(Text), Retain = Retain }.Write(ref writer);
    }
}
