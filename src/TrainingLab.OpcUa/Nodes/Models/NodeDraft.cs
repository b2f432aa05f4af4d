using System.Runtime.InteropServices;

namespace TrainingLab.OpcUa.Nodes.Models;

/// <summary>Where something stands in a file; line 0 in a table that is part of the program.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TextPosition(int Line, int Column);

/// <summary>A reference as a nodeset states it, by ids.</summary>
internal readonly record struct ReferenceDraft(NodeId Type, NodeId Other, bool IsForward, TextPosition At);

/// <summary>A field of a structure or a value of an enumeration as a nodeset states it.</summary>
internal sealed record FieldDraft(string Name)
{
    public NodeId DataType { get; init; } = DataTypeIds.Of(BuiltInType.Variant);

    public int ValueRank { get; init; } = -1;

    public uint[]? ArrayDimensions { get; init; }

    public uint MaxStringLength { get; init; }

    public bool IsOptional { get; init; }

    public bool AllowSubTypes { get; init; }

    public long Value { get; init; }

    public LocalizedText DisplayName { get; init; }

    public LocalizedText Description { get; init; }

    public TextPosition At { get; init; }
}

/// <summary>The definition of a data type as a nodeset states it: only the fields of its own.</summary>
internal sealed record DefinitionDraft(IReadOnlyList<FieldDraft> Fields, bool IsEnumeration, bool IsUnion);

/// <summary>What a nodeset says about one node, before it is linked to others.</summary>
internal sealed class NodeDraft(NodeClass nodeClass, NodeId id, QualifiedName browseName)
{
    public NodeClass Class { get; } = nodeClass;

    public NodeId Id { get; } = id;

    public QualifiedName BrowseName { get; } = browseName;

    public LocalizedText DisplayName { get; init; }

    public LocalizedText Description { get; init; }

    public bool IsAbstract { get; init; }

    public bool Symmetric { get; init; }

    public LocalizedText InverseName { get; init; }

    public NodeId DataType { get; init; } = DataTypeIds.Of(BuiltInType.Variant);

    public int? ValueRank { get; init; }

    public uint[]? ArrayDimensions { get; init; }

    public AccessLevels AccessLevel { get; init; } = AccessLevels.CurrentRead;

    public double MinimumSamplingInterval { get; init; }

    public bool Historizing { get; init; }

    public byte EventNotifier { get; init; }

    public bool ContainsNoLoops { get; init; }

    public bool Executable { get; init; } = true;

    public NodeAccess? Access { get; init; }

    public IReadOnlyList<ReferenceDraft> References { get; set; } = [];

    public DefinitionDraft? Definition { get; init; }

    public Variant Value { get; init; }

    /// <summary>A value that can only be read when the types are known; takes precedence over <see cref="Value"/>.</summary>
    public Func<NodeModel, Variant>? LateValue { get; init; }

    public TextPosition At { get; init; }
}

/// <summary>A model by its namespace URI, with what it needs.</summary>
internal sealed record ModelDraft(string Uri, string? Version, string? PublicationDate, IReadOnlyList<string> Required);
