using System.Text;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;

namespace TrainingLab.Tests.Labs.Evidence;

public sealed class TamperingTests
{
    [Fact]
    public async Task A_sealed_file_is_intact()
    {
        var file = await SmallFileAsync();

        var verdict = EvidenceVerifier.Verify(new MemoryStream(file));

        Assert.True(verdict.IsIntact, verdict.Reason);
        Assert.Equal(6, verdict.Records);
        Assert.Equal(TestAttempt.Key.Fingerprint, verdict.Fingerprint);
        Assert.Equal(EvidenceReader.Read(new MemoryStream(file)).Last().Head, verdict.Head);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_changed_byte_is_found_and_named_by_record(bool redacted)
    {
        var file = await SmallFileAsync();
        if (redacted)
            file = Redacted(file);
        var record = 1;
        foreach (var mask in new byte[] { 0x01, 0x20 })
        {
            record = 1;
            for (var i = 0; i < file.Length; i++)
            {
                var changed = (byte[])file.Clone();
                changed[i] ^= mask;
                var verdict = EvidenceVerifier.Verify(new MemoryStream(changed));
                Assert.False(verdict.IsIntact, $"byte {i} ^ {mask:x2} was not found");
                Assert.Equal(record, verdict.FirstBadRecord);
                Assert.NotNull(verdict.Reason);
                if (file[i] == '\n')
                    record++;
            }
        }

        Assert.Equal(7, record);
    }

    [Theory]
    [InlineData((byte)'\n')]
    [InlineData((byte)' ')]
    [InlineData((byte)'\r')]
    [InlineData((byte)'0')]
    public async Task Every_inserted_byte_is_found(byte inserted)
    {
        var file = await SmallFileAsync();
        for (var i = 0; i <= file.Length; i++)
        {
            byte[] changed = [.. file[..i], inserted, .. file[i..]];
            var verdict = EvidenceVerifier.Verify(new MemoryStream(changed));
            Assert.False(verdict.IsIntact, $"a byte inserted at {i} was not found");
            Assert.NotNull(verdict.FirstBadRecord);
        }
    }

    [Fact]
    public async Task Every_cut_is_found_and_names_the_first_missing_record()
    {
        var file = await SmallFileAsync();
        var whole = 0;
        for (var length = 0; length < file.Length; length++)
        {
            if (length > 0 && file[length - 1] == '\n')
                whole++;
            var verdict = EvidenceVerifier.Verify(new MemoryStream(file, 0, length));
            Assert.False(verdict.IsIntact);
            Assert.Equal(whole + 1, verdict.FirstBadRecord);
        }
    }

    [Fact]
    public async Task Windows_line_ends_are_found()
    {
        var file = Encoding.UTF8.GetString(await SmallFileAsync()).Replace("\n", "\r\n", StringComparison.Ordinal);

        Assert.Equal(1, EvidenceVerifier.Verify(new MemoryStream(Encoding.UTF8.GetBytes(file))).FirstBadRecord);
    }

    [Fact]
    public async Task Records_left_out_swapped_or_repeated_are_found()
    {
        var lines = Lines(await SmallFileAsync());

        Assert.Equal(3, Verify([.. lines[..2], .. lines[3..]]).FirstBadRecord);
        Assert.Equal(3, Verify([.. lines[..2], lines[3], lines[2], .. lines[4..]]).FirstBadRecord);
        Assert.Equal(4, Verify([.. lines[..3], lines[2], .. lines[3..]]).FirstBadRecord);
        Assert.Equal(7, Verify([.. lines, lines[5]]).FirstBadRecord);
    }

    [Fact]
    public async Task Whoever_seals_a_forgery_has_another_key()
    {
        using var forger = InstallationKey.Create();
        var forged = TestAttempt.Options with { Key = forger };
        var path = Path.GetTempFileName();
        File.Delete(path);
        await using (var writer = EvidenceWriter.Create(path, forged))
        {
            await writer.AppendAsync(TestAttempt.Begin(), TestAttempt.Epoch);
            await writer.SealAsync(TestAttempt.Epoch);
        }

        Assert.True(EvidenceVerifier.Verify(path).IsIntact);
        var verdict = EvidenceVerifier.Verify(path, TestAttempt.Key.Fingerprint);
        Assert.Equal(EvidenceState.ForeignSeal, verdict.State);
        Assert.Equal(2, verdict.FirstBadRecord);
        File.Delete(path);
    }

    [Fact]
    public void A_line_that_never_ends_is_refused_at_the_limit()
    {
        var verdict = EvidenceVerifier.Verify(new EndlessStream());

        Assert.Equal(1, verdict.FirstBadRecord);
        Assert.Contains("longer than", verdict.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("{}\n")]
    [InlineData("{\"n\":1}\n")]
    [InlineData("{\"n\":99999999999999999999,\"kind\":\"begin\"\n")]
    [InlineData("{\"n\":1,\"kind\":\"begin\",\"plant\":\"2026-13-02T06:00:00.0000000Z\"\n")]
    [InlineData("not json at all\n")]
    public void What_is_no_evidence_is_bad_at_record_1(string text)
        => Assert.Equal(1, EvidenceVerifier.Verify(new MemoryStream(Encoding.UTF8.GetBytes(text))).FirstBadRecord);

    internal static async Task<byte[]> SmallFileAsync()
    {
        await using var attempt = await new TestAttempt().BeginAsync();
        await attempt.ActAsync("publish", "broker/plant/oee");
        await attempt.SampleAsync("switch-1/ports/3/accessVlan", 10, TestAttempt.Student, afterSeconds: 1);
        await attempt.AddAsync(new AnswerGiven("oee", "８５％"));
        await attempt.AddAsync(new HandedIn());
        await attempt.Writer.SealAsync(attempt.Plant);
        return attempt.Bytes;
    }

    internal static byte[] Redacted(byte[] file)
    {
        using var copy = new MemoryStream();
        Redactor.Redact(new MemoryStream(file), copy);
        return copy.ToArray();
    }

    private static string[] Lines(byte[] file) => Encoding.UTF8.GetString(file).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static EvidenceVerdict Verify(string[] lines)
        => EvidenceVerifier.Verify(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n")));

    private sealed class EndlessStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => 0; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)'a');
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
