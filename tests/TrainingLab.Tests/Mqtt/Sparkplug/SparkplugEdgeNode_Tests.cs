using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Sparkplug;
using TrainingLab.Mqtt.Sparkplug.Nodes;
using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.Tests.Mqtt.Sparkplug;

/// <summary>An edge node and its devices at our broker (§5.4 to §5.7).</summary>
public class SparkplugEdgeNode_Tests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Births_come_first_and_sequence_numbers_follow() => SparkplugEnvironment.Run(async env =>
    {
        await using var node = env.Node();
        node.Tags.Add("Voltage", SparkplugDataType.Float, 12.5f);
        node.Tags.Add("Note", SparkplugDataType.String);
        var device = node.AddDevice("D");
        device.Tags.Add("Speed", SparkplugDataType.Int32, -5);
        device.Connect();
        node.AddDevice("absent");

        await node.ConnectAsync(Token);
        Assert.Equal(
            ["NBIRTH E seq=0 bdSeq=0 Node Control/Rebirth=false Voltage=12.5 Note=null", "DBIRTH E/D seq=1 Speed=4294967291"],
            await env.SettledAsync());
        Assert.True(node.IsOnline);

        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.True(node.Tags.Set("Voltage", 12.75f));
        Assert.False(node.Tags.Set("Voltage", 12.75f));
        node.Tags.Set("Note", "ok");
        device.Tags.Set("Speed", 7);
        Assert.True(node.Publish());
        Assert.True(device.Publish());
        Assert.False(node.Publish());
        device.Disconnect();
        Assert.False(device.Publish());
        Assert.Equal(["NDATA E seq=2 #1=12.75 #2=ok", "DDATA E/D seq=3 #3=7", "DDEATH E/D seq=4"], await env.SettledAsync());

        device.Connect();
        Assert.Equal(["DBIRTH E/D seq=5 Speed=7"], await env.SettledAsync());
    });

    [Fact]
    public void The_sequence_number_after_255_is_0() => SparkplugEnvironment.Run(async env =>
    {
        await using var node = env.Node();
        node.Tags.Add("n", SparkplugDataType.UInt32, 0);
        await node.ConnectAsync(Token);
        await env.SettledAsync();
        for (var i = 1; i <= 300; i++)
        {
            node.Tags.Set("n", i);
            node.Publish();
        }
        var lines = await env.SettledAsync();
        Assert.Equal(Enumerable.Range(1, 300).Select(i => $"NDATA E seq={i % 256} #1={i}"), lines);
    });

    [Fact]
    public void When_the_connection_is_lost_the_broker_tells_the_death() => SparkplugEnvironment.Run(async env =>
    {
        await using var node = env.Node();
        node.Tags.Add("n", SparkplugDataType.UInt32, 0);
        await node.ConnectAsync(Token);
        await env.SettledAsync();

        await env.CutAsync("E");
        Assert.Equal(["will NDEATH E bdSeq=0 qos1"], await env.SettledAsync());
        Assert.False(node.IsOnline);
        node.Tags.Set("n", 1);
        Assert.False(node.Publish());

        env.Unreachable.Clear();
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(["NBIRTH E seq=0 bdSeq=1 Node Control/Rebirth=false n=1"], await env.SettledAsync());
        Assert.False(node.Publish());
    });

    [Fact]
    public void BdSeq_after_255_is_0_and_outlives_a_restart() => SparkplugEnvironment.Run(async env =>
    {
        var first = env.Node();
        first.Load(System.Text.Json.Nodes.JsonNode.Parse("""{"v":1,"bdSeq":254,"hostTimestamp":0}""")!);
        await first.ConnectAsync(Token);
        await first.StopAsync();
        await using var second = env.Node();
        second.Load(first.Save());
        await second.ConnectAsync(Token);
        Assert.Equal(
            ["NBIRTH E seq=0 bdSeq=255 Node Control/Rebirth=false", "NDEATH E bdSeq=255 qos1", "NBIRTH E seq=0 bdSeq=0 Node Control/Rebirth=false"],
            await env.SettledAsync());
        Assert.Throws<InvalidOperationException>(() => second.Load(first.Save()));
    });

    [Fact]
    public void On_purpose_the_node_tells_its_death_itself() => SparkplugEnvironment.Run(async env =>
    {
        var node = env.Node();
        await node.ConnectAsync(Token);
        await node.StopAsync();
        Assert.Equal(["NBIRTH E seq=0 bdSeq=0 Node Control/Rebirth=false", "NDEATH E bdSeq=0 qos1"], await env.SettledAsync());
        Assert.False(node.IsOnline);

        await node.ConnectAsync(Token);
        Assert.Equal(["NBIRTH E seq=0 bdSeq=1 Node Control/Rebirth=false"], await env.SettledAsync());
        await node.StopAsync();
    });

    [Fact]
    public void A_rebirth_request_brings_all_births_with_the_same_bdSeq() => SparkplugEnvironment.Run(async env =>
    {
        await using var node = env.Node();
        node.Tags.Add("n", SparkplugDataType.UInt32, 0);
        var device = node.AddDevice("D");
        device.Connect();
        await node.ConnectAsync(Token);
        await using var client = env.Client("pc");
        await client.ConnectAsync(Token);
        node.Tags.Set("n", 1);
        node.Publish();
        node.Tags.Set("n", 2);
        await env.SettledAsync();

        client.TryPublish(Command("spBv1.0/G/NCMD/E", SparkplugMetric.Of("Node Control/Rebirth", SparkplugDataType.Boolean, true) with { DataType = null }));
        Assert.Equal(
            ["NCMD E Node Control/Rebirth=true", "NBIRTH E seq=0 bdSeq=0 Node Control/Rebirth=false n=2", "DBIRTH E/D seq=1"],
            await env.SettledAsync());
        Assert.False(node.Publish());
        Assert.Empty(env.Validator.Conclude());

        // A metric that is new in the session is told by the next birth.
        node.Tags.Add("m", SparkplugDataType.Boolean, true);
        node.Rebirth();
        Assert.Equal("NBIRTH E seq=0 bdSeq=0 Node Control/Rebirth=false n=2 m=true", (await env.SettledAsync())[0]);
    });

    [Fact]
    public void Commands_are_given_to_the_owner_when_they_fit() => SparkplugEnvironment.Run(async env =>
    {
        await using var node = env.Node();
        node.Tags.Add("Setpoint", SparkplugDataType.Int16, (short)1);
        var device = node.AddDevice("D");
        device.Tags.Add("Lamp", SparkplugDataType.Boolean, false);
        var absent = node.AddDevice("absent");
        device.Connect();
        var seen = new List<string>();
        node.CommandReceived += c => seen.Add($"{c.Device?.Id} {c.Tag.Name}={c.Value ?? "null"}");
        node.CommandRefused += r => seen.Add($"{r.Topic} {r.Metric} {r.Reason}");
        await node.ConnectAsync(Token);
        await using var client = env.Client("pc");
        await client.ConnectAsync(Token);

        var lamp = new SparkplugMetric { Alias = 2, Value = SparkplugValue.OfBoolean(true) };
        client.TryPublish(Command("spBv1.0/G/NCMD/E", new SparkplugMetric { Name = "Setpoint", Value = SparkplugValue.Of(SparkplugDataType.Int16, -3) }));
        client.TryPublish(Command("spBv1.0/G/DCMD/E/D", lamp, new SparkplugMetric { Alias = 2, IsNull = true }));
        await env.Context.SettleAsync();
        Assert.Equal([" Setpoint=-3", "D Lamp=True", "D Lamp=null"], seen);
        Assert.False(absent.IsOnline);
    });

    [Fact]
    public void Commands_that_do_not_fit_are_refused() => SparkplugEnvironment.RunBreaking(
        [
            "section-6.4.1",
            "tck-id-operational-behavior-data-commands-ncmd-metric-value",
        ],
        async env =>
        {
            await using var node = env.Node();
            node.Tags.Add("Setpoint", SparkplugDataType.Int16, (short)1);
            node.AddDevice("absent");
            var seen = new List<string>();
            node.CommandReceived += c => seen.Add(c.Tag.Name);
            node.CommandRefused += r => seen.Add($"{r.Topic} {r.Metric} {r.Reason}");
            await node.ConnectAsync(Token);
            await using var client = env.Client("pc");
            await client.ConnectAsync(Token);
            client.TryPublish(new MqttMessage("spBv1.0/G/NCMD/E", new byte[] { 0x12, 0x05 }));
            client.TryPublish(Command("spBv1.0/G/DCMD/E/absent", new SparkplugMetric { Alias = 1, Value = SparkplugValue.OfInt(1) }));
            client.TryPublish(Command("spBv1.0/G/DCMD/E/nobody", new SparkplugMetric { Alias = 1, Value = SparkplugValue.OfInt(1) }));
            client.TryPublish(Command("spBv1.0/G/NCMD/E", new SparkplugMetric { Alias = 99, Value = SparkplugValue.OfInt(1) }));
            client.TryPublish(Command("spBv1.0/G/NCMD/E", new SparkplugMetric { Alias = 1, Value = SparkplugValue.OfInt(40000 * 3) }));
            await env.Context.SettleAsync();
            Assert.Equal(
                [
                    "spBv1.0/G/NCMD/E  NotAPayload",
                    "spBv1.0/G/DCMD/E/absent  UnknownDevice",
                    "spBv1.0/G/DCMD/E/nobody  UnknownDevice",
                    "spBv1.0/G/NCMD/E #99 UnknownMetric",
                    "spBv1.0/G/NCMD/E #1 WrongType",
                ],
                seen);
        });

    [Fact]
    public void A_node_with_a_primary_host_waits_for_it_and_leaves_with_it() => SparkplugEnvironment.Run(async env =>
    {
        await using var node = env.Node(primaryHost: "scada");
        await node.ConnectAsync(Token);
        Assert.Empty(await env.SettledAsync());
        Assert.False(node.IsOnline);

        await using var host = env.Client("scada");
        await host.ConnectAsync(Token);
        host.TryPublish(State(online: true, 100));
        Assert.Equal(["STATE {\"online\":true,\"timestamp\":100} qos1 retained", "NBIRTH E seq=0 bdSeq=0 Node Control/Rebirth=false"], await env.SettledAsync());

        // The will of an older connection of the host comes late.
        host.TryPublish(State(online: false, 99));
        await env.SettledAsync();
        Assert.True(node.IsOnline);

        host.TryPublish(State(online: false, 100));
        Assert.Equal(["STATE {\"online\":false,\"timestamp\":100} qos1 retained", "NDEATH E bdSeq=0 qos1"], await env.SettledAsync());
        Assert.Equal(MqttClientState.Connected, node.ConnectionState);
        Assert.Equal(1, node.BdSeq);
        Assert.False(node.IsOnline);

        host.TryPublish(State(online: true, 200));
        Assert.Equal("NBIRTH E seq=0 bdSeq=1 Node Control/Rebirth=false", (await env.SettledAsync())[^1]);
    });

    [Fact]
    public void Names_stand_in_data_where_aliases_are_not_used() => SparkplugEnvironment.Run(async env =>
    {
        await using var node = env.Node(aliases: false);
        node.Tags.Add("n", SparkplugDataType.UInt32, 0);
        await node.ConnectAsync(Token);
        node.Tags.AddHistorical("n", 8, env.Time.GetUtcNow() - TimeSpan.FromHours(1));
        node.Tags.Set("n", 9);
        node.Publish();
        Assert.Equal("NDATA E seq=1 n=8(historical) n=9", (await env.SettledAsync())[^1]);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Data_tells_data_types_only_where_it_is_asked_to(bool dataTypes) => SparkplugEnvironment.Run(async env =>
    {
        await using var node = env.Node(dataTypes: dataTypes);
        node.Tags.Add("n", SparkplugDataType.UInt32, 0);
        await node.ConnectAsync(Token);
        node.Tags.Set("n", 9);
        node.Publish();
        await env.SettledAsync();
        Assert.Equal(dataTypes ? ["datatype=7"] : [], env.Validator.Violations.Select(v => v.Found)); // a recommendation, of which the validator tells
    });

    [Fact]
    public void Wrong_metrics_and_devices_are_misuse() => SparkplugEnvironment.Run(async env =>
    {
        await using var node = env.Node();
        node.Tags.Add("n", SparkplugDataType.Int8);
        node.AddDevice("D");
        Assert.Throws<ArgumentException>(() => node.Tags.Add("n", SparkplugDataType.Int8));
        Assert.Throws<ArgumentException>(() => node.Tags.Add("bdSeq", SparkplugDataType.Int64));
        Assert.Throws<ArgumentException>(() => node.Tags.Add("Node Control/Rebirth", SparkplugDataType.Boolean));
        Assert.Throws<ArgumentException>(() => node.Tags.Add("p", SparkplugDataType.PropertySet));
        Assert.Throws<ArgumentException>(() => node.Tags.Add("p", SparkplugDataType.Int8, 200));
        Assert.Throws<ArgumentException>(() => node.Tags.Set("x", 1));
        Assert.Throws<ArgumentException>(() => node.AddDevice("D"));
        Assert.Throws<ArgumentException>(() => node.AddDevice("a/b"));
        Assert.Throws<ArgumentException>(() => env.Node("a#"));
    });

    private static MqttMessage Command(string topic, params SparkplugMetric[] metrics) => new(topic, new SparkplugPayload { Timestamp = 1, Metrics = metrics }.ToBytes());

    private static MqttMessage State(bool online, ulong timestamp) =>
        new("spBv1.0/STATE/scada", new SparkplugHostState(online, timestamp).ToBytes(), MqttQoS.AtLeastOnce, retain: true);
}
