using System.Text;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Sparkplug.Nodes;
using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary>What our edge node writes, as sparkplug-payload (npm) reads it, and commands that it has written.</summary>
public sealed class SparkplugPayload_Tests
{
    private static readonly DateTimeOffset Instant = DateTimeOffset.FromUnixTimeMilliseconds(1486144502122);

    /// <summary>Its signed longs come unsigned (another version of its number library is beside it), and of a UInt32 it sees only long_value: the schema shows what is there.</summary>
    private static readonly string NodeBirth = """
        {"step":"NBIRTH","result":["spBv1.0/G/NBIRTH/E",0,[
        ["bdSeq","Int64","0"],
        ["Node Control/Rebirth","Boolean",false],
        ["Int8","Int8",-128],
        ["Int16","Int16",-32768],
        ["Int32","Int32",-2147483648],
        ["Int64","Int64","9223372036854775808"],
        ["UInt8","UInt8",255],
        ["UInt16","UInt16",65535],
        ["UInt32","UInt32",{"intValue":4294967295}],
        ["UInt64","UInt64","18446744073709551615"],
        ["Float","Float",-1.5],
        ["Double","Double",0.1],
        ["Boolean","Boolean",true],
        ["String","String","水位"],
        ["DateTime","DateTime","1486144502122"],
        ["Text","Text",""],
        ["UUID","UUID","6f9619ff-8b86-d011-b42d-00c04fc964ff"],
        ["Bytes","Bytes","0x00ff"],
        ["File","File","0x66696c65"],
        ["Nothing","Int32",null],
        ["Table","DataSet",{"types":["Int64","String","Boolean","Double"],"rows":[["18446744073709551615","x",true,0.5],["2","y",false,1.5]],"numOfColumns":"4","columns":["a","b","c","d"]}],
        ["Motor","Template",{"version":"1","templateRef":"","isDefinition":true,"metrics":[{"value":0,"type":"Int32","name":"rpm"}],"parameters":[{"value":"dc","type":"String","name":"kind"}]}],
        ["Motor 1","Template",{"version":"","templateRef":"Motor","isDefinition":false,"metrics":[{"value":1450,"type":"Int32","name":"rpm"}],"parameters":[{"value":"ac","type":"String","name":"kind"}]}],
        ["Described","Double",1,{"engUnit":{"value":"kW","type":"String"},"Quality":{"value":192,"type":"Int32"},"inner":{"value":{"deep":{"value":"5","type":"Int64"}},"type":"PropertySet"},"several":{"value":[{"deep":{"value":"5","type":"Int64"}},{"deep":{"value":"5","type":"Int64"}}],"type":"PropertySetList"},"none":{"value":null,"type":"Float"}}],
        ["Int8Array",22,{"bytesValue":"0xe97b"}],
        ["UInt16Array",27,{"bytesValue":"0x1e0088cc"}],
        ["FloatArray",30,{"bytesValue":"0xa4709d3f"}],
        ["BooleanArray",32,{"bytesValue":"0x0300000060"}],
        ["StringArray",33,{"bytesValue":"0x4142430068656c6c6f00"}],
        ["DateTimeArray",34,{"bytesValue":"0x6a791d055a010000"}]
        ]]}
        """.ReplaceLineEndings("");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_foreign_host_reads_every_type_and_its_commands_are_carried_out(bool dataTypes) => LoopbackContext.RunAsync(async () =>
    {
        var witness = new SparkplugWitness();
        await using var broker = new LoopbackBroker(observer: witness);
        using var host = ForeignProgram.StartNode("sparkplug-payload", "sparkplug-payload.js", $"{broker.Port}");
        await host.ReadUntilAsync("ready");
        var options = new SparkplugEdgeNodeOptions { Group = "G", Node = "E", Mqtt = new MqttClientOptions { ClientId = "E" }, UseAliases = false, DataTypesInData = dataTypes };
        await using var node = new SparkplugEdgeNode(options, token => SocketPipe.ConnectAsync(broker.Port, token), TimeProvider.System);
        AddTags(node);
        var device = node.AddDevice("D");
        foreach (var (name, type, value) in new (string, SparkplugDataType, object)[]
        {
            ("Int8", SparkplugDataType.Int8, 0), ("UInt32", SparkplugDataType.UInt32, 0), ("Int64", SparkplugDataType.Int64, 0), ("Text", SparkplugDataType.String, ""),
            ("Number", SparkplugDataType.Double, 0.0), ("On", SparkplugDataType.Boolean, false),
        }) device.Tags.Add(name, type, value);
        device.Connect();
        var left = 6;
        node.CommandReceived += command =>
        {
            command.Device!.Tags.Set(command.Tag.Name, command.Value);
            if (--left == 0) device.Publish();
        };
        node.CommandRefused += refused => Assert.Fail($"{refused}");
        await node.ConnectAsync(TestContext.Current.CancellationToken);

        var (exitCode, lines) = await host.WaitAsync();
        Assert.Equal(0, exitCode);
        Assert.Equal(
            [
                """{"step":"ready","result":true}""",
                NodeBirth,
                """{"step":"DBIRTH","result":["spBv1.0/G/DBIRTH/E/D",1,[["Int8","Int8",0],["UInt32","UInt32",{"intValue":0}],["Int64","Int64","0"],["Text","String",""],["Number","Double",0],["On","Boolean",false]]]}""",
                dataTypes
                    ? """{"step":"DDATA","result":["spBv1.0/G/DDATA/E/D",2,[["Int8","Int8",-3],["UInt32","UInt32",{"intValue":4000000000}],["Int64","Int64","18446744073709551611"],["Text","String","中"],["Number","Double",2.5],["On","Boolean",true]]]}"""
                    : """{"step":"DDATA","result":["spBv1.0/G/DDATA/E/D",2,[["Int8",null,{"intValue":4294967293}],["UInt32",null,{"intValue":4000000000}],["Int64",null,{"longValue":"18446744073709551611"}],["Text",null,{"stringValue":"中"}],["Number",null,{"doubleValue":2.5}],["On",null,{"booleanValue":true}]]]}""",
                NodeBirth,
                """{"step":"DBIRTH","result":["spBv1.0/G/DBIRTH/E/D",1,[["Int8","Int8",-3],["UInt32","UInt32",{"intValue":4000000000}],["Int64","Int64","18446744073709551611"],["Text","String","中"],["Number","Double",2.5],["On","Boolean",true]]]}""",
            ],
            lines);

        // Without a data type it reads no value; the schema shows that they are there. Whoever writes with sparkplug-payload says the data type, and of a UInt32 in another member: a command may.
        Assert.Equal(["DCMD tck-id-payloads-metric-datatype-not-req"], witness.Broken(must: false));
        Assert.Equal(["section-6.4.17: UInt32"], witness.Validator.Violations.Where(v => v.Rule.IsMust).Select(v => $"{v.Rule.Id}: {v.Metric}"));
    });

