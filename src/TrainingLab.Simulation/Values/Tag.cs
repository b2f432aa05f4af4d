using System.Text.Json.Nodes;
using TrainingLab.Simulation.Faults;

namespace TrainingLab.Simulation.Values;

/// <summary>What came of a write.</summary>
public enum TagWriteOutcome
{
    /// <summary>The tag holds the value.</summary>
    Written,

    /// <summary>No tag of that name.</summary>
    NoSuchTag,

    /// <summary>The tag is read-only.</summary>
    NotWritable,

    /// <summary>The value is of another kind.</summary>
    WrongKind,

    /// <summary>The value is outside the tag's range, or not a number.</summary>
    OutOfRange,
}

/// <summary>
/// One tag of one device: what is true, and what the device observes of it. Between the two stand the tag's faults. A write by a client sets what is
/// true, and reaches the process that the tag is wired to at the process's next step.
/// </summary>
public sealed class Tag
{
    private readonly TagTable table;
    private readonly List<Fault> faults = [];
    private TagSample observed;

    internal Tag(TagTable table, TagDefinition definition)
    {
        this.table = table;
        Definition = definition;
        True = TagValue.Zero(definition.Kind);
        TrueQuality = Quality.Good;
        observed = new TagSample(True, Quality.Good, table.Now);
    }

    /// <summary>Name, kind, unit, range.</summary>
    public TagDefinition Definition { get; }

    /// <summary>Short for the definition's name.</summary>
    public string Name => Definition.Name;

    /// <summary>What is so, whatever the device says: graders read it, protocol clients never.</summary>
    public TagValue True { get; private set; }

    /// <summary>Quality before faults; not good only where a source says so (an expression over a bad tag).</summary>
    public Quality TrueQuality { get; private set; }

    /// <summary>What the device says: value after faults, quality, and when it last changed.</summary>
    public TagSample Observed => observed;

    /// <summary>The faults on this tag, in the order in which they apply.</summary>
    public IReadOnlyList<Fault> Faults => faults;

    /// <summary>Told of each accepted write, before it is observed. Set by what the tag is wired to.</summary>
    internal Action<TagValue>? Written { get; set; }

    /// <summary>Sets what is true, from the process or signal behind the tag.</summary>
    /// <param name="value">A value of the tag's kind.</param>
    /// <param name="quality">Default: good.</param>
    /// <exception cref="ArgumentException">Another kind: the wiring is wrong.</exception>
    public void Set(TagValue value, Quality quality = default)
    {
        if (value.Kind != Definition.Kind && !value.TryConvert(Definition.Kind, out value))
            throw new ArgumentException($"Tag {table.Device}.{Name} holds {Definition.Kind}, not {value.Kind}.", nameof(value));
        True = value;
        TrueQuality = quality;
        Observe();
    }

    /// <summary>Writes as a protocol client does: checked against writability, kind and range.</summary>
    public TagWriteOutcome Write(TagValue value)
    {
        if (!Definition.Writable)
            return TagWriteOutcome.NotWritable;
        if (!value.TryConvert(Definition.Kind, out var converted))
            return TagWriteOutcome.WrongKind;
        if (converted.IsNumber && !double.IsFinite(converted.AsDouble))
            return TagWriteOutcome.OutOfRange;
        if (converted.IsNumber && Definition.Range is { } range && !range.Contains(converted.AsDouble))
            return TagWriteOutcome.OutOfRange;
        Written?.Invoke(converted);
        Set(converted);
        return TagWriteOutcome.Written;
    }

    /// <summary>Lays a fault over the tag, after those that are there.</summary>
    public void AddFault(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        faults.Add(fault);
        Observe();
    }

    /// <summary>The fault of that id, or null. After a load the faults are new objects: find them again.</summary>
    public Fault? FindFault(string id) => faults.Find(fault => string.Equals(fault.Id, id, StringComparison.Ordinal));

    /// <summary>Takes a fault away; false when it was not there.</summary>
    public bool RemoveFault(Fault fault)
    {
        var removed = faults.Remove(fault);
        if (removed)
            Observe();
        return removed;
    }

    /// <summary>Applies the faults again: their time may have come or gone although the true value stands.</summary>
    internal void Observe()
    {
        var value = True;
        var quality = TrueQuality;
        foreach (var fault in faults)
            fault.Apply(table.Now, observed.Value, ref value, ref quality);
        if (value.Equals(observed.Value) && quality == observed.Quality)
            return;
        observed = new TagSample(value, quality, table.Now);
        table.OnChanged(this);
    }

    internal JsonNode Save()
    {
        var state = new JsonObject
        {
            ["true"] = True.Save(),
            ["observed"] = observed.Value.Save(),
            ["at"] = observed.At.Ticks,
        };
        if (!TrueQuality.IsGood)
            state["trueQuality"] = Save(TrueQuality);
        if (!observed.Quality.IsGood)
            state["quality"] = Save(observed.Quality);
        if (faults.Count > 0)
            state["faults"] = new JsonArray([.. faults.Select(fault => fault.Save())]);
        return state;
    }

    internal void Load(JsonNode state, FaultRegistry registry)
    {
        True = TagValue.Load((string)state["true"]!);
        TrueQuality = LoadQuality(state["trueQuality"]);
        observed = new TagSample(
            TagValue.Load((string)state["observed"]!),
            LoadQuality(state["quality"]),
            new TimeSpan((long)state["at"]!));
        faults.Clear();
        if (state["faults"] is JsonArray saved)
            faults.AddRange(saved.Select(fault => registry.Load(fault!)));
    }

    private static JsonArray Save(Quality quality) => [(int)quality.Level, quality.Reason];

    private static Quality LoadQuality(JsonNode? state) =>
        state is null ? Quality.Good : new Quality((QualityLevel)(int)state[0]!, (string?)state[1]);
}
