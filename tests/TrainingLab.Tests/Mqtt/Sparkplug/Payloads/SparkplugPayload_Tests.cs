using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.Tests.Mqtt.Sparkplug.Payloads;

/// <summary>Payloads against their bytes, worked out by hand from the schema of §6.4.1 and protobuf's encoding; the rows name the section they show.</summary>
public class SparkplugPayload_Tests
{
    public static TheoryData<string, string> Payloads => new()
    {
        { "nothing", "" },
        { "§6.4.2, example: My Metric = Test, alias 1, seq 2", "08 EAF2F5A8A02B 12 1C 0A 09 4D79204D6574726963 10 01 18 A2828395862B 20 0C 7A 04 54657374 18 02" },
        { "§6.4.25, NDEATH: bdSeq 0, no seq", "08 EAF2F5A8A02B 12 12 0A 05 6264536571 18 EAF2F5A8A02B 20 08 58 00" },
        { "§6.4.26, DDEATH: seq 123", "08 EAF2F5A8A02B 18 7B" },
        { "§6.4.23, NCMD: Node Control/Rebirth = true", "08 EAF2F5A8A02B 12 21 0A 14 4E6F646520436F6E74726F6C2F52656269727468 18 EAF2F5A8A02B 20 0B 70 01" },
        { "§6.4.5, uuid and body", "22 01 75 2A 02 FFFE" },
        { "§6.4.6, is_historical, is_transient, is_null", "12 0B 0A 01 6E 20 0A 28 01 30 01 38 01" },
        { "§6.4.6, Int8 = -1 in int_value", "12 0B 0A 01 61 20 01 50 FFFFFFFF0F" },
        { "§6.4.6, the largest UInt64 in long_value", "12 10 0A 01 61 20 08 58 FFFFFFFFFFFFFFFFFF01" },
        { "§6.4.6, float_value 12.1", "12 0A 0A 01 61 20 09 65 9A994141" },
        { "§6.4.6, double_value 1.5", "12 0E 0A 01 61 20 0A 69 000000000000F83F" },
        { "§6.4.6, bytes_value", "12 0B 0A 01 61 20 11 8201 03 010203" },
        { "§6.4.7, metadata, every field", "12 26 0A 01 66 42 21 08 01 12 0A 746578742F706C61696E 18 05 20 02 2A 01 66 32 03 747874 3A 02 6D64 42 01 64" },
        { "§6.4.9, Quality = 192", "12 17 0A 01 71 4A 10 0A 07 5175616C697479 12 05 08 03 18 C001 50 01" },
        { "§6.4.10, a list of property sets", "12 16 4A 14 0A 01 6C 12 0F 08 15 52 0B 0A 09 0A 01 6B 12 04 08 0B 38 01" },
        { "§6.4.11, a table of Int32 and String", "12 1F 0A 01 64 20 10 8A01 17 08 02 12 01 61 12 01 62 18 03 18 0C 22 09 0A 02 08 07 0A 03 32 01 78" },
        { "§6.4.14, an instance of template T", "12 24 0A 01 74 20 13 9201 1C 0A 03 312E30 12 07 0A 01 6D 20 03 50 05 1A 07 0A 01 70 10 03 18 09 22 01 54 28 00" },
    };

    [Theory]
    [MemberData(nameof(Payloads))]
    public void A_payload_is_written_as_it_was_read(string name, string hex)
    {
        var bytes = Bytes(hex);
        Assert.Equal($"{name}: {Convert.ToHexString(bytes)}", $"{name}: {Convert.ToHexString(SparkplugPayload.Read(bytes).ToBytes())}");
    }

