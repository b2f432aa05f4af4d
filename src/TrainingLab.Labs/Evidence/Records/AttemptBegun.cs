using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace TrainingLab.Labs.Evidence.Records;

/// <summary>A student of an attempt.</summary>
/// <param name="Id">The student's identity in the records of the training base.</param>
/// <param name="Name">The name as shown; may be empty.</param>
public sealed record AttemptStudent(string Id, string Name = "");

/// <summary><c>begin</c>, record 1: pins what the attempt is graded by.</summary>
public sealed record AttemptBegun : EvidenceBody
{
    internal const string Name = "begin";

    /// <summary>The version of the format that this code writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Largest definition bundle, in bytes before compression.</summary>
    public const int MaxBundleLength = 32 * 1024 * 1024;

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <summary>Version of the evidence format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Version of the grader that graded live.</summary>
    public required string GraderVersion { get; init; }

    /// <summary>The lab, for example <c>network/vlan-segmentation</c>.</summary>
    public required string Lab { get; init; }

    /// <summary>The hash of the definition bundle, <c>sha256:…</c>: the lab's version.</summary>
    public required string LabVersion { get; init; }

    /// <summary>Who works on it: one, or a group of up to four.</summary>
    public ImmutableArray<AttemptStudent> Students { get; init; } = [];

    /// <summary>The plant's instant at the start.</summary>
    public required DateTimeOffset Epoch { get; init; }

    /// <summary>Plant seconds per wall second at the start; 0 when as fast as possible.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>A commitment to the seed that a student may see: SHA-256 over salt and seed. Null when written without a seed.</summary>
    public string? SeedCommitment { get; init; }

    /// <summary>Sealed. The seed; null in a redacted copy.</summary>
    public long? Seed { get; init; }

    /// <summary>Sealed. The values that seed and the installation's secret drew for this student; checks read them as <c>variant.name</c>.</summary>
    public JsonObject Variant { get; init; } = [];

    /// <summary>Sealed. The definition bundle, uncompressed here and gzip in base64url in the file; empty in a redacted copy.</summary>
    public ReadOnlyMemory<byte> Bundle { get; init; }

    /// <summary>The commitment to a seed, as a student sees it before release.</summary>
    /// <param name="salt">Something that nobody can guess, kept in the sealed part; the attempt's lab version and students are not enough.</param>
    /// <param name="seed">The seed.</param>
    public static string Commit(string salt, long seed)
        => EvidenceHash.TextOf(string.Create(CultureInfo.InvariantCulture, $"{salt}:{seed}"));

    /// <summary>Sealed. What the commitment is salted with; null when there is none.</summary>
    public string? CommitmentSalt { get; init; }

    /// <inheritdoc/>
    protected internal override void Write(JsonObject open, JsonObject secret)
    {
        open["format"] = Format;
        open["graderVersion"] = GraderVersion;
        open["lab"] = Lab;
        open["labVersion"] = LabVersion;
        open["students"] = new JsonArray([.. Students.Select(s => (JsonNode)new JsonObject { ["id"] = s.Id, ["name"] = s.Name })]);
        open["epoch"] = RecordPart.Text(Epoch);
        open["speed"] = Speed;
        if (SeedCommitment is not null)
            open["seedCommitment"] = SeedCommitment;
        if (Seed is not null)
            secret["seed"] = Seed;
        if (CommitmentSalt is not null)
            secret["commitmentSalt"] = CommitmentSalt;
        secret["variant"] = Variant.DeepClone();
        secret["bundle"] = Pack(Bundle.Span);
    }

    internal static AttemptBegun Read(JsonObject open, JsonObject secret) => new()
    {
        Format = (int)open.Integer("format"),
        GraderVersion = open.Text("graderVersion"),
        Lab = open.Text("lab"),
        LabVersion = open.Text("labVersion"),
        Students = [.. open["students"]?.AsArray().Select(s => new AttemptStudent(s!.AsObject().Text("id"), s.AsObject().Text("name"))) ?? []],
        Epoch = open.Instant("epoch"),
        Speed = open.DoubleOrNull("speed") ?? 1,
        SeedCommitment = open.TextOrNull("seedCommitment"),
        Seed = secret["seed"]?.GetValue<long>(),
        CommitmentSalt = secret.TextOrNull("commitmentSalt"),
        Variant = secret.Take("variant")?.AsObject() ?? [],
        Bundle = secret.TextOrNull("bundle") is { } bundle ? Unpack(bundle) : default,
    };

    private static string Pack(ReadOnlySpan<byte> bundle)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(bundle);
        return Base64Url.EncodeToString(packed.ToArray());
    }

    private static byte[] Unpack(string text)
    {
        using var gzip = new GZipStream(new MemoryStream(Base64Url.DecodeFromChars(text)), CompressionMode.Decompress);
        using var bundle = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (var read = gzip.Read(buffer); read > 0; read = gzip.Read(buffer))
        {
            if (bundle.Length + read > MaxBundleLength)
                throw new FormatException($"The definition bundle is larger than {MaxBundleLength} bytes.");
            bundle.Write(buffer, 0, read);
        }

        return bundle.ToArray();
    }
}
