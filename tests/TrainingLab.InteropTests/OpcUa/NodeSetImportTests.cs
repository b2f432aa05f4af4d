using TrainingLab.InteropTests.Peers;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Nodes.Models;
using TrainingLab.OpcUa.Server;
using Xunit;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>The published nodesets that the npm package node-opcua-nodesets carries, read as files.</summary>
public class NodeSetImportTests
{
    [Theory]
    [InlineData("Opc.Ua.Di.NodeSet2.xml")]
    [InlineData("Opc.Ua.IA.NodeSet2.xml")]
    [InlineData("Opc.Ua.Machinery.NodeSet2.xml")]
    [InlineData("Opc.Ua.Machinery.Jobs.Nodeset2.xml")]
    [InlineData("Opc.Ua.Machinery.ProcessValues.NodeSet2.xml")]
    [InlineData("Opc.Ua.Machinery_Result.NodeSet2.xml")]
    [InlineData("opc.ua.isa95-jobcontrol.nodeset2.xml")]
    [InlineData("Opc.Ua.PackML.NodeSet2.xml")]
    [InlineData("Opc.Ua.MachineTool.NodeSet2.xml")]
    [InlineData("Opc.Ua.PADIM.NodeSet2.xml")]
    [InlineData("Opc.Ua.IRDI.NodeSet2.xml")]
    [InlineData("Opc.Ua.Robotics.NodeSet2.xml")]
    [InlineData("Opc.Ua.MachineVision.NodeSet2.xml")]
    [InlineData("Opc.Ua.CNC.NodeSet.xml")]
    [InlineData("Opc.Ua.AMB.NodeSet2.xml")]
    [InlineData("Opc.Ua.Adi.NodeSet2.xml")]
    [InlineData("Opc.Ua.AutoID.NodeSet2.xml")]
    [InlineData("Opc.Ua.CommercialKitchenEquipment.NodeSet2.xml")]
    [InlineData("Opc.Ua.Gds.NodeSet2.xml")]
    [InlineData("Opc.Ua.Glass.NodeSet2.xml")]
    [InlineData("Opc.Ua.I4AAS.NodeSet2.xml")]
    [InlineData("Opc.Ua.IOLink.NodeSet2.xml")]
    [InlineData("Opc.Ua.IOLinkIODD.NodeSet2.xml")]
    [InlineData("Opc.ISA95.NodeSet2.xml")]
    [InlineData("Opc.Ua.LADS.NodeSet2.xml")]
    [InlineData("Opc.Ua.MetalForming.NodeSet2.xml")]
    [InlineData("Opc.Ua.Ijt.Tightening.NodeSet2.xml")]
    [InlineData("Opc.Ua.Scales.NodeSet2.xml")]
    [InlineData("Opc.Ua.Weihenstephan.NodeSet2.xml")]
    [InlineData("Opc.Ua.Woodworking.NodeSet2.xml")]
    [InlineData("Opc.Ua.Eumabois.Nodeset2.xml")]
    [InlineData("Opc.Ua.ST-Mss.NodeSet2.xml")]
    public void A_published_nodeset_is_loaded_without_a_mistake(string name)
    {
        var files = PublishedNodeSets.With(name);
        var mistakes = NodeSetFile.Check(files).SelectMany(static f => f.Mistakes.Select(m => $"{f.File.Name}:{m}")).ToList();
        Assert.Empty(mistakes);
        var space = new AddressSpace("urn:test", ["urn:machine"], files);
        Assert.All(files[^1].Uris, uri => Assert.Contains(uri, space.NamespaceUris));
        Assert.Contains(space.Model.Nodes, n => space.NamespaceUris[n.Id.NamespaceIndex] == files[^1].Uris[0]);
    }

