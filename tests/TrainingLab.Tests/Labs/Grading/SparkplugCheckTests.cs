using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;
using TrainingLab.Labs.Grading.Checks;
using TrainingLab.Tests.Labs.Evidence;

namespace TrainingLab.Tests.Labs.Grading;

public sealed class SparkplugCheckTests
{
    private const string Path = "broker/broker/sparkplug/bottling/gateway";
    private const string Sequence = "tck-id-payloads-ddata-seq-inc";
    private const string Recommended = "tck-id-operational-behavior-data-publish-dbirth-change";

    private static readonly SparkplugCheck Check = new() { Node = "bottling/gateway" };

    [Fact]
    public async Task It_passes_while_the_node_is_born_and_breaks_no_rule()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(Check)).BeginAsync();
        await AddAsync(attempt, null);
        Assert.Equal((CheckOutcome.Failed, "nothing of bottling/gateway was seen"), (attempt.Outcome(), attempt.Check().Actual.En));
        await AddAsync(attempt, Seen());
        Assert.Equal((CheckOutcome.Passed, "is born, no rule broken"), (attempt.Outcome(), attempt.Check().Actual.En));
        await AddAsync(attempt, Seen(broken: Broken(Sequence)));
        var failed = attempt.Check();
        Assert.Equal(CheckOutcome.Failed, failed.Outcome);
        Assert.Equal($"DDATA filler-1 breaks {Sequence}: seq=6 expected, seq=8 found", failed.Actual.En);
        Assert.Equal($"DDATA filler-1 违反 {Sequence}：应为 seq=6，实为 seq=8", failed.Actual.Zh);
        Assert.Equal($"try c The sequence number of DDATA is one more than the node's last; 0 follows 255. ({Sequence})", failed.Advice!.En);
        Assert.Equal($"试试 c DDATA 的 seq 比该节点上一条大 1，255 之后是 0。（{Sequence}）", failed.Advice.Zh);
        await AddAsync(attempt, Seen(isBorn: false));
        Assert.Equal((CheckOutcome.Failed, "has told its death"), (attempt.Outcome(), attempt.Check().Actual.En));
    }

    [Fact]
    public async Task Recommendations_and_commands_of_others_count_where_asked_for()
    {
        foreach (var (broken, check) in new[]
        {
            (Broken(Recommended), Check with { Recommendations = true }),
            (Broken("tck-id-payloads-dcmd-qos", "DCMD"), Check with { Commands = true }),
            (Broken(Sequence), Check with { Rules = ["tck-id-payloads-*-seq-inc"] }),
        })
        {
            await using var attempt = await new TestAttempt(TestLab.Of(TestLab.Check("plain", check.Rules is null ? Check : Check with { Rules = ["tck-id-payloads-*-qos"] }), TestLab.Check("strict", check))).BeginAsync();
            await AddAsync(attempt, Seen(broken: broken));
            Assert.Equal(CheckOutcome.Passed, attempt.Outcome("plain"));
            Assert.Equal(CheckOutcome.Failed, attempt.Outcome("strict"));
        }
    }

    [Fact]
    public async Task Devices_must_be_born_and_the_node_be_whose_it_should_be()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(Check with { Devices = ["filler-1", "capper-1"], By = ByWhom.Student })).BeginAsync();
        await AddAsync(attempt, Seen(student: "s1"));
        Assert.Equal("not born: capper-1", attempt.Check().Actual.En);
        await AddAsync(attempt, Seen(devices: ["filler-1", "capper-1"]));
        Assert.Equal("bottling/gateway was not told by the student", attempt.Check().Actual.En);
        await AddAsync(attempt, Seen(student: "s1", devices: ["filler-1", "capper-1"]));
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
        Assert.Equal("bottling/gateway is born with filler-1, capper-1 and breaks no rule of Sparkplug", attempt.Check().Expected.En);
    }

    [Fact]
    public async Task A_node_that_has_died_properly_and_a_host()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(
            TestLab.Check("dead", Check with { Is = SparkplugLife.Dead }), TestLab.Check("host", new SparkplugCheck { Node = "STATE/scada" }))).BeginAsync();
        await AddAsync(attempt, Seen(isBorn: false));
        await attempt.AddAsync(new StateSampled("broker/broker/sparkplug/STATE/scada", new JsonObject { ["online"] = true, ["student"] = null, ["broken"] = new JsonArray() }));
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome("dead"));
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome("host"));
    }

    [Theory]
    [InlineData("gateway", null, MistakeCodes.BadFormat)]
    [InlineData("bottling/gateway/filler-1", null, MistakeCodes.BadFormat)]
    [InlineData("bottling/gateway", "tck-id-no-such", MistakeCodes.UnknownReference)]
    public void Mistakes_are_told(string node, string? rule, string code)
    {
        var mistakes = new Mistakes();
        new SparkplugCheck { Node = node, Rules = rule is null ? null : [rule] }.Validate(null!, mistakes);
        Assert.Equal([code], mistakes.All.Select(m => m.Code));
    }

    private static Task AddAsync(TestAttempt attempt, JsonObject? seen) => attempt.AddAsync(new StateSampled(Path, seen));

    private static JsonObject Seen(bool isBorn = true, string? student = null, string[]? devices = null, JsonObject? broken = null) => new()
    {
        ["born"] = isBorn,
        ["bdSeq"] = 0,
        ["devices"] = new JsonArray([.. (devices ?? ["filler-1"]).Select(d => (JsonNode)JsonValue.Create(d))]),
        ["student"] = student,
        ["broken"] = broken is null ? new JsonArray() : new JsonArray(broken),
    };

    private static JsonObject Broken(string rule, string message = "DDATA") => new()
    {
        ["rule"] = rule, ["message"] = message, ["device"] = "filler-1", ["metric"] = null, ["expected"] = "seq=6", ["found"] = "seq=8",
    };
}
