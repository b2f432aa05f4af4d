using System.Text.Json.Nodes;
using TrainingLab.Simulation.Faults;

namespace TrainingLab.Simulation.Values;

/// <summary>The tags of one device. What its protocol faces serve is <see cref="Tag.Observed"/> of these tags; they learn of changes by <see cref="Changed"/>.</summary>
public sealed class TagTable
{
    private readonly Func<TimeSpan> now;
    private readonly List<Tag> tags = [];
    private readonly Dictionary<string, Tag> byName = new(StringComparer.Ordinal);

    /// <summary>Makes a table whose tags hold zeros.</summary>
    /// <param name="device">The device's name in the plant.</param>
    /// <param name="definitions">Its tags, in the order in which clients see them.</param>
    /// <param name="now">Plant time since the epoch.</param>
    /// <exception cref="ArgumentException">Two tags of one name.</exception>
    public TagTable(string device, IEnumerable<TagDefinition> definitions, Func<TimeSpan> now)
    {
        ArgumentException.ThrowIfNullOrEmpty(device);
        ArgumentNullException.ThrowIfNull(definitions);
        ArgumentNullException.ThrowIfNull(now);
        Device = device;
        this.now = now;
        foreach (var definition in definitions)
        {
            var tag = new Tag(this, definition);
            if (!byName.TryAdd(definition.Name, tag))
                throw new ArgumentException($"Device {device} has two tags named {definition.Name}.", nameof(definitions));
            tags.Add(tag);
        }
    }

    /// <summary>Raised when a tag's observed value or quality changed, on the factory's turn, once per change.</summary>
    public event Action<Tag>? Changed;

    /// <summary>The device's name in the plant.</summary>
    public string Device { get; }

    /// <summary>All tags, in the order of definition.</summary>
    public IReadOnlyList<Tag> Tags => tags;

    internal TimeSpan Now => now();

    /// <summary>The tag of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Tag this[string name] =>
        byName.TryGetValue(name, out var tag) ? tag : throw new KeyNotFoundException($"Device {Device} has no tag {name}.");

    /// <summary>The tag of that name, or null.</summary>
    public Tag? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Writes as a protocol client does; see <see cref="Tag.Write"/>.</summary>
    public TagWriteOutcome Write(string name, TagValue value) => Find(name)?.Write(value) ?? TagWriteOutcome.NoSuchTag;

    /// <summary>The state of all tags with their faults.</summary>
    public JsonNode Save()
    {
        var state = new JsonObject();
        foreach (var tag in tags)
            state[tag.Name] = tag.Save();
        return new JsonObject { ["v"] = 1, ["tags"] = state };
    }

    /// <summary>Takes a saved state. Tags that it does not name keep what they have. Raises no change.</summary>
    public void Load(JsonNode state, FaultRegistry faults)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(faults);
        if ((int?)state["v"] != 1)
            throw new NotSupportedException($"Version {state["v"]} of a tag table's state is not known.");
        foreach (var (name, saved) in state["tags"]!.AsObject())
            Find(name)?.Load(saved!, faults);
    }

    internal void OnChanged(Tag tag) => Changed?.Invoke(tag);
}
