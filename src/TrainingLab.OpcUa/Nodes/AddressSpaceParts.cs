namespace TrainingLab.OpcUa.Nodes;

/// <content>Instances of types (OPC 10000-3, 6.3).</content>
public sealed partial class AddressSpace
{
    private const uint Mandatory = 78;
    private const uint Optional = 80;
    private const uint HasInterface = 17603;
    private const int DeepestInstance = 8;

    /// <summary>
    /// Adds an instance of an object type with the parts that the type declares as mandatory, and those optional ones that are wanted (OPC 10000-3, 6.4.4). Parts have string ids made
    /// of the parent's id and their own names; what they are worth is for the owner to push. Methods are those of the type, which all its instances share.
    /// </summary>
    /// <param name="parent">What the instance is a part of.</param>
    /// <param name="reference">How: HasComponent, HasAddIn …; the null id organises it in a folder, and makes it a component of anything else.</param>
    /// <param name="id">Its id, a string in one of the owner's namespaces.</param>
    /// <param name="browseName">Its browse name, which may be of a model's namespace.</param>
    /// <param name="typeDefinition">The object type.</param>
    /// <param name="optional">The optional parts wanted, by browse names joined with a dot, for example <c>Model</c> or <c>CurrentState.Number</c>.</param>
    /// <param name="displayName">The name for people; that of <paramref name="browseName"/> by default.</param>
    /// <exception cref="KeyNotFoundException">Parent or type is not here.</exception>
    public ObjectNode AddInstance(
        NodeId parent, NodeId reference, NodeId id, QualifiedName browseName, NodeId typeDefinition, IReadOnlyCollection<string>? optional = null, LocalizedText displayName = default)
    {
        if (id.Text is null)
        {
            throw new ArgumentException("An instance has a string id", nameof(id));
        }

        var type = Get(typeDefinition) as ObjectTypeNode ?? throw new KeyNotFoundException($"{typeDefinition} is no object type");
        var node = new ObjectNode(id, browseName, NameOr(displayName, browseName.Name ?? ""));
        Place(node, Get(parent), reference.IsNull ? ReferenceFrom(parent) : ReferenceType(reference), typeDefinition);
        AddParts(node, [type], "", optional ?? [], 0);
        return node;
    }

    /// <summary>A part of an instance by browse names, whatever their namespaces; null when it is not there.</summary>
    public Node? FindPart(Node instance, params ReadOnlySpan<string> names)
    {
        Node? at = instance;
        foreach (var name in names)
        {
            at = at is null ? null : PartsOf(at).FirstOrDefault(r => r.Target.BrowseName.Name == name).Target;
        }

        return at;
    }

    /// <summary>The variables of an instance that are its own, by path: browse names separated by slashes.</summary>
    internal Dictionary<string, VariableNode> VariablesOf(ObjectNode instance)
    {
        var found = new Dictionary<string, VariableNode>(StringComparer.Ordinal);
        Collect(instance, "");
        return found;

        void Collect(Node node, string path)
        {
            foreach (var part in PartsOf(node).Select(static r => r.Target).Where(static part => part.Model is null))
            {
                if (part is VariableNode variable)
                {
                    found.Add(path + part.BrowseName, variable);
                }

                Collect(part, $"{path}{part.BrowseName}/");
            }
        }
    }

    /// <param name="node">The instance or part that gets parts.</param>
    /// <param name="declarations">Where its parts are declared, what overrides first: a declaration of the part itself, then its type.</param>
    /// <param name="path">Its path from the instance, empty or with a dot at the end.</param>
    /// <param name="optional">The optional parts wanted.</param>
    /// <param name="depth">How deep it is.</param>
    private void AddParts(Node node, IReadOnlyList<Node> declarations, string path, IReadOnlyCollection<string> optional, int depth)
    {
        if (depth > DeepestInstance)
        {
            throw new InvalidOperationException($"{node} nests too deeply");
        }

        var done = new HashSet<QualifiedName>();
        foreach (var declaring in declarations.SelectMany(WithSupertypesAndInterfaces))
        {
            foreach (var part in PartsOf(declaring).ToArray())
            {
                var declared = part.Target;
                var isWanted = RuleOf(declared) switch
                {
                    Mandatory => true,
                    Optional => optional.Contains(path + declared.BrowseName.Name, StringComparer.Ordinal),
                    _ => false,
                };
                if (isWanted && done.Add(declared.BrowseName))
                {
                    AddPart(node, part.Type, declared, path, optional, depth);
                }
            }
        }
    }

    private void AddPart(Node node, ReferenceTypeNode reference, Node declared, string path, IReadOnlyCollection<string> optional, int depth)
    {
        if (declared is MethodNode)
        {
            Connect(node, reference, declared);
            return;
        }

        var id = new NodeId(node.Id.NamespaceIndex, $"{node.Id.Text}.{declared.BrowseName.Name}");
        var type = TypeDefinitionOf(declared);
        Node copy = declared switch
        {
            VariableNode variable => new VariableNode(id, declared.BrowseName, declared.DisplayName)
            {
                DataType = variable.DataType,
                ValueRank = variable.ValueRank,
                ArrayDimensions = variable.ArrayDimensions,
                AccessLevel = AccessLevels.CurrentRead,
                Space = this,
            },
            _ => new ObjectNode(id, declared.BrowseName, declared.DisplayName) { EventNotifier = (declared as ObjectNode)?.EventNotifier ?? 0 },
        };
        Place(copy, node, reference, type?.Id ?? default);
        (copy as VariableNode)?.SetValue(declared is VariableNode { PushedValue: { Status.IsGood: true } value }
            ? new DataValue(value.Value)
            : DataValue.Bad(StatusCodes.BadWaitingForInitialData));
        AddParts(copy, type is null ? [declared] : [declared, type], $"{path}{declared.BrowseName.Name}.", optional, depth + 1);
    }

    private IEnumerable<Reference> PartsOf(Node node) => ReferencesOf(node).Where(static r => r.IsForward && r.Type.IsAggregation);

    private static uint RuleOf(Node declared)
    {
        foreach (var reference in declared.OwnReferences)
        {
            if (reference.IsForward && reference.Type.Id == ReferenceTypeIds.HasModellingRule)
            {
                return reference.Target.Id.Numeric;
            }
        }

        return 0;
    }

    private IEnumerable<Node> WithSupertypesAndInterfaces(Node declaring)
    {
        for (Node? at = declaring; at is not null; at = at switch { ObjectTypeNode type => type.Supertype, VariableTypeNode type => type.Supertype, _ => null })
        {
            yield return at;
            foreach (var reference in ReferencesOf(at).Where(static r => r.IsForward && r.Type.Id.IsStandard(HasInterface)))
            {
                foreach (var inherited in WithSupertypesAndInterfaces(reference.Target))
                {
                    yield return inherited;
                }
            }
        }
    }
}
