namespace TrainingLab.OpcUa.Nodes.Models;

/// <summary>
/// Links what nodesets say about single nodes to a <see cref="NodeModel"/>: references in both directions, supertypes, whole definitions (OPC 10000-3, 8.48), the
/// arguments of methods, values.
/// </summary>
internal sealed class NodeModelBuilder
{
    private const uint HasSubtype = 45;
    private const uint HasEncoding = 38;
    private const uint HasTypeDefinition = 40;
    private const uint Structure = 22;
    private const uint Union = 12756;
    private const string DefaultBinary = "Default Binary";

    private readonly NodeModel _model;
    private readonly List<Entry> _nodes = [];
    private readonly Dictionary<Node, DefinitionDraft?> _definitions = new(ReferenceEqualityComparer.Instance);

    private NodeModelBuilder(NodeModel model) => _model = model;

    /// <summary>A model of <paramref name="nodeSets"/>; what cannot be linked is left out and told to the mistakes of its nodeset.</summary>
    public static NodeModel Build(
        NodeModel? based, IReadOnlyList<(IReadOnlyList<NodeDraft> Drafts, NodeSetMistakes Mistakes)> nodeSets, IReadOnlyList<string> namespaceUris, ushort firstIndex)
    {
        var model = new NodeModel(based, nodeSets.Sum(static s => s.Drafts.Count)) { NamespaceUris = namespaceUris, FirstIndex = firstIndex };
        var builder = new NodeModelBuilder(model);
        foreach (var (drafts, mistakes) in nodeSets)
        {
            builder.CreateNodes(drafts, mistakes);
        }

        builder.Connect();
        builder.CheckTypeDefinitions();
        foreach (var (_, node, _) in builder._nodes)
        {
            if (node is DataTypeNode type)
            {
                builder.Define(type);
            }
        }

        builder.GiveValues();
        builder.FindArguments();
        return model;
    }

    private void CreateNodes(IReadOnlyList<NodeDraft> drafts, NodeSetMistakes mistakes)
    {
        foreach (var draft in drafts)
        {
            if (draft.Id.IsNull)
            {
                continue;
            }

            var node = Create(draft);
            if (_model.TryAdd(node))
            {
                _nodes.Add(new Entry(draft, node, mistakes));
            }
            else
            {
                mistakes.Add(draft.At, $"the node {Name(draft.Id)} is in the models twice; give one of the two another NodeId");
            }
        }
    }

    private static Node Create(NodeDraft draft)
    {
        var (id, name, displayName) = (draft.Id, draft.BrowseName, draft.DisplayName);
        Node node = draft.Class switch
        {
            NodeClass.Object => new ObjectNode(id, name, displayName) { EventNotifier = draft.EventNotifier },
            NodeClass.View => new ViewNode(id, name, displayName) { EventNotifier = draft.EventNotifier, ContainsNoLoops = draft.ContainsNoLoops },
            NodeClass.Method => new MethodNode(id, name, displayName) { Executable = draft.Executable },
            NodeClass.ObjectType => new ObjectTypeNode(id, name, displayName) { IsAbstract = draft.IsAbstract },
            NodeClass.ReferenceType => new ReferenceTypeNode(id, name, displayName)
            {
                IsAbstract = draft.IsAbstract,
                Symmetric = draft.Symmetric,
                InverseName = draft.InverseName,
            },
            NodeClass.DataType => new DataTypeNode(id, name, displayName) { IsAbstract = draft.IsAbstract },
            NodeClass.VariableType => new VariableTypeNode(id, name, displayName)
            {
                IsAbstract = draft.IsAbstract,
                DataType = draft.DataType,
                ValueRank = draft.ValueRank ?? -1,
                ArrayDimensions = draft.ArrayDimensions,
            },

            // Nobody can write to a shared node: what a declaration grants holds for the instances made of it.
            _ => new VariableNode(id, name, displayName)
            {
                DataType = draft.DataType,
                ValueRank = draft.ValueRank ?? -1,
                ArrayDimensions = draft.ArrayDimensions,
                AccessLevel = AccessLevels.CurrentRead,
                DeclaredAccessLevel = draft.AccessLevel,
                MinimumSamplingInterval = draft.MinimumSamplingInterval,
                Historizing = draft.Historizing,
            },
        };
        node.Description = draft.Description;
        node.Access = draft.Access;
        return node;
    }

