using TrainingLab.OpcUa.Nodes.Models;

namespace TrainingLab.Tests.OpcUa.Fuzz;

/// <summary>What is changed must be right before: else only the first check of a decoder is tried.</summary>
public class FuzzSeedTests
{
    [Fact]
    public void The_nodeset_has_no_mistakes() =>
        Assert.Empty(NodeSetFile.Check([new NodeSetFile("seed.xml", System.Text.Encoding.UTF8.GetBytes(NodeSetSeed.Text))])[0].Mistakes.Select(static m => m.ToString()));
}
