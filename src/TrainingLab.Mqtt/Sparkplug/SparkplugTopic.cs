using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt.Sparkplug;

/// <summary>
/// A Sparkplug topic (§4.1):
/// <code>
/// spBv1.0/group/NBIRTH|NDEATH|NDATA|NCMD/node
/// spBv1.0/group/DBIRTH|DDEATH|DDATA|DCMD/node/device
/// spBv1.0/STATE/host
/// </code>
/// Identifiers are case sensitive, not empty, and have no <c>+</c>, <c>#</c> or <c>/</c>. A group named STATE cannot be told from a host and is none.
/// </summary>
public sealed record SparkplugTopic
{
    /// <summary>The first level of every topic.</summary>
    public const string Namespace = "spBv1.0";

    private const string StateLevel = "STATE";

    private static readonly string[] Names = ["NBIRTH", "NDEATH", "DBIRTH", "DDEATH", "NDATA", "DDATA", "NCMD", "DCMD"];

    private SparkplugTopic(SparkplugMessageType type, string group, string node, string? device)
    {
        Type = type;
        Group = group;
        Node = node;
        Device = device;
    }

    /// <summary>What the message is.</summary>
    public SparkplugMessageType Type { get; }

    /// <summary>The group; empty in STATE.</summary>
    public string Group { get; }

    /// <summary>The edge node; in STATE the host.</summary>
    public string Node { get; }

    /// <summary>The device; null in messages of nodes and hosts.</summary>
    public string? Device { get; }

    /// <summary>Whether the message is about a device.</summary>
    public bool IsDevice => Device is not null;

    /// <summary>Group and node, which together are unique (§4.1.4).</summary>
    public string NodeDescriptor => $"{Group}/{Node}";

    /// <summary>A topic of an edge node or of one of its devices.</summary>
    /// <exception cref="ArgumentException">An identifier is none, or the type needs a device, or must not have one.</exception>
    public static SparkplugTopic Of(SparkplugMessageType type, string group, string node, string? device = null)
    {
        if (type == SparkplugMessageType.State) throw new ArgumentException("STATE is about a host.", nameof(type));
        if (NeedsDevice(type) != device is not null) throw new ArgumentException($"{Name(type)} {(device is null ? "needs a device" : "is about a node")}.", nameof(device));
        if (!IsValidId(group) || group == StateLevel) throw new ArgumentException($"'{group}' is no group.", nameof(group));
        if (!IsValidId(node)) throw new ArgumentException($"'{node}' is no edge node.", nameof(node));
        if (device is not null && !IsValidId(device)) throw new ArgumentException($"'{device}' is no device.", nameof(device));
        return new SparkplugTopic(type, group, node, device);
    }

    /// <summary>The topic of a host's STATE.</summary>
    /// <exception cref="ArgumentException">The identifier is none.</exception>
    public static SparkplugTopic State(string host) =>
        IsValidId(host) ? new SparkplugTopic(SparkplugMessageType.State, "", host, null) : throw new ArgumentException($"'{host}' is no host.", nameof(host));

    /// <summary>Takes a topic apart. False when it is none of Sparkplug's.</summary>
    public static bool TryParse(string topic, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SparkplugTopic? parsed)
    {
        parsed = null;
        var levels = topic.Split('/');
        if (levels.Length is < 3 or > 5 || levels[0] != Namespace || !levels.AsSpan(1).ToArray().All(IsValidId)) return false;
        if (levels[1] == StateLevel)
        {
            if (levels.Length == 3) parsed = new SparkplugTopic(SparkplugMessageType.State, "", levels[2], null);
            return parsed is not null;
        }
        var type = Array.IndexOf(Names, levels[2]);
        if (type < 0 || levels.Length != (NeedsDevice((SparkplugMessageType)type) ? 5 : 4)) return false;
        parsed = new SparkplugTopic((SparkplugMessageType)type, levels[1], levels[3], levels.Length == 5 ? levels[4] : null);
        return true;
    }

    /// <summary>Whether the text can be a group, node, device or host.</summary>
    public static bool IsValidId(string id) => id.Length > 0 && !id.AsSpan().ContainsAny('+', '#', '/') && MqttTopic.IsValidName(id);

    /// <summary>The type as topics write it.</summary>
    public static string Name(SparkplugMessageType type) => type == SparkplugMessageType.State ? StateLevel : Names[(int)type];

    /// <summary>The type of a topic level; null when it is none.</summary>
    internal static SparkplugMessageType? ParseName(string level) =>
        level == StateLevel ? SparkplugMessageType.State : Array.IndexOf(Names, level) is >= 0 and var type ? (SparkplugMessageType)type : null;

    /// <summary>Whether topics of the type have a device.</summary>
    public static bool NeedsDevice(SparkplugMessageType type) =>
        type is SparkplugMessageType.DBirth or SparkplugMessageType.DDeath or SparkplugMessageType.DData or SparkplugMessageType.DCmd;

    /// <summary>The topic as text.</summary>
    public override string ToString() => Type == SparkplugMessageType.State
        ? $"{Namespace}/{StateLevel}/{Node}"
        : $"{Namespace}/{Group}/{Name(Type)}/{Node}{(Device is null ? "" : "/" + Device)}";
}
