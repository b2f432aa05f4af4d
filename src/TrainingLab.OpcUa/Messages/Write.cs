using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Writes attributes of nodes (OPC 10000-4, 5.11.4).</summary>
/// <remarks><code>nodes to write: WriteValue[]</code></remarks>
public sealed record WriteRequest(WriteValue[] NodesToWrite) : IServiceMessage<WriteRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 673;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStructures(NodesToWrite);
    }

    public static WriteRequest Read(ref UaReader reader) => new(reader.ReadStructures<WriteValue>(minElementSize: 11));
}

/// <summary>The answer to <see cref="WriteRequest"/>.</summary>
/// <remarks><code>results: 4[] | diagnostic info[]</code></remarks>
public sealed record WriteResponse(StatusCode[] Results) : IServiceMessage<WriteResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 676;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCodes(Results);
        writer.WriteInt32(-1);
    }

    public static WriteResponse Read(ref UaReader reader)
    {
        WriteResponse message = new(reader.ReadStatusCodes());
        reader.SkipDiagnosticInfos();
        return message;
    }
}

/// <summary>An attribute and its new value (OPC 10000-4, 5.11.4.2).</summary>
/// <remarks><code>node: node id | attribute: 4 | index range: string | value: data value</code></remarks>
public readonly record struct WriteValue(NodeId Node, AttributeId Attribute, string? IndexRange, DataValue Value) : IStructureBody<WriteValue>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeId(Node);
        writer.WriteUInt32((uint)Attribute);
        writer.WriteString(IndexRange);
        writer.WriteDataValue(Value);
    }

    public static WriteValue Read(ref UaReader reader) =>
        new(reader.ReadNodeId(), (AttributeId)reader.ReadUInt32(), reader.ReadString(), reader.ReadDataValue());
}
