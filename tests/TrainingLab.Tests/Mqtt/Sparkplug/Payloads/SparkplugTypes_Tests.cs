using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.Tests.Mqtt.Sparkplug.Payloads;

/// <summary>How the values of each data type are carried (§6.4.17).</summary>
public class SparkplugTypes_Tests
{
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeMilliseconds(1486144502122);

    public static TheoryData<SparkplugDataType, object, SparkplugValueKind> Values => new()
    {
        { SparkplugDataType.Int8, (sbyte)-128, SparkplugValueKind.Int },
        { SparkplugDataType.Int16, (short)-32768, SparkplugValueKind.Int },
        { SparkplugDataType.Int32, int.MinValue, SparkplugValueKind.Int },
        { SparkplugDataType.Int64, long.MinValue, SparkplugValueKind.Long },
        { SparkplugDataType.UInt8, (byte)255, SparkplugValueKind.Int },
        { SparkplugDataType.UInt16, (ushort)65535, SparkplugValueKind.Int },
        { SparkplugDataType.UInt32, uint.MaxValue, SparkplugValueKind.Int },
        { SparkplugDataType.UInt64, ulong.MaxValue, SparkplugValueKind.Long },
        { SparkplugDataType.Float, -1.5f, SparkplugValueKind.Float },
        { SparkplugDataType.Double, double.NaN, SparkplugValueKind.Double },
        { SparkplugDataType.Boolean, false, SparkplugValueKind.Boolean },
        { SparkplugDataType.String, "水位", SparkplugValueKind.String },
        { SparkplugDataType.DateTime, Time, SparkplugValueKind.Long },
        { SparkplugDataType.Text, "", SparkplugValueKind.String },
        { SparkplugDataType.Uuid, Guid.Parse("6f9619ff-8b86-d011-b42d-00c04fc964ff"), SparkplugValueKind.String },
        { SparkplugDataType.Bytes, new byte[] { 0, 255 }, SparkplugValueKind.Bytes },
        { SparkplugDataType.File, new byte[] { 1 }, SparkplugValueKind.Bytes },
    };

