using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.Tests.OpcUa.Server;

public class ViewServiceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Children_and_parents_see_each_other() => Bench.Run(async bench =>
    {
        bench.AddMachine();
        await using var client = await bench.ConnectAsync();
        var children = await client.BrowseAsync(Bench.Id("Machine"), Cancellation);
        Assert.Equal(["2:Setpoint", "2:Speed"], children.Select(static c => c.BrowseName.ToString()).Order());
        var speed = children.Single(static c => c.BrowseName.Name == "Speed");
        Assert.Equal(VariableTypeIds.AnalogItemType, speed.TypeDefinition.Node);
        Assert.Equal(NodeClass.Variable, speed.Class);
        var parents = await client.BrowseAsync(Bench.Id("Speed"), Cancellation, forward: false);
        Assert.Equal(Bench.Id("Machine"), Assert.Single(parents).Node.Node);
        var instances = await client.BrowseAsync(VariableTypeIds.AnalogItemType, Cancellation, ReferenceTypeIds.HasTypeDefinition, forward: false);
        Assert.Contains(instances, static i => i.Node.Node == Bench.Id("Speed"));
    });

    [Fact]
    public void Long_results_come_in_pages() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Limits = bench.Options.Limits with { MaxReferencesPerNode = 7 } };
        bench.AddMachine();
        for (var i = 0; i < 30; i++)
        {
            bench.Space.AddVariable(Bench.Id("Machine"), Bench.Id($"T{i}"), $"T{i}", BuiltInType.Double);
        }

        await using var client = await bench.ConnectAsync();
        Assert.Equal(32, (await client.BrowseAsync(Bench.Id("Machine"), Cancellation)).DistinctBy(static r => r.Node).Count());
    });

    [Fact]
    public void Paths_are_followed_by_browse_names() => Bench.Run(async bench =>
    {
        bench.AddMachine();
        await using var client = await bench.ConnectAsync();
        var (status, node) = await client.TranslateAsync(ObjectIds.ObjectsFolder, [new QualifiedName(2, "Machine"), new QualifiedName(2, "Speed")], Cancellation);
        Assert.Equal((StatusCodes.Good, Bench.Id("Speed")), (status.Code, node));
        (status, _) = await client.TranslateAsync(ObjectIds.ObjectsFolder, [new QualifiedName(2, "Nowhere")], Cancellation);
        Assert.Equal(StatusCodes.BadNoMatch, status.Code);
        (status, _) = await client.TranslateAsync(Bench.Id("Nowhere"), [new QualifiedName(2, "Speed")], Cancellation);
        Assert.Equal(StatusCodes.BadNodeIdUnknown, status.Code);
    });

    [Fact]
    public void An_unknown_node_cannot_be_browsed() => Bench.Run(async bench =>
    {
        await using var client = await bench.ConnectAsync();
        var e = await Assert.ThrowsAsync<OpcUaException>(() => client.BrowseAsync(Bench.Id("Nowhere"), Cancellation));
        Assert.Equal(StatusCodes.BadNodeIdUnknown, e.Status.Code);
    });

    [Fact]
    public void Every_node_of_namespace_0_hangs_together()
    {
        foreach (var node in Namespace0.All)
        {
            if (node is VariableNode or ObjectNode)
            {
                Assert.True(node.OwnReferences.Any(static r => r.IsForward && r.Type.Id == ReferenceTypeIds.HasTypeDefinition), $"{node} has no type definition");
            }

            foreach (var reference in node.OwnReferences)
            {
                Assert.Contains(reference.Target.OwnReferences, r => ReferenceEquals(r.Target, node) && r.Type == reference.Type && r.IsForward != reference.IsForward);
            }
        }
    }

    [Fact]
    public void An_overlay_leaves_no_trace_in_namespace_0() => Bench.Run(bench =>
    {
        var before = Namespace0.Find(85)!.OwnReferences.Count;
        bench.AddMachine();
        Assert.Equal(before, Namespace0.Find(85)!.OwnReferences.Count);
        Assert.DoesNotContain(new AddressSpace("urn:another").ReferencesOf(Namespace0.Find(85)!), static r => r.Target.BrowseName.Name == "Machine");
        Assert.True(bench.Space.Remove(Bench.Id("Machine")));
        Assert.DoesNotContain(bench.Space.ReferencesOf(Namespace0.Find(85)!), static r => r.Target.BrowseName.Name == "Machine");
        return Task.CompletedTask;
    });
}
