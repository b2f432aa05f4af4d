namespace TrainingLab.OpcUa.Nodes;

/// <summary>
/// The nodes of one server: its own, over the shared and immutable namespace 0. Also its builder: nodes may be added at any time on the server's serial
/// context. Node ids move to other indices when the server restarts with another namespace order, so hold nodes rather than ids.
/// </summary>
public sealed partial class AddressSpace
{
    private readonly List<string> _namespaceUris;
    private readonly Dictionary<Node, List<Reference>> _standardReferences = new(ReferenceEqualityComparer.Instance);
    private Dictionary<NodeId, Node> _nodes = [];
    private TimeProvider? _hostTime;

    /// <summary>An empty space.</summary>
    /// <param name="applicationUri">The server's application URI, which is namespace 1.</param>
    /// <param name="namespaceUris">Further namespaces, from index 2 on.</param>
    public AddressSpace(string applicationUri, params IEnumerable<string> namespaceUris)
    {
        ArgumentException.ThrowIfNullOrEmpty(applicationUri);
        _namespaceUris = [Namespace0.Uri, applicationUri, .. namespaceUris];
        if (_namespaceUris.Distinct(StringComparer.Ordinal).Count() != _namespaceUris.Count)
        {
            throw new ArgumentException("A namespace is named twice", nameof(namespaceUris));
        }
    }

    /// <summary>The server's application URI.</summary>
    public string ApplicationUri => _namespaceUris[1];

    /// <summary>All namespace URIs by index: 0 OPC UA, 1 the application, then the owner's in their present order.</summary>
    public IReadOnlyList<string> NamespaceUris => _namespaceUris;

    /// <summary>The nodes of the overlay, among them the variables of namespace 0 that have values of this server.</summary>
    public IReadOnlyCollection<Node> OwnNodes => _nodes.Values;

    internal DateTime Now => _hostTime?.GetUtcNow().UtcDateTime ?? default;

    /// <summary>Raised when a node has left the space.</summary>
    internal event Action<Node>? Removed;

    /// <summary>The present index of a namespace.</summary>
    /// <exception cref="KeyNotFoundException">It is not one of this space.</exception>
    public ushort IndexOf(string namespaceUri)
    {
        var index = _namespaceUris.IndexOf(namespaceUri);
        return index >= 0 ? (ushort)index : throw new KeyNotFoundException($"{namespaceUri} is not a namespace of this server");
    }

    /// <summary>A node of the overlay or of namespace 0, or null.</summary>
    public Node? Find(NodeId id) =>
        _nodes.TryGetValue(id, out var node) ? node
        : id is { NamespaceIndex: 0, IdType: IdType.Numeric } ? Namespace0.Find(id.Numeric)
        : null;

    /// <summary>All references of a node, forward and inverse, with those that this overlay adds to namespace 0.</summary>
    public IEnumerable<Reference> ReferencesOf(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        foreach (var reference in Canonical(node).OwnReferences)
        {
            yield return reference;
        }

        if (node.Id.NamespaceIndex == 0 && _standardReferences.TryGetValue(Canonical(node), out var added))
        {
            foreach (var reference in added)
            {
                yield return reference;
            }
        }
    }

    /// <summary>Whether the node has the reference, directly.</summary>
    internal Node? TypeDefinitionOf(Node node)
    {
        foreach (var reference in ReferencesOf(node))
        {
            if (reference.IsForward && ReferenceEquals(reference.Type, Namespace0.HasTypeDefinition))
            {
                return reference.Target;
            }
        }

        return null;
    }

    /// <summary>Adds a reference, visible from both ends.</summary>
    /// <exception cref="KeyNotFoundException">One of the nodes is not here.</exception>
    public void AddReference(NodeId source, NodeId referenceType, NodeId target) =>
        Connect(Get(source), Get(referenceType) as ReferenceTypeNode ?? throw new ArgumentException($"{referenceType} is not a reference type", nameof(referenceType)), Get(target));

