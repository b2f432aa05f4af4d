using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Reads attributes of nodes (OPC 10000-4, 5.11.2).</summary>
/// <remarks><code>max age: 8 | timestamps to return: 4 | nodes to read: ReadValueId[]</code></remarks>
public sealed record ReadRequest(double MaxAge, TimestampsToReturn TimestampsToReturn, ReadValueId[] NodesToRead) : IServiceMessage<ReadRequest>
{
    /// <summary>The fewest bytes of one of <see cref="NodesToRead"/>.</summary>
    internal const int SmallestItem = 16;

    /// <inheritdoc/>
    public static uint TypeId => 631;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteDouble(MaxAge);
        writer.WriteInt32((int)TimestampsToReturn);
        writer.WriteStructures(NodesToRead);
    }

    public static ReadRequest Read(ref UaReader reader) =>
        new(reader.ReadDouble(), (TimestampsToReturn)reader.ReadInt32(), reader.ReadStructures<ReadValueId>(minElementSize: SmallestItem));
}

/// <summary>The answer to <see cref="ReadRequest"/>.</summary>
/// <remarks><code>results: data value[] | diagnostic info[]</code></remarks>
public sealed record ReadResponse(DataValue[] Results) : IServiceMessage<ReadResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 634;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteDataValues(Results);
        writer.WriteInt32(-1);
    }

    public static ReadResponse Read(ref UaReader reader)
    {
        ReadResponse message = new(reader.ReadDataValues());
        reader.SkipDiagnosticInfos();
        return message;
    }
}

/// <summary>Which times a value brings (OPC 10000-4, 7.40).</summary>
public enum TimestampsToReturn
{
    Source = 0,
    Server = 1,
    Both = 2,
    Neither = 3,
}

/// <summary>An attribute of a node, or a part of it (OPC 10000-4, 7.29).</summary>
/// <remarks><code>node: node id | attribute: 4 | index range: string | data encoding: qualified name</code></remarks>
public readonly record struct ReadValueId(
    NodeId Node, AttributeId Attribute, string? IndexRange, QualifiedName DataEncoding)
    : IStructureBody<ReadValueId>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeId(Node);
        writer.WriteUInt32((uint)Attribute);
        writer.WriteString(IndexRange);
        writer.WriteQualifiedName(DataEncoding);
    }

    public static ReadValueId Read(ref UaReader reader) =>
        new(reader.ReadNodeId(), (AttributeId)reader.ReadUInt32(), reader.ReadString(), reader.ReadQualifiedName());
}
