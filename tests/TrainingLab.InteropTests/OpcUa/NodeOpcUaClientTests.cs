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
        var arguments = user is null ? Array.Empty<string>() : [user, "secret"];
        var result = await PeerProcess.RunNodeAsync("node-opcua", Path.Combine("opcua", "explore.js"), Cancellation, [loopback.Url, .. arguments]);
        Assert.Empty(result["problems"]!.AsArray());
        Assert.Equal(loopback.Url, (string?)result["endpoints"]![0]!["url"]);
        Assert.Equal(["Anonymous", "UserName"], result["endpoints"]![0]!["tokens"]!.AsArray().Select(static t => (string?)t));
        Assert.True((int)result["nodes"]! > 4000, result.ToJsonString());
    }

    [Fact]
    public async Task Works_on_a_machine_and_survives_its_restart()
    {
        var node = PeerRequirement.NodePackage("node-opcua");
        await using var loopback = await LoopbackServer.StartAsync(() => FillerServer.Create());
        await using var peer = PeerProcess.Start(node, PeerRequirement.PeersFolder, Path.Combine("opcua", "work.js"), loopback.Url);
        JsonNode? result = null;
        while (await peer.ReadLineAsync(Cancellation) is { } line)
        {
            if (line == "restart")
            {
                await loopback.Context.InvokeAsync(async () =>
                {
                    await loopback.Server.RestartAsync([FillerServer.OtherUri, FillerServer.MachineUri]);
                    return true;
                });
            }
            else if (line.StartsWith('{'))
            {
                result = JsonNode.Parse(line);
            }
        }

        Assert.True(result is not null, peer.Errors);
        Assert.Equal(2, (int)result["ns"]!);
        Assert.Equal("ns=2;s=Filler.Speed", (string?)result["speed"]);
        Assert.Equal(100.0, (double)result["value"]!);
        Assert.True((bool)result["hasTimes"]!);
        Assert.Equal("""{"id":5394509,"symbol":"r/min"}""", result["unit"]!.ToJsonString());
        Assert.Equal("[0,200]", result["range"]!.ToJsonString());
        Assert.Equal("""["Good","BadOutOfRange","BadTypeMismatch"]""", result["writes"]!.ToJsonString());
        Assert.Equal(120.0, (double)result["readBack"]!);
        Assert.Equal(42.0, (double)result["sum"]!);
        Assert.Equal("""["a","b","sum"]""", result["arguments"]!.ToJsonString());
        Assert.Equal(100.0, (double)result["publishingInterval"]!);
        Assert.Equal("Good", (string?)result["percent"]);
        Assert.Equal("[120,130,100]", result["changes"]!.ToJsonString());
        Assert.True((bool)result["keepAlives"]!);
        Assert.Equal(3, (int)result["nsAfter"]!);
    }
}