    /// <summary>Removes an overlay node with all references to it; monitored items on it report BadNodeIdUnknown. False when it is not of the overlay.</summary>
    public bool Remove(NodeId id)
    {
        if (id.NamespaceIndex == 0 || !_nodes.Remove(id, out var node))
        {
            return false;
        }

        foreach (var reference in node.OwnReferences)
        {
            if (reference.Target.Id.NamespaceIndex == 0)
            {
                _standardReferences.GetValueOrDefault(reference.Target)?.RemoveAll(r => ReferenceEquals(r.Target, node));
            }
            else
            {
                reference.Target.RemoveOwnReferencesTo(node);
            }
        }

        Removed?.Invoke(node);
        return true;
    }

    /// <summary>A server runs on this space: values that were pushed before it had a clock get its time.</summary>
    internal void Attach(TimeProvider hostTime)
    {
        _hostTime = hostTime;
        foreach (var node in _nodes.Values)
        {
            if (node is VariableNode variable)
            {
                variable.SetValue(variable.PushedValue);
            }
        }
    }

    /// <summary>A variable of namespace 0 with a value of this server's; the shared node is left as it is.</summary>
    internal VariableNode OwnStandardVariable(uint id)
    {
        var nodeId = new NodeId(0, id);
        if (_nodes.TryGetValue(nodeId, out var existing))
        {
            return (VariableNode)existing;
        }

        var shared = (VariableNode)(Namespace0.Find(id) ?? throw new ArgumentOutOfRangeException(nameof(id), id, "Not in namespace 0"));
        var own = new VariableNode(nodeId, shared.BrowseName, shared.DisplayName)
        {
            DataType = shared.DataType,
            ValueRank = shared.ValueRank,
            ArrayDimensions = shared.ArrayDimensions,
            AccessLevel = shared.AccessLevel,
            Space = this,
        };
        _nodes.Add(nodeId, own);
        return own;
    }

    /// <summary>Gives the owner's namespaces another order; all node ids and browse names of the overlay move with them.</summary>
    internal void Reorder(IReadOnlyList<string> order)
    {
        var present = _namespaceUris.Skip(2).ToList();
        if (order.Count != present.Count || !order.Order(StringComparer.Ordinal).SequenceEqual(present.Order(StringComparer.Ordinal), StringComparer.Ordinal))
        {
            throw new ArgumentException("The order must name each of the owner's namespaces once: " + string.Join(", ", present), nameof(order));
        }

        var places = order.ToList();
        var moved = _namespaceUris.Select(uri => (ushort)(places.IndexOf(uri) is var i && i < 0 ? _namespaceUris.IndexOf(uri) : i + 2)).ToArray();
        _namespaceUris.RemoveRange(2, present.Count);
        _namespaceUris.AddRange(order);
        NodeId Move(NodeId id) => id.NamespaceIndex < 2 ? id : id.InNamespace(moved[id.NamespaceIndex]);
        foreach (var node in _nodes.Values)
        {
            node.Id = Move(node.Id);
            node.BrowseName = node.BrowseName with { NamespaceIndex = moved[node.BrowseName.NamespaceIndex] };
            switch (node)
            {
                case VariableNode variable:
                    variable.DataType = Move(variable.DataType);
                    break;
                case MethodNode method:
                    method.Inputs = [.. method.Inputs.Select(a => a with { DataType = Move(a.DataType) })];
                    method.Outputs = [.. method.Outputs.Select(a => a with { DataType = Move(a.DataType) })];
                    break;
            }
        }

        _nodes = _nodes.Values.ToDictionary(static n => n.Id);
    }

    private static Node Canonical(Node node) => node.Id is { NamespaceIndex: 0 } id ? Namespace0.Find(id.Numeric) ?? node : node;

    private Node Get(NodeId id) => Find(id) ?? throw new KeyNotFoundException($"There is no node {id}");

    private void Connect(Node source, ReferenceTypeNode type, Node target)
    {
        AddTo(source, new Reference(type, Canonical(target), IsForward: true));
        AddTo(target, new Reference(type, Canonical(source), IsForward: false));
    }

    private void AddTo(Node node, in Reference reference)
    {
        if (node.Id.NamespaceIndex != 0)
        {
            node.AddOwnReference(reference);
            return;
        }

        var shared = Canonical(node);
        if (!_standardReferences.TryGetValue(shared, out var added))
        {
            _standardReferences.Add(shared, added = new List<Reference>(1));
        }

        added.Add(reference);
    }
}
