using TrainingLab.OpcUa.Nodes.Models;

namespace TrainingLab.OpcUa.Nodes;

/// <summary>
/// The nodes of one server: its own, over a shared and immutable <see cref="NodeModel"/> (namespace 0 and, where wanted, companion specifications). Also its
/// builder: nodes may be added at any time on the server's serial context. Node ids of the owner's namespaces move to other indices when the server restarts with
/// another namespace order, so hold nodes rather than ids.
/// </summary>
public sealed partial class AddressSpace
{
    private readonly List<string> _namespaceUris;
    private readonly int _ownNamespaces;
    private readonly Dictionary<Node, List<Reference>> _sharedReferences = new(ReferenceEqualityComparer.Instance);
    private Dictionary<NodeId, Node> _nodes = [];
    private TimeProvider? _hostTime;

    /// <summary>An empty space over namespace 0.</summary>
    /// <param name="applicationUri">The server's application URI, which is namespace 1.</param>
    /// <param name="namespaceUris">Further namespaces, from index 2 on.</param>
    public AddressSpace(string applicationUri, params IEnumerable<string> namespaceUris)
        : this(applicationUri, [.. namespaceUris], [])
    {
    }

    /// <summary>An empty space over namespace 0 and further models, whose namespaces follow the owner's.</summary>
    /// <param name="applicationUri">The server's application URI, which is namespace 1.</param>
    /// <param name="namespaceUris">The owner's namespaces, from index 2 on.</param>
    /// <param name="models">The models wanted; those they require are added.</param>
    /// <exception cref="InvalidDataException">A model cannot be loaded.</exception>
    public AddressSpace(string applicationUri, IReadOnlyCollection<string> namespaceUris, IReadOnlyCollection<IModelSource> models)
    {
        ArgumentException.ThrowIfNullOrEmpty(applicationUri);
        ArgumentNullException.ThrowIfNull(namespaceUris);
        ArgumentNullException.ThrowIfNull(models);
        Model = ModelStack.Load(models, (ushort)(2 + namespaceUris.Count));
        _ownNamespaces = namespaceUris.Count;
        _namespaceUris = [Namespace0.Uri, applicationUri, .. namespaceUris, .. ReferenceEquals(Model, Namespace0.Model) ? [] : Model.NamespaceUris];
        if (_namespaceUris.Distinct(StringComparer.Ordinal).Count() != _namespaceUris.Count)
        {
            throw new ArgumentException("A namespace is named twice", nameof(namespaceUris));
        }
    }

    /// <summary>The shared nodes below this space.</summary>
    public NodeModel Model { get; }

    /// <summary>The server's application URI.</summary>
    public string ApplicationUri => _namespaceUris[1];

    /// <summary>All namespace URIs by index: 0 OPC UA, 1 the application, the owner's in their present order, then those of the models.</summary>
    public IReadOnlyList<string> NamespaceUris => _namespaceUris;

    /// <summary>The owner's namespaces in their present order, the first of them with index 2.</summary>
    public IEnumerable<string> OwnNamespaceUris => _namespaceUris.Skip(2).Take(_ownNamespaces);

    /// <summary>The nodes of the overlay, among them the shared variables that have values of this server.</summary>
    public IReadOnlyCollection<Node> OwnNodes => _nodes.Values;

    /// <summary>Changes with every reference that is added or removed.</summary>
    internal int Version { get; private set; }

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

    /// <summary>A node of the overlay or of the models below, or null.</summary>
    public Node? Find(NodeId id) => _nodes.TryGetValue(id, out var node) ? node : Model.Find(id);

    /// <summary>All references of a node, forward and inverse, with those that models above its own and this overlay add to a shared node.</summary>
    public IEnumerable<Reference> ReferencesOf(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var canonical = Canonical(node);
        foreach (var reference in canonical.Model is null ? canonical.OwnReferences : Model.ReferencesOf(canonical))
        {
            yield return reference;
        }

        if (canonical.Model is not null && _sharedReferences.TryGetValue(canonical, out var added))
        {
            foreach (var reference in added)
            {
                yield return reference;
            }
        }
    }

