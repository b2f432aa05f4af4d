using System.Text;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Sparkplug.Hosts;
using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary>
/// An edge node of sparkplug-client (npm) behind our broker, followed and commanded by our host and watched by our validator: what that library does otherwise than
/// Sparkplug 3.0.0 says is named, and nothing else.
/// </summary>
public sealed class SparkplugClient_Tests
{
    [Fact]
    public Task A_foreign_edge_node_lives_and_dies_before_our_host() => RunAsync(dataTypes: true, async (host, node, witness, until) =>
    {
        await until(() => host.Nodes.TryGetValue("G/E", out var known) && known.IsOnline && known.Devices.TryGetValue("D", out var d) && d.IsOnline);
        var edge = host.Nodes["G/E"];
        var device = edge.Devices["D"];
        Assert.Equal(["""{"step":"birth","result":0}"""], await LinesAsync(node, 1));

        // A command is carried out and comes back as data. A UInt32 it looks for in long_value, where §6.4.17 says uint32, and finds none.
        host.Write(device, ("Speed", 4_000_000_000u), ("Text", "é 中"), ("Level", -2.5), ("Offset", (short)-7), ("Since", DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_001)));
        var since = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_001);
        await until(() => since.Equals(device.Metrics.Find("Since")!.Value));
        Assert.Equal(["""{"step":"dcmd","result":["D",["Speed","UInt32",null],["Text","String","é 中"],["Level","Double",-2.5],["Offset","Int16",-7],["Since","DateTime","1700000000001"]]}"""], await LinesAsync(node, 1));
        Assert.Equal(["é 中", -2.5, (short)-7], new[] { "Text", "Level", "Offset" }.Select(name => device.Metrics.Find(name)!.Value));

        // Sequence numbers wrap around without a gap.
        host.Write(edge, ("Do/Data", true));
        await until(() => edge.Metrics.Find("Counter")!.Value is 300UL);

        // A rebirth within the session.
        var born = edge.BornAt;
        host.RequestRebirth("G", "E");
        await until(() => edge.BornAt != born && device.IsOnline);
        Assert.Equal((0UL, 0UL), (edge.BdSeq!.Value, (ulong)edge.Metrics.Find("Counter")!.Value!));

        // A device dies alone.
        var reborn = device.BornAt;
        host.Write(edge, ("Do/Device", true));
        await until(() => device.DiedAt is not null && device.IsOnline && device.BornAt != reborn);
        Assert.True(edge.IsOnline);

        // The connection breaks: the will is its death, and the node comes back by itself.
        host.Write(edge, ("Do/Drop", true));
        await until(() => edge.DiedAt is not null && edge.IsOnline && device.IsOnline);
        var died = edge.DiedAt;

        // On purpose.
        host.Write(edge, ("Do/Stop", true));
        await until(() => edge.DiedAt != died && !edge.IsOnline);
        Assert.True(device.Metrics.Find("Speed")!.IsStale);

