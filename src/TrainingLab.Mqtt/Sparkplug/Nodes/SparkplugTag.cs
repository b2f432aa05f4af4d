using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.Mqtt.Sparkplug.Nodes;

/// <summary>A metric that an edge node or device offers, with its current value.</summary>
public sealed class SparkplugTag
{
    private readonly bool tellsType;

    internal SparkplugTag(string name, ulong? alias, SparkplugDataType type, bool tellsType, SparkplugPropertySet? properties)
    {
        this.tellsType = tellsType;
        Name = name;
        Alias = alias;
        Type = type;
        Properties = properties;
    }

    /// <summary>The name, whose slashes make folders.</summary>
    public string Name { get; }

    /// <summary>The alias, unique within the edge node; null where aliases are not used.</summary>
    public ulong? Alias { get; }

    /// <summary>The data type.</summary>
    public SparkplugDataType Type { get; }

    /// <summary>Properties, which births carry; null for none.</summary>
    public SparkplugPropertySet? Properties { get; }

    /// <summary>The value; of kind None when it is null.</summary>
    public SparkplugValue Value { get; internal set; }

    /// <summary>When the value was taken, in milliseconds since 1970-01-01 UTC.</summary>
    public ulong Timestamp { get; internal set; }

    /// <summary>As births have it: everything.</summary>
    internal SparkplugMetric Birth() => new()
    {
        Name = Name,
        Alias = Alias,
        Timestamp = Timestamp,
        DataType = (uint)Type,
        Properties = Properties,
        IsNull = Value.Kind == SparkplugValueKind.None,
        Value = Value,
    };

    /// <summary>As data has it: an alias in place of the name, no data type unless it is wanted (§6.4.6).</summary>
    internal SparkplugMetric Data(SparkplugValue value, ulong timestamp, bool isHistorical) => new()
    {
        Name = Alias is null ? Name : null,
        Alias = Alias,
        Timestamp = timestamp,
        DataType = tellsType ? (uint)Type : null,
        IsHistorical = isHistorical,
        IsNull = value.Kind == SparkplugValueKind.None,
        Value = value,
    };
}
