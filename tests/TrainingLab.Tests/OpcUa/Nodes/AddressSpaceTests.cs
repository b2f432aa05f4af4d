using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.Tests.OpcUa.Nodes;

public class AddressSpaceTests
{
    private static readonly NodeId Parent = ObjectIds.ObjectsFolder;

    [Fact]
    public void The_variable_type_follows_from_what_is_declared()
    {
        var space = new AddressSpace("urn:a", "urn:m");
        NodeId TypeOf(string name, VariableOptions? options) =>
            space.TypeDefinitionOf(space.AddVariable(Parent, new NodeId(2, name), name, BuiltInType.Double, options))!.Id;
        Assert.Equal(VariableTypeIds.BaseDataVariableType, TypeOf("a", null));
        Assert.Equal(VariableTypeIds.AnalogUnitType, TypeOf("b", new VariableOptions { Units = EUInformation.FromUneceCode("CEL", "°C") }));
        Assert.Equal(VariableTypeIds.AnalogItemType, TypeOf("c", new VariableOptions { Range = new UaRange(0, 1) }));
        Assert.Equal(VariableTypeIds.MultiStateDiscreteType, TypeOf("d", new VariableOptions { EnumStrings = ["off", "on"] }));
        Assert.Equal(VariableTypeIds.DataItemType, TypeOf("e", new VariableOptions { TypeDefinition = VariableTypeIds.DataItemType }));
    }

    [Fact]
    public void A_variable_without_a_first_value_waits_for_it()
    {
        var space = new AddressSpace("urn:a", "urn:m");
        var variable = space.AddVariable(Parent, new NodeId(2, "v"), "v", BuiltInType.Double);
        Assert.Equal(StatusCodes.BadWaitingForInitialData, variable.Value.Status.Code);
    }

    [Fact]
    public void Ids_are_unique_and_in_the_servers_own_namespaces()
    {
        var space = new AddressSpace("urn:a", "urn:m");
        space.AddFolder(Parent, new NodeId(2, "f"), "f");
        Assert.Throws<ArgumentException>(() => space.AddFolder(Parent, new NodeId(2, "f"), "f"));
        Assert.Throws<ArgumentException>(() => space.AddFolder(Parent, new NodeId(3, "f"), "f"));
        Assert.Throws<ArgumentException>(() => space.AddFolder(Parent, new NodeId(0, 1), "f"));
        Assert.Throws<KeyNotFoundException>(() => space.AddFolder(new NodeId(2, "nowhere"), new NodeId(2, "g"), "g"));
        Assert.Throws<ArgumentException>(() => new AddressSpace("urn:a", "urn:a"));
    }

    [Fact]
    public void A_namespace_order_must_name_each_namespace_once()
    {
        var space = new AddressSpace("urn:a", "urn:m", "urn:n");
        Assert.Throws<ArgumentException>(() => space.Reorder(["urn:m"]));
        Assert.Throws<ArgumentException>(() => space.Reorder(["urn:m", "urn:m"]));
        space.Reorder(["urn:n", "urn:m"]);
        Assert.Equal(3, space.IndexOf("urn:m"));
    }

    [Theory]
    [InlineData("i=2258", 0, IdType.Numeric)]
    [InlineData("ns=2;s=a;b=c", 2, IdType.String)]
    [InlineData("ns=3;g=72962b91-fa75-4ae6-8d28-b404dc7daf63", 3, IdType.Guid)]
    [InlineData("ns=65535;b=AQID", 65535, IdType.Opaque)]
    public void Node_ids_have_a_text(string text, int ns, IdType type)
    {
        var id = NodeId.Parse(text);
        Assert.Equal((ns, type, text), (id.NamespaceIndex, id.IdType, id.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2258")]
    [InlineData("i=-1")]
    [InlineData("ns=65536;i=1")]
    [InlineData("ns=1")]
    [InlineData("x=1")]
    [InlineData("b=%")]
    public void What_is_no_node_id_is_refused(string text) => Assert.False(NodeId.TryParse(text, out _));

    [Fact]
    public void Status_codes_have_names()
    {
        Assert.Equal("BadNodeIdUnknown", new StatusCode(0x80340000).ToString());
        Assert.Equal("Good", new StatusCode(0x00000480).ToString()); // info bits do not change the name
        Assert.Equal("0x8FFF0000", new StatusCode(0x8FFF0000).ToString());
        Assert.Equal(StatusCodes.BadTimeout, StatusCodes.ByName("BadTimeout")!.Value.Code);
        Assert.True(new StatusCode(StatusCodes.UncertainInitialValue) is { IsUncertain: true, IsBad: false, IsGood: false });
    }

    [Fact]
    public void Methods_and_data_types_of_namespace_0_are_complete()
    {
        var method = (MethodNode)Namespace0.Find(11492)!;
        Assert.Equal(["SubscriptionId"], method.Inputs.Select(static a => a.Name));
        Assert.Equal(["ServerHandles", "ClientHandles"], method.Outputs.Select(static a => a.Name));
        var range = (StructureDefinition)((DataTypeNode)Namespace0.Find(884)!).Definition!;
        Assert.Equal((new NodeId(0, 886), "Low", "High"), (range.DefaultEncodingId, range.Fields[0].Name, range.Fields[1].Name));
        var analog = Namespace0.Find(17497)!;
        Assert.Contains(analog.OwnReferences, static r => r.IsForward && r.Target.BrowseName.Name == "EngineeringUnits");
    }
}