    /// <summary>The specification's examples, those with the high byte first turned round.</summary>
    public static TheoryData<SparkplugDataType, object, string> Arrays => new()
    {
        { SparkplugDataType.Int8Array, new sbyte[] { -23, 123 }, "E9 7B" },
        { SparkplugDataType.Int16Array, new short[] { -30000, 30000 }, "D08A 3075" },
        { SparkplugDataType.Int32Array, new[] { -1, 315338746 }, "FFFFFFFF FAAFCB12" },
        { SparkplugDataType.Int64Array, new[] { -4270929666821191986, -3601064768563266876 }, "CE0672AC189CBAC4 C4BA9C18AC7206CE" },
        { SparkplugDataType.UInt8Array, new byte[] { 23, 250 }, "17 FA" },
        { SparkplugDataType.UInt16Array, new ushort[] { 30, 52360 }, "1E00 88CC" },
        { SparkplugDataType.UInt32Array, new[] { 52u, 3293969225u }, "34000000 49FB55C4" },
        { SparkplugDataType.UInt64Array, new[] { 52UL, 16444743074749521625UL }, "3400000000000000 D99E02D1B27637E4" },
        { SparkplugDataType.FloatArray, new[] { 1.23f, 89.341f }, "A4709D3F 98AEB242" },
        { SparkplugDataType.DoubleArray, new[] { 12.354213, 1022.9123213 }, "D7A205685BB52840 8E171C6F4CF78F40" },
        { SparkplugDataType.BooleanArray, new[] { false, false, true, true, false, true, false, false, true, true, false, true }, "0C000000 34 D0" },
        { SparkplugDataType.BooleanArray, Array.Empty<bool>(), "00000000" },
        { SparkplugDataType.StringArray, new[] { "ABC", "hello" }, "41424300 68656C6C6F00" },
        { SparkplugDataType.StringArray, Array.Empty<string>(), "" },
        { SparkplugDataType.DateTimeArray, new[] { DateTimeOffset.FromUnixTimeMilliseconds(1256102875335), DateTimeOffset.FromUnixTimeMilliseconds(1656107875000) }, "C7D0907524010000 B8BAB89781010000" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_comes_back_as_it_was(SparkplugDataType type, object value, SparkplugValueKind kind)
    {
        var wire = SparkplugValue.Of(type, value);
        Assert.Equal(kind, wire.Kind);
        Assert.Equal(kind, SparkplugTypes.KindOf(type));
        Assert.True(wire.TryGet(type, out var read));
        Assert.Equal(value, read);
    }

    [Theory]
    [MemberData(nameof(Arrays))]
    public void An_array_is_packed_as_the_specification_says(SparkplugDataType type, object value, string hex)
    {
        var wire = SparkplugValue.Of(type, value);
        Assert.Equal(hex.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexString(wire.Bytes.Span));
        Assert.True(wire.TryGet(type, out var read));
        Assert.Equal(value, read);
    }

    [Fact]
    public void Structures_come_back_as_they_were()
    {
        var table = SparkplugDataSet.Of([("a", SparkplugDataType.Int32)], [1], [2]);
        Assert.True(SparkplugValue.Of(SparkplugDataType.DataSet, table).TryGet(SparkplugDataType.DataSet, out var read));
        Assert.Same(table, read);
        Assert.Equal(SparkplugValue.OfDataSet(table), SparkplugValue.OfDataSet(SparkplugDataSet.Of([("a", SparkplugDataType.Int32)], [1], [2])));
        Assert.NotEqual(SparkplugValue.OfDataSet(table), SparkplugValue.OfDataSet(SparkplugDataSet.Of([("a", SparkplugDataType.Int32)], [1], [3])));
        Assert.Throws<ArgumentException>(() => SparkplugDataSet.Of([("a", SparkplugDataType.Int32)], [1, 2]));
    }

    [Theory]
    [InlineData(0xFFu)]
    [InlineData(0xFFFFFFFFu)]
    public void A_negative_integer_may_have_the_bits_of_its_type_or_of_int_value(uint bits)
    {
        Assert.True(SparkplugValue.OfInt(bits).TryGet(SparkplugDataType.Int8, out var read));
        Assert.Equal((sbyte)-1, read);
    }

    [Theory]
    [InlineData(SparkplugDataType.Int8, 128)]
    [InlineData(SparkplugDataType.UInt8, -1)]
    [InlineData(SparkplugDataType.UInt32, -1)]
    [InlineData(SparkplugDataType.Boolean, 1)]
    [InlineData(SparkplugDataType.Int32, "1")]
    [InlineData(SparkplugDataType.String, 1)]
    [InlineData(SparkplugDataType.Unknown, 1)]
    [InlineData(SparkplugDataType.Int16Array, 1)]
    public void What_is_none_of_the_type_is_refused(SparkplugDataType type, object value) =>
        Assert.Throws<ArgumentException>(() => SparkplugValue.Of(type, value));

    [Fact]
    public void What_is_none_of_the_type_is_not_read()
    {
        Assert.False(SparkplugValue.OfInt(300).TryGet(SparkplugDataType.UInt8, out _));
        Assert.False(SparkplugValue.OfInt(300).TryGet(SparkplugDataType.Int8, out _));
        Assert.False(SparkplugValue.OfString("x").TryGet(SparkplugDataType.Int32, out _));
        Assert.False(SparkplugValue.OfString("x").TryGet(SparkplugDataType.Uuid, out _));
        Assert.False(SparkplugValue.OfLong(ulong.MaxValue).TryGet(SparkplugDataType.DateTime, out _));
        Assert.False(SparkplugValue.OfInt(1).TryGet(SparkplugDataType.Boolean, out _));
        Assert.False(SparkplugValue.OfBytes([1, 2, 3]).TryGet(SparkplugDataType.Int16Array, out _));
        Assert.False(SparkplugValue.OfBytes([1, 2, 3]).TryGet(SparkplugDataType.BooleanArray, out _));
        Assert.False(SparkplugValue.OfBytes([255, 255, 255, 255, 1]).TryGet(SparkplugDataType.BooleanArray, out _));
        Assert.False(SparkplugValue.OfBytes([65]).TryGet(SparkplugDataType.StringArray, out _));
        Assert.False(default(SparkplugValue).TryGet(SparkplugDataType.String, out _));
    }
}