    private static void AddTags(SparkplugEdgeNode node)
    {
        node.Tags.Add("Int8", SparkplugDataType.Int8, sbyte.MinValue);
        node.Tags.Add("Int16", SparkplugDataType.Int16, short.MinValue);
        node.Tags.Add("Int32", SparkplugDataType.Int32, int.MinValue);
        node.Tags.Add("Int64", SparkplugDataType.Int64, long.MinValue);
        node.Tags.Add("UInt8", SparkplugDataType.UInt8, byte.MaxValue);
        node.Tags.Add("UInt16", SparkplugDataType.UInt16, ushort.MaxValue);
        node.Tags.Add("UInt32", SparkplugDataType.UInt32, uint.MaxValue);
        node.Tags.Add("UInt64", SparkplugDataType.UInt64, ulong.MaxValue);
        node.Tags.Add("Float", SparkplugDataType.Float, -1.5f);
        node.Tags.Add("Double", SparkplugDataType.Double, 0.1);
        node.Tags.Add("Boolean", SparkplugDataType.Boolean, true);
        node.Tags.Add("String", SparkplugDataType.String, "水位");
        node.Tags.Add("DateTime", SparkplugDataType.DateTime, Instant);
        node.Tags.Add("Text", SparkplugDataType.Text, "");
        node.Tags.Add("UUID", SparkplugDataType.Uuid, Guid.Parse("6f9619ff-8b86-d011-b42d-00c04fc964ff"));
        node.Tags.Add("Bytes", SparkplugDataType.Bytes, new byte[] { 0, 255 });
        node.Tags.Add("File", SparkplugDataType.File, Encoding.UTF8.GetBytes("file"));
        node.Tags.Add("Nothing", SparkplugDataType.Int32);
        node.Tags.Add("Table", SparkplugDataType.DataSet, SparkplugDataSet.Of(
            [("a", SparkplugDataType.Int64), ("b", SparkplugDataType.String), ("c", SparkplugDataType.Boolean), ("d", SparkplugDataType.Double)], [-1L, "x", true, 0.5], [2L, "y", false, 1.5]));
        node.Tags.Add("Motor", SparkplugDataType.Template, new SparkplugTemplate
        {
            IsDefinition = true, Version = "1", Metrics = [SparkplugMetric.Of("rpm", SparkplugDataType.Int32, 0, Instant)],
            Parameters = [SparkplugParameter.Of("kind", SparkplugDataType.String, "dc")],
        });
        node.Tags.Add("Motor 1", SparkplugDataType.Template, new SparkplugTemplate
        {
            IsDefinition = false, TemplateRef = "Motor", Metrics = [SparkplugMetric.Of("rpm", SparkplugDataType.Int32, 1450, Instant)],
            Parameters = [SparkplugParameter.Of("kind", SparkplugDataType.String, "ac")],
        });
        var inner = SparkplugPropertySet.Of(("deep", SparkplugDataType.Int64, 5L));
        node.Tags.Add("Described", SparkplugDataType.Double, 1.0, SparkplugPropertySet.Of(
            ("engUnit", SparkplugDataType.String, "kW"), (SparkplugPropertySet.Quality, SparkplugDataType.Int32, 192), ("inner", SparkplugDataType.PropertySet, inner),
            ("several", SparkplugDataType.PropertySetList, new[] { inner, inner }), ("none", SparkplugDataType.Float, null)));
        node.Tags.Add("Int8Array", SparkplugDataType.Int8Array, new sbyte[] { -23, 123 });
        node.Tags.Add("UInt16Array", SparkplugDataType.UInt16Array, new ushort[] { 30, 52360 });
        node.Tags.Add("FloatArray", SparkplugDataType.FloatArray, new[] { 1.23f });
        node.Tags.Add("BooleanArray", SparkplugDataType.BooleanArray, new[] { false, true, true });
        node.Tags.Add("StringArray", SparkplugDataType.StringArray, new[] { "ABC", "hello" });
        node.Tags.Add("DateTimeArray", SparkplugDataType.DateTimeArray, new[] { Instant });
    }
}
