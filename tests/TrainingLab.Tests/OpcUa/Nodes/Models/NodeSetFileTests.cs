using System.Text;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Nodes.Models;

namespace TrainingLab.Tests.OpcUa.Nodes.Models;

public sealed class NodeSetFileTests
{
    private const string Uri = "http://example.org/Press/";

    private const string Body = """
          <UADataType NodeId="ns=1;i=3001" BrowseName="1:PressState">
            <DisplayName>PressState</DisplayName>
            <References><Reference ReferenceType="HasSubtype" IsForward="false">i=29</Reference></References>
            <Definition Name="1:PressState"><Field Name="Open" Value="0"/><Field Name="Closed" Value="1"/></Definition>
          </UADataType>
          <UADataType NodeId="ns=1;i=3002" BrowseName="1:Stroke">
            <DisplayName>Stroke</DisplayName>
            <References><Reference ReferenceType="HasSubtype" IsForward="false">i=22</Reference></References>
            <Definition Name="1:Stroke">
              <Field Name="Number" DataType="i=7"/>
              <Field Name="State" DataType="ns=1;i=3001"/>
              <Field Name="Forces" DataType="Double" ValueRank="1"/>
              <Field Name="Limits" DataType="i=884"/>
              <Field Name="Comment" DataType="i=21" IsOptional="true"/>
            </Definition>
          </UADataType>
          <UAObject NodeId="ns=1;i=5001" BrowseName="Default Binary" SymbolicName="DefaultBinary">
            <DisplayName>Default Binary</DisplayName>
            <References>
              <Reference ReferenceType="i=38" IsForward="false">ns=1;i=3002</Reference>
              <Reference ReferenceType="HasTypeDefinition">i=76</Reference>
            </References>
          </UAObject>
          <UAObject NodeId="ns=1;i=1001" BrowseName="1:Press" EventNotifier="1">
            <DisplayName Locale="en">Press</DisplayName>
            <Description Locale="en">A press</Description>
            <References>
              <Reference ReferenceType="i=35" IsForward="false">i=85</Reference>
              <Reference ReferenceType="HasTypeDefinition">i=58</Reference>
            </References>
            <RolePermissions><RolePermission Permissions="97">i=15644</RolePermission></RolePermissions>
          </UAObject>
          <UAVariable NodeId="ns=1;i=6001" BrowseName="1:Last" DataType="ns=1;i=3002">
            <DisplayName>Last</DisplayName>
            <References>
              <Reference ReferenceType="i=47" IsForward="false">ns=1;i=1001</Reference>
              <Reference ReferenceType="HasTypeDefinition">i=63</Reference>
            </References>
            <Value>
              <ExtensionObject xmlns="http://opcfoundation.org/UA/2008/02/Types.xsd">
                <TypeId><Identifier>ns=1;i=3002</Identifier></TypeId>
                <Body>
                  <Stroke>
                    <Number>7</Number><State>Closed_1</State>
                    <Forces><Double>1.5</Double><Double>INF</Double></Forces>
                    <Limits><Low>0</Low><High>100</High></Limits>
                    <Comment><Locale>en</Locale><Text>good</Text></Comment>
                  </Stroke>
                </Body>
              </ExtensionObject>
            </Value>
          </UAVariable>
        """;

