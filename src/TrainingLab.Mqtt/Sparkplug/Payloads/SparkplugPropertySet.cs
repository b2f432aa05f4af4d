namespace TrainingLab.Mqtt.Sparkplug.Payloads;

/// <summary>
/// Properties (§6.4.8): names and as many values, side by side. A set whose lists differ in length can be read and written, so that a validator can name the mistake.
/// <code>
/// 1 keys    text           repeated
/// 2 values  PropertyValue  repeated
/// </code>
/// A list of sets is field 1 of its own message, repeated.
/// </summary>
public sealed record SparkplugPropertySet
{
    /// <summary>The property that tells a value's quality: 0 bad, 192 good, 500 stale (§6.4.9).</summary>
    public const string Quality = "Quality";

    /// <summary>The names.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>The values.</summary>
    public IReadOnlyList<SparkplugProperty> Values { get; init; } = [];

    /// <summary>A set of properties, as <see cref="SparkplugValue.Of"/> takes their values; null says that the property is null.</summary>
    /// <exception cref="ArgumentException">A value is none of its type.</exception>
    public static SparkplugPropertySet Of(params IEnumerable<(string Key, SparkplugDataType Type, object? Value)> properties)
    {
        var list = properties.ToList();
        return new SparkplugPropertySet { Keys = [.. list.Select(p => p.Key)], Values = [.. list.Select(p => SparkplugProperty.Of(p.Type, p.Value))] };
    }

    /// <summary>The value of a name; null when there is none.</summary>
    public SparkplugProperty? Find(string key)
    {
        for (var i = 0; i < Keys.Count && i < Values.Count; i++)
            if (string.Equals(Keys[i], key, StringComparison.Ordinal)) return Values[i];
        return null;
    }

    internal static SparkplugPropertySet Read(ReadOnlySpan<byte> bytes, SparkplugReadBudget budget, int depth)
    {
        budget.Enter(depth);
        var reader = new ProtobufReader(bytes);
        List<string> keys = [];
        List<SparkplugProperty> values = [];
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    budget.TakeKey();
                    keys.Add(reader.ReadString());
                    break;
                case 2:
                    budget.TakeProperty();
                    values.Add(SparkplugProperty.Read(reader.ReadBytes(), budget, depth));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        return new SparkplugPropertySet { Keys = keys, Values = values };
    }

    internal static SparkplugPropertySet[] ReadList(ReadOnlySpan<byte> bytes, SparkplugReadBudget budget, int depth)
    {
        var reader = new ProtobufReader(bytes);
        List<SparkplugPropertySet> sets = [];
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }
            budget.TakeProperty();
            sets.Add(Read(reader.ReadBytes(), budget, depth));
        }
        return [.. sets];
    }

    internal void Write(ProtobufWriter writer)
    {
        foreach (var key in Keys) writer.String(1, key);
        foreach (var value in Values) writer.Message(2, value.Write);
    }
}