    [Theory]
    [MemberData(nameof(Payloads))]
    public void A_payload_cut_at_any_byte_is_a_shorter_one_or_a_named_error(string name, string hex)
    {
        var bytes = Bytes(hex);
        for (var cut = 0; cut < bytes.Length; cut++)
        {
            try
            {
                // A cut between two fields leaves a payload, which is then as long as the cut.
                Assert.Equal(cut, SparkplugPayload.Read(bytes.AsSpan(0, cut)).ToBytes().Length);
            }
            catch (SparkplugFormatException cutShort)
            {
                Assert.True(cutShort.Error == SparkplugFormatError.Truncated, $"{name} cut at {cut}: {cutShort.Error}");
            }
        }
    }

    [Fact]
    public void The_example_of_section_6_4_2_means_what_it_says()
    {
        var payload = SparkplugPayload.Read(Bytes("08 EAF2F5A8A02B 12 1C 0A 09 4D79204D6574726963 10 01 18 A2828395862B 20 0C 7A 04 54657374 18 02"));
        var metric = Assert.Single(payload.Metrics);
        Assert.Equal((1486144502122UL, 2UL), (payload.Timestamp, payload.Seq));
        Assert.Equal(("My Metric", 1UL, 1479123452194UL, SparkplugDataType.String), (metric.Name, metric.Alias, metric.Timestamp, metric.Type));
        Assert.Equal("Test", metric.Value.String);
        Assert.Same(metric, payload.Find("My Metric"));
        Assert.Null(payload.Find("my metric"));
    }

    [Fact]
    public void Quality_and_tables_mean_what_they_say()
    {
        var quality = SparkplugPayload.Read(Bytes("12 17 0A 01 71 4A 10 0A 07 5175616C697479 12 05 08 03 18 C001 50 01")).Metrics[0];
        Assert.True(quality.Properties!.Find(SparkplugPropertySet.Quality)!.Value.TryGet(SparkplugDataType.Int32, out var code));
        Assert.Equal(192, code);

        var table = SparkplugPayload.Read(Bytes("12 1F 0A 01 64 20 10 8A01 17 08 02 12 01 61 12 01 62 18 03 18 0C 22 09 0A 02 08 07 0A 03 32 01 78")).Metrics[0].Value.DataSet!;
        Assert.Equal(2UL, table.ColumnCount);
        Assert.Equal(["a", "b"], table.Columns);
        Assert.Equal([3u, 12u], table.Types);
        Assert.Equal([SparkplugValue.OfInt(7), SparkplugValue.OfString("x")], Assert.Single(table.Rows));
    }

    [Theory]
    [InlineData("18 0C 18 03")]
    [InlineData("1A 02 0C 03")]
    public void Column_types_may_be_packed(string types) =>
        Assert.Equal([12u, 3u], SparkplugPayload.Read(Bytes("12 07 8A01 04" + types)).Metrics[0].Value.DataSet!.Types);

    [Theory]
    [InlineData("F8 0F 05", "a varint")]
    [InlineData("FA 0F 02 0102", "bytes")]
    [InlineData("FD 0F 01020304", "fixed 32")]
    [InlineData("F9 0F 0102030405060708", "fixed 64")]
    public void Fields_of_others_are_passed_over(string field, string name)
    {
        var payload = SparkplugPayload.Read(Bytes(field + "18 07"));
        Assert.True(payload.Seq == 7, name);
    }

    [Fact]
    public void Of_a_field_that_comes_twice_the_last_counts()
    {
        var payload = SparkplugPayload.Read(Bytes("18 01 18 02 12 04 50 01 58 02"));
        Assert.Equal(2UL, payload.Seq);
        Assert.Equal(SparkplugValue.OfLong(2), payload.Metrics[0].Value);
    }

