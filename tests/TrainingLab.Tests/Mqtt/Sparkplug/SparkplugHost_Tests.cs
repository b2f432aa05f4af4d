using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Sparkplug.Hosts;
using TrainingLab.Mqtt.Sparkplug.Nodes;
using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.Tests.Mqtt.Sparkplug;

/// <summary>A host application at our broker: STATE, sessions, order, rebirth, commands (§5.3, §5.8, §5.9).</summary>
public class SparkplugHost_Tests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Its_state_is_retained_and_its_will_says_the_same_time() => SparkplugEnvironment.Run(async env =>
    {
        var host = env.Host();
        var now = env.Time.GetUtcNow().ToUnixTimeMilliseconds();
        await host.ConnectAsync(Token);
        Assert.Equal([$"STATE {{\"online\":true,\"timestamp\":{now}}} qos1 retained"], await env.SettledAsync());

        await env.CutAsync("scada");
        Assert.Equal([$"will STATE {{\"online\":false,\"timestamp\":{now}}} qos1 retained"], await env.SettledAsync());

        env.Unreachable.Clear();
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal([$"STATE {{\"online\":true,\"timestamp\":{now + 1000}}} qos1 retained"], await env.SettledAsync());

        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
        await host.DisposeAsync();
        Assert.Equal([$"STATE {{\"online\":false,\"timestamp\":{now + 2000}}} qos1 retained"], await env.SettledAsync());
    });

    [Fact]
    public void When_somebody_says_it_is_offline_it_says_that_it_is_not() => SparkplugEnvironment.Run(async env =>
    {
        await using var host = env.Host();
        await host.ConnectAsync(Token);
        var online = (await env.SettledAsync())[0];
        await using var late = env.Client("late");
        await late.ConnectAsync(Token);
        late.TryPublish(new MqttMessage("spBv1.0/STATE/scada", """{"online":false,"timestamp":5}"""u8.ToArray(), MqttQoS.AtLeastOnce, retain: true));
        Assert.Equal(["STATE {\"online\":false,\"timestamp\":5} qos1 retained", online], await env.SettledAsync());

        // Its own time is that of its will, however late the other's is (tck-id-message-flow-hid-sparkplug-state-message-delivered).
        late.TryPublish(new MqttMessage("spBv1.0/STATE/scada", """{"online":false,"timestamp":9999999999999}"""u8.ToArray(), MqttQoS.AtLeastOnce, retain: true));
        Assert.Equal(["STATE {\"online\":false,\"timestamp\":9999999999999} qos1 retained", online], await env.SettledAsync());
    });

    [Fact]
    public void It_follows_nodes_and_devices_from_birth_to_death() => SparkplugEnvironment.Run(async env =>
    {
        await using var host = env.Host();
        var seen = Watch(host);
        await host.ConnectAsync(Token);
        await using var node = env.Node();
        node.Tags.Add("Voltage", SparkplugDataType.Float, 12.5f);
        var device = node.AddDevice("D");
        device.Tags.Add("Speed", SparkplugDataType.Int32, -5);
        device.Connect();
        await node.ConnectAsync(Token);
        await env.SettledAsync();

        var known = host.Nodes["G/E"];
        Assert.True(known.IsOnline);
        Assert.Equal(12.5f, known.Metrics.Find("Voltage")!.Value);
        Assert.Equal(-5, known.Devices["D"].Metrics.Find("Speed")!.Value);

        device.Tags.Set("Speed", 8);
        device.Tags.AddHistorical("Speed", 1, env.Time.GetUtcNow() - TimeSpan.FromHours(1));
        device.Publish();
        device.Disconnect();
        await env.SettledAsync();
        Assert.Equal(8, known.Devices["D"].Metrics.Find("Speed")!.Value);
        Assert.True(known.Devices["D"].Metrics.Find("Speed")!.IsStale);
        Assert.False(known.Metrics.Find("Voltage")!.IsStale);

        await env.CutAsync("E");
        await env.SettledAsync();
        Assert.False(known.IsOnline);
        Assert.True(known.Metrics.Find("Voltage")!.IsStale);
        Assert.Equal(
            [
                "E online", "E bdSeq=0", "E Node Control/Rebirth=False", "E Voltage=12.5",
                "D online", "D Speed=-5", "D Speed=8", "D Speed=1 historical", "D offline", "E offline",
            ],
            seen);
    });

    [Fact]
    public void A_late_will_of_an_older_session_is_no_death() => SparkplugEnvironment.Run(async env =>
    {
        await using var host = env.Host();
        var seen = Watch(host);
        await host.ConnectAsync(Token);
        await using var node = env.Node();
        await node.ConnectAsync(Token);
        await env.CutAsync("E");
        env.Unreachable.Clear();
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(5));
        seen.Clear();

        await using var late = env.Client("late");
        await late.ConnectAsync(Token);
        late.TryPublish(new MqttMessage(
            "spBv1.0/G/NDEATH/E",
            new SparkplugPayload { Timestamp = 1, Metrics = [SparkplugMetric.Of("bdSeq", SparkplugDataType.Int64, 0)] }.ToBytes(),
            MqttQoS.AtLeastOnce));
        await env.SettledAsync();
        Assert.True(host.Nodes["G/E"].IsOnline);
        Assert.Equal(["spBv1.0/G/NDEATH/E OldDeath"], seen);
    });

    [Fact]
    public void A_host_that_comes_later_asks_for_the_births_it_missed() => SparkplugEnvironment.Run(async env =>
    {
        await using var node = env.Node();
        node.Tags.Add("n", SparkplugDataType.UInt32, 0);
        await node.ConnectAsync(Token);
        await using var host = env.Host();
        await host.ConnectAsync(Token);
        await env.SettledAsync();
        Assert.Empty(host.Nodes);

        node.Tags.Set("n", 1);
        node.Publish();
        Assert.Equal(["NDATA E seq=1 #1=1", "NCMD E Node Control/Rebirth=true", "NBIRTH E seq=0 bdSeq=0 Node Control/Rebirth=false n=1"], await env.SettledAsync());
        Assert.Equal(1u, host.Nodes["G/E"].Metrics.Find("n")!.Value);
    });

    [Fact]
    public void What_comes_out_of_order_in_time_is_put_in_order() => SparkplugEnvironment.RunBreaking(["tck-id-payloads-ndata-seq-inc"], async env =>
    {
        await using var host = env.Host();
        var seen = Watch(host);
        await host.ConnectAsync(Token);
        await using var node = await BornAsync(env);
        seen.Clear();

        foreach (var seq in new byte[] { 2, 3, 1, 4 }) node.TryPublish(Data(seq, seq));
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(["E n=1", "E n=2", "E n=3", "E n=4"], seen);
        Assert.DoesNotContain(await env.SettledAsync(), l => l.StartsWith("NCMD", StringComparison.Ordinal));
    });

    [Fact]
    public void After_a_gap_it_asks_for_a_rebirth_and_believes_nothing_until_then() => SparkplugEnvironment.RunBreaking(["tck-id-payloads-ndata-seq-inc"], async env =>
    {
        await using var host = env.Host();
        var seen = Watch(host);
        await host.ConnectAsync(Token);
        await using var node = await BornAsync(env);
        seen.Clear();
        env.Lines.Clear();

        node.TryPublish(Data(1, 1));
        node.TryPublish(Data(3, 3));
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(1.9));
        Assert.Equal(["NDATA E seq=1 n=1", "NDATA E seq=3 n=3"], await env.SettledAsync());
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(0.2));
        Assert.Equal(["NCMD E Node Control/Rebirth=true"], await env.SettledAsync());
        Assert.True(host.Nodes["G/E"].NeedsBirth);
        Assert.True(host.Nodes["G/E"].Metrics.Find("n")!.IsStale);

        // The node does not obey: it is asked again, but not for every message.
        node.TryPublish(Data(4, 4));
        await env.SettledAsync();
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(6));
        node.TryPublish(Data(5, 5));
        Assert.Equal(["NDATA E seq=5 n=5", "NCMD E Node Control/Rebirth=true"], await env.SettledAsync());
        Assert.Equal(1u, host.Nodes["G/E"].Metrics.Find("n")!.Value);

        node.TryPublish(Birth(6));
        await env.SettledAsync();
        Assert.False(host.Nodes["G/E"].NeedsBirth);
        Assert.Equal(6u, host.Nodes["G/E"].Metrics.Find("n")!.Value);
        Assert.Equal(["E n=1", "spBv1.0/G/NDATA/E SequenceGap", "E needs a birth", "E online", "E bdSeq=0", "E Node Control/Rebirth=False", "E n=6"], seen);
    });

    [Fact]
    public void Data_about_what_no_birth_has_named_asks_for_a_rebirth() => SparkplugEnvironment.RunBreaking(
        ["tck-id-operational-behavior-data-publish-nbirth", "tck-id-payloads-ddata-order"],
        async env =>
        {
            await using var host = env.Host(change: o => o with { RebirthPause = TimeSpan.Zero });
            var seen = Watch(host);
            await host.ConnectAsync(Token);
            await using var node = await BornAsync(env);
            seen.Clear();
            env.Lines.Clear();
            node.TryPublish(new MqttMessage("spBv1.0/G/NDATA/E", new SparkplugPayload { Timestamp = 1, Seq = 1, Metrics = [new SparkplugMetric { Name = "new", Timestamp = 1, Value = SparkplugValue.OfInt(1) }] }.ToBytes()));
            Assert.Equal(["NDATA E seq=1 new=1", "NCMD E Node Control/Rebirth=true"], await env.SettledAsync());
            node.TryPublish(Birth(0));
            node.TryPublish(new MqttMessage("spBv1.0/G/DDATA/E/D", new SparkplugPayload { Timestamp = 1, Seq = 1, Metrics = [] }.ToBytes()));
            Assert.Equal("NCMD E Node Control/Rebirth=true", (await env.SettledAsync())[^1]);
            Assert.Contains("spBv1.0/G/NDATA/E UnknownMetric", seen);
            Assert.Contains("spBv1.0/G/DDATA/E/D NotBorn", seen);
        });

    [Fact]
    public void It_writes_what_births_have_named() => SparkplugEnvironment.Run(async env =>
    {
        await using var host = env.Host();
        await host.ConnectAsync(Token);
        await using var node = env.Node();
        node.Tags.Add("Setpoint", SparkplugDataType.Int16, (short)1);
        var device = node.AddDevice("D");
        device.Tags.Add("Lamp", SparkplugDataType.Boolean, false);
        device.Connect();
        node.CommandReceived += c =>
        {
            (c.Device?.Tags ?? node.Tags).Set(c.Tag.Name, c.Value);
            _ = c.Device?.Publish() ?? node.Publish();
        };
        await node.ConnectAsync(Token);
        await env.SettledAsync();

        Assert.True(host.Write(host.Nodes["G/E"], ("Setpoint", -3)));
        Assert.True(host.Write(host.Nodes["G/E"].Devices["D"], ("Lamp", true)));
        await env.SettledAsync();
        Assert.Equal((short)-3, host.Nodes["G/E"].Metrics.Find("Setpoint")!.Value);
        Assert.Equal(true, host.Nodes["G/E"].Devices["D"].Metrics.Find("Lamp")!.Value);
        Assert.Throws<ArgumentException>(() => host.Write(host.Nodes["G/E"], ("Nothing", 1)));
        Assert.Throws<ArgumentException>(() => host.Write(host.Nodes["G/E"], ("Setpoint", "x")));
    });

    [Fact]
    public void Without_its_connection_everything_is_stale_until_it_is_born_again() => SparkplugEnvironment.Run(async env =>
    {
        await using var host = env.Host();
        await host.ConnectAsync(Token);
        await using var node = env.Node();
        node.Tags.Add("n", SparkplugDataType.UInt32, 0);
        await node.ConnectAsync(Token);
        await env.SettledAsync();
        await env.CutAsync("scada");
        Assert.True(host.Nodes["G/E"].Metrics.Find("n")!.IsStale);
        env.Unreachable.Clear();
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.Contains("NCMD E Node Control/Rebirth=true", await env.SettledAsync());
        Assert.False(host.Nodes["G/E"].Metrics.Find("n")!.IsStale);
    });

    [Fact]
    public void A_node_and_its_primary_host_find_each_other_in_either_order() => SparkplugEnvironment.Run(async env =>
    {
        await using var node = env.Node(primaryHost: "scada");
        await node.ConnectAsync(Token);
        var host = env.Host();
        await host.ConnectAsync(Token);
        await env.SettledAsync();
        Assert.True(host.Nodes["G/E"].IsOnline);

        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
        await host.StopAsync();
        await env.SettledAsync();
        Assert.False(node.IsOnline);
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
        await host.ConnectAsync(Token);
        await env.SettledAsync();
        Assert.True(node.IsOnline);
        Assert.Equal(1UL, host.Nodes["G/E"].BdSeq);
        await host.DisposeAsync();
    });

    [Fact]
    public void What_it_cannot_read_is_a_problem_and_no_harm() => SparkplugEnvironment.RunBreaking(["section-6.4.1", "tck-id-topic-structure"], async env =>
    {
        await using var host = env.Host();
        var seen = Watch(host);
        await host.ConnectAsync(Token);
        await using var client = env.Client("pc");
        await client.ConnectAsync(Token);
        client.TryPublish(new MqttMessage("spBv1.0/G/NBIRTH/E", new byte[] { 0x12, 0x7F }));
        client.TryPublish(new MqttMessage("spBv1.0/G/HELLO/E", new byte[] { 1 }));
        await env.SettledAsync();
        Assert.Equal(["spBv1.0/G/NBIRTH/E NotAPayload", "spBv1.0/G/HELLO/E NotATopic"], seen);
        Assert.Empty(host.Nodes);
    });

    private static List<string> Watch(SparkplugHost host)
    {
        var seen = new List<string>();
        host.NodeChanged += n => seen.Add($"{n.Id} {(n.NeedsBirth ? "needs a birth" : n.IsOnline ? "online" : "offline")}");
        host.DeviceChanged += d => seen.Add($"{d.Id} {(d.IsOnline ? "online" : "offline")}");
        host.ValueReceived += v =>
        {
            v.Received.Value.TryGet(v.Metric.Type, out var value);
            seen.Add(FormattableString.Invariant($"{v.Device?.Id ?? v.Node.Id} {v.Metric.Name}={value}{(v.Received.IsHistorical ? " historical" : "")}"));
        };
        host.ProblemFound += p => seen.Add($"{p.Topic} {p.Problem}");
        return seen;
    }

    /// <summary>A node made by hand, which does what a test wants.</summary>
    private static async Task<MqttClient> BornAsync(SparkplugEnvironment env)
    {
        var client = env.Client("E");
        await client.ConnectAsync(Token);
        client.TryPublish(Birth(0));
        await env.Context.SettleAsync();
        return client;
    }

    private static MqttMessage Birth(uint n) => new("spBv1.0/G/NBIRTH/E", new SparkplugPayload
    {
        Timestamp = 1,
        Seq = 0,
        Metrics =
        [
            SparkplugMetric.Of(SparkplugEdgeNode.BdSeqMetric, SparkplugDataType.Int64, 0, DateTimeOffset.UnixEpoch),
            SparkplugMetric.Of(SparkplugEdgeNode.RebirthMetric, SparkplugDataType.Boolean, false, DateTimeOffset.UnixEpoch),
            SparkplugMetric.Of("n", SparkplugDataType.UInt32, n, DateTimeOffset.UnixEpoch),
        ],
    }.ToBytes());

    private static MqttMessage Data(byte seq, uint n) => new(
        "spBv1.0/G/NDATA/E",
        new SparkplugPayload { Timestamp = 1, Seq = seq, Metrics = [new SparkplugMetric { Name = "n", Timestamp = 1, Value = SparkplugValue.OfInt(n) }] }.ToBytes());
}
