using System.Text;
using System.Text.Json.Nodes;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;

namespace TrainingLab.Tests.Labs.Evidence;

public sealed class RedactionTests
{
    [Fact]
    public async Task A_redacted_copy_verifies_by_the_same_seal()
    {
        var file = await TamperingTests.SmallFileAsync();

        var original = EvidenceVerifier.Verify(new MemoryStream(file));
        var copy = EvidenceVerifier.Verify(new MemoryStream(TamperingTests.Redacted(file)));

        Assert.True(copy.IsIntact, copy.Reason);
        Assert.Equal(original, copy);
    }

    [Fact]
    public async Task A_redacted_copy_holds_no_seed_no_expected_and_no_probe_value()
    {
        await using var attempt = await new TestAttempt().BeginAsync(new JsonObject { ["vlan"] = 8372 });
        await attempt.SampleAsync("hidden/path", "sampled-secret");
        await attempt.AddAsync(new TruthNoted("oee", "truth-secret"));
        await attempt.AddAsync(new ProbeRan { Probe = "p-secret", Round = 1, Result = "value", Value = "probe-secret", Detail = "detail-secret" });
        await attempt.AddAsync(new SeriesNoted("series-secret", [new(TestAttempt.Epoch, 73.25)]));
        await attempt.Writer.SealAsync(attempt.Plant);

        var copy = Encoding.UTF8.GetString(TamperingTests.Redacted(attempt.Bytes));

        foreach (var secret in new[] { "4711", "8372", "secret", "hidden", "73.25", "sealedSalt", "bundle" })
            Assert.DoesNotContain(secret, copy.Replace(AttemptBegun.Commit("salt", 4711), "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>How to bring the plant back may say what a student must not know: a machine's private key, a value behind a stuck display.</summary>
    [Fact]
    public async Task What_brings_the_plant_back_is_not_in_the_copy()
    {
        await using var attempt = await new TestAttempt().BeginAsync();
        await attempt.AddAsync(new InputApplied("device/filler-1", 42, new JsonObject { ["security"] = new JsonObject { ["certificate"] = "-----BEGIN PRIVATE KEY-----" } }), afterSeconds: 1);

        var copy = TamperingTests.Redacted(attempt.Bytes);

        Assert.DoesNotContain("PRIVATE KEY", Encoding.UTF8.GetString(copy), StringComparison.Ordinal);
        var input = Assert.IsType<InputApplied>(EvidenceReader.Read(new MemoryStream(copy)).Last().Body);
        Assert.Equal(("device/filler-1", 42, 0), (input.Target, input.Tick, input.Payload.Count));
        Assert.Contains("PRIVATE KEY", Assert.IsType<InputApplied>(EvidenceReader.Read(new MemoryStream(attempt.Bytes)).Last().Body).Payload.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redacting_twice_changes_nothing()
    {
        var once = TamperingTests.Redacted(await TamperingTests.SmallFileAsync());

        Assert.Equal(once, TamperingTests.Redacted(once));
    }

    [Fact]
    public async Task A_sealed_part_taken_out_reads_as_unknown()
    {
        var copy = TamperingTests.Redacted(await TamperingTests.SmallFileAsync());

        var sample = EvidenceReader.Read(new MemoryStream(copy)).Single(r => r.Kind == "sample");

        Assert.True(sample.IsRedacted);
        Assert.IsType<UnknownBody>(sample.Body);
    }

    [Fact]
    public async Task Equal_sealed_parts_have_different_hashes()
    {
        await using var attempt = await new TestAttempt().BeginAsync();
        await attempt.SampleAsync("a", true);
        await attempt.SampleAsync("a", true);

        var hashes = Encoding.UTF8.GetString(TamperingTests.Redacted(attempt.Bytes)).Split('\n')
            .Where(l => l.Contains("\"sample\"", StringComparison.Ordinal))
            .Select(l => JsonNode.Parse(l)!["sealedHash"]!.GetValue<string>())
            .ToList();

        Assert.Equal(2, hashes.Distinct(StringComparer.Ordinal).Count());
    }
}
