using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Messages;

/// <summary>The operators of a content filter (OPC 10000-4, 7.7.3).</summary>
public enum FilterOperator
{
    Equals = 0,
    IsNull = 1,
    GreaterThan = 2,
    LessThan = 3,
    GreaterThanOrEqual = 4,
    LessThanOrEqual = 5,
    Like = 6,
    Not = 7,
    Between = 8,
    InList = 9,
    And = 10,
    Or = 11,
    Cast = 12,
    InView = 13,
    OfType = 14,
    RelatedTo = 15,
    BitwiseAnd = 16,
    BitwiseOr = 17,
}

/// <summary>A condition as a tree of operators, the first element being its root (OPC 10000-4, 7.7.1).</summary>
/// <remarks><code>elements: ContentFilterElement[]</code></remarks>
public sealed record ContentFilter(ContentFilterElement[] Elements) : IStructure, IStructureBody<ContentFilter>
{
    /// <summary>The condition that every event meets.</summary>
    public static ContentFilter Everything { get; } = new([]);

    /// <inheritdoc/>
    public uint BinaryEncodingId => 588;

    /// <inheritdoc/>
    public void Write(UaWriter writer) => writer.WriteStructures(Elements);

    public static ContentFilter Read(ref UaReader reader) => new(reader.ReadStructures<ContentFilterElement>(minElementSize: 8));
}

/// <summary>An operator with its operands.</summary>
/// <remarks><code>operator: 4 | operands: extension object[]</code></remarks>
public readonly record struct ContentFilterElement(FilterOperator Operator, ExtensionObject?[] Operands) : IStructureBody<ContentFilterElement>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteInt32((int)Operator);
        writer.WriteExtensionObjects(Operands);
    }

    public static ContentFilterElement Read(ref UaReader reader) => new((FilterOperator)reader.ReadInt32(), reader.ReadExtensionObjects());
}

/// <summary>The outcome of another element (OPC 10000-4, 7.7.4.2).</summary>
/// <remarks><code>index: 4</code></remarks>
public sealed record ElementOperand(uint Index) : IStructure, IStructureBody<ElementOperand>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 594;

    /// <inheritdoc/>
    public void Write(UaWriter writer) => writer.WriteUInt32(Index);

    public static ElementOperand Read(ref UaReader reader) => new(reader.ReadUInt32());
}

/// <summary>A value (OPC 10000-4, 7.7.4.3).</summary>
/// <remarks><code>value: variant</code></remarks>
public sealed record LiteralOperand(Variant Value) : IStructure, IStructureBody<LiteralOperand>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 597;

    /// <inheritdoc/>
    public void Write(UaWriter writer) => writer.WriteVariant(Value);

    public static LiteralOperand Read(ref UaReader reader) => new(reader.ReadVariant());
}

/// <summary>An attribute of a node in the address space, for queries; event filters do not take it (OPC 10000-4, 7.7.4.4).</summary>
/// <remarks><code>node: node id | alias: string | browse path: RelativePathElement[] | attribute: 4 | index range: string</code></remarks>
public sealed record AttributeOperand(NodeId Node, string? Alias, RelativePathElement[] BrowsePath, AttributeId Attribute, string? IndexRange)
    : IStructure, IStructureBody<AttributeOperand>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 600;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeId(Node);
        writer.WriteString(Alias);
        writer.WriteStructures(BrowsePath);
        writer.WriteUInt32((uint)Attribute);
        writer.WriteString(IndexRange);
    }

    public static AttributeOperand Read(ref UaReader reader) => new(
        reader.ReadNodeId(), reader.ReadString(), reader.ReadStructures<RelativePathElement>(minElementSize: 10), (AttributeId)reader.ReadUInt32(), reader.ReadString());
}

/// <summary>What a server thinks of each element (OPC 10000-4, 7.7.2).</summary>
/// <remarks><code>element results: ContentFilterElementResult[] | diagnostic info[]</code></remarks>
public sealed record ContentFilterResult(ContentFilterElementResult[] ElementResults) : IStructure, IStructureBody<ContentFilterResult>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 609;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStructures(ElementResults);
        writer.WriteInt32(-1);
    }

    public static ContentFilterResult Read(ref UaReader reader)
    {
        ContentFilterResult result = new(reader.ReadStructures<ContentFilterElementResult>(minElementSize: 12));
        reader.SkipDiagnosticInfos();
        return result;
    }
}

/// <summary>What a server thinks of an element and its operands.</summary>
/// <remarks><code>status: 4 | operand status: 4[] | diagnostic info[]</code></remarks>
public readonly record struct ContentFilterElementResult(StatusCode Status, StatusCode[] OperandStatus) : IStructureBody<ContentFilterElementResult>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCode(Status);
        writer.WriteStatusCodes(OperandStatus);
        writer.WriteInt32(-1);
    }

    public static ContentFilterElementResult Read(ref UaReader reader)
    {
        ContentFilterElementResult result = new(reader.ReadStatusCode(), reader.ReadStatusCodes());
        reader.SkipDiagnosticInfos();
        return result;
    }
}
