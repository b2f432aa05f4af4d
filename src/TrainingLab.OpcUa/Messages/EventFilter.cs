using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Which events are reported, and what of them (OPC 10000-4, 7.22.3).</summary>
/// <remarks><code>select clauses: SimpleAttributeOperand[] | where clause: ContentFilter</code></remarks>
public sealed record EventFilter(SimpleAttributeOperand[] SelectClauses, ContentFilter WhereClause) : IStructure, IStructureBody<EventFilter>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 727;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStructures(SelectClauses);
        WhereClause.Write(writer);
    }

    public static EventFilter Read(ref UaReader reader) => new(reader.ReadStructures<SimpleAttributeOperand>(minElementSize: 14), ContentFilter.Read(ref reader));
}

/// <summary>What a server thinks of an event filter, clause by clause (OPC 10000-4, 7.22.3).</summary>
/// <remarks><code>select clause results: 4[] | diagnostic info[] | where clause result: ContentFilterResult</code></remarks>
public sealed record EventFilterResult(StatusCode[] SelectClauseResults, ContentFilterResult WhereClauseResult) : IStructure, IStructureBody<EventFilterResult>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 736;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCodes(SelectClauseResults);
        writer.WriteInt32(-1);
        WhereClauseResult.Write(writer);
    }

    public static EventFilterResult Read(ref UaReader reader)
    {
        var selectClauseResults = reader.ReadStatusCodes();
        reader.SkipDiagnosticInfos();
        return new(selectClauseResults, ContentFilterResult.Read(ref reader));
    }
}

/// <summary>A field of an event, by its path from an event type (OPC 10000-4, 7.7.4.5). The NodeId attribute with an empty path is a condition's own id.</summary>
/// <remarks><code>type definition: node id | browse path: qualified name[] | attribute: 4 | index range: string</code></remarks>
public sealed record SimpleAttributeOperand(NodeId TypeDefinition, QualifiedName[] BrowsePath, AttributeId Attribute, string? IndexRange)
    : IStructure, IStructureBody<SimpleAttributeOperand>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 603;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeId(TypeDefinition);
        writer.WriteInt32(BrowsePath.Length);
        foreach (var name in BrowsePath)
        {
            writer.WriteQualifiedName(name);
        }

        writer.WriteUInt32((uint)Attribute);
        writer.WriteString(IndexRange);
    }

    public static SimpleAttributeOperand Read(ref UaReader reader)
    {
        var typeDefinition = reader.ReadNodeId();
        var length = reader.ReadArrayLength(minElementSize: 6);
        var path = length <= 0 ? [] : new QualifiedName[length];
        for (var i = 0; i < path.Length; i++)
        {
            path[i] = reader.ReadQualifiedName();
        }

        return new(typeDefinition, path, (AttributeId)reader.ReadUInt32(), reader.ReadString());
    }
}
