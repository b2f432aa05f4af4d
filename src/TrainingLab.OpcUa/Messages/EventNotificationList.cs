using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Events that happened (OPC 10000-4, 7.25.3).</summary>
/// <remarks><code>events: EventFieldList[]</code></remarks>
public sealed record EventNotificationList(EventFieldList[] Events) : IStructure, IStructureBody<EventNotificationList>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 916;

    /// <inheritdoc/>
    public void Write(UaWriter writer) => writer.WriteStructures(Events);

    public static EventNotificationList Read(ref UaReader reader) => new(reader.ReadStructures<EventFieldList>(minElementSize: 8));
}

/// <summary>The selected fields of an event, in the order of the select clauses.</summary>
/// <remarks><code>client handle: 4 | event fields: variant[]</code></remarks>
public readonly record struct EventFieldList(uint ClientHandle, Variant[] Fields) : IStructureBody<EventFieldList>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(ClientHandle);
        writer.WriteVariants(Fields);
    }

    public static EventFieldList Read(ref UaReader reader) => new(reader.ReadUInt32(), reader.ReadVariants());
}
