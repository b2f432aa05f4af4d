using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Follows browse names along references (OPC 10000-4, 5.9.4).</summary>
/// <remarks><code>browse paths: BrowsePath[]</code></remarks>
public sealed record TranslateBrowsePathsToNodeIdsRequest(BrowsePath[] BrowsePaths) : IServiceMessage<TranslateBrowsePathsToNodeIdsRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 554;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStructures(BrowsePaths);
    }

    public static TranslateBrowsePathsToNodeIdsRequest Read(ref UaReader reader) => new(reader.ReadStructures<BrowsePath>(minElementSize: 6));
}

/// <summary>The answer to <see cref="TranslateBrowsePathsToNodeIdsRequest"/>.</summary>
/// <remarks><code>results: BrowsePathResult[] | diagnostic info[]</code></remarks>
public sealed record TranslateBrowsePathsToNodeIdsResponse(BrowsePathResult[] Results) : IServiceMessage<TranslateBrowsePathsToNodeIdsResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 557;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStructures(Results);
        writer.WriteInt32(-1);
    }

    public static TranslateBrowsePathsToNodeIdsResponse Read(ref UaReader reader)
    {
        TranslateBrowsePathsToNodeIdsResponse message = new(reader.ReadStructures<BrowsePathResult>(minElementSize: 8));
        reader.SkipDiagnosticInfos();
        return message;
    }
}

/// <summary>Where to start and what to follow (OPC 10000-4, 5.9.4.2).</summary>
/// <remarks><code>starting node: node id | elements: RelativePathElement[]</code></remarks>
public sealed record BrowsePath(NodeId StartingNode, RelativePathElement[] Elements) : IStructureBody<BrowsePath>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeId(StartingNode);
        writer.WriteStructures(Elements);
    }

    public static BrowsePath Read(ref UaReader reader) => new(reader.ReadNodeId(), reader.ReadStructures<RelativePathElement>(minElementSize: 10));
}

/// <summary>One step of a path (OPC 10000-4, 7.30).</summary>
/// <remarks><code>reference type: node id | is inverse: 1 | include subtypes: 1 | target name: qualified name</code></remarks>
public readonly record struct RelativePathElement(
    NodeId ReferenceType, bool IsInverse, bool IncludeSubtypes, QualifiedName TargetName)
    : IStructureBody<RelativePathElement>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeId(ReferenceType);
        writer.WriteBoolean(IsInverse);
        writer.WriteBoolean(IncludeSubtypes);
        writer.WriteQualifiedName(TargetName);
    }

    public static RelativePathElement Read(ref UaReader reader) =>
        new(reader.ReadNodeId(), reader.ReadBoolean(), reader.ReadBoolean(), reader.ReadQualifiedName());
}

/// <summary>Where a path led (OPC 10000-4, 5.9.4.2).</summary>
/// <remarks><code>status: 4 | targets: BrowsePathTarget[]</code></remarks>
public readonly record struct BrowsePathResult(StatusCode Status, BrowsePathTarget[] Targets) : IStructureBody<BrowsePathResult>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCode(Status);
        writer.WriteStructures(Targets);
    }

    public static BrowsePathResult Read(ref UaReader reader) => new(reader.ReadStatusCode(), reader.ReadStructures<BrowsePathTarget>(minElementSize: 6));
}

/// <summary>A node at the end of a path; the index of the first step that could not be followed here, <see cref="uint.MaxValue"/> when all could.</summary>
/// <remarks><code>target: expanded node id | remaining path index: 4</code></remarks>
public readonly record struct BrowsePathTarget(ExpandedNodeId Target, uint RemainingPathIndex) : IStructureBody<BrowsePathTarget>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteExpandedNodeId(Target);
        writer.WriteUInt32(RemainingPathIndex);
    }

    public static BrowsePathTarget Read(ref UaReader reader) => new(reader.ReadExpandedNodeId(), reader.ReadUInt32());
}
