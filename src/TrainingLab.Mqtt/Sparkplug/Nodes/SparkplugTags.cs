using System.Collections;
using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.Mqtt.Sparkplug.Nodes;

/// <summary>
/// The metrics of an edge node or device. A value that is set and differs is reported by the next publish (report by exception, §2.1); one that is set while
/// there is no session is told by the next birth.
/// </summary>
public sealed class SparkplugTags : IReadOnlyCollection<SparkplugTag>
{
    /// <summary>Most changes that wait to be published; the oldest is dropped for a further one.</summary>
    public const int MaxPending = 10_000;

    private readonly List<SparkplugTag> tags = [];
    private readonly Dictionary<string, SparkplugTag> byName = new(StringComparer.Ordinal);
    private readonly Queue<SparkplugMetric> pending = new();
    private readonly Func<ulong?> nextAlias;
    private readonly bool tellTypes;
    private readonly TimeProvider time;

    internal SparkplugTags(Func<ulong?> nextAlias, bool tellTypes, TimeProvider time)
    {
        this.nextAlias = nextAlias;
        this.tellTypes = tellTypes;
        this.time = time;
    }

    /// <summary>How many metrics there are.</summary>
    public int Count => tags.Count;

    /// <summary>
    /// Adds a metric. Within a session it is published from the next birth on (<see cref="SparkplugEdgeNode.Rebirth"/>), because data must not carry what no birth has named.
    /// </summary>
    /// <param name="name">Its name, not empty; <c>bdSeq</c> and <c>Node Control/Rebirth</c> are the node's own.</param>
    /// <param name="type">Its data type.</param>
    /// <param name="value">Its value, as <see cref="SparkplugValue.Of"/> takes it; null for none.</param>
    /// <param name="properties">Its properties; null for none.</param>
    /// <exception cref="ArgumentException">The name is taken, the type is none of metrics, or the value is none of that type.</exception>
    public SparkplugTag Add(string name, SparkplugDataType type, object? value = null, SparkplugPropertySet? properties = null)
    {
        if (name.Length == 0 || name is SparkplugEdgeNode.BdSeqMetric or SparkplugEdgeNode.RebirthMetric || byName.ContainsKey(name))
            throw new ArgumentException($"The name '{name}' is taken.", nameof(name));
        if (!SparkplugTypes.IsOfMetrics(type)) throw new ArgumentException($"A metric cannot be {type}.", nameof(type));
        var tag = new SparkplugTag(name, nextAlias(), type, tellTypes, properties) { Value = value is null ? default : SparkplugValue.Of(type, value), Timestamp = Now() };
        tags.Add(tag);
        byName.Add(name, tag);
        return tag;
    }

    /// <summary>The metric of a name; null when there is none.</summary>
    public SparkplugTag? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>The metric of an alias; null when there is none.</summary>
    public SparkplugTag? Find(ulong alias) => tags.Find(t => t.Alias == alias);

    /// <summary>Sets a value, taken now. False when it is what it was, which is nothing to report.</summary>
    /// <exception cref="ArgumentException">There is no such metric, or the value is none of its type.</exception>
    public bool Set(string name, object? value)
    {
        var tag = Find(name) ?? throw new ArgumentException($"There is no metric '{name}'.", nameof(name));
        var wire = value is null ? default : SparkplugValue.Of(tag.Type, value);
        if (wire == tag.Value) return false;
        tag.Value = wire;
        tag.Timestamp = Now();
        Enqueue(tag.Data(wire, tag.Timestamp, isHistorical: false));
        return true;
    }

    /// <summary>Reports an old value (<c>is_historical</c>), which does not become the current one.</summary>
    /// <exception cref="ArgumentException">There is no such metric, or the value is none of its type.</exception>
    public void AddHistorical(string name, object? value, DateTimeOffset at)
    {
        var tag = Find(name) ?? throw new ArgumentException($"There is no metric '{name}'.", nameof(name));
        Enqueue(tag.Data(value is null ? default : SparkplugValue.Of(tag.Type, value), (ulong)at.ToUnixTimeMilliseconds(), isHistorical: true));
    }

    /// <inheritdoc/>
    public IEnumerator<SparkplugTag> GetEnumerator() => tags.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>What has changed since the last birth or publish, in the order of the changes.</summary>
    internal SparkplugMetric[] TakeChanges()
    {
        var changes = pending.ToArray();
        pending.Clear();
        return changes;
    }

    /// <summary>A birth tells the current values; what it does not tell is kept.</summary>
    internal void ForgetCurrent()
    {
        var historical = pending.Where(m => m.IsHistorical).ToArray();
        pending.Clear();
        foreach (var metric in historical) pending.Enqueue(metric);
    }

    private void Enqueue(SparkplugMetric metric)
    {
        if (pending.Count == MaxPending) pending.Dequeue();
        pending.Enqueue(metric);
    }

    private ulong Now() => (ulong)time.GetUtcNow().ToUnixTimeMilliseconds();
}
