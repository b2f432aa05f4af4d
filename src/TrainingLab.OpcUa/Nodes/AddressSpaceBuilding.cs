namespace TrainingLab.OpcUa.Nodes;

/// <content>Declaring nodes.</content>
public sealed partial class AddressSpace
{
    /// <summary>Adds a folder organised by <paramref name="parent"/> (<c>ObjectIds.ObjectsFolder</c> for the top).</summary>
    public ObjectNode AddFolder(NodeId parent, NodeId id, string name, LocalizedText displayName = default) =>
        AddObject(parent, id, name, displayName, ObjectTypeIds.FolderType);

    /// <summary>Adds an object: a component of an object, organised by a folder.</summary>
    /// <param name="parent">The parent's node id.</param>
    /// <param name="id">The new id, in a namespace of this space.</param>
    /// <param name="name">The browse name's text; its namespace is that of <paramref name="id"/>.</param>
    /// <param name="displayName">The name for people; <paramref name="name"/> by default.</param>
    /// <param name="typeDefinition">The object type; BaseObjectType by default.</param>
    public ObjectNode AddObject(NodeId parent, NodeId id, string name, LocalizedText displayName = default, NodeId typeDefinition = default)
    {
        var node = new ObjectNode(id, new QualifiedName(id.NamespaceIndex, name), NameOr(displayName, name));
        Place(node, Get(parent), ReferenceFrom(parent), typeDefinition.IsNull ? ObjectTypeIds.BaseObjectType : typeDefinition);
        return node;
    }

    /// <summary>Adds a data variable: a component of an object, organised by a folder.</summary>
    /// <param name="parent">The parent's node id.</param>
    /// <param name="id">The new id, in a namespace of this space.</param>
    /// <param name="name">The browse name's text; its namespace is that of <paramref name="id"/>.</param>
    /// <param name="type">The built-in type of its values.</param>
    /// <param name="options">Units, range, access and so on; a read-only scalar by default.</param>
    public VariableNode AddVariable(NodeId parent, NodeId id, string name, BuiltInType type, VariableOptions? options = null)
    {
        options ??= new VariableOptions();
        var node = new VariableNode(id, new QualifiedName(id.NamespaceIndex, name), NameOr(options.DisplayName, name))
        {
            Description = options.Description,
            DataType = options.DataType.IsNull ? DataTypeIds.Of(type) : options.DataType,
            ValueRank = options.ValueRank,
            ArrayDimensions = options.ValueRank > 0 ? new uint[options.ValueRank] : null,
            AccessLevel = options.Writable ? AccessLevels.CurrentReadWrite : AccessLevels.CurrentRead,
            OnWrite = options.OnWrite,
            Range = options.Range,
            Space = this,
        };
        var typeDefinition = !options.TypeDefinition.IsNull ? options.TypeDefinition
            : options.Range is not null ? VariableTypeIds.AnalogItemType
            : options.Units is not null ? VariableTypeIds.AnalogUnitType
            : options.EnumStrings is not null ? VariableTypeIds.MultiStateDiscreteType
            : VariableTypeIds.BaseDataVariableType;
        Place(node, Get(parent), ReferenceFrom(parent), typeDefinition);
        if (options.Units is not null)
        {
            AddStandardProperty(node, "EngineeringUnits", DataTypeIds.EUInformation, new Variant(options.Units));
        }

        if (options.Range is not null)
        {
            AddStandardProperty(node, "EURange", DataTypeIds.Range, new Variant(options.Range));
        }

        if (options.EnumStrings is { } names)
        {
            AddStandardProperty(node, "EnumStrings", DataTypeIds.Of(BuiltInType.LocalizedText), Variant.From(names.ToArray()));
        }

        node.SetValue(options.InitialValue.IsNull ? DataValue.Bad(StatusCodes.BadWaitingForInitialData) : new DataValue(options.InitialValue));
        return node;
    }