    [Theory]
    [InlineData("Opc.Ua.Di.NodeSet2.xml")]
    [InlineData("Opc.Ua.IA.NodeSet2.xml")]
    [InlineData("Opc.Ua.Machinery.NodeSet2.xml")]
    [InlineData("Opc.Ua.PackML.NodeSet2.xml")]
    [InlineData("Opc.Ua.MachineTool.NodeSet2.xml")]
    [InlineData("Opc.Ua.PADIM.NodeSet2.xml")]
    [InlineData("opc.ua.isa95-jobcontrol.nodeset2.xml")]
    public void The_table_that_is_part_of_the_program_says_what_the_published_file_says(string name)
    {
        var file = PublishedNodeSets.With(name)[^1];
        var ofFiles = new AddressSpace("urn:test", ["urn:machine"], PublishedNodeSets.With(name));
        var ofTables = new AddressSpace("urn:test", ["urn:machine"], [CompanionModels.Find(file.Uris[0])!]);
        var index = ofFiles.IndexOf(file.Uris[0]);
        var other = ofTables.IndexOf(file.Uris[0]);
        var nodes = ofFiles.Model.Nodes.Where(n => n.Id.NamespaceIndex == index).ToList();
        Assert.NotEmpty(nodes);
        Assert.Equal(nodes.Count, ofTables.Model.Nodes.Count(n => n.Id.NamespaceIndex == other));
        foreach (var node in nodes)
        {
            var same = ofTables.Find(node.Id.InNamespace(other));
            Assert.NotNull(same);
            Assert.Equal((node.Class, node.BrowseName.Name), (same.Class, same.BrowseName.Name));
            Assert.Equal(
                ofFiles.ReferencesOf(node).Select(r => Describe(ofFiles, r)).Order(StringComparer.Ordinal),
                ofTables.ReferencesOf(same).Select(r => Describe(ofTables, r)).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Node_opcua_explores_a_server_with_imported_models_and_reads_their_structures()
    {
        PeerRequirement.NodePackage("node-opcua");
        await using var loopback = await LoopbackServer.StartAsync(static () => ServerWith("Opc.Ua.MachineTool.NodeSet2.xml", "Opc.Ua.PADIM.NodeSet2.xml", "Opc.Ua.CNC.NodeSet.xml", "Opc.Ua.PackML.NodeSet2.xml"));
        var result = await PeerProcess.RunNodeAsync("node-opcua", Path.Combine("opcua", "explore.js"), TestContext.Current.CancellationToken, [loopback.Url]);
        Assert.Empty(result["problems"]!.AsArray());
        Assert.True((int)result["nodes"]! > 8000, result.ToJsonString());
        Assert.True((int)result["structures"]! > 100, result.ToJsonString());
    }

    private static string Describe(AddressSpace space, Reference reference) =>
        $"{space.NamespaceUris[reference.Type.Id.NamespaceIndex]}{reference.Type.BrowseName.Name} {reference.IsForward} {space.NamespaceUris[reference.Target.Id.NamespaceIndex]}{reference.Target.Id.InNamespace(0)}";

    private static OpcUaServer ServerWith(params string[] names)
    {
        var space = new AddressSpace("urn:test:server", ["urn:test:machine"], [.. names.SelectMany(PublishedNodeSets.With).DistinctBy(static f => f.Name)]);
        return new OpcUaServer(new OpcUaServerOptions { ApplicationName = "Models" }, space, TimeProvider.System);
    }
}

/// <summary>The nodeset files of tests/peers by name, each after those that it requires.</summary>
internal static class PublishedNodeSets
{
    private static readonly Lazy<Dictionary<string, NodeSetFile>> Files = new(static () =>
    {
        PeerRequirement.NodePackage("node-opcua-nodesets");
        var folder = Path.Combine(PeerRequirement.PeersFolder, "node_modules", "node-opcua-nodesets", "nodesets");
        return Directory.GetFiles(folder, "*.xml").Where(static f => !f.EndsWith("Opc.Ua.NodeSet2.xml", StringComparison.Ordinal))
            .Select(static f => new NodeSetFile(Path.GetFileName(f), File.ReadAllBytes(f))).ToDictionary(static f => f.Name, StringComparer.Ordinal);
    });

    public static IReadOnlyList<NodeSetFile> With(string name)
    {
        var byUri = Files.Value.Values.SelectMany(static f => f.Uris.Select(u => (Uri: u, File: f))).ToLookup(static p => p.Uri, static p => p.File, StringComparer.Ordinal);
        var ordered = new List<NodeSetFile>();
        void Visit(NodeSetFile file)
        {
            if (!ordered.Contains(file))
            {
                foreach (var required in file.Required.SelectMany(u => byUri[u].Take(1)))
                {
                    Visit(required);
                }

                if (!ordered.Contains(file))
                {
                    ordered.Add(file);
                }
            }
        }

        Visit(Files.Value[name]);
        return ordered;
    }
}
