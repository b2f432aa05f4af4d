namespace TrainingLab.OpcUa.Nodes;

/// <summary>What each class of node answers for each attribute (OPC 10000-3, 5.9), whoever asks; see <see cref="SessionAttributes"/> where that matters.</summary>
internal static class Attributes
{
    /// <summary>The attribute's value; BadAttributeIdInvalid when the node has no such attribute.</summary>
    public static DataValue Read(Node node, AttributeId attribute) => attribute switch
    {
        AttributeId.Value when node is VariableNode variable => (variable.AccessLevel & AccessLevels.CurrentRead) != 0
            ? variable.Value
            : DataValue.Bad(StatusCodes.BadNotReadable),
        AttributeId.NodeId => new DataValue(new Variant(node.Id)),
        AttributeId.NodeClass => new DataValue((int)node.Class),
        AttributeId.BrowseName => new DataValue(new Variant(node.BrowseName)),
        AttributeId.DisplayName => new DataValue(new Variant(node.DisplayName)),
        AttributeId.Description when node.Description.Text is not null => new DataValue(new Variant(node.Description)),
        AttributeId.WriteMask or AttributeId.UserWriteMask => new DataValue(0u),
        _ => node switch
        {
            VariableNode variable => OfVariable(variable, attribute),
            VariableTypeNode type => OfVariableType(type, attribute),
            ObjectNode instance when attribute == AttributeId.EventNotifier => new DataValue(new Variant(instance.EventNotifier)),
            ViewNode view when attribute == AttributeId.EventNotifier => new DataValue(new Variant(view.EventNotifier)),
            ViewNode view when attribute == AttributeId.ContainsNoLoops => new DataValue(view.ContainsNoLoops),
            MethodNode method when attribute is AttributeId.Executable or AttributeId.UserExecutable => new DataValue(method.Executable),
            ObjectTypeNode type when attribute == AttributeId.IsAbstract => new DataValue(type.IsAbstract),
            DataTypeNode type when attribute == AttributeId.IsAbstract => new DataValue(type.IsAbstract),
            DataTypeNode { Definition: { } definition } when attribute == AttributeId.DataTypeDefinition => new DataValue(new Variant(definition)),
            ReferenceTypeNode type => OfReferenceType(type, attribute),
            _ => DataValue.Bad(StatusCodes.BadAttributeIdInvalid),
        },
    };

    private static DataValue OfVariable(VariableNode variable, AttributeId attribute) => attribute switch
    {
        AttributeId.DataType => new DataValue(new Variant(variable.DataType)),
        AttributeId.ValueRank => new DataValue(variable.ValueRank),
        AttributeId.ArrayDimensions when variable.ArrayDimensions is { } dimensions => new DataValue(Variant.From(dimensions)),
        AttributeId.AccessLevel or AttributeId.UserAccessLevel => new DataValue(new Variant((byte)variable.AccessLevel)),
        AttributeId.AccessLevelEx => new DataValue((uint)variable.AccessLevel),
        AttributeId.MinimumSamplingInterval => new DataValue(variable.MinimumSamplingInterval),
        AttributeId.Historizing => new DataValue(variable.Historizing),
        _ => DataValue.Bad(StatusCodes.BadAttributeIdInvalid),
    };

    private static DataValue OfVariableType(VariableTypeNode type, AttributeId attribute) => attribute switch
    {
        AttributeId.DataType => new DataValue(new Variant(type.DataType)),
        AttributeId.ValueRank => new DataValue(type.ValueRank),
        AttributeId.ArrayDimensions when type.ArrayDimensions is { } dimensions => new DataValue(Variant.From(dimensions)),
        AttributeId.IsAbstract => new DataValue(type.IsAbstract),
        _ => DataValue.Bad(StatusCodes.BadAttributeIdInvalid),
    };

    private static DataValue OfReferenceType(ReferenceTypeNode type, AttributeId attribute) => attribute switch
    {
        AttributeId.IsAbstract => new DataValue(type.IsAbstract),
        AttributeId.Symmetric => new DataValue(type.Symmetric),
        AttributeId.InverseName when type.InverseName.Text is not null => new DataValue(new Variant(type.InverseName)),
        _ => DataValue.Bad(StatusCodes.BadAttributeIdInvalid),
    };
}
