using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Messages;

/// <summary>A node to add (OPC 10000-4, 5.8.2.2).</summary>
/// <remarks><code>parent: expanded node id | reference type: node id | requested id: expanded node id | browse name: qualified name | node class: 4 | attributes: extension object | type definition: expanded node id</code></remarks>
public readonly record struct AddNodesItem(
    ExpandedNodeId Parent, NodeId ReferenceType, ExpandedNodeId RequestedNode, QualifiedName BrowseName, NodeClass Class, ExtensionObject? Attributes, ExpandedNodeId TypeDefinition)
    : IStructureBody<AddNodesItem>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteExpandedNodeId(Parent);
        writer.WriteNodeId(ReferenceType);
        writer.WriteExpandedNodeId(RequestedNode);
        writer.WriteQualifiedName(BrowseName);
        writer.WriteInt32((int)Class);
        writer.WriteExtensionObject(Attributes);
        writer.WriteExpandedNodeId(TypeDefinition);
    }

    public static AddNodesItem Read(ref UaReader reader) => new(
        reader.ReadExpandedNodeId(), reader.ReadNodeId(), reader.ReadExpandedNodeId(), reader.ReadQualifiedName(), (NodeClass)reader.ReadInt32(), reader.ReadExtensionObject(),
        reader.ReadExpandedNodeId());
}

/// <summary>Adds nodes (OPC 10000-4, 5.8.2).</summary>
/// <remarks><code>nodes to add: AddNodesItem[]</code></remarks>
public sealed record AddNodesRequest(AddNodesItem[] NodesToAdd) : IServiceMessage<AddNodesRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 488;

    /// <inheritdoc/>
    public void Write(UaWriter writer) => writer.WriteStructures(NodesToAdd);

    public static AddNodesRequest Read(ref UaReader reader) => new(reader.ReadStructures<AddNodesItem>(minElementSize: 21));
}

/// <summary>The answer to <see cref="AddNodesRequest"/>.</summary>
/// <remarks><code>results: (status: 4 | added node: node id)[] | diagnostic info[]</code></remarks>
public sealed record AddNodesResponse(AddNodesResult[] Results) : IServiceMessage<AddNodesResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 491;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStructures(Results);
        writer.WriteInt32(-1);
    }

    public static AddNodesResponse Read(ref UaReader reader)
    {
        AddNodesResponse message = new(reader.ReadStructures<AddNodesResult>(minElementSize: 6));
        reader.SkipDiagnosticInfos();
        return message;
    }
}

/// <summary>Whether a node was added.</summary>
/// <remarks><code>status: 4 | added node: node id</code></remarks>
public readonly record struct AddNodesResult(StatusCode Status, NodeId AddedNode) : IStructureBody<AddNodesResult>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCode(Status);
        writer.WriteNodeId(AddedNode);
    }

    public static AddNodesResult Read(ref UaReader reader) => new(reader.ReadStatusCode(), reader.ReadNodeId());
}

/// <summary>A reference to add (OPC 10000-4, 5.8.3.2).</summary>
/// <remarks><code>source: node id | reference type: node id | is forward: 1 | target server uri: string | target: expanded node id | target class: 4</code></remarks>
public readonly record struct AddReferencesItem(NodeId Source, NodeId ReferenceType, bool IsForward, string? TargetServerUri, ExpandedNodeId Target, NodeClass TargetClass)
    : IStructureBody<AddReferencesItem>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeId(Source);
        writer.WriteNodeId(ReferenceType);
        writer.WriteBoolean(IsForward);
        writer.WriteString(TargetServerUri);
        writer.WriteExpandedNodeId(Target);
        writer.WriteInt32((int)TargetClass);
    }

    public static AddReferencesItem Read(ref UaReader reader) =>
        new(reader.ReadNodeId(), reader.ReadNodeId(), reader.ReadBoolean(), reader.ReadString(), reader.ReadExpandedNodeId(), (NodeClass)reader.ReadInt32());
}

/// <summary>Adds references (OPC 10000-4, 5.8.3).</summary>
/// <remarks><code>references to add: AddReferencesItem[]</code></remarks>
public sealed record AddReferencesRequest(AddReferencesItem[] ReferencesToAdd) : IServiceMessage<AddReferencesRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 494;

    /// <inheritdoc/>
    public void Write(UaWriter writer) => writer.WriteStructures(ReferencesToAdd);

    public static AddReferencesRequest Read(ref UaReader reader) => new(reader.ReadStructures<AddReferencesItem>(minElementSize: 15));
}

