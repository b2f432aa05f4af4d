namespace TrainingLab.OpcUa.Nodes;

/// <summary>How a variable is declared; everything has a default that suits a read-only scalar.</summary>
public sealed record VariableOptions
{
    /// <summary>The name for people; the browse name's text by default.</summary>
    public LocalizedText DisplayName { get; init; }

    /// <summary>What it is for.</summary>
    public LocalizedText Description { get; init; }

    /// <summary>A data type other than the built-in one, for example <c>i=294</c> UtcTime or an enumeration.</summary>
    public NodeId DataType { get; init; }

    /// <summary>-1 scalar (default), 1 a one-dimensional array.</summary>
    public int ValueRank { get; init; } = -1;

    /// <summary>The unit; adds the property EngineeringUnits.</summary>
    public EUInformation? Units { get; init; }

    /// <summary>The normal range; adds the property EURange and allows percent deadbands.</summary>
    public UaRange? Range { get; init; }

    /// <summary>The variable type; by default AnalogItemType with a range, AnalogUnitType with a unit only, else BaseDataVariableType.</summary>
    public NodeId TypeDefinition { get; init; }

    /// <summary>Whether clients may write; false by default.</summary>
    public bool Writable { get; init; }

    /// <summary>Asked before a write is stored.</summary>
    public WriteHandler? OnWrite { get; init; }

    /// <summary>The first value; by default none, with status BadWaitingForInitialData.</summary>
    public Variant InitialValue { get; init; }

    /// <summary>The names of the numbers of a value that is a state (adds the property EnumStrings), in order from 0.</summary>
    public IReadOnlyList<LocalizedText>? EnumStrings { get; init; }
}

/// <summary>
/// The nodes of one server: its own, over the shared and immutable namespace 0. Also its builder: nodes may be added at any time on the server's serial context.
/// </summary>
public sealed class AddressSpace
{
    /// <summary>An empty space.</summary>
    /// <param name="applicationUri">The server's application URI, which is namespace 1.</param>
    /// <param name="namespaceUris">Further namespaces, from index 2 on.</param>
    public AddressSpace(string applicationUri, params IEnumerable<string> namespaceUris) => throw new NotSupportedException();

    /// <summary>All namespace URIs by index: 0 OPC UA, 1 the application, then the owner's in their present order.</summary>
    public IReadOnlyList<string> NamespaceUris => throw new NotSupportedException();

    /// <summary>The present index of a namespace.</summary>
    /// <exception cref="KeyNotFoundException">It is not one of this space.</exception>
    public ushort IndexOf(string namespaceUri) => throw new NotSupportedException();

    /// <summary>The nodes of the overlay, without namespace 0.</summary>
    public IReadOnlyCollection<Node> OwnNodes => throw new NotSupportedException();

    /// <summary>A node of the overlay or of namespace 0, or null.</summary>
    public Node? Find(NodeId id) => throw new NotSupportedException();

    /// <summary>All references of a node, forward and inverse, with those that this overlay adds to namespace 0.</summary>
    public IEnumerable<Reference> ReferencesOf(Node node) => throw new NotSupportedException();

    /// <summary>Adds a folder organised by <paramref name="parent"/> (<c>ObjectIds.ObjectsFolder</c> for the top).</summary>
    public ObjectNode AddFolder(NodeId parent, NodeId id, string name, LocalizedText displayName = default) => throw new NotSupportedException();

    /// <summary>Adds an object: a component of an object, organised by a folder.</summary>
    /// <param name="parent">The parent's node id.</param>
    /// <param name="id">The new id, in a namespace of this space.</param>
    /// <param name="name">The browse name's text; its namespace is that of <paramref name="id"/>.</param>
    /// <param name="displayName">The name for people; <paramref name="name"/> by default.</param>
    /// <param name="typeDefinition">The object type; BaseObjectType by default.</param>
    public ObjectNode AddObject(NodeId parent, NodeId id, string name, LocalizedText displayName = default, NodeId typeDefinition = default) => throw new NotSupportedException();

    /// <summary>Adds a data variable: a component of an object, organised by a folder.</summary>
    public VariableNode AddVariable(NodeId parent, NodeId id, string name, BuiltInType type, VariableOptions? options = null) => throw new NotSupportedException();

    /// <summary>Adds a property with a constant or owner-pushed value.</summary>
    public VariableNode AddProperty(NodeId parent, NodeId id, string name, Variant value, LocalizedText displayName = default) => throw new NotSupportedException();

    /// <summary>Adds a method with its InputArguments and OutputArguments.</summary>
    public MethodNode AddMethod(NodeId parent, NodeId id, string name, IReadOnlyList<Argument> inputs, IReadOnlyList<Argument> outputs, CallHandler onCall, LocalizedText displayName = default) =>
        throw new NotSupportedException();

    /// <summary>Adds a reference, visible from both ends.</summary>
    public void AddReference(NodeId source, NodeId referenceType, NodeId target) => throw new NotSupportedException();

    /// <summary>Removes an overlay node with all references to it; monitored items on it report BadNodeIdUnknown.</summary>
    public bool Remove(NodeId id) => throw new NotSupportedException();
}