    private void Connect()
    {
        var seen = new HashSet<(Node, Node, Node)>();
        foreach (var (draft, node, mistakes) in _nodes)
        {
            foreach (var reference in draft.References)
            {
                var type = _model.Find(reference.Type) as ReferenceTypeNode;
                var other = _model.Find(reference.Other);
                if (type is null || other is null)
                {
                    if (MayBeMissing(node, type, reference.Other))
                    {
                        continue;
                    }

                    mistakes.Add(reference.At, type is null
                        ? $"{Name(reference.Type)} is not a reference type of this nodeset or of the models it requires"
                        : $"there is no node {Name(reference.Other)} to refer to, neither here nor in the models that this nodeset requires");
                    continue;
                }

                var (source, target) = reference.IsForward ? (node, other) : (other, node);
                if (!seen.Add((source, type, target)))
                {
                    continue;
                }

                _model.Add(source, new Reference(type, target, IsForward: true));
                _model.Add(target, new Reference(type, source, IsForward: false));
                if (type.Id.IsStandard(HasSubtype))
                {
                    Inherit(source, target, reference.At, mistakes);
                }
            }
        }
    }

    /// <summary>
    /// Whether a reference is left out without a word: to an instance of the standard that servers here do not offer, or one that only adds a remark (such as a
    /// dictionary entry) and points into another specification, whose published file may lack it.
    /// </summary>
    private static bool MayBeMissing(Node node, ReferenceTypeNode? type, NodeId other) =>
        type is not null && (Namespace0.IsOmitted(other)
            || (other.NamespaceIndex != node.Id.NamespaceIndex && !type.Id.IsStandard(HasTypeDefinition) && !type.IsOrIsSubtypeOf(Namespace0.HierarchicalReferences)));

    private void Inherit(Node supertype, Node subtype, TextPosition at, NodeSetMistakes mistakes)
    {
        switch (supertype, subtype)
        {
            case (ReferenceTypeNode super, ReferenceTypeNode sub):
                sub.Supertype = super;
                break;
            case (DataTypeNode super, DataTypeNode sub):
                sub.Supertype = super;
                break;
            case (ObjectTypeNode super, ObjectTypeNode sub):
                sub.Supertype = super;
                break;
            case (VariableTypeNode super, VariableTypeNode sub):
                sub.Supertype = super;
                break;
            default:
                mistakes.Add(at, $"{Name(subtype.Id)} cannot be a subtype of {Name(supertype.Id)}: one is a {subtype.Class}, the other a {supertype.Class}");
                return;
        }

        for (Node? node = supertype; node is not null; node = SupertypeOf(node))
        {
            if (ReferenceEquals(node, subtype))
            {
                mistakes.Add(at, $"{Name(subtype.Id)} is a subtype of itself; break the circle of HasSubtype references");
                Disinherit(subtype);
                return;
            }
        }
    }

    private static Node? SupertypeOf(Node type) => type switch
    {
        ReferenceTypeNode t => t.Supertype,
        DataTypeNode t => t.Supertype,
        ObjectTypeNode t => t.Supertype,
        VariableTypeNode t => t.Supertype,
        _ => null,
    };

    private static void Disinherit(Node type)
    {
        switch (type)
        {
            case ReferenceTypeNode t:
                t.Supertype = null;
                break;
            case DataTypeNode t:
                t.Supertype = null;
                break;
            case ObjectTypeNode t:
                t.Supertype = null;
                break;
            case VariableTypeNode t:
                t.Supertype = null;
                break;
        }
    }

    private void CheckTypeDefinitions()
    {
        foreach (var (draft, node, mistakes) in _nodes)
        {
            if (node is ObjectNode or VariableNode && !node.OwnReferences.Any(static r => r.IsForward && r.Type.Id.IsStandard(HasTypeDefinition)))
            {
                mistakes.Add(draft.At, $"{node.Class} {node.BrowseName.Name} has no type; add a reference HasTypeDefinition");
            }

            if (draft.Class is NodeClass.Variable or NodeClass.VariableType && _model.Find(draft.DataType) is not DataTypeNode)
            {
                mistakes.Add(draft.At, $"{Name(draft.DataType)} is not a data type of this nodeset or of the models it requires");
            }
            else if (node is DataTypeNode)
            {
                _definitions.Add(node, draft.Definition);
                foreach (var field in draft.Definition is { IsEnumeration: false } definition ? definition.Fields : [])
                {
                    if (_model.Find(field.DataType) is not DataTypeNode)
                    {
                        mistakes.Add(field.At, $"{Name(field.DataType)} is not a data type of this nodeset or of the models it requires");
                    }
                }
            }
        }
    }

    /// <summary>Gives a type its whole definition, those of its supertypes first.</summary>
    private void Define(DataTypeNode type)
    {
        if (!_definitions.Remove(type, out var own))
        {
            // Of a model below, or done already.
            return;
        }

        if (type.Supertype is { } supertype)
        {
            Define(supertype);
        }

        if (own is { IsEnumeration: true })
        {
            type.Definition = new EnumDefinition([.. own.Fields.Select(static f => new EnumField(f.Value, f.DisplayName, f.Description, f.Name))]);
        }
        else if (IsOrIsSubtypeOf(type.Supertype, Structure))
        {
            type.Definition = DefineStructure(type, own);
        }
    }

