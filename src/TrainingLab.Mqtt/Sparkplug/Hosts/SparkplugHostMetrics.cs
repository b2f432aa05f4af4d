using System.Collections;
using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.Mqtt.Sparkplug.Hosts;

/// <summary>A metric as a host knows it.</summary>
public sealed class SparkplugHostMetric
{
    internal SparkplugHostMetric(SparkplugMetric birth)
    {
        Birth = birth;
        Latest = birth;
    }

    /// <summary>How its birth describes it: name, alias, data type, properties.</summary>
    public SparkplugMetric Birth { get; }

    /// <summary>The last message about it that was not historical.</summary>
    public SparkplugMetric Latest { get; internal set; }

    /// <summary>Its name.</summary>
    public string Name => Birth.Name!;

    /// <summary>Its data type.</summary>
    public SparkplugDataType Type => Birth.Type;

    /// <summary>The value as <see cref="SparkplugValue.TryGet"/> gives it; null when it is null, or none of the type.</summary>
    public object? Value => !Latest.IsNull && Latest.Value.TryGet(Type, out var value) ? value : null;

    /// <summary>Whether the value may be old: node or device are offline, or the host is.</summary>
    public bool IsStale { get; internal set; }
}

/// <summary>The metrics of a node or device as its birth names them.</summary>
public sealed class SparkplugHostMetrics : IReadOnlyCollection<SparkplugHostMetric>
{
    private readonly Dictionary<string, SparkplugHostMetric> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, SparkplugHostMetric> byAlias = [];

    /// <summary>How many there are.</summary>
    public int Count => byName.Count;

    /// <summary>The metric of a name; null when the birth has none.</summary>
    public SparkplugHostMetric? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>The metric of an alias; null when the birth has none.</summary>
    public SparkplugHostMetric? Find(ulong alias) => byAlias.GetValueOrDefault(alias);

    /// <inheritdoc/>
    public IEnumerator<SparkplugHostMetric> GetEnumerator() => byName.Values.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Replace(IReadOnlyList<SparkplugMetric> birth)
    {
        byName.Clear();
        byAlias.Clear();
        foreach (var metric in birth.Where(m => m.Name is not null))
        {
            var known = new SparkplugHostMetric(metric);
            byName[metric.Name!] = known;
            if (metric.Alias is { } alias) byAlias[alias] = known;
        }
    }

    /// <summary>The metric that data is about; null when the birth has not named it.</summary>
    internal SparkplugHostMetric? Resolve(SparkplugMetric data) =>
        data.Alias is { } alias && Find(alias) is { } byNumber ? byNumber : data.Name is { } name ? Find(name) : null;

    internal void Stale()
    {
        foreach (var metric in byName.Values) metric.IsStale = true;
    }
}
