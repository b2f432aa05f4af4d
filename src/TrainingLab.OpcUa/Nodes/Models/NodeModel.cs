namespace TrainingLab.OpcUa.Nodes.Models;

/// <summary>
/// The nodes of one or more specifications over those they are based on. Built once, never changed afterwards, and shared by all servers of the process
/// that have the same models at the same namespace indices. <see cref="Namespace0"/> is at the bottom of every such stack.
/// </summary>
public sealed class NodeModel
{
    private readonly Dictionary<NodeId, Node> _nodes;
    private readonly Dictionary<Node, List<Reference>> _added = new(ReferenceEqualityComparer.Instance);

    internal NodeModel(NodeModel? based, int capacity)
    {
        Base = based;
        _nodes = new Dictionary<NodeId, Node>(capacity);
    }

    /// <summary>The model below, null for namespace 0.</summary>
    public NodeModel? Base { get; }

    /// <summary>The namespaces that this model defines, in the order of their indices.</summary>
    public IReadOnlyList<string> NamespaceUris { get; internal init; } = [];

    /// <summary>The index of the first of <see cref="NamespaceUris"/>; those after it follow.</summary>
    public ushort FirstIndex { get; internal init; }

    /// <summary>The nodes that this model defines, without those of its base.</summary>
    public IReadOnlyCollection<Node> Nodes => _nodes.Values;

    /// <summary>A node of this model or of one below, or null.</summary>
    public Node? Find(NodeId id)
    {
        for (var model = this; model.Base is not null; model = model.Base)
        {
            if (model._nodes.TryGetValue(id, out var node))
            {
                return node;
            }
        }

        return id is { NamespaceIndex: 0, IdType: IdType.Numeric } ? Bottom(id) : null;
    }

    /// <summary>While namespace 0 itself is being built, it is its own bottom.</summary>
    private Node? Bottom(NodeId id) => Base is null ? _nodes.GetValueOrDefault(id) : Namespace0.Find(id.Numeric);

    /// <summary>A node that this model itself defines, or null.</summary>
    internal Node? FindOwn(NodeId id) => _nodes.GetValueOrDefault(id);

    /// <summary>The references that this model adds to a node of one below; null when there are none.</summary>
    internal List<Reference>? AddedTo(Node node) => _added.GetValueOrDefault(node);

    /// <summary>All references of one of the models' nodes as far up as this model knows them.</summary>
    internal IEnumerable<Reference> ReferencesOf(Node node)
    {
        foreach (var reference in node.OwnReferences)
        {
            yield return reference;
        }

        for (var model = this; model is not null && !ReferenceEquals(model, node.Model); model = model.Base)
        {
            foreach (var reference in model.AddedTo(node) ?? [])
            {
                yield return reference;
            }
        }
    }

    internal bool TryAdd(Node node)
    {
        node.Model = this;
        return _nodes.TryAdd(node.Id, node);
    }

    internal void Add(Node node, in Reference reference)
    {
        if (ReferenceEquals(node.Model, this))
        {
            node.AddOwnReference(reference);
            return;
        }

        if (!_added.TryGetValue(node, out var added))
        {
            _added.Add(node, added = new List<Reference>(1));
        }

        added.Add(reference);
    }
}