    [Fact]
    public void Nodes_types_values_and_permissions_are_as_the_file_says()
    {
        var file = File(Body);
        Assert.Empty(Mistakes(file));
        var space = new AddressSpace("urn:test", ["urn:machine"], [file]);
        Assert.Equal(["http://opcfoundation.org/UA/", "urn:test", "urn:machine", Uri], space.NamespaceUris);
        var press = Assert.IsType<ObjectNode>(space.Find(new NodeId(3, 1001)));
        Assert.Equal(new LocalizedText("A press", "en"), press.Description);
        Assert.Equal(1, press.EventNotifier);
        Assert.Equal([new RolePermission(new NodeId(0, 15644), 97)], press.RolePermissions!);
        Assert.Contains(space.ReferencesOf(space.Find(ObjectIds.ObjectsFolder)!), r => r.IsForward && r.Target == press);

        var last = Assert.IsType<VariableNode>(space.Find(new NodeId(3, 6001)));
        Assert.True(last.Value.Value.TryGet<ExtensionObject>(out var value));
        var stroke = Assert.IsType<DynamicStructure>(value.Structure);
        Assert.Equal(new Variant(7u), stroke["Number"]);
        Assert.Equal(new Variant(1), stroke["State"]);
        Assert.Equal(Variant.From(new[] { 1.5, double.PositiveInfinity }), stroke["Forces"]);
        Assert.True(stroke["Limits"].TryGet<ExtensionObject>(out var limits));
        Assert.Equal(new UaRange(0, 100), limits.Structure);
        Assert.Equal(new Variant(new LocalizedText("good", "en")), stroke["Comment"]);
        Assert.Equal(new NodeId(3, 5001), stroke.EncodingId);
    }

    [Fact]
    public void The_same_file_at_the_same_indices_is_built_once()
    {
        var first = new AddressSpace("urn:a", ["urn:machine-a"], [File(Body)]);
        var second = new AddressSpace("urn:b", ["urn:machine-b"], [File(Body)]);
        Assert.Same(first.Model, second.Model);
        var other = new AddressSpace("urn:c", ["urn:machine-c", "urn:more"], [File(Body)]);
        Assert.NotNull(other.Find(new NodeId(4, 1001)));
    }

    [Fact]
    public void A_variable_of_a_model_has_a_value_of_its_own_in_each_space()
    {
        var first = new AddressSpace("urn:a", ["urn:machine"], [File(Body)]);
        var second = new AddressSpace("urn:b", ["urn:machine"], [File(Body)]);
        first.OwnVariable(new NodeId(3, 6001)).SetValue(5);
        Assert.Equal(new Variant(5), ((VariableNode)first.Find(new NodeId(3, 6001))!).Value.Value);
        Assert.NotEqual(new Variant(5), ((VariableNode)second.Find(new NodeId(3, 6001))!).Value.Value);
        Assert.Equal(new NodeId(0, 63), first.TypeDefinitionOf(first.Find(new NodeId(3, 6001))!)!.Id);
    }

    [Fact]
    public void All_mistakes_come_at_once_with_their_place_and_a_remedy()
    {
        var mistakes = Mistakes(File("""
              <UAObject NodeId="ns=1;i=1" BrowseName="1:A">
                <References>
                  <Reference ReferenceType="Organises" IsForward="false">i=85</Reference>
                  <Reference ReferenceType="HasComponent">ns=1;i=99</Reference>
                </References>
              </UAObject>
              <UAVariable NodeId="ns=7;i=2" BrowseName="1:B"/>
              <UAThing NodeId="ns=1;i=3" BrowseName="1:C"/>
              <UAVariable NodeId="ns=1;i=4" BrowseName="1:D" DataType="ns=1;i=77" ValueRank="many">
                <References><Reference ReferenceType="HasTypeDefinition">i=63</Reference></References>
                <Value><Int32 xmlns="http://opcfoundation.org/UA/2008/02/Types.xsd">seven</Int32></Value>
              </UAVariable>
            """));
        Assert.Equal(
            [
                "5:4: Object A has no type; add a reference HasTypeDefinition",
                "7:18: 'Organises' is neither an alias of this file nor a node id; examples: i=2258, ns=1;i=1001",
                "8:8: there is no node nsu=http://example.org/Press/;i=99 to refer to, neither here nor in the models that this nodeset requires",
                "11:15: there is no namespace 7: the file lists 1 under NamespaceUris",
                "12:4: UAThing is not an element of a UANodeSet; nodes are UAObject, UAVariable, UAMethod, UAObjectType, UAVariableType, UAReferenceType, UADataType, UAView",
                "13:4: nsu=http://example.org/Press/;i=77 is not a data type of this nodeset or of the models it requires",
                "13:71: ValueRank is a whole number from -3 to 2147483647, not 'many'",
                "15:13: Int32 cannot be read: The input string 'seven' was not in a correct format.",
            ],
            mistakes);
    }

