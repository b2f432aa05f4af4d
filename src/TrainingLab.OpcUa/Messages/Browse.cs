using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Asks for the references of nodes (OPC 10000-4, 5.9.2).</summary>
/// <remarks><code>view: ViewDescription | requested max references per node: 4 | nodes to browse: BrowseDescription[]</code></remarks>
public sealed record BrowseRequest(
    ViewDescription View, uint RequestedMaxReferencesPerNode, BrowseDescription[] NodesToBrowse)
    : IServiceMessage<BrowseRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 527;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        View.Write(writer);
        writer.WriteUInt32(RequestedMaxReferencesPerNode);
        writer.WriteStructures(NodesToBrowse);
    }

    public static BrowseRequest Read(ref UaReader reader) =>
        new(ViewDescription.Read(ref reader), reader.ReadUInt32(), reader.ReadStructures<BrowseDescription>(minElementSize: 17));
}

/// <summary>The answer to <see cref="BrowseRequest"/>.</summary>
/// <remarks><code>results: BrowseResult[] | diagnostic info[]</code></remarks>
public sealed record BrowseResponse(BrowseResult[] Results) : IServiceMessage<BrowseResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 530;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStructures(Results);
        writer.WriteInt32(-1);
    }

    public static BrowseResponse Read(ref UaReader reader)
    {
        BrowseResponse message = new(reader.ReadStructures<BrowseResult>(minElementSize: 12));
        reader.SkipDiagnosticInfos();
        return message;
    }
}

/// <summary>Which references are asked for (OPC 10000-4, 7.5).</summary>
public enum BrowseDirection
{
    Forward = 0,
    Inverse = 1,
    Both = 2,
}

/// <summary>A view to browse in; the null node id is the whole address space (OPC 10000-4, 7.44).</summary>
/// <remarks><code>view id: node id | timestamp: 8 | view version: 4</code></remarks>
public readonly record struct ViewDescription(NodeId ViewId, DateTime Timestamp, uint ViewVersion) : IStructureBody<ViewDescription>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeId(ViewId);
        writer.WriteDateTime(Timestamp);
        writer.WriteUInt32(ViewVersion);
    }

    public static ViewDescription Read(ref UaReader reader) => new(reader.ReadNodeId(), reader.ReadDateTime(), reader.ReadUInt32());
}

/// <summary>What to browse (OPC 10000-4, 5.9.2.2); the result mask has a bit per field of <see cref="ReferenceDescription"/>.</summary>
/// <remarks><code>node: node id | direction: 4 | reference type: node id | include subtypes: 1 | node class mask: 4 | result mask: 4</code></remarks>
public readonly record struct BrowseDescription(
    NodeId Node, BrowseDirection Direction, NodeId ReferenceType, bool IncludeSubtypes, uint NodeClassMask, uint ResultMask)
    : IStructureBody<BrowseDescription>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeId(Node);
        writer.WriteInt32((int)Direction);
        writer.WriteNodeId(ReferenceType);
        writer.WriteBoolean(IncludeSubtypes);
        writer.WriteUInt32(NodeClassMask);
        writer.WriteUInt32(ResultMask);
    }

    public static BrowseDescription Read(ref UaReader reader) =>
        new(reader.ReadNodeId(), (BrowseDirection)reader.ReadInt32(), reader.ReadNodeId(), reader.ReadBoolean(), reader.ReadUInt32(), reader.ReadUInt32());
}

/// <summary>What was found at one node (OPC 10000-4, 7.6).</summary>
/// <remarks><code>status: 4 | continuation point: bytes | references: ReferenceDescription[]</code></remarks>
public readonly record struct BrowseResult(
    StatusCode Status, byte[]? ContinuationPoint, ReferenceDescription[] References)
    : IStructureBody<BrowseResult>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCode(Status);
        writer.WriteByteString(ContinuationPoint);
        writer.WriteStructures(References);
    }

    public static BrowseResult Read(ref UaReader reader) =>
        new(reader.ReadStatusCode(), reader.ReadByteString(), reader.ReadStructures<ReferenceDescription>(minElementSize: 18));
}

/// <summary>A reference and what was asked about its target (OPC 10000-4, 7.29).</summary>
/// <remarks><code>reference type: node id | is forward: 1 | node: expanded node id | browse name: qualified name | display name: localized text | class: 4 | type definition: expanded node id</code></remarks>
public readonly record struct ReferenceDescription(
    NodeId ReferenceType, bool IsForward, ExpandedNodeId Node, QualifiedName BrowseName, LocalizedText DisplayName, NodeClass Class, ExpandedNodeId TypeDefinition)
    : IStructureBody<ReferenceDescription>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeId(ReferenceType);
        writer.WriteBoolean(IsForward);
        writer.WriteExpandedNodeId(Node);
        writer.WriteQualifiedName(BrowseName);
        writer.WriteLocalizedText(DisplayName);
        writer.WriteInt32((int)Class);
        writer.WriteExpandedNodeId(TypeDefinition);
    }

    public static ReferenceDescription Read(ref UaReader reader) =>
        new(reader.ReadNodeId(), reader.ReadBoolean(), reader.ReadExpandedNodeId(), reader.ReadQualifiedName(), reader.ReadLocalizedText(), (NodeClass)reader.ReadInt32(), reader.ReadExpandedNodeId());
}
