using TrainingLab.Mqtt.Sparkplug;
using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.Tests.Mqtt.Sparkplug;

/// <summary>Payloads as people read them (§6.4.2).</summary>
public class SparkplugJson_Tests
{
    [Fact]
    public void The_example_of_section_6_4_2_looks_as_the_specification_shows_it() =>
        Assert.Equal(
            """{"timestamp":1486144502122,"metrics":[{"name":"My Metric","alias":1,"timestamp":1479123452194,"dataType":"String","value":"Test"}],"seq":2}""",
            SparkplugJson.Of(SparkplugPayload.Read(Convert.FromHexString("08EAF2F5A8A02B121C0A094D79204D6574726963100118A2828395862B200C7A04546573741802"))).ToJsonString());

    [Fact]
    public void Every_kind_of_value_has_its_JSON()
    {
        Assert.Equal("-1", Value(SparkplugDataType.Int8, -1));
        Assert.Equal("18446744073709551615", Value(SparkplugDataType.UInt64, ulong.MaxValue));
        Assert.Equal("12.1", Value(SparkplugDataType.Float, 12.1f));
        Assert.Equal("\"NaN\"", Value(SparkplugDataType.Double, double.NaN));
        Assert.Equal("true", Value(SparkplugDataType.Boolean, true));
        Assert.Equal("\"2017-02-03T17:55:02.1220000\\u002B00:00\"", Value(SparkplugDataType.DateTime, DateTimeOffset.FromUnixTimeMilliseconds(1486144502122)));
        Assert.Equal("\"AQI=\"", Value(SparkplugDataType.Bytes, new byte[] { 1, 2 }));
        Assert.Equal("[-30000,30000]", Value(SparkplugDataType.Int16Array, new short[] { -30000, 30000 }));
        Assert.Equal("""{"columns":["a"],"types":["Int32"],"rows":[[-1],[2]]}""", Value(SparkplugDataType.DataSet, SparkplugDataSet.Of([("a", SparkplugDataType.Int32)], [-1], [2])));
        Assert.Equal(
            """{"templateRef":"T","isDefinition":false,"metrics":[{"name":"m","dataType":"UInt8","value":5}],"parameters":{"p":false}}""",
            Value(SparkplugDataType.Template, new SparkplugTemplate
            {
                TemplateRef = "T",
                IsDefinition = false,
                Metrics = [SparkplugMetric.Of("m", SparkplugDataType.UInt8, 5)],
                Parameters = [SparkplugParameter.Of("p", SparkplugDataType.Boolean, false)],
            }));
    }

    [Fact]
    public void What_is_not_said_is_not_shown()
    {
        var metric = new SparkplugMetric { Alias = 7, IsNull = true, IsHistorical = true, Properties = SparkplugPropertySet.Of(("Quality", SparkplugDataType.Int32, 500)) };
        var raw = new SparkplugMetric { Name = "n", DataType = 99, Value = SparkplugValue.OfInt(uint.MaxValue) };
        Assert.Equal(
            """{"metrics":[{"alias":7,"isHistorical":true,"properties":{"Quality":500},"isNull":true},{"name":"n","dataType":99,"value":4294967295}],"body":"/w=="}""",
            SparkplugJson.Of(new SparkplugPayload { Metrics = [metric, raw], Body = new byte[] { 255 } }).ToJsonString());
    }

    private static string Value(SparkplugDataType type, object value) =>
        SparkplugJson.Of(new SparkplugPayload { Metrics = [SparkplugMetric.Of("x", type, value)] })["metrics"]![0]!["value"]!.ToJsonString();
}
