namespace TrainingLab.OpcUa.Events;

/// <summary>
/// Something that happened (OPC 10000-5, 6.4.2): its type, where, what, how severe, and the fields that its type adds. It does not change once it is raised.
/// </summary>
public sealed class UaEvent
{
    private readonly Dictionary<string, Variant> _fields = new(StringComparer.Ordinal);

    /// <summary>An event that is raised by <see cref="Server.OpcUaServer.Raise"/>, which gives it its id and times.</summary>
    /// <param name="type">Its event type.</param>
    /// <param name="source">The node it comes from; must be in the address space for its notifiers to be found, else only the Server object reports it.</param>
    /// <param name="sourceName">That node's name.</param>
    /// <param name="message">What happened, for people.</param>
    /// <param name="severity">1 (information) to 1000 (catastrophe); values outside are brought inside.</param>
    public UaEvent(NodeId type, NodeId source, string? sourceName, LocalizedText message, int severity)
    {
        Type = type;
        Source = source;
        _fields["EventType"] = new Variant(type);
        _fields["SourceNode"] = new Variant(source);
        _fields["SourceName"] = sourceName;
        _fields["Message"] = new Variant(message);
        _fields["Severity"] = new Variant((ushort)Math.Clamp(severity, 1, 1000));
    }

    /// <summary>Its event type.</summary>
    public NodeId Type { get; }

    /// <summary>The node it comes from.</summary>
    public NodeId Source { get; }

    /// <summary>The condition whose state it tells; null id for other events.</summary>
    public NodeId ConditionId { get; init; }

    /// <summary>Whether it tells who did what: then its type decides who receives it, and not the node that was written or called.</summary>
    internal bool IsAudit { get; init; }

    /// <summary>The message in other languages; the first of a session's languages that is there is what its clients read. Empty by default.</summary>
    public IReadOnlyList<LocalizedText> Translations { get; init; } = [];

    /// <summary>A field by its path of browse names, separated by slashes, a name of another namespace than 0 with its index (<c>2:Batch</c>); null where it has none.</summary>
    public Variant this[string path]
    {
        get => _fields.GetValueOrDefault(path);
        set => _fields[path] = value;
    }

    /// <summary>Its fields by path.</summary>
    public IReadOnlyDictionary<string, Variant> Fields => _fields;

    /// <summary>Gives it what every event has when it is raised; an id and a time that it has stay.</summary>
    internal void Stamp(byte[] eventId, DateTime now)
    {
        _fields.TryAdd("EventId", new Variant(eventId));
        _fields.TryAdd("Time", new Variant(now));
        _fields["ReceiveTime"] = new Variant(now);
    }

    /// <summary>Makes it the event that it was when it was raised.</summary>
    internal void Restore(byte[] eventId, DateTime time)
    {
        _fields["EventId"] = new Variant(eventId);
        _fields["Time"] = new Variant(time);
        _fields["ReceiveTime"] = new Variant(time);
    }
}
