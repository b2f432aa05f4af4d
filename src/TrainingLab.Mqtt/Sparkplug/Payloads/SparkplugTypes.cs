using System.Globalization;

namespace TrainingLab.Mqtt.Sparkplug.Payloads;

/// <summary>How the values of each data type are carried (§6.4.17).</summary>
public static class SparkplugTypes
{
    /// <summary>The member of <c>oneof value</c> that values of a type have to use; <see cref="SparkplugValueKind.None"/> for a type that no value has.</summary>
    public static SparkplugValueKind KindOf(SparkplugDataType type) => type switch
    {
        SparkplugDataType.Int8 or SparkplugDataType.Int16 or SparkplugDataType.Int32 => SparkplugValueKind.Int,
        SparkplugDataType.UInt8 or SparkplugDataType.UInt16 or SparkplugDataType.UInt32 => SparkplugValueKind.Int,
        SparkplugDataType.Int64 or SparkplugDataType.UInt64 or SparkplugDataType.DateTime => SparkplugValueKind.Long,
        SparkplugDataType.Float => SparkplugValueKind.Float,
        SparkplugDataType.Double => SparkplugValueKind.Double,
        SparkplugDataType.Boolean => SparkplugValueKind.Boolean,
        SparkplugDataType.String or SparkplugDataType.Text or SparkplugDataType.Uuid => SparkplugValueKind.String,
        SparkplugDataType.DataSet => SparkplugValueKind.DataSet,
        SparkplugDataType.Template => SparkplugValueKind.Template,
        SparkplugDataType.PropertySet => SparkplugValueKind.PropertySet,
        SparkplugDataType.PropertySetList => SparkplugValueKind.PropertySetList,
        SparkplugDataType.Bytes or SparkplugDataType.File => SparkplugValueKind.Bytes,
        >= SparkplugDataType.Int8Array and <= SparkplugDataType.DateTimeArray => SparkplugValueKind.Bytes,
        _ => SparkplugValueKind.None,
    };

    /// <summary>Whether the type is a basic one (§6.4.17), which columns of data sets and template parameters may have.</summary>
    public static bool IsBasic(SparkplugDataType type) => type is >= SparkplugDataType.Int8 and <= SparkplugDataType.Text;

    /// <summary>Whether a metric may have the type.</summary>
    public static bool IsOfMetrics(SparkplugDataType type) =>
        KindOf(type) is not (SparkplugValueKind.None or SparkplugValueKind.PropertySet or SparkplugValueKind.PropertySetList);

    internal static bool TryWrite(SparkplugDataType type, object value, out SparkplugValue made)
    {
        made = (type, value) switch
        {
            (SparkplugDataType.Int8, _) when Integer(value, sbyte.MinValue, sbyte.MaxValue) is { } n => SparkplugValue.OfInt((uint)(int)n),
            (SparkplugDataType.Int16, _) when Integer(value, short.MinValue, short.MaxValue) is { } n => SparkplugValue.OfInt((uint)(int)n),
            (SparkplugDataType.Int32, _) when Integer(value, int.MinValue, int.MaxValue) is { } n => SparkplugValue.OfInt((uint)(int)n),
            (SparkplugDataType.Int64, _) when Integer(value, long.MinValue, long.MaxValue) is { } n => SparkplugValue.OfLong((ulong)(long)n),
            (SparkplugDataType.UInt8, _) when Integer(value, byte.MinValue, byte.MaxValue) is { } n => SparkplugValue.OfInt((uint)n),
            (SparkplugDataType.UInt16, _) when Integer(value, ushort.MinValue, ushort.MaxValue) is { } n => SparkplugValue.OfInt((uint)n),
            (SparkplugDataType.UInt32, _) when Integer(value, uint.MinValue, uint.MaxValue) is { } n => SparkplugValue.OfInt((uint)n),
            (SparkplugDataType.UInt64, _) when Integer(value, ulong.MinValue, ulong.MaxValue) is { } n => SparkplugValue.OfLong((ulong)n),
            (SparkplugDataType.Float, float f) => SparkplugValue.OfFloat(f),
            (SparkplugDataType.Float, double d) => SparkplugValue.OfFloat((float)d),
            (SparkplugDataType.Double, double d) => SparkplugValue.OfDouble(d),
            (SparkplugDataType.Double, float f) => SparkplugValue.OfDouble(f),
            (SparkplugDataType.Boolean, bool b) => SparkplugValue.OfBoolean(b),
            (SparkplugDataType.String or SparkplugDataType.Text, string s) => SparkplugValue.OfString(s),
            (SparkplugDataType.Uuid, Guid g) => SparkplugValue.OfString(g.ToString("D", CultureInfo.InvariantCulture)),
            (SparkplugDataType.DateTime, DateTimeOffset t) when t >= DateTimeOffset.UnixEpoch => SparkplugValue.OfLong((ulong)t.ToUnixTimeMilliseconds()),
            (SparkplugDataType.Bytes or SparkplugDataType.File, byte[] b) => SparkplugValue.OfBytes(b),
            (SparkplugDataType.DataSet, SparkplugDataSet d) => SparkplugValue.OfDataSet(d),
            (SparkplugDataType.Template, SparkplugTemplate t) => SparkplugValue.OfTemplate(t),
            (SparkplugDataType.PropertySet, SparkplugPropertySet p) => SparkplugValue.OfPropertySet(p),
            (SparkplugDataType.PropertySetList, IEnumerable<SparkplugPropertySet> p) => SparkplugValue.OfPropertySetList(p),
            _ when SparkplugArrays.Pack(type, value) is { } packed => SparkplugValue.OfBytes(packed),
            _ => default,
        };
        return made.Kind != SparkplugValueKind.None;
    }

