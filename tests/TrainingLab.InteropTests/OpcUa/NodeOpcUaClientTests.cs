using System.Text.Json.Nodes;
using TrainingLab.InteropTests.Peers;
using Xunit;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>node-opcua's client against our server.</summary>
public class NodeOpcUaClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("operator")]
    public async Task Explores_the_whole_address_space(string? user)
    {
        PeerRequirement.NodePackage("node-opcua");
        await using var loopback = await LoopbackServer.StartAsync(() => FillerServer.Create());
        var result = await RunAsync("explore.js", loopback.Url, user is null ? [] : [user, "secret"]);
        Assert.Empty(result["problems"]!.AsArray());
        Assert.Equal(loopback.Url, (string?)result["endpoints"]![0]!["url"]);
        Assert.Equal(["Anonymous", "UserName"], result["endpoints"]![0]!["tokens"]!.AsArray().Select(static t => (string?)t));
        Assert.True((int)result["nodes"]! > 4000, result.ToJsonString());
    }

    private static Task<JsonNode> RunAsync(string script, string url, params IEnumerable<string> arguments) =>
        PeerProcess.RunNodeAsync("node-opcua", Path.Combine("opcua", script), Cancellation, [url, .. arguments]);
}