        var (exitCode, lines) = await node.WaitAsync();
        Assert.Equal(0, exitCode);
        Assert.Equal(2, lines.Count(l => l.Contains("\"birth\"", StringComparison.Ordinal)));
        // What it does otherwise: its will and death have QoS 0, bdSeq is always 0 and has no timestamp, NCMD is subscribed at QoS 0, a UInt32 stands in long_value.
        Assert.Equal(
            [
                "NBIRTH section-6.4.17",
                "NBIRTH tck-id-message-flow-edge-node-ncmd-subscribe",
                "NBIRTH tck-id-payloads-name-birth-data-requirement",
                "NDEATH tck-id-message-flow-edge-node-birth-publish-will-message-payload-bdSeq",
                "NDEATH tck-id-payloads-ndeath-will-message-qos",
            ],
            witness.Broken(must: true));
        Assert.Equal(
            ["Motor 1: poles: UInt32 in Int", "Motor: poles: UInt32 in Int", "Speed: UInt32 in Int", "Types/UInt32: UInt32 in Int"],
            witness.Validator.Violations.Where(v => v.Rule.Id == "section-6.4.17").Select(v => $"{v.Metric}: {v.Expected}").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.All(witness.Validator.Violations.Where(v => v.Rule.Id == "tck-id-payloads-name-birth-data-requirement"), v => Assert.Equal("bdSeq", v.Metric));
        // The data types that our host adds to its commands, and those of the node's data.
        Assert.Equal(["DCMD tck-id-payloads-metric-datatype-not-req"], witness.Broken(must: false));
    });

    [Fact]
    public Task Every_data_type_of_its_births_is_read() => RunAsync(dataTypes: false, async (host, node, witness, until) =>
    {
        await until(() => host.Nodes.TryGetValue("G/E", out var known) && known.IsOnline);
        var metrics = host.Nodes["G/E"].Metrics;
        object? Of(string type) => metrics.Find($"Types/{type}")!.Value;
        Assert.Equal(
            [
                (sbyte)-128, (short)-32768, int.MinValue, long.MinValue, (byte)255, (ushort)65535, uint.MaxValue, ulong.MaxValue, -1.5f, 0.1, true, "水位",
                DateTimeOffset.FromUnixTimeMilliseconds(1486144502122), "", Guid.Parse("6f9619ff-8b86-d011-b42d-00c04fc964ff"),
            ],
            new[] { "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float", "Double", "Boolean", "String", "DateTime", "Text", "UUID" }.Select(Of));
        Assert.Equal([0, 255], (byte[])Of("Bytes")!);
        Assert.Equal("file", Encoding.UTF8.GetString((byte[])Of("File")!));
        Assert.Null(metrics.Find("Nothing")!.Value);
        Assert.True(metrics.Find("Nothing")!.Latest.IsNull);
        var table = (SparkplugDataSet)metrics.Find("Table")!.Value!;
        Assert.Equal((3UL, "a,b,c"), (table.ColumnCount!.Value, string.Join(',', table.Columns)));
        Assert.Equal([[SparkplugValue.OfLong(1), SparkplugValue.OfString("x"), SparkplugValue.OfBoolean(true)], [SparkplugValue.OfLong(2), SparkplugValue.OfString("y"), SparkplugValue.OfBoolean(false)]], table.Rows);
        var motor = (SparkplugTemplate)metrics.Find("Motor 1")!.Value!;
        Assert.Equal(("Motor", "1", false, 1450), (motor.TemplateRef, motor.Version, motor.IsDefinition, motor.Metrics[0].Value.TryGet(SparkplugDataType.Int32, out var rpm) ? rpm : null));
        Assert.Equal(("poles", 6u), (motor.Parameters[0].Name, motor.Parameters[0].Value.TryGet(SparkplugDataType.UInt32, out var poles) ? poles : null));
        var described = metrics.Find("Described")!.Birth;
        Assert.Equal(("none", 3UL, "abc", "what it is", false), (described.MetaData!.ContentType, described.MetaData.Size, described.MetaData.Md5, described.MetaData.Description, described.MetaData.IsMultiPart));
        Assert.Equal(("kW", 192UL), (described.Properties!.Find("engUnit")!.Value.String, described.Properties.Find("Quality")!.Value.Integer));
        Assert.Equal(5UL, described.Properties.Find("inner")!.Value.PropertySet!.Find("deep")!.Value.Integer);
        Assert.Equal([true, false], described.Properties.Find("several")!.Value.PropertySetList!.Select(set => set.Find("a") is not null));

        // Without a data type in the command it reads null, which is why a host can be told to name it.
        host.Write(host.Nodes["G/E"], ("Do/Stop", true));
        await until(() => !host.Nodes["G/E"].IsOnline);
        var (_, lines) = await node.WaitAsync();
        Assert.Contains("""{"step":"ncmd","result":["Do/Stop",null,null]}""", lines);
    });

    private static async Task<IReadOnlyList<string>> LinesAsync(ForeignProgram program, int count)
    {
        var lines = new List<string>();
        while (lines.Count < count) lines.Add(await program.ReadLineAsync());
        return lines;
    }

    private static Task RunAsync(bool dataTypes, Func<SparkplugHost, ForeignProgram, SparkplugWitness, Func<Func<bool>, Task>, Task> test) => LoopbackContext.RunAsync(async () =>
    {
        var witness = new SparkplugWitness();
        await using var broker = new LoopbackBroker(observer: witness);
        var options = new SparkplugHostOptions { HostId = "scada", Mqtt = new MqttClientOptions { ClientId = "scada" }, DataTypesInCommands = dataTypes };
        await using var host = new SparkplugHost(options, token => SocketPipe.ConnectAsync(broker.Port, token), TimeProvider.System);
        var problems = new List<SparkplugHostProblem>();
        var changed = () => { };
        host.NodeChanged += _ => changed();
        host.DeviceChanged += _ => changed();
        host.ValueReceived += _ => changed();
        host.ProblemFound += problems.Add;
        await host.ConnectAsync(TestContext.Current.CancellationToken);
        using var node = ForeignProgram.StartNode("sparkplug-client", "sparkplug-node.js", $"{broker.Port}");
        await test(host, node, witness, UntilAsync);
        Assert.Empty(problems);

        async Task UntilAsync(Func<bool> holds)
        {
            var done = new TaskCompletionSource();
            changed = () =>
            {
                if (holds()) done.TrySetResult();
            };
            changed();
            await done.Task;
        }
    });
}