/// <summary>The answer to <see cref="AddReferencesRequest"/>.</summary>
/// <remarks><code>results: 4[] | diagnostic info[]</code></remarks>
public sealed record AddReferencesResponse(StatusCode[] Results) : IServiceMessage<AddReferencesResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 497;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCodes(Results);
        writer.WriteInt32(-1);
    }

    public static AddReferencesResponse Read(ref UaReader reader)
    {
        AddReferencesResponse message = new(reader.ReadStatusCodes());
        reader.SkipDiagnosticInfos();
        return message;
    }
}

/// <summary>A node to delete (OPC 10000-4, 5.8.4.2).</summary>
/// <remarks><code>node: node id | delete target references: 1</code></remarks>
public readonly record struct DeleteNodesItem(NodeId Node, bool DeleteTargetReferences) : IStructureBody<DeleteNodesItem>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeId(Node);
        writer.WriteBoolean(DeleteTargetReferences);
    }

    public static DeleteNodesItem Read(ref UaReader reader) => new(reader.ReadNodeId(), reader.ReadBoolean());
}

/// <summary>Deletes nodes (OPC 10000-4, 5.8.4).</summary>
/// <remarks><code>nodes to delete: DeleteNodesItem[]</code></remarks>
public sealed record DeleteNodesRequest(DeleteNodesItem[] NodesToDelete) : IServiceMessage<DeleteNodesRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 500;

    /// <inheritdoc/>
    public void Write(UaWriter writer) => writer.WriteStructures(NodesToDelete);

    public static DeleteNodesRequest Read(ref UaReader reader) => new(reader.ReadStructures<DeleteNodesItem>(minElementSize: 3));
}

/// <summary>The answer to <see cref="DeleteNodesRequest"/>.</summary>
/// <remarks><code>results: 4[] | diagnostic info[]</code></remarks>
public sealed record DeleteNodesResponse(StatusCode[] Results) : IServiceMessage<DeleteNodesResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 503;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCodes(Results);
        writer.WriteInt32(-1);
    }

    public static DeleteNodesResponse Read(ref UaReader reader)
    {
        DeleteNodesResponse message = new(reader.ReadStatusCodes());
        reader.SkipDiagnosticInfos();
        return message;
    }
}

/// <summary>A reference to delete (OPC 10000-4, 5.8.5.2).</summary>
/// <remarks><code>source: node id | reference type: node id | is forward: 1 | target: expanded node id | delete bidirectional: 1</code></remarks>
public readonly record struct DeleteReferencesItem(NodeId Source, NodeId ReferenceType, bool IsForward, ExpandedNodeId Target, bool DeleteBidirectional)
    : IStructureBody<DeleteReferencesItem>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeId(Source);
        writer.WriteNodeId(ReferenceType);
        writer.WriteBoolean(IsForward);
        writer.WriteExpandedNodeId(Target);
        writer.WriteBoolean(DeleteBidirectional);
    }

    public static DeleteReferencesItem Read(ref UaReader reader) =>
        new(reader.ReadNodeId(), reader.ReadNodeId(), reader.ReadBoolean(), reader.ReadExpandedNodeId(), reader.ReadBoolean());
}

/// <summary>Deletes references (OPC 10000-4, 5.8.5).</summary>
/// <remarks><code>references to delete: DeleteReferencesItem[]</code></remarks>
public sealed record DeleteReferencesRequest(DeleteReferencesItem[] ReferencesToDelete) : IServiceMessage<DeleteReferencesRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 506;

    /// <inheritdoc/>
    public void Write(UaWriter writer) => writer.WriteStructures(ReferencesToDelete);

    public static DeleteReferencesRequest Read(ref UaReader reader) => new(reader.ReadStructures<DeleteReferencesItem>(minElementSize: 8));
}

/// <summary>The answer to <see cref="DeleteReferencesRequest"/>.</summary>
/// <remarks><code>results: 4[] | diagnostic info[]</code></remarks>
public sealed record DeleteReferencesResponse(StatusCode[] Results) : IServiceMessage<DeleteReferencesResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 509;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCodes(Results);
        writer.WriteInt32(-1);
    }

    public static DeleteReferencesResponse Read(ref UaReader reader)
    {
        DeleteReferencesResponse message = new(reader.ReadStatusCodes());
        reader.SkipDiagnosticInfos();
        return message;
    }
}