    /// <summary>Adds a property; its owner may push other values later.</summary>
    public VariableNode AddProperty(NodeId parent, NodeId id, string name, Variant value, LocalizedText displayName = default)
    {
        var node = new VariableNode(id, new QualifiedName(id.NamespaceIndex, name), NameOr(displayName, name))
        {
            DataType = value.Type == BuiltInType.ExtensionObject ? DataTypeOf(value) : DataTypeIds.Of(value.Type),
            ValueRank = value.IsArray ? 1 : -1,
            ArrayDimensions = value.IsArray ? [0] : null,
            Space = this,
        };
        Place(node, Get(parent), Namespace0.HasProperty, VariableTypeIds.PropertyType);
        node.SetValue(value);
        return node;
    }

    /// <summary>Adds a method with its InputArguments and OutputArguments.</summary>
    public MethodNode AddMethod(
        NodeId parent, NodeId id, string name, IReadOnlyList<Argument> inputs, IReadOnlyList<Argument> outputs, CallHandler onCall, LocalizedText displayName = default)
    {
        var node = new MethodNode(id, new QualifiedName(id.NamespaceIndex, name), NameOr(displayName, name)) { Inputs = inputs, Outputs = outputs, OnCall = onCall };
        Place(node, Get(parent), Namespace0.HasComponent, typeDefinition: default);
        if (inputs.Count > 0)
        {
            AddStandardProperty(node, "InputArguments", DataTypeIds.Argument, Variant.From(inputs.Select(static a => new ExtensionObject(a)).ToArray()));
        }

        if (outputs.Count > 0)
        {
            AddStandardProperty(node, "OutputArguments", DataTypeIds.Argument, Variant.From(outputs.Select(static a => new ExtensionObject(a)).ToArray()));
        }

        return node;
    }

    private static LocalizedText NameOr(LocalizedText displayName, string name) => displayName.Text is null ? name : displayName;

    private static NodeId DataTypeOf(Variant value) => (value.IsArray ? ((ExtensionObject?[])value.Elements!).FirstOrDefault() : value.ToObject() as ExtensionObject)?.Structure switch
    {
        EUInformation => DataTypeIds.EUInformation,
        UaRange => DataTypeIds.Range,
        Argument => DataTypeIds.Argument,
        _ => DataTypeIds.Of(BuiltInType.ExtensionObject),
    };

    /// <summary>A property that the standard names, under an id made from its owner's.</summary>
    private void AddStandardProperty(Node owner, string name, NodeId dataType, Variant value)
    {
        var text = owner.Id.Text ?? owner.Id.ToString()[(owner.Id.ToString().IndexOf('=', owner.Id.NamespaceIndex == 0 ? 0 : 3) + 1)..];
        var node = new VariableNode(new NodeId(owner.Id.NamespaceIndex, $"{text}.{name}"), new QualifiedName(0, name), name)
        {
            DataType = dataType,
            ValueRank = value.IsArray ? 1 : -1,
            ArrayDimensions = value.IsArray ? [(uint)value.Elements!.Length] : null,
            Space = this,
        };
        Place(node, owner, Namespace0.HasProperty, VariableTypeIds.PropertyType);
        node.SetValue(value);
    }

    private ReferenceTypeNode ReferenceFrom(NodeId parent)
    {
        var node = Get(parent);
        return node is ViewNode || TypeDefinitionOf(node)?.Id == ObjectTypeIds.FolderType ? Namespace0.Organizes : Namespace0.HasComponent;
    }

    private void Place(Node node, Node parent, ReferenceTypeNode reference, NodeId typeDefinition)
    {
        if (node.Id.NamespaceIndex == 0 || node.Id.NamespaceIndex >= 2 + _ownNamespaces)
        {
            throw new ArgumentException($"{node.Id} is not in a namespace of this server", nameof(node));
        }

        if (!_nodes.TryAdd(node.Id, node))
        {
            throw new ArgumentException($"There is a node {node.Id} already", nameof(node));
        }

        Connect(parent, reference, node);
        if (!typeDefinition.IsNull)
        {
            Connect(node, Namespace0.HasTypeDefinition, Get(typeDefinition));
        }
    }
}