    /// <summary>The type of an object or variable, or null.</summary>
    internal Node? TypeDefinitionOf(Node node)
    {
        foreach (var reference in Canonical(node).OwnReferences)
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
    public void AddReference(NodeId source, NodeId referenceType, NodeId target) => Connect(Get(source), ReferenceType(referenceType), Get(target));

    /// <summary>Removes an overlay node with all references to it; monitored items on it report BadNodeIdUnknown. False when it is not of the overlay.</summary>
    public bool Remove(NodeId id)
    {
        if (!_nodes.TryGetValue(id, out var node) || node.Covers is not null)
        {
            return false;
        }

        Version++;
        _nodes.Remove(id);
        foreach (var reference in node.OwnReferences)
        {
            if (reference.Target.Model is not null)
            {
                _sharedReferences.GetValueOrDefault(reference.Target)?.RemoveAll(r => ReferenceEquals(r.Target, node));
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
    internal VariableNode OwnStandardVariable(uint id) => OwnVariable(new NodeId(0, id));

    /// <summary>A variable of a model with values of this server's own; the shared node is left as it is.</summary>
    /// <exception cref="KeyNotFoundException">There is no such variable.</exception>
    public VariableNode OwnVariable(NodeId id)
    {
        var node = Get(id);
        if (node is not VariableNode shared)
        {
            throw new KeyNotFoundException($"{id} is no variable");
        }

        if (shared.Model is null)
        {
            return shared;
        }

        var own = new VariableNode(id, shared.BrowseName, shared.DisplayName)
        {
            Covers = shared,
            Description = shared.Description,
            DataType = shared.DataType,
            ValueRank = shared.ValueRank,
            ArrayDimensions = shared.ArrayDimensions,
            AccessLevel = shared.AccessLevel,
            MinimumSamplingInterval = shared.MinimumSamplingInterval,
            Access = shared.Access,
            Space = this,
        };
        _nodes.Add(id, own);
        own.SetValue(shared.PushedValue);
        return own;
    }

    /// <summary>Gives the owner's namespaces another order; all node ids and browse names of the overlay move with them.</summary>
    internal void Reorder(IReadOnlyList<string> order)
    {
        var present = OwnNamespaceUris.ToList();
        if (order.Count != present.Count || !order.Order(StringComparer.Ordinal).SequenceEqual(present.Order(StringComparer.Ordinal), StringComparer.Ordinal))
        {
            throw new ArgumentException("The order must name each of the owner's namespaces once: " + string.Join(", ", present), nameof(order));
        }

        var places = order.ToList();
        var moved = _namespaceUris.Select((uri, at) => (ushort)(places.IndexOf(uri) is var i && i < 0 ? at : i + 2)).ToArray();
        _namespaceUris.RemoveRange(2, present.Count);
        _namespaceUris.InsertRange(2, order);
        NodeId Move(NodeId id) => id.NamespaceIndex < moved.Length ? id.InNamespace(moved[id.NamespaceIndex]) : id;
        Argument MoveArgument(Argument argument) => argument with { DataType = Move(argument.DataType) };
        foreach (var node in _nodes.Values)
        {
            node.Id = Move(node.Id);
            node.BrowseName = node.BrowseName with { NamespaceIndex = moved[node.BrowseName.NamespaceIndex] };
            switch (node)
            {
                case VariableNode variable:
                    variable.DataType = Move(variable.DataType);
                    if (variable.DataType == DataTypeIds.Argument && variable.PushedValue.Value.Elements is ExtensionObject?[] arguments)
                    {
                        variable.SetValue(Variant.From(arguments.Select(a => a?.Structure is Argument argument ? new ExtensionObject(MoveArgument(argument)) : a).ToArray()));
                    }
                    else if (variable.PushedValue.Value.TryGet<NodeId>(out var value))
                    {
                        variable.SetValue(new Variant(Move(value)));
                    }

                    break;
                case MethodNode method:
                    method.Inputs = [.. method.Inputs.Select(MoveArgument)];
                    method.Outputs = [.. method.Outputs.Select(MoveArgument)];
                    break;
            }
        }

        Version++;
        _nodes = _nodes.Values.ToDictionary(static n => n.Id);
        PlaceDefaults();
    }

    private static Node Canonical(Node node) => node.Covers ?? node;

    private Node Get(NodeId id) => Find(id) ?? throw new KeyNotFoundException($"There is no node {id}");

    private ReferenceTypeNode ReferenceType(NodeId id) => Get(id) as ReferenceTypeNode ?? throw new ArgumentException($"{id} is not a reference type", nameof(id));

    private void Connect(Node source, ReferenceTypeNode type, Node target)
    {
        AddTo(Canonical(source), new Reference(type, Canonical(target), IsForward: true));
        AddTo(Canonical(target), new Reference(type, Canonical(source), IsForward: false));
    }

    private void AddTo(Node node, in Reference reference)
    {
        Version++;
        if (node.Model is null)
        {
            node.AddOwnReference(reference);
            return;
        }

        if (!_sharedReferences.TryGetValue(node, out var added))
        {
            _sharedReferences.Add(node, added = new List<Reference>(1));
        }

        added.Add(reference);
    }
}
