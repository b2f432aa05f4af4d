using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.Mqtt.Sparkplug.Validation;

/// <summary>What a validator has seen of one edge node.</summary>
internal sealed class SparkplugObservedNode
{
    private readonly Dictionary<string, SparkplugObservedMetrics> devices = new(StringComparer.Ordinal);

    /// <summary>Whether the last that was seen of its session is not its death.</summary>
    public bool IsBorn { get; set; }

    /// <summary>The last sequence number; null where none is known.</summary>
    public byte? LastSeq { get; set; }

    /// <summary>bdSeq of the last NBIRTH.</summary>
    public ulong? BdSeq { get; set; }

    /// <summary>bdSeq of the NBIRTH of the session before.</summary>
    public ulong? EarlierBdSeq { get; set; }

    /// <summary>bdSeq of the will of the last CONNECT; null where no CONNECT was seen.</summary>
    public ulong? WillBdSeq { get; set; }

    /// <summary>The message that asked for a rebirth that has not come; 0 for none.</summary>
    public int RebirthAskedBy { get; set; }

    public string RebirthTopic { get; set; } = "";

    /// <summary>The devices that were born in this session and have not died.</summary>
    public IReadOnlyCollection<string> BornDevices => devices.Keys;

    /// <summary>The metrics of the node itself.</summary>
    public SparkplugObservedMetrics Own { get; } = new();

    /// <summary>The template definitions of the last NBIRTH, by name.</summary>
    public Dictionary<string, SparkplugTemplate> Definitions { get; } = new(StringComparer.Ordinal);

    /// <summary>Which metric each alias stands for, as device and name.</summary>
    public Dictionary<ulong, (string Device, string Name)> Aliases { get; } = [];

    /// <summary>The metrics of a device since its last DBIRTH; null when it was not born in this session.</summary>
    public SparkplugObservedMetrics? Device(string id) => devices.GetValueOrDefault(id);

    public SparkplugObservedMetrics? Metrics(string? device) => device is null ? IsBorn ? Own : null : Device(device);

    /// <summary>A device is born; null when there are too many.</summary>
    public SparkplugObservedMetrics? Add(string id, int max)
    {
        if (devices.TryGetValue(id, out var known)) return known;
        return devices.Count >= max ? null : devices[id] = new SparkplugObservedMetrics();
    }

    public void Remove(string id)
    {
        devices.Remove(id);
        foreach (var alias in Aliases.Where(a => a.Value.Device == id).Select(a => a.Key).ToList()) Aliases.Remove(alias);
    }

    /// <summary>A session or a new round of births begins: devices have to be born again.</summary>
    public void Forget()
    {
        devices.Clear();
        Aliases.Clear();
        Definitions.Clear();
        Own.Clear();
    }
}

/// <summary>The metrics that a birth has named.</summary>
internal sealed class SparkplugObservedMetrics
{
    private readonly Dictionary<string, SparkplugObservedMetric> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, SparkplugObservedMetric> byAlias = [];

    public void Clear()
    {
        byName.Clear();
        byAlias.Clear();
    }

    public void Add(SparkplugMetric birth)
    {
        if (birth.Name is null) return;
        var metric = new SparkplugObservedMetric { Name = birth.Name, Type = birth.Type, Value = birth.Value };
        byName[birth.Name] = metric;
        if (birth.Alias is { } alias) byAlias[alias] = metric;
    }

    public SparkplugObservedMetric? Find(SparkplugMetric metric) =>
        metric.Alias is { } alias && byAlias.TryGetValue(alias, out var byNumber) ? byNumber : metric.Name is { } name ? byName.GetValueOrDefault(name) : null;
}

/// <summary>A metric that a birth has named.</summary>
internal sealed class SparkplugObservedMetric
{
    public required string Name { get; init; }

    public required SparkplugDataType Type { get; init; }

    /// <summary>The last value that was not historical.</summary>
    public SparkplugValue Value { get; set; }
}
