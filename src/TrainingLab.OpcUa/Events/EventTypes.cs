using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Events;

/// <summary>What the address space says of event types.</summary>
internal static class EventTypes
{
    // Far deeper than any type hierarchy; a hierarchy that somebody imports may be wrong.
    private const int MaxDepth = 64;

    /// <summary>Whether a type is another one or a subtype of it.</summary>
    public static bool IsOrIsSubtypeOf(AddressSpace space, NodeId type, NodeId other)
    {
        var node = space.Find(type);
        for (var depth = 0; node is not null && depth < MaxDepth; depth++)
        {
            if (node.Id == other)
            {
                return true;
            }

            node = SupertypeOf(space, node);
        }

        return false;
    }

    /// <summary>Whether a node is an event type.</summary>
    public static bool IsEventType(AddressSpace space, NodeId type) =>
        space.Find(type) is ObjectTypeNode && IsOrIsSubtypeOf(space, type, EventTypeIds.BaseEventType);

    /// <summary>Whether events of a type, of its supertypes or of its subtypes can have a field at a path.</summary>
    public static bool MayHave(AddressSpace space, NodeId type, IReadOnlyList<QualifiedName> path)
    {
        for (var node = space.Find(type); node is not null && node is not { Id: { NamespaceIndex: 0, Numeric: 58 } }; node = SupertypeOf(space, node))
        {
            if (Declares(space, node, path))
            {
                return true;
            }
        }

        return space.Find(type) is { } root && SubtypeDeclares(space, root, path);
    }

    public static Node? SupertypeOf(AddressSpace space, Node type)
    {
        foreach (var reference in space.ReferencesOf(type))
        {
            if (!reference.IsForward && ReferenceEquals(reference.Type, Namespace0.HasSubtype))
            {
                return reference.Target;
            }
        }

        return null;
    }

    private static bool SubtypeDeclares(AddressSpace space, Node root, IReadOnlyList<QualifiedName> path)
    {
        var seen = new HashSet<Node>(ReferenceEqualityComparer.Instance) { root };
        var open = new Stack<Node>(seen);
        while (open.TryPop(out var type))
        {
            foreach (var reference in space.ReferencesOf(type))
            {
                if (reference.IsForward && ReferenceEquals(reference.Type, Namespace0.HasSubtype) && seen.Add(reference.Target))
                {
                    if (Declares(space, reference.Target, path))
                    {
                        return true;
                    }

                    open.Push(reference.Target);
                }
            }
        }

        return false;
    }

    private static bool Declares(AddressSpace space, Node type, IReadOnlyList<QualifiedName> path)
    {
        var node = type;
        foreach (var name in path)
        {
            var next = Child(space, node, name) ?? (space.TypeDefinitionOf(node) is { } definition ? InheritedChild(space, definition, name) : null);
            if (next is null)
            {
                return false;
            }

            node = next;
        }

        return true;
    }

    private static Node? InheritedChild(AddressSpace space, Node type, QualifiedName name)
    {
        for (Node? node = type; node is not null; node = SupertypeOf(space, node))
        {
            if (Child(space, node, name) is { } child)
            {
                return child;
            }
        }

        return null;
    }

    private static Node? Child(AddressSpace space, Node node, QualifiedName name)
    {
        foreach (var reference in space.ReferencesOf(node))
        {
            if (reference.IsForward && reference.Target.BrowseName == name
                && (reference.Type.IsOrIsSubtypeOf(Namespace0.HasComponent) || reference.Type.IsOrIsSubtypeOf(Namespace0.HasProperty)))
            {
                return reference.Target;
            }
        }

        return null;
    }
}
