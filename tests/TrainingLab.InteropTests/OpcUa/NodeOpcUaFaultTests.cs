using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.InteropTests.Peers;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Nodes.Models;
using Xunit;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>What node-opcua's client sees of a machine whose server is ill on purpose, and of one that names nodesets.</summary>
public class NodeOpcUaFaultTests
{
    private const string Process = "urn:traininglab:filler-1:process";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_sees_bad_quality_and_slow_answers()
    {
        await using var factory = await StartAsync(Fault("bad", FaultKind.BadQuality, ("status", "BadDeviceFailure")), Fault("slow", FaultKind.SlowAnswers, ("delay", "1s")));
        var seen = await WatchAsync(factory, async () =>
        {
            await factory.SwitchAsync("filler-1", "bad", on: true);
            await factory.SwitchAsync("filler-1", "slow", on: true);
        });
        Assert.Equal(("Good", "BadDeviceFailure"), ((string?)seen["first"]!["status"], (string?)seen["second"]!["status"]));
        Assert.Null(seen["second"]!["value"]);
        Assert.True((int)seen["second"]!["took"]! >= 900, seen.ToJsonString());
        Assert.Empty(factory.Failures);
    }

    [Fact]
    public async Task It_sees_times_that_stand_still_under_values_that_go_on()
    {
        await using var factory = await StartAsync(Fault("old", FaultKind.FrozenTimestamps));
        await factory.SwitchAsync("filler-1", "old", on: true);
        var seen = await WatchAsync(factory, async () => await factory.Factory.Pacing.RunAsync(TimeSpan.FromSeconds(30), Cancellation));
        Assert.NotEqual((double)seen["first"]!["value"]!, (double)seen["second"]!["value"]!);
        Assert.Equal((string?)seen["first"]!["source"], (string?)seen["second"]!["source"]);
    }

    [Fact]
    public async Task It_gets_no_notification_while_answers_are_lost()
    {
        await using var factory = await StartAsync(Fault("lost", FaultKind.DroppedPublish));
        await factory.SwitchAsync("filler-1", "lost", on: true);
        var seen = await WatchAsync(factory, async () => await factory.Factory.Pacing.RunAsync(TimeSpan.FromSeconds(10), Cancellation));
        Assert.Equal(0, (int)seen["notifications"]!);
        Assert.Equal("Good", (string?)seen["second"]!["status"]);
    }

    [Fact]
    public async Task It_loses_the_connection_at_a_restart_and_finds_the_node_under_another_index()
    {
        await using var factory = await StartAsync(Fault("crash", FaultKind.Restart, ("downtime", "1s")), Fault("order", FaultKind.ReorderedNamespaces));
        await factory.SwitchAsync("filler-1", "order", on: true);
        await WatchAsync(factory, async () => await factory.SwitchAsync("filler-1", "crash", on: true), mayFail: true);
        await factory.Factory.Pacing.RunAsync(TimeSpan.FromSeconds(3), Cancellation);
        var seen = await WatchAsync(factory, static () => Task.CompletedTask);
        Assert.Equal((2, "Good"), ((int)seen["first"]!["ns"]!, (string?)seen["first"]!["status"]));
    }

    [Fact]
    public async Task A_profile_with_published_nodesets_is_explored_like_any_other()
    {
        PeerRequirement.NodePackage("node-opcua");
        string[] names = ["Opc.Ua.Di.NodeSet2.xml", "Opc.Ua.IA.NodeSet2.xml", "Opc.Ua.Machinery.NodeSet2.xml", "Opc.Ua.MachineTool.NodeSet2.xml"];
        var folder = Path.Combine(PeerRequirement.PeersFolder, "node_modules", "node-opcua-nodesets", "nodesets");
        const string text = """
            id: press
            title: { en: Press, zh: 压机 }
            model: P-1
            process: { kind: filler }
            tags: [{ name: RunTime }, { name: StateCurrent }]
            faces:
              opcua:
                namespaces: ["urn:traininglab:{device}:process"]
                nodesets: [Opc.Ua.Di.NodeSet2.xml, Opc.Ua.IA.NodeSet2.xml, Opc.Ua.Machinery.NodeSet2.xml, Opc.Ua.MachineTool.NodeSet2.xml]
                instances:
                  - { name: MachineTool, type: MachineToolType, tags: { Monitoring/MachineTool/PowerOnDuration: RunTime } }
            """;
        var mistakes = new Mistakes();
        var press = TrainingLab.Factory.Definitions.Scenarios.ScenarioReader.ReadDevice(
            SourceFile.FromText("devices/press.device.yaml", text) with
            {
                Beside = names.ToDictionary(static n => n, n => SourceFile.FromText("devices/" + n, File.ReadAllText(Path.Combine(folder, n))), StringComparer.Ordinal),
            },
            mistakes);
        Assert.Empty(mistakes.All);
        await using var factory = await FactoryLoopback.StartAsync(filler => filler with { Faces = press!.Faces, Tags = press.Tags, Alarms = [], Faults = [] });
        var seen = await WatchAsync(factory, async () => await factory.Factory.Pacing.RunAsync(TimeSpan.FromSeconds(30), Cancellation), "filler-1.MachineTool.Monitoring.MachineTool.PowerOnDuration");
        Assert.Equal("Good", (string?)seen["second"]!["status"]);
        Assert.True((int)seen["second"]!["value"]! >= 0);
        var result = await PeerProcess.RunNodeAsync("node-opcua", Path.Combine("opcua", "explore.js"), Cancellation, [factory.UrlOf("filler-1")]);
        Assert.Empty(result["problems"]!.AsArray());
        Assert.True((int)result["nodes"]! > 5000, result.ToJsonString());
    }

    private static FaultDeclaration Fault(string id, FaultKind kind, params (string Name, string Value)[] parameters) => new()
    {
        Id = id,
        Kind = kind,
        Parameters = parameters.ToDictionary(static p => p.Name, static p => ScalarValue.FromPlain(p.Value), StringComparer.Ordinal),
    };

    private static Task<FactoryLoopback> StartAsync(params FaultDeclaration[] faults) =>
        FactoryLoopback.StartAsync(filler => filler with { Faults = faults, Faces = filler.Faces with { Opcua = filler.Faces.Opcua! with { OnRestart = NamespaceOrder.Keep } } });

    /// <summary>What the client sees before and after something is done.</summary>
    private static async Task<JsonNode> WatchAsync(FactoryLoopback factory, Func<Task> meanwhile, string node = "filler-1.Energy", bool mayFail = false)
    {
        var program = PeerRequirement.NodePackage("node-opcua");
        await using var peer = PeerProcess.Start(program, PeerRequirement.PeersFolder, Path.Combine("opcua", "faults.js"), factory.UrlOf("filler-1"), Process, node);
        while (await peer.ReadLineAsync(Cancellation) is { } line)
        {
            if (line == "ready")
            {
                await meanwhile();
                await peer.WriteLineAsync("go on");
                if (mayFail)
                {
                    return new JsonObject();
                }
            }
            else if (line.StartsWith('{'))
            {
                return JsonNode.Parse(line)!;
            }
        }

        throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"faults.js ended: {peer.Errors}"));
    }
}
