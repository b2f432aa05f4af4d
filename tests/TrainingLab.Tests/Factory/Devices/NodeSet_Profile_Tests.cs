using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Tests.House;

namespace TrainingLab.Tests.Factory.Devices;

/// <summary>Profiles that name nodesets in XML, and make objects of their types.</summary>
public sealed class NodeSet_Profile_Tests
{
    private const string Press = """
        <?xml version="1.0" encoding="utf-8"?>
        <UANodeSet xmlns="http://opcfoundation.org/UA/2011/03/UANodeSet.xsd">
          <NamespaceUris><Uri>http://example.com/press/</Uri></NamespaceUris>
          <Models><Model ModelUri="http://example.com/press/"><RequiredModel ModelUri="http://opcfoundation.org/UA/"/></Model></Models>
          <Aliases><Alias Alias="Double">i=11</Alias><Alias Alias="Float">i=10</Alias><Alias Alias="String">i=12</Alias><Alias Alias="HasSubtype">i=45</Alias><Alias Alias="HasComponent">i=47</Alias><Alias Alias="HasTypeDefinition">i=40</Alias><Alias Alias="HasModellingRule">i=37</Alias></Aliases>
          <UAObjectType NodeId="ns=1;i=1" BrowseName="1:PressType"><DisplayName>PressType</DisplayName><References><Reference ReferenceType="HasSubtype" IsForward="false">i=58</Reference></References></UAObjectType>
          <UAVariable NodeId="ns=1;i=2" BrowseName="1:Force" ParentNodeId="ns=1;i=1" DataType="Float"><DisplayName>Force</DisplayName><References><Reference ReferenceType="HasComponent" IsForward="false">ns=1;i=1</Reference><Reference ReferenceType="HasTypeDefinition">i=63</Reference><Reference ReferenceType="HasModellingRule">i=78</Reference></References></UAVariable>
          <UAObject NodeId="ns=1;i=3" BrowseName="1:Drive" ParentNodeId="ns=1;i=1"><DisplayName>Drive</DisplayName><References><Reference ReferenceType="HasComponent" IsForward="false">ns=1;i=1</Reference><Reference ReferenceType="HasTypeDefinition">i=58</Reference><Reference ReferenceType="HasModellingRule">i=80</Reference></References></UAObject>
          <UAVariable NodeId="ns=1;i=4" BrowseName="1:State" ParentNodeId="ns=1;i=3" DataType="String"><DisplayName>State</DisplayName><References><Reference ReferenceType="HasComponent" IsForward="false">ns=1;i=3</Reference><Reference ReferenceType="HasTypeDefinition">i=63</Reference><Reference ReferenceType="HasModellingRule">i=80</Reference></References></UAVariable>
          <UAVariable NodeId="ns=1;i=5" BrowseName="1:Hours" ParentNodeId="ns=1;i=3" DataType="Double"><DisplayName>Hours</DisplayName><References><Reference ReferenceType="HasComponent" IsForward="false">ns=1;i=3</Reference><Reference ReferenceType="HasTypeDefinition">i=63</Reference><Reference ReferenceType="HasModellingRule">i=80</Reference></References></UAVariable>
        </UANodeSet>
        """;

    private const string Device = """
        id: press
        title: { en: Press, zh: 压机 }
        model: P-1
        process: { kind: filler }
        tags:
          - { name: FillVolume }
          - { name: StateCurrent }
        faces:
          opcua:
            namespaces: ["urn:x:{device}"]
            nodesets: [Press.NodeSet2.xml]
            instances:
              - { name: Press, type: PressType, parts: [Drive/Hours], tags: { Force: FillVolume, Drive/State: StateCurrent } }
        """;

