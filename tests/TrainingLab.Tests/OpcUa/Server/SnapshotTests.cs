using System.Text.Json.Nodes;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.Tests.OpcUa.Server;

public class SnapshotTests
{
    [Fact]
    public void What_was_saved_comes_back_and_saves_the_same() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        speed.SetValue(33.25);
        speed.FaultStatus = StatusCodes.BadSensorFailure;
        await bench.Server.RestartAsync(["urn:test:other", "urn:test:machine"]);
        var saved = bench.Server.Save().ToJsonString();

        var other = new Bench();
        var again = other.AddMachine();
        other.Server.Load(JsonNode.Parse(saved)!);
        Assert.Equal(saved, other.Server.Save().ToJsonString());
        Assert.Equal(StatusCodes.BadSensorFailure, again.Value.Status.Code);
        Assert.Equal(new Variant(33.25), again.PushedValue.Value);
        Assert.Equal(new NodeId(3, "Speed"), again.Id);
    });

    [Fact]
    public void A_state_of_another_version_is_refused() => Bench.Run(bench =>
    {
        Assert.Throws<InvalidDataException>(() => bench.Server.Load(JsonNode.Parse("""{"v":99}""")!));
        return Task.CompletedTask;
    });

    /// <remarks>What a thread allocates is its own affair; what the process holds is everybody's, and other tests run beside this one.</remarks>
    [Fact]
    public void A_server_with_300_tags_is_made_of_less_than_a_megabyte()
    {
        Build(); // namespace 0 and code are there before it is measured
        var before = GC.GetAllocatedBytesForCurrentThread();
        var bench = Build();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(bench);
        TestContext.Current.TestOutputHelper?.WriteLine($"{allocated / 1024} KiB");
        Assert.InRange(allocated, 1, 1024 * 1024);
    }

    private static Bench Build()
    {
        var bench = new Bench();
        bench.Space.AddFolder(ObjectIds.ObjectsFolder, Bench.Id("Machine"), "Machine");
        for (var i = 0; i < 300; i++)
        {
            bench.Space.AddVariable(Bench.Id("Machine"), Bench.Id($"Tag{i}"), $"Tag{i}", BuiltInType.Double, new VariableOptions
            {
                Units = EUInformation.FromUneceCode("CEL", "°C"),
                Range = new UaRange(0, 100),
                InitialValue = 1.0,
            });
        }

        _ = bench.Server;
        return bench;
    }
}
