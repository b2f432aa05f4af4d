namespace TrainingLab.OpcUa.Nodes;

/// <content>Objects with what their type declares.</content>
public sealed partial class AddressSpace
{
    private const uint Mandatory = 78;
    private const uint HasModellingRule = 37;

    /// <summary>
    /// Adds below an object what its type and the supertypes declare as mandatory, and what they declare as optional under one of the given paths (OPC 10000-3, 6.4.4). Variables are
    /// new and have no value yet; methods are those of the type, which all its objects share.
    /// </summary>
    /// <param name="instance">An object of the overlay with a string id.</param>
    /// <param name="type">Its type.</param>
    /// <param name="optional">Paths of optional children, browse names separated by slashes.</param>
    /// <returns>The new variables by path.</returns>
    internal Dictionary<string, VariableNode> AddDeclarations(ObjectNode instance, NodeId type, IReadOnlySet<string> optional)
    {
        var variables = new Dictionary<string, VariableNode>(StringComparer.Ordinal);
        AddDeclarations(instance, Get(type), prefix: "", optional, variables, []);
        return variables;
    }

    private void AddDeclarations(
        Node owner, Node declaring, string prefix, IReadOnlySet<string> optional, Dictionary<string, VariableNode> variables, HashSet<string> seen)
    {
        for (Node? node = declaring; node is not null; node = TypeAbove(node))
        {
            foreach (var reference in ReferencesOf(node).ToArray())
            {
                var declaration = reference.Target;
                var path = prefix + declaration.BrowseName;
                if (reference.IsForward
                    && (reference.Type.IsOrIsSubtypeOf(Namespace0.HasComponent) || reference.Type.IsOrIsSubtypeOf(Namespace0.HasProperty))
                    && IsWanted(declaration, path, optional)
                    && seen.Add(path))
                {
                    AddDeclared(owner, reference.Type, declaration, path, optional, variables, seen);
                }
            }
        }
    }

    private void AddDeclared(
        Node owner, ReferenceTypeNode referenceType, Node declaration, string path, IReadOnlySet<string> optional, Dictionary<string, VariableNode> variables, HashSet<string> seen)
    {
        var id = new NodeId(owner.Id.NamespaceIndex, $"{owner.Id.Text}.{declaration.BrowseName.Name}");
        switch (declaration)
        {
            case MethodNode method:
                Connect(owner, referenceType, method);
                return;
            case VariableNode variable:
                var copy = new VariableNode(id, variable.BrowseName, variable.DisplayName)
                {
                    DataType = variable.DataType,
                    ValueRank = variable.ValueRank,
                    ArrayDimensions = variable.ArrayDimensions,
                    Space = this,
                };
                Place(copy, owner, referenceType, TypeDefinitionOf(variable)?.Id ?? VariableTypeIds.BaseDataVariableType);
                variables.Add(path, copy);
                AddDeclarations(copy, variable, path + "/", optional, variables, seen);
                break;
            case ObjectNode child:
                var part = new ObjectNode(id, child.BrowseName, child.DisplayName);
                Place(part, owner, referenceType, TypeDefinitionOf(child)?.Id ?? ObjectTypeIds.BaseObjectType);
                AddDeclarations(part, child, path + "/", optional, variables, seen);
                break;
        }
    }

    /// <summary>Where a declaration inherits from: an instance from its type, a type from its supertype.</summary>
    private Node? TypeAbove(Node node)
    {
        if (node is ObjectNode or VariableNode)
        {
            return TypeDefinitionOf(node);
        }

        foreach (var reference in ReferencesOf(node))
        {
            if (!reference.IsForward && ReferenceEquals(reference.Type, Namespace0.HasSubtype))
            {
                return reference.Target;
            }
        }

        return null;
    }

    private bool IsWanted(Node declaration, string path, IReadOnlySet<string> optional)
    {
        foreach (var reference in ReferencesOf(declaration))
        {
            if (reference.IsForward && reference.Type.Id.IsStandard(HasModellingRule))
            {
                return reference.Target.Id.IsStandard(Mandatory) || optional.Contains(path);
            }
        }

        return false;
    }
}