    [Fact]
    public async Task A_machine_shows_an_object_of_a_type_from_a_nodeset_with_the_values_of_its_tags()
    {
        await using var test = await StartAsync();
        const string press = "nsu=urn:x:filler-1;s=filler-1.Press";
        var browsed = (await test.ExecAsync($"opcua browse filler-1 {press}")).Json!;
        Assert.NotNull(browsed["Force"]);
        await test.RunAsync(5);
        var read = (await test.TryExecAsync($"opcua read filler-1 {press}.Force {press}.Drive.State {press}.Drive.Hours nsu=urn:x:filler-1;s=filler-1.FillVolume nsu=urn:x:filler-1;s=filler-1.StateCurrent")).Json!;
        Assert.Equal(
            float.Parse((string)read[3]!["value"]!, System.Globalization.CultureInfo.InvariantCulture), float.Parse((string)read[0]!["value"]!, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal((string?)read[4]!["value"], ((string?)read[1]!["value"])!.Trim('"'));
        Assert.Equal("BadWaitingForInitialData", (string?)read[2]!["status"]);
        Assert.Equal("urn:x:filler-1", (await test.ReadAsync("device/filler-1/namespaces"))!.Trim('"'));
        Assert.Equal(3, (int)(await test.ExecAsync("opcua namespaces filler-1")).Json!["http://example.com/press/"]!);
    }

    [Theory]
    [InlineData("nodesets: [Press.NodeSet2.xml]", "nodesets: [«Pres.NodeSet2.xml]", MistakeCodes.UnknownReference)]
    [InlineData("namespaces: [\"urn:x:{device}\"]", "namespaces: [\"urn:x:{device}\", «\"http://example.com/press/\"]", MistakeCodes.DuplicateId)]
    [InlineData("type: PressType", "type: «PresType", MistakeCodes.UnknownReference)]
    [InlineData("type: PressType", "type: «\"nsu=http://example.com/press/;i=77\"", MistakeCodes.UnknownReference)]
    [InlineData("parts: [Drive/Hours]", "parts: [«Drive/Ours]", MistakeCodes.UnknownReference)]
    [InlineData("{ Force: FillVolume", "{ «Frce: FillVolume", MistakeCodes.UnknownReference)]
    [InlineData("{ Force: FillVolume", "{ Force: «Volume", MistakeCodes.UnknownReference)]
    public void Each_mistake_of_a_profile_is_told_at_its_place(string sound, string broken, string code)
    {
        Assert.Contains(sound, Device, StringComparison.Ordinal);
        var text = Device.Replace(sound, broken, StringComparison.Ordinal);
        var at = text.IndexOf('«', StringComparison.Ordinal);
        var line = text[..at].Count(static c => c == '\n') + 1;
        var column = at - text[..at].LastIndexOf('\n');
        var mistakes = Read(text.Remove(at, 1), Press);
        Assert.Contains(mistakes.All, m => m.Code == code && m.Span == new SourceSpan("devices/press.device.yaml", line, column));
    }

    [Fact]
    public void A_type_may_be_named_by_its_id() =>
        Assert.Empty(Read(Device.Replace("type: PressType", "type: \"nsu=http://example.com/press/;i=1\"", StringComparison.Ordinal), Press).All);

    [Theory]
    [InlineData("DataType=\"Float\"", "DataType=\"Flot\"")]
    [InlineData("IsForward=\"false\">ns=1;i=3<", "IsForward=\"false\">ns=1;i=33<")]
    [InlineData("</UAObjectType>", "</UAObjctType>")]
    [InlineData("<UAObject NodeId=\"ns=1;i=3\"", "<UAObject NodeId=\"ns=1;i=x\"")]
    public void A_mistake_in_the_XML_is_told_with_its_file_line_and_column(string sound, string broken)
    {
        var at = Press.IndexOf(sound, StringComparison.Ordinal);
        Assert.True(at > 0);
        var line = Press[..at].Count(static c => c == '\n') + 1;
        var found = Read(Device, Press.Remove(at, sound.Length).Insert(at, broken)).All;
        Assert.NotEmpty(found);
        Assert.All(found, static m => Assert.Equal(("devices/Press.NodeSet2.xml", "nodeset"), (m.Span.File, m.Code)));
        Assert.Contains(found, m => m.Span.Line == line);
    }

    [Fact]
    public void What_a_nodeset_requires_has_to_be_there()
    {
        var found = Read(Device, Press.Replace("ModelUri=\"http://opcfoundation.org/UA/\"", "ModelUri=\"http://example.com/hydraulics/\"", StringComparison.Ordinal)).All;
        Assert.Contains("http://example.com/hydraulics/", Assert.Single(found).Message.En, StringComparison.Ordinal);
    }

    private static Mistakes Read(string device, string nodeset)
    {
        var mistakes = new Mistakes();
        ScenarioReader.ReadDevice(File(device, nodeset), mistakes);
        return mistakes;
    }

    private static SourceFile File(string device, string nodeset) => SourceFile.FromText("devices/press.device.yaml", device) with
    {
        Beside = new Dictionary<string, SourceFile>(StringComparer.Ordinal) { ["Press.NodeSet2.xml"] = SourceFile.FromText("devices/Press.NodeSet2.xml", nodeset) },
    };

    private static Task<TestFactory> StartAsync() => TestFactory.StartAsync(change: model =>
    {
        var mistakes = new Mistakes();
        var press = ScenarioReader.ReadDevice(File(Device, Press), mistakes)!;
        Assert.Empty(mistakes.All);
        var profiles = model.Profiles.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        profiles["filler"] = profiles["filler"] with { Faces = press.Faces, Alarms = [], Tags = press.Tags, Faults = [] };
        return model with { Profiles = profiles, Definition = model.Definition with { History = null, Faults = [] } };
    });
}
