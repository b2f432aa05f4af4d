using System.Globalization;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Mqtt.Sparkplug.Nodes;
using TrainingLab.Mqtt.Sparkplug.Payloads;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Factory.Devices;

/// <summary>How tags show as Sparkplug metrics, and what is written to metrics as values of tags.</summary>
internal static class SparkplugMetrics
{
    /// <summary>The name of a metric: its own, or the folder and name of its tag.</summary>
    public static string NameOf(DeviceProfile profile, SparkplugMetricDefinition metric) =>
        metric.Name ?? (profile.Tags.FirstOrDefault(t => t.Name == metric.Tag)?.Folder is { } folder ? $"{folder}/{metric.Tag}" : metric.Tag);

    /// <summary>The data type that shows a kind of tag without loss.</summary>
    public static SparkplugDataType TypeOf(TagKind kind) => kind switch
    {
        TagKind.Boolean => SparkplugDataType.Boolean,
        TagKind.Integer => SparkplugDataType.Int64,
        TagKind.Double => SparkplugDataType.Double,
        _ => SparkplugDataType.String,
    };

    /// <summary>Whether a type can show a kind of tag; an integer type may be too small for some of its values.</summary>
    public static bool CanShow(TagKind kind, SparkplugMetricType type) => type switch
    {
        SparkplugMetricType.Boolean => kind == TagKind.Boolean,
        SparkplugMetricType.String or SparkplugMetricType.Text => kind == TagKind.Text,
        SparkplugMetricType.Float or SparkplugMetricType.Double => kind is TagKind.Double or TagKind.Integer,
        _ => kind == TagKind.Integer,
    };

    /// <summary>A value as a metric of a type takes it; null where the type has no room for it.</summary>
    public static object? ValueOf(TagValue value, SparkplugDataType type) => type switch
    {
        SparkplugDataType.Boolean => value.AsBoolean,
        SparkplugDataType.String or SparkplugDataType.Text => value.AsText,
        SparkplugDataType.Float => (float)value.AsDouble,
        SparkplugDataType.Double => value.AsDouble,
        _ => value.AsInteger is var integer && RangeOf(type) is var (low, high) && integer >= low && integer <= high ? integer : null,
    };

    /// <summary>What a command writes, as a tag takes it; null where no tag has such a value.</summary>
    public static TagValue? ValueOf(object? commanded) => commanded switch
    {
        bool flag => flag,
        string text => text,
        float number => (double)number,
        double number => number,
        ulong number => number <= long.MaxValue ? (long)number : null,
        sbyte or byte or short or ushort or int or uint or long => Convert.ToInt64(commanded, CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>The properties with which births describe a tag: <c>engUnit</c>, <c>engLow</c>, <c>engHigh</c> where it has them, and <c>readOnly</c>.</summary>
    public static SparkplugPropertySet Describe(string? unit, double? low, double? high, bool isWritable)
    {
        var properties = new List<(string, SparkplugDataType, object?)>();
        if (unit is not null)
            properties.Add(("engUnit", SparkplugDataType.String, unit));
        if (low is not null && high is not null)
            properties.AddRange([("engLow", SparkplugDataType.Double, low), ("engHigh", SparkplugDataType.Double, high)]);
        properties.Add(("readOnly", SparkplugDataType.Boolean, !isWritable));
        return SparkplugPropertySet.Of(properties);
    }

    private static (long Low, long High) RangeOf(SparkplugDataType type) => type switch
    {
        SparkplugDataType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        SparkplugDataType.Int16 => (short.MinValue, short.MaxValue),
        SparkplugDataType.Int32 => (int.MinValue, int.MaxValue),
        SparkplugDataType.UInt8 => (0, byte.MaxValue),
        SparkplugDataType.UInt16 => (0, ushort.MaxValue),
        SparkplugDataType.UInt32 => (0, uint.MaxValue),
        SparkplugDataType.UInt64 => (0, long.MaxValue),
        _ => (long.MinValue, long.MaxValue),
    };
}

/// <summary>A metric that is told by exception: only changes that are large enough count.</summary>
/// <param name="tags">The metrics of the node or device.</param>
/// <param name="name">The metric's name.</param>
/// <param name="deadband">Least change of a number that is reported; 0 for each.</param>
internal sealed class SparkplugReport(SparkplugTags tags, string name, double deadband)
{
    private double? told;

    /// <summary>Tells a value; null is told as null.</summary>
    public void Tell(object? value)
    {
        var number = value is IConvertible convertible and not (bool or string) ? convertible.ToDouble(CultureInfo.InvariantCulture) : (double?)null;
        if (number is { } now && told is { } last && Math.Abs(now - last) < deadband)
            return;
        told = number;
        tags.Set(name, value);
    }
}
