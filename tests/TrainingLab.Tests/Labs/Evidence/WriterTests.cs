using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Simulation.Time;

namespace TrainingLab.Tests.Labs.Evidence;

public sealed class WriterTests
{
    [Fact]
    public async Task The_operating_system_has_a_record_when_the_call_returns()
    {
        await using var attempt = await new TestAttempt().BeginAsync();
        var before = attempt.Bytes.Length;

        var append = attempt.Writer.AppendAsync(new TimePassed(), attempt.Plant);

        Assert.True(append.IsCompletedSuccessfully);
        Assert.True(attempt.Bytes.Length > before);
        Assert.Equal((await append).Head, EvidenceReader.Read(new MemoryStream(attempt.Bytes)).Last().Head);
    }

    [Fact]
    public async Task Disk_first_appends_complete_and_seals_verify()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("traininglab-evidence-").FullName, "e.jsonl");
        await using (var writer = EvidenceWriter.Create(path, TestAttempt.Options with { Durability = DurabilityMode.DiskFirst }))
        {
            await writer.AppendAsync(TestAttempt.Begin(), TestAttempt.Epoch);
            var appends = Enumerable.Range(0, 20).Select(_ => writer.AppendAsync(new TimePassed(), TestAttempt.Epoch).AsTask()).ToList();
            await Task.WhenAll(appends);
            await writer.SealAsync(TestAttempt.Epoch);
        }

        Assert.True(EvidenceVerifier.Verify(path).IsIntact);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public async Task In_a_factory_the_disk_is_waited_for_while_the_factory_stands_still()
    {
        var failures = new List<Exception>();
        var factory = new SerialScheduler(failures.Add);
        var path = Path.Combine(Directory.CreateTempSubdirectory("traininglab-evidence-").FullName, "e.jsonl");
        await using (var writer = EvidenceWriter.Create(path, TestAttempt.Options with { Durability = DurabilityMode.DiskFirst }))
        {
            var order = new List<long>();
            await factory.InvokeAsync(async () =>
            {
                order.Add((await writer.AppendAsync(TestAttempt.Begin(), TestAttempt.Epoch)).Number);
                for (var i = 0; i < 5; i++)
                {
                    order.Add((await writer.AppendAsync(new TimePassed(), TestAttempt.Epoch)).Number);
                    Assert.True(factory.CheckAccess());
                }
            });
            Assert.Equal([1, 2, 3, 4, 5, 6], order);
        }

        Assert.Empty(failures);
        factory.Close();
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public async Task After_a_crash_at_any_byte_the_incomplete_line_is_cut_and_the_chain_goes_on()
    {
        await using var attempt = await new TestAttempt().BeginAsync();
        await attempt.ActAsync("publish", "a");
        var whole = attempt.Bytes.Length;
        await attempt.SampleAsync("switch-1/vlan", 10);
        var full = attempt.Bytes;
        var path = attempt.Path + ".crashed";

        for (var length = whole; length < full.Length; length++)
        {
            await File.WriteAllBytesAsync(path, full[..length], TestContext.Current.CancellationToken);
            var replayed = new List<EvidenceRecord>();
            await using (var writer = EvidenceWriter.Open(path, TestAttempt.Options, replayed.Add))
            {
                Assert.Equal(2, writer.Records);
                await writer.AppendAsync(new AttemptResumed("crash"), attempt.Plant);
                await writer.SealAsync(attempt.Plant);
            }

            Assert.Equal(2, replayed.Count);
            var verdict = EvidenceVerifier.Verify(path);
            Assert.True(verdict.IsIntact, verdict.Reason);
            Assert.Equal(4, verdict.Records);
        }
    }

    [Fact]
    public async Task A_file_that_was_changed_is_not_written_on_and_not_touched()
    {
        await using var attempt = await new TestAttempt().BeginAsync();
        await attempt.ActAsync("publish", "a");
        var changed = attempt.Bytes;
        changed[changed.Length / 2] ^= 1;
        var path = attempt.Path + ".changed";
        await File.WriteAllBytesAsync(path, changed, TestContext.Current.CancellationToken);

        Assert.Contains("Record ", Assert.Throws<InvalidDataException>(() => EvidenceWriter.Open(path, TestAttempt.Options)).Message, StringComparison.Ordinal);
        Assert.Equal(changed, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_attempt_that_never_wrote_its_begin_record_starts_over_in_the_same_file()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, "{\"n\":1,\"ki", TestContext.Current.CancellationToken);
        await using (var writer = EvidenceWriter.Open(path, TestAttempt.Options))
            await writer.AppendAsync(TestAttempt.Begin(), TestAttempt.Epoch);

        Assert.Equal(EvidenceState.Unsealed, EvidenceVerifier.Verify(path).State);
        File.Delete(path);
    }

    [Fact]
    public async Task The_first_record_and_only_the_first_is_the_begin_record()
    {
        await using var attempt = new TestAttempt();
        await Assert.ThrowsAsync<InvalidOperationException>(() => attempt.AddAsync(new TimePassed()));
        await attempt.BeginAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => attempt.AddAsync(TestAttempt.Begin()));
        Assert.Single(EvidenceReader.Read(new MemoryStream(attempt.Bytes)));
    }

    [Fact]
    public async Task A_record_longer_than_a_line_may_be_is_refused_and_leaves_no_trace()
    {
        await using var attempt = await new TestAttempt().BeginAsync();
        var before = attempt.Bytes;

        await Assert.ThrowsAsync<ArgumentException>(() => attempt.AddAsync(new AnswerGiven("q", new string('x', 17 * 1024 * 1024))));

        Assert.Equal(before, attempt.Bytes);
        await attempt.AddAsync(new TimePassed());
    }

    [Fact]
    public async Task After_the_seal_only_marks_follow_and_the_file_is_sealed_anew()
    {
        await using var attempt = await new TestAttempt().BeginAsync();
        await attempt.Writer.SealAsync(attempt.Plant);
        await Assert.ThrowsAsync<InvalidOperationException>(() => attempt.AddAsync(new AnswerGiven("q", "too late")));

        await attempt.MarkAsync(new MarkGiven("report", 4, "instructor-1", "good"));

        var verdict = EvidenceVerifier.Verify(new MemoryStream(attempt.Bytes));
        Assert.True(verdict.IsIntact, verdict.Reason);
        Assert.Equal(4, verdict.Records);
        Assert.Equal(["begin", "seal", "mark", "seal"], EvidenceReader.Read(new MemoryStream(attempt.Bytes)).Select(r => r.Kind));
    }

    [Fact]
    public async Task The_same_secret_writes_the_same_bytes_up_to_the_seal()
    {
        await using var one = await new TestAttempt().BeginAsync();
        await using var other = await new TestAttempt().BeginAsync();
        await one.SampleAsync("a", 1);
        await other.SampleAsync("a", 1);

        Assert.Equal(one.Bytes, other.Bytes);
    }

    [Fact]
    public void The_key_survives_in_its_file()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("traininglab-key-").FullName, "installation.pem");
        using var made = InstallationKey.OpenOrCreate(path);
        using var opened = InstallationKey.OpenOrCreate(path);

        Assert.Equal(made.Fingerprint, opened.Fingerprint);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
