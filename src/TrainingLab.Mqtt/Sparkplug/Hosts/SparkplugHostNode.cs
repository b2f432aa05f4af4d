namespace TrainingLab.Mqtt.Sparkplug.Hosts;

/// <summary>An edge node as a host knows it.</summary>
public sealed class SparkplugHostNode
{
    private readonly Dictionary<string, SparkplugHostDevice> devices = new(StringComparer.Ordinal);

    internal SparkplugHostNode(string group, string id)
    {
        Group = group;
        Id = id;
    }

    /// <summary>Its group.</summary>
    public string Group { get; }

    /// <summary>Its identifier.</summary>
    public string Id { get; }

    /// <summary>Whether it is born and not dead.</summary>
    public bool IsOnline { get; internal set; }

    /// <summary>Whether what is known of it has a hole, so that its data is not taken until the next NBIRTH.</summary>
    public bool NeedsBirth { get; internal set; }

    /// <summary>The number of its session, from its birth; null where it had none.</summary>
    public ulong? BdSeq { get; internal set; }

    /// <summary>When it was last born; null for never.</summary>
    public DateTimeOffset? BornAt { get; internal set; }

    /// <summary>When it last died; null for never.</summary>
    public DateTimeOffset? DiedAt { get; internal set; }

    /// <summary>Its metrics.</summary>
    public SparkplugHostMetrics Metrics { get; } = new();

    /// <summary>Its devices by identifier.</summary>
    public IReadOnlyDictionary<string, SparkplugHostDevice> Devices => devices;

    /// <summary>The sequence number that comes next.</summary>
    internal byte NextSeq { get; set; }

    /// <summary>What came too early, by sequence number.</summary>
    internal Dictionary<byte, SparkplugReceived> Held { get; } = [];

    /// <summary>When waiting for what is missing ends.</summary>
    internal Transport.Agenda.Entry? Waiting { get; set; }

    /// <summary>When a rebirth was asked for; null for not since the last birth.</summary>
    internal DateTimeOffset? AskedAt { get; set; }

    internal SparkplugHostDevice? Device(string id, int max)
    {
        if (devices.TryGetValue(id, out var device)) return device;
        if (devices.Count >= max) return null;
        return devices[id] = new SparkplugHostDevice(this, id);
    }

    /// <summary>It died, or another session began: nothing of it is current (§5.5).</summary>
    internal void Stale()
    {
        Metrics.Stale();
        foreach (var device in devices.Values)
        {
            device.IsOnline = false;
            device.Metrics.Stale();
        }
    }
}

/// <summary>A device as a host knows it.</summary>
public sealed class SparkplugHostDevice
{
    internal SparkplugHostDevice(SparkplugHostNode node, string id)
    {
        Node = node;
        Id = id;
    }

    /// <summary>The edge node that speaks for it.</summary>
    public SparkplugHostNode Node { get; }

    /// <summary>Its identifier.</summary>
    public string Id { get; }

    /// <summary>Whether it is born and not dead.</summary>
    public bool IsOnline { get; internal set; }

    /// <summary>When it was last born; null for never.</summary>
    public DateTimeOffset? BornAt { get; internal set; }

    /// <summary>When it last died, by itself; null for never.</summary>
    public DateTimeOffset? DiedAt { get; internal set; }

    /// <summary>Its metrics.</summary>
    public SparkplugHostMetrics Metrics { get; } = new();
}

/// <summary>A message of an edge node, read.</summary>
internal sealed record SparkplugReceived(SparkplugTopic Topic, Payloads.SparkplugPayload Payload);