    internal static bool TryRead(SparkplugDataType type, SparkplugValue value, out object? read)
    {
        read = type switch
        {
            SparkplugDataType.Int8 => Signed(value, 8) is { } n ? (sbyte)n : null,
            SparkplugDataType.Int16 => Signed(value, 16) is { } n ? (short)n : null,
            SparkplugDataType.Int32 => Signed(value, 32) is { } n ? (int)n : null,
            SparkplugDataType.Int64 => Signed(value, 64),
            SparkplugDataType.UInt8 => Unsigned(value, byte.MaxValue) is { } n ? (byte)n : null,
            SparkplugDataType.UInt16 => Unsigned(value, ushort.MaxValue) is { } n ? (ushort)n : null,
            SparkplugDataType.UInt32 => Unsigned(value, uint.MaxValue) is { } n ? (uint)n : null,
            SparkplugDataType.UInt64 => Unsigned(value, ulong.MaxValue),
            SparkplugDataType.Float => IsNumber(value) ? (float)value.Number : null,
            SparkplugDataType.Double => IsNumber(value) ? value.Number : null,
            SparkplugDataType.Boolean => value.Kind == SparkplugValueKind.Boolean ? value.Boolean : null,
            SparkplugDataType.String or SparkplugDataType.Text => value.String,
            SparkplugDataType.Uuid => Guid.TryParse(value.String, CultureInfo.InvariantCulture, out var guid) ? guid : null,
            SparkplugDataType.DateTime => value.Kind == SparkplugValueKind.Long ? SparkplugArrays.Time(value.Integer) : null,
            SparkplugDataType.Bytes or SparkplugDataType.File => value.Kind == SparkplugValueKind.Bytes ? value.Bytes.ToArray() : null,
            SparkplugDataType.DataSet => value.DataSet,
            SparkplugDataType.Template => value.Template,
            SparkplugDataType.PropertySet => value.PropertySet,
            SparkplugDataType.PropertySetList => value.PropertySetList,
            _ => value.Kind == SparkplugValueKind.Bytes ? SparkplugArrays.Unpack(type, value.Bytes.Span) : null,
        };
        return read is not null;
    }

    private static bool IsNumber(SparkplugValue value) => value.Kind is SparkplugValueKind.Float or SparkplugValueKind.Double;

    private static decimal? Integer(object value, decimal min, decimal max)
    {
        if (value is not (sbyte or byte or short or ushort or int or uint or long or ulong)) return null;
        var number = Convert.ToDecimal(value, CultureInfo.InvariantCulture);
        return number >= min && number <= max ? number : null;
    }

    /// <summary>
    /// A signed integer. Some write a negative one with the bits of its own type, others with 32 or 64 (§6.4.17 says "uint32" and no more); both are understood.
    /// </summary>
    private static long? Signed(SparkplugValue value, int size)
    {
        if (value.Kind is not (SparkplugValueKind.Int or SparkplugValueKind.Long)) return null;
        if (size == 64) return (long)value.Integer;
        var limit = 1L << (size - 1);
        var wide = value.Kind == SparkplugValueKind.Int ? (int)(uint)value.Integer : (long)value.Integer;
        if (wide >= -limit && wide < limit) return wide;
        return wide >= limit && wide < 2 * limit ? wide - (2 * limit) : null;
    }

    private static ulong? Unsigned(SparkplugValue value, ulong max) =>
        value.Kind is SparkplugValueKind.Int or SparkplugValueKind.Long && value.Integer <= max ? value.Integer : null;
}