    [Theory]
    [InlineData("18", SparkplugFormatError.Truncated)]
    [InlineData("18 80", SparkplugFormatError.Truncated)]
    [InlineData("12 05 0A", SparkplugFormatError.Truncated)]
    [InlineData("12 FFFFFFFFFFFFFFFFFF01", SparkplugFormatError.Truncated)]
    [InlineData("12 03 65 0102", SparkplugFormatError.Truncated)]
    [InlineData("18 FFFFFFFFFFFFFFFFFFFF01", SparkplugFormatError.VarintTooLong)]
    [InlineData("00 01", SparkplugFormatError.InvalidTag)]
    [InlineData("0B", SparkplugFormatError.InvalidTag)]
    [InlineData("0C", SparkplugFormatError.InvalidTag)]
    [InlineData("1F 00", SparkplugFormatError.InvalidTag)]
    [InlineData("1A 01 00", SparkplugFormatError.WrongWireType)]
    [InlineData("10 01", SparkplugFormatError.WrongWireType)]
    [InlineData("12 02 60 01", SparkplugFormatError.WrongWireType)]
    [InlineData("12 04 0A 02 C328", SparkplugFormatError.InvalidUtf8)]
    public void Bytes_that_are_no_payload_are_a_named_error(string hex, SparkplugFormatError error) =>
        Assert.Equal(error, Assert.Throws<SparkplugFormatException>(() => SparkplugPayload.Read(Bytes(hex))).Error);

    [Fact]
    public void Every_limit_is_named_when_it_is_exceeded()
    {
        var limits = new SparkplugLimits { MaxPayloadBytes = 200, MaxMetrics = 2, MaxProperties = 2, MaxColumns = 2, MaxCells = 4, MaxParameters = 2, MaxDepth = 2 };
        Assert.Equal(SparkplugFormatError.PayloadTooLarge, Error(new byte[201]));
        Assert.Null(Error(Bytes("1200 1200")));
        Assert.Equal(SparkplugFormatError.TooManyMetrics, Error(Bytes("1200 1200 1200")));
        Assert.Equal(SparkplugFormatError.TooManyMetrics, Error(Bytes("1207 9201 04 1200 1200")));
        Assert.Equal(SparkplugFormatError.TooManyProperties, Error(Bytes("1208 4A06 0A00 0A00 0A00")));
        Assert.Equal(SparkplugFormatError.TooManyProperties, Error(Bytes("1208 4A06 1200 1200 1200")));
        Assert.Equal(SparkplugFormatError.TooManyColumns, Error(Bytes("1209 8A01 06 1200 1200 1200")));
        Assert.Equal(SparkplugFormatError.TooManyColumns, Error(Bytes("1208 8A01 05 1A03 010101")));
        Assert.Equal(SparkplugFormatError.TooManyCells, Error(Bytes("120D 8A01 0A 2200 2200 2200 2200 2200")));
        Assert.Equal(SparkplugFormatError.TooManyParameters, Error(Bytes("1209 9201 06 1A00 1A00 1A00")));
        limits = limits with { MaxMetrics = 10 };
        Assert.Equal(SparkplugFormatError.TooDeep, Error(Nested(3)));
        Assert.Null(Error(Nested(2)));

        SparkplugFormatError? Error(byte[] bytes)
        {
            try
            {
                SparkplugPayload.Read(bytes, limits);
                return null;
            }
            catch (SparkplugFormatException exceeded)
            {
                return exceeded.Error;
            }
        }
    }

    [Fact]
    public void A_metric_cannot_carry_what_only_a_property_can()
    {
        var payload = new SparkplugPayload { Metrics = [new SparkplugMetric { Value = SparkplugValue.OfPropertySet(new SparkplugPropertySet()) }] };
        Assert.Throws<InvalidOperationException>(() => payload.ToBytes());
    }

    /// <summary>A template in a template in a template.</summary>
    private static byte[] Nested(int depth)
    {
        var metric = new SparkplugMetric { Name = "inner" };
        for (var i = 0; i < depth; i++) metric = new SparkplugMetric { Name = "outer", Value = SparkplugValue.OfTemplate(new SparkplugTemplate { Metrics = [metric] }) };
        return new SparkplugPayload { Metrics = [metric] }.ToBytes();
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