    [Fact]
    public void A_required_model_that_is_nowhere_is_a_mistake() =>
        Assert.Contains(
            Mistakes(new NodeSetFile("x.xml", Bytes($"""<UANodeSet xmlns="http://opcfoundation.org/UA/2011/03/UANodeSet.xsd"><NamespaceUris><Uri>{Uri}</Uri></NamespaceUris><Models><Model ModelUri="{Uri}"><RequiredModel ModelUri="http://example.org/None/"/></Model></Models></UANodeSet>"""))),
            static m => m.Contains("requires http://example.org/None/", StringComparison.Ordinal));

    [Theory]
    [InlineData("""<!DOCTYPE UANodeSet [<!ENTITY x SYSTEM "file:///etc/passwd">]><UANodeSet xmlns="http://opcfoundation.org/UA/2011/03/UANodeSet.xsd">&x;</UANodeSet>""", "DTD")]
    [InlineData("""<UANodeSet xmlns="http://opcfoundation.org/UA/2011/03/UANodeSet.xsd"><UAObject></UANodeSet>""", "UAObject")]
    [InlineData("""<Other/>""", "root element is Other")]
    [InlineData("""<UANodeSet xmlns="http://opcfoundation.org/UA/2011/03/UANodeSet.xsd"/>""", "defines no model")]
    [InlineData("", "not well-formed")]
    public void What_is_no_nodeset_is_a_mistake(string text, string expected) =>
        Assert.Contains(expected, Assert.Single(Mistakes(new NodeSetFile("x.xml", Bytes(text)))), StringComparison.Ordinal);

    [Fact]
    public void Size_number_and_nesting_are_limited()
    {
        Assert.Contains("at most 10 are read", Mistakes(new NodeSetFile("x.xml", Bytes(Document(Body)), new NodeSetLimits { MaxBytes = 10 }))[0], StringComparison.Ordinal);
        Assert.Contains("at most 2 nodes", Mistakes(new NodeSetFile("x.xml", Bytes(Document(Body)), new NodeSetLimits { MaxNodes = 2 }))[0], StringComparison.Ordinal);
        var deep = string.Concat(Enumerable.Repeat("<a>", 100_000)) + string.Concat(Enumerable.Repeat("</a>", 100_000));
        Assert.Contains("100 deep", Mistakes(new NodeSetFile("x.xml", Bytes(Document(deep))))[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_circle_of_subtypes_is_a_mistake_and_no_hang()
    {
        const string circle = """
              <UAObjectType NodeId="ns=1;i=1" BrowseName="1:A"><References><Reference ReferenceType="HasSubtype">ns=1;i=2</Reference></References></UAObjectType>
              <UAObjectType NodeId="ns=1;i=2" BrowseName="1:B"><References><Reference ReferenceType="HasSubtype">ns=1;i=1</Reference></References></UAObjectType>
            """;
        Assert.Contains("subtype of itself", Assert.Single(Mistakes(File(circle))), StringComparison.Ordinal);
    }

    private static NodeSetFile File(string body) => new("press.xml", Bytes(Document(body)));

    private static string Document(string body) =>
        $"""
        <UANodeSet xmlns="http://opcfoundation.org/UA/2011/03/UANodeSet.xsd">
        <NamespaceUris><Uri>{Uri}</Uri></NamespaceUris>
        <Models><Model ModelUri="{Uri}" Version="1.0"><RequiredModel ModelUri="http://opcfoundation.org/UA/"/></Model></Models>
        <Aliases><Alias Alias="Double">i=11</Alias><Alias Alias="HasSubtype">i=45</Alias><Alias Alias="HasTypeDefinition">i=40</Alias><Alias Alias="HasComponent">i=47</Alias></Aliases>
        {body}
        </UANodeSet>
        """;

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static List<string> Mistakes(params NodeSetFile[] files) => [.. NodeSetFile.Check(files).SelectMany(static f => f.Mistakes).Select(static m => m.ToString())];
}
