using System.Text.Json.Nodes;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;

namespace TrainingLab.Tests.Labs.Evidence;

public sealed class RecordKindTests
{
    public static TheoryData<EvidenceBody> Bodies =>
    [
        new ActionTaken
        {
            By = TestAttempt.Student, Protocol = "opcua", Operation = "write", Target = "filler-1/ns=2;s=Speed", Outcome = "Bad_UserAccessDenied",
            Succeeded = false, Arguments = new JsonObject { ["value"] = 1.5, ["说明"] = "中文" },
        },
        new ReadsObserved(TestAttempt.Neighbour, "opcua", "read", "filler-1/*", 812, TestAttempt.Epoch),
        new StateSampled("switch-1/ports/3/allowedVlans", new JsonArray(10, 20), TestAttempt.Student),
        new StateSampled("switch-1/ports/3/accessVlan", null),
        new ProbeRan { Probe = "connect-0123", Round = 3, Result = ProbeResults.Connected, Detail = "2 ms", Elapsed = TimeSpan.FromMilliseconds(2), Drawn = 7, Value = 7 },
        new TruthNoted("oee", 0.853),
        new SeriesNoted("weights", [new(TestAttempt.Epoch, 1.25), new(TestAttempt.Epoch.AddSeconds(1), 0.1)], Replaces: true),
        new AnswerGiven("oee", "８５．３％", "85.3 %", "s1"),
        new HintTaken("h1", 2.5m),
        new InputApplied("switch-1", 42, new JsonObject { ["vlan"] = 10 }),
        new TimePassed(),
        new CheckpointTaken("before-lunch"),
        new CheckpointRestored("before-lunch"),
        new AttemptFrozen("idle"),
        new AttemptResumed("crash"),
        new PointsDeducted("line-tripped", 5, "instructor", "stopped the line"),
        new HandedIn("bell"),
    ];

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_record_reads_back_as_it_was_written(EvidenceBody body)
    {
        await using var attempt = await new TestAttempt().BeginAsync();
        await attempt.AddAsync(body, afterSeconds: 1);

        var read = EvidenceReader.Read(new MemoryStream(attempt.Bytes)).Last();

        Assert.IsType(body.GetType(), read.Body);
        Assert.Equal(body.Kind, read.Kind);
        Assert.Equal(2, read.Number);
        Assert.Equal(TestAttempt.Epoch.AddSeconds(1), read.Plant);
        await using var again = await new TestAttempt().BeginAsync();
        await again.AddAsync(read.Body, afterSeconds: 1);
        Assert.Equal(attempt.Bytes, again.Bytes);
    }

    [Fact]
    public async Task The_begin_record_keeps_seed_variant_and_bundle()
    {
        await using var attempt = await new TestAttempt().BeginAsync(new JsonObject { ["vlan"] = 37, ["name"] = "四号线" });

        var begun = Assert.IsType<AttemptBegun>(EvidenceReader.Read(new MemoryStream(attempt.Bytes)).Single().Body);

        Assert.Equal(4711, begun.Seed);
        Assert.Equal("四号线", begun.Variant["name"]!.GetValue<string>());
        Assert.Equal("{\"files\":{}}"u8.ToArray(), begun.Bundle.ToArray());
        Assert.Equal("学员一", begun.Students[0].Name);
        Assert.Equal(AttemptBegun.Commit("salt", 4711), begun.SeedCommitment);
    }

    [Fact]
    public async Task An_unknown_kind_is_kept_without_loss()
    {
        await using var attempt = await new TestAttempt().BeginAsync();
        var secret = new JsonObject { ["weight"] = 1.0, ["list"] = new JsonArray(1, "二") };
        await attempt.AddAsync(new UnknownBody("eye-tracking", new JsonObject { ["x"] = 1 }, secret));

        var read = Assert.IsType<UnknownBody>(EvidenceReader.Read(new MemoryStream(attempt.Bytes)).Last().Body);

        Assert.Equal("eye-tracking", read.Name);
        Assert.True(JsonNode.DeepEquals(secret, read.Secret));
        await using var again = await new TestAttempt().BeginAsync();
        await again.AddAsync(read);
        Assert.Equal(attempt.Bytes, again.Bytes);
    }

    [Fact]
    public async Task A_record_without_what_its_kind_needs_names_itself()
    {
        await using var attempt = await new TestAttempt().BeginAsync();
        await attempt.AddAsync(new UnknownBody("answer", new JsonObject { ["question"] = "oee" }));

        var record = EvidenceReader.Read(new MemoryStream(attempt.Bytes)).Last();

        Assert.Contains("Record 2", Assert.Throws<InvalidDataException>(() => record.Body).Message, StringComparison.Ordinal);
    }
}
