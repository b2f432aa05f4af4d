namespace TrainingLab.OpcUa.Nodes;

/// <summary>A reference as one of its ends sees it (OPC 10000-3, 4.3.4).</summary>
/// <param name="Type">The reference type.</param>
/// <param name="Target">The node at the other end.</param>
/// <param name="IsForward">True at the source, false at the target.</param>
public readonly record struct Reference(ReferenceTypeNode Type, Node Target, bool IsForward);

/// <summary>
/// A node: what every class of node has (OPC 10000-3, 5.2). Nodes of a <see cref="Models.NodeModel"/>, among them namespace 0, are shared by all servers of the process and never
/// change after they are loaded; nodes of an overlay belong to one <see cref="AddressSpace"/> and are used on its server's serial context only.
/// </summary>
public abstract class Node
{
    private List<Reference>? _references;

    private protected Node(NodeId id, QualifiedName browseName, LocalizedText displayName)
    {
        Id = id;
        BrowseName = browseName;
        DisplayName = displayName;
    }

    /// <summary>The node's id; its namespace index changes when the server restarts with another namespace order.</summary>
    public NodeId Id { get; internal set; }

    /// <summary>The name for machines.</summary>
    public QualifiedName BrowseName { get; internal set; }

    /// <summary>The name for people.</summary>
    public LocalizedText DisplayName { get; set; }

    /// <summary>What the node is for; nothing by default.</summary>
    public LocalizedText Description { get; set; }

    /// <summary>Name and description in other languages; null (the default) has none. Each session reads the first of its languages that is there.</summary>
    public IReadOnlyList<NodeTexts>? Translations { get; set; }

    /// <summary>Who may do what with the node, where roles decide; null (the default) leaves it to the default of its namespace.</summary>
    public NodeAccess? Access { get; set; }

    /// <summary>What each role may do with the node; null where the default of its namespace holds.</summary>
    public IReadOnlyList<RolePermission>? RolePermissions => Access?.RolePermissions;

    /// <summary>The class of the node.</summary>
    public abstract NodeClass Class { get; }

    /// <summary>The model that the node belongs to, and is shared with; null for a node of an overlay.</summary>
    internal Models.NodeModel? Model { get; set; }

    /// <summary>The shared node that this node of an overlay stands in for, with values of its own; null for all others.</summary>
    internal Node? Covers { get; init; }

    /// <summary>The references that the node itself holds, forward and inverse. References that an overlay adds to a shared node are in <see cref="AddressSpace.ReferencesOf"/>.</summary>
    internal IReadOnlyList<Reference> OwnReferences => _references ?? (IReadOnlyList<Reference>)[];

    /// <summary>The name for people in the language of a session.</summary>
    internal LocalizedText DisplayNameFor(IReadOnlyList<string?>? locales) => Best(DisplayName, static t => t.DisplayName, locales);

    /// <summary>The description in the language of a session.</summary>
    internal LocalizedText DescriptionFor(IReadOnlyList<string?>? locales) => Best(Description, static t => t.Description, locales);

    private LocalizedText Best(LocalizedText own, Func<NodeTexts, LocalizedText> which, IReadOnlyList<string?>? locales) =>
        Translations is null || locales is not { Count: > 0 } ? own : Events.Conditions.ConditionTexts.Best([own, .. Translations.Select(which).Where(static t => t.Text is not null)], locales);

    internal void AddOwnReference(in Reference reference) => (_references ??= new List<Reference>(2)).Add(reference);

    internal void RemoveOwnReferencesTo(Node target) => _references?.RemoveAll(r => ReferenceEquals(r.Target, target));

    /// <inheritdoc/>
    public override string ToString() => $"{Class} {BrowseName} ({Id})";
}

/// <summary>The texts of a node in another language.</summary>
/// <param name="DisplayName">The name for people; no text leaves the node's own.</param>
/// <param name="Description">What the node is for; no text leaves the node's own.</param>
public readonly record struct NodeTexts(LocalizedText DisplayName, LocalizedText Description);

/// <summary>An object or a folder (OPC 10000-3, 5.5).</summary>
public sealed class ObjectNode(NodeId id, QualifiedName browseName, LocalizedText displayName) : Node(id, browseName, displayName)
{
    /// <inheritdoc/>
    public override NodeClass Class => NodeClass.Object;

    /// <summary>Bit 0: events can be subscribed here; bit 2 and 3: event history (OPC 10000-3, 8.59). 0 by default.</summary>
    public byte EventNotifier { get; set; }
}

/// <summary>A view (OPC 10000-3, 5.4).</summary>
public sealed class ViewNode(NodeId id, QualifiedName browseName, LocalizedText displayName) : Node(id, browseName, displayName)
{
    /// <inheritdoc/>
    public override NodeClass Class => NodeClass.View;

    /// <summary>Whether following forward references in the view never comes back.</summary>
    public bool ContainsNoLoops { get; set; }

    /// <summary>As for objects.</summary>
    public byte EventNotifier { get; set; }
}

/// <summary>An object type (OPC 10000-3, 5.5.2).</summary>
public sealed class ObjectTypeNode(NodeId id, QualifiedName browseName, LocalizedText displayName) : Node(id, browseName, displayName)
{
    /// <inheritdoc/>
    public override NodeClass Class => NodeClass.ObjectType;

    /// <summary>Whether no instance may have exactly this type.</summary>
    public bool IsAbstract { get; set; }

    /// <summary>The type it is a subtype of, null for BaseObjectType.</summary>
    public ObjectTypeNode? Supertype { get; internal set; }
}

/// <summary>A reference type (OPC 10000-3, 5.3).</summary>
public sealed class ReferenceTypeNode(NodeId id, QualifiedName browseName, LocalizedText displayName) : Node(id, browseName, displayName)
{
    /// <inheritdoc/>
    public override NodeClass Class => NodeClass.ReferenceType;

    /// <summary>Whether no reference may have exactly this type.</summary>
    public bool IsAbstract { get; set; }

    /// <summary>Whether it means the same in both directions.</summary>
    public bool Symmetric { get; set; }

    /// <summary>What it means from the target.</summary>
    public LocalizedText InverseName { get; set; }

    /// <summary>The type it is a subtype of, null for References.</summary>
    public ReferenceTypeNode? Supertype { get; internal set; }

    /// <summary>Whether what it points to is a part of what it comes from: HasComponent, HasProperty, their siblings and their subtypes (Aggregates).</summary>
    internal bool IsAggregation
    {
        get
        {
            for (var type = this; type is not null; type = type.Supertype)
            {
                if (type.Id.IsStandard(44))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether it is <paramref name="other"/> or a subtype of it.</summary>
    public bool IsOrIsSubtypeOf(ReferenceTypeNode other)
    {
        for (var type = this; type is not null; type = type.Supertype)
        {
            if (ReferenceEquals(type, other))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A data type (OPC 10000-3, 5.8.3).</summary>
public sealed class DataTypeNode(NodeId id, QualifiedName browseName, LocalizedText displayName) : Node(id, browseName, displayName)
{
    /// <inheritdoc/>
    public override NodeClass Class => NodeClass.DataType;

    /// <summary>Whether no value may have exactly this type.</summary>
    public bool IsAbstract { get; set; }

    /// <summary>The fields of a structure or enumeration, a <c>StructureDefinition</c> or <c>EnumDefinition</c>; null when it has none.</summary>
    public IStructure? Definition { get; set; }

    /// <summary>The type it is a subtype of, null for BaseDataType.</summary>
    public DataTypeNode? Supertype { get; internal set; }
}
