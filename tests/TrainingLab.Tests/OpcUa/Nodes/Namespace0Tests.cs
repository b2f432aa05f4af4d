using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.Tests.OpcUa.Nodes;

/// <summary>Whatever a client can see of namespace 0 and of the companion specifications is whole.</summary>
public sealed class Namespace0Tests
{
    private static readonly AttributeId[] AllAttributes = Enum.GetValues<AttributeId>();

    public static TheoryData<string> Models => [Namespace0.Uri, .. TrainingLab.OpcUa.Nodes.Models.CompanionModels.Uris];

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_reference_is_seen_from_both_ends(string uri)
    {
        var space = SpaceWith(uri);
        foreach (var node in NodesOf(space))
        {
            foreach (var reference in space.ReferencesOf(node))
            {
                Assert.Same(reference.Target, space.Find(reference.Target.Id));
                Assert.Single(space.ReferencesOf(reference.Target), r => r.Target == node && r.Type == reference.Type && r.IsForward != reference.IsForward);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Objects_and_variables_have_exactly_one_type_and_types_one_supertype(string uri)
    {
        var space = SpaceWith(uri);
        foreach (var node in NodesOf(space))
        {
            var expected = node is ObjectNode or VariableNode ? 1 : 0;
            Assert.Equal(expected, space.ReferencesOf(node).Count(static r => r.IsForward && r.Type.Id == ReferenceTypeIds.HasTypeDefinition));
            if (node is ObjectTypeNode or VariableTypeNode or DataTypeNode or ReferenceTypeNode && node.Id.NamespaceIndex > 0)
            {
                Assert.Single(space.ReferencesOf(node), static r => !r.IsForward && r.Type.Id == ReferenceTypeIds.HasSubtype);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_attribute_of_every_node_is_a_value_or_says_that_the_class_has_none(string uri)
    {
        foreach (var node in NodesOf(SpaceWith(uri)))
        {
            foreach (var attribute in AllAttributes)
            {
                var value = Attributes.Read(node, attribute);
                if (value.Status.IsGood)
                {
                    Assert.False(value.Value.IsNull, $"{node} answers {attribute} with nothing");
                }
                else if (attribute == AttributeId.Value && node is VariableNode)
                {
                    Assert.Contains(value.Status.Code, new[] { StatusCodes.UncertainInitialValue, StatusCodes.BadNotSupported });
                }
                else
                {
                    Assert.Equal(StatusCodes.BadAttributeIdInvalid, value.Status.Code);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Structures_and_enumerations_have_definitions_that_name_known_types(string uri)
    {
        var space = SpaceWith(uri);
        foreach (var type in NodesOf(space).OfType<DataTypeNode>())
        {
            switch (type.Definition)
            {
                case StructureDefinition structure:
                    Assert.All(structure.Fields, f => Assert.IsType<DataTypeNode>(space.Find(f.DataType)));
                    Assert.Equal(structure.Fields.Count, structure.Fields.Select(static f => f.Name).Distinct(StringComparer.Ordinal).Count());
                    Assert.True(type.IsAbstract || !structure.DefaultEncodingId.IsNull || structure.Fields.Count == 0, $"{type} has no binary encoding");
                    break;
                case EnumDefinition enumeration:
                    Assert.NotEmpty(enumeration.Fields);
                    break;
                default:
                    Assert.False(Is(type, 22) && !type.Id.IsStandard(22), $"{type} is a structure without a definition");
                    break;
            }
        }
    }

    [Fact]
    public void A_derived_structure_has_the_fields_of_its_supertypes_first()
    {
        // UserNameIdentityToken (OPC 10000-4, 7.40.4) is a UserIdentityToken with three more fields.
        var type = (DataTypeNode)Namespace0.Find(322)!;
        var definition = Assert.IsType<StructureDefinition>(type.Definition);
        Assert.Equal(["PolicyId", "UserName", "Password", "EncryptionAlgorithm"], definition.Fields.Select(static f => f.Name));
        Assert.Equal(new NodeId(0, 324), definition.DefaultEncodingId);
        Assert.Equal(new NodeId(0, 316), definition.BaseDataType);
    }

    [Theory]
    [InlineData(2253)] // Server
    [InlineData(11704)] // OperationLimits
    [InlineData(15606)] // RoleSet
    [InlineData(2997)] // AggregateFunctions
    [InlineData(11192)] // HistoryServerCapabilities
    [InlineData(2274)] // ServerDiagnostics
    [InlineData(11715)] // Namespaces
    [InlineData(2256)] // ServerStatus
    public void The_standard_instances_have_the_mandatory_parts_of_their_types(uint id)
    {
        var space = SpaceWith(Namespace0.Uri);
        var instance = space.Find(new NodeId(0, id))!;
        var parts = space.ReferencesOf(instance).Where(static r => r.IsForward && r.Type.IsAggregation).Select(static r => r.Target.BrowseName).ToHashSet();
        for (var type = space.TypeDefinitionOf(instance); type is not null; type = (type as ObjectTypeNode)?.Supertype ?? (Node?)(type as VariableTypeNode)?.Supertype)
        {
            foreach (var declared in space.ReferencesOf(type).Where(static r => r.IsForward && r.Type.IsAggregation).Select(static r => r.Target))
            {
                if (space.ReferencesOf(declared).Any(static r => r.IsForward && r.Type.Id == ReferenceTypeIds.HasModellingRule && r.Target.Id == new NodeId(0, 78)))
                {
                    Assert.Contains(declared.BrowseName, parts);
                }
            }
        }
    }

    private static AddressSpace SpaceWith(string uri) =>
        uri == Namespace0.Uri ? new AddressSpace("urn:test") : new AddressSpace("urn:test", ["urn:machine"], [TrainingLab.OpcUa.Nodes.Models.CompanionModels.Find(uri)!]);

    private static IEnumerable<Node> NodesOf(AddressSpace space) => space.Model.Nodes;

    private static bool Is(DataTypeNode? type, uint ancestor)
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
}