    private StructureDefinition DefineStructure(DataTypeNode type, DefinitionDraft? own)
    {
        var inherited = type.Supertype!.Definition as StructureDefinition;
        var fields = new List<StructureField>(inherited?.Fields ?? []);
        var subtypes = inherited is { StructureType: StructureType.StructureWithSubtypedValues or StructureType.UnionWithSubtypedValues };
        var optional = inherited is { StructureType: StructureType.StructureWithOptionalFields };
        foreach (var field in own?.Fields ?? [])
        {
            subtypes |= field.AllowSubTypes;
            optional |= field.IsOptional;
            fields.Add(new StructureField(
                field.Name, field.Description, field.DataType, field.ValueRank, field.ArrayDimensions ?? (field.ValueRank > 0 ? new uint[field.ValueRank] : null), field.MaxStringLength,
                field.IsOptional || field.AllowSubTypes));
        }

        var isUnion = own is { IsUnion: true } || IsOrIsSubtypeOf(type, Union);
        var form = (isUnion, subtypes, optional) switch
        {
            (true, true, _) => StructureType.UnionWithSubtypedValues,
            (true, false, _) => StructureType.Union,
            (false, _, true) => StructureType.StructureWithOptionalFields,
            (false, true, false) => StructureType.StructureWithSubtypedValues,
            _ => StructureType.Structure,
        };
        var encoding = _model.ReferencesOf(type).FirstOrDefault(static r => r.IsForward && r.Type.Id.IsStandard(HasEncoding) && r.Target.BrowseName.Name == DefaultBinary).Target;
        return new StructureDefinition(encoding?.Id ?? default, type.Supertype.Id, form, fields);
    }

    /// <summary>An id as it is the same in every space: with the namespace's URI instead of an index.</summary>
    private string Name(NodeId id) =>
        id.NamespaceIndex >= _model.FirstIndex && id.NamespaceIndex - _model.FirstIndex < _model.NamespaceUris.Count && id.NamespaceIndex > 0
            ? new ExpandedNodeId(id.InNamespace(0), _model.NamespaceUris[id.NamespaceIndex - _model.FirstIndex]).ToString()
            : id.ToString();

    private static bool IsOrIsSubtypeOf(DataTypeNode? type, uint ancestor)
    {
        for (; type is not null; type = type.Supertype)
        {
            if (type.Id.IsStandard(ancestor))
            {
                return true;
            }
        }

        return false;
    }

    private void GiveValues()
    {
        foreach (var (draft, node, _) in _nodes)
        {
            if (node is not VariableNode variable)
            {
                continue;
            }

            var value = draft.LateValue?.Invoke(_model) ?? draft.Value;
            variable.SetInitialValue(!value.IsNull ? new DataValue(value) : DataValue.Bad(IsDeclaration(variable) ? StatusCodes.UncertainInitialValue : StatusCodes.BadNotSupported));
        }
    }

    /// <summary>Whether a variable belongs to a type: it has a value only in the instances of that type.</summary>
    private bool IsDeclaration(Node node)
    {
        var seen = new HashSet<Node>(ReferenceEqualityComparer.Instance);
        for (Node? at = node; at is not null && seen.Add(at);)
        {
            if (at is ObjectTypeNode or VariableTypeNode or DataTypeNode or ReferenceTypeNode)
            {
                return true;
            }

            // The parent is what holds it as a property, a component or an add-in, in that order of likelihood.
            at = _model.ReferencesOf(at).FirstOrDefault(static r => !r.IsForward && r.Type.IsAggregation).Target;
        }

        return false;
    }

    private void FindArguments()
    {
        foreach (var (_, node, _) in _nodes)
        {
            if (node is not MethodNode method)
            {
                continue;
            }

            foreach (var reference in method.OwnReferences)
            {
                if (reference is { IsForward: true, Target: VariableNode { PushedValue.Value.Elements: ExtensionObject?[] elements } property } && elements.All(static a => a?.Structure is Argument))
                {
                    var arguments = elements.Select(static a => (Argument)a!.Structure!).ToArray();
                    switch (property.BrowseName.Name)
                    {
                        case "InputArguments":
                            method.Inputs = arguments;
                            break;
                        case "OutputArguments":
                            method.Outputs = arguments;
                            break;
                    }
                }
            }
        }
    }

    private sealed record Entry(NodeDraft Draft, Node Node, NodeSetMistakes Mistakes);
}
