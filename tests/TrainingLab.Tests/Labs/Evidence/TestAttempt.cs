using System.Text.Json.Nodes;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;

namespace TrainingLab.Tests.Labs.Evidence;

/// <summary>An attempt's evidence in a temporary file, written with known secret, key and wall time, and graded live if a lab is given.</summary>
internal sealed class TestAttempt : IAsyncDisposable
{
    public const string SeedOfTests = "seed 4711";
    public static readonly DateTimeOffset Epoch = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);
    public static readonly InstallationKey Key = InstallationKey.Create();
    public static readonly Actor Student = new("workstation", "student", "10.10.3.20", "s1");
    public static readonly Actor Neighbour = new("office-pc", "admin", "10.10.3.9");
    private static readonly EvidenceFlusher Flusher = new();

    private readonly string folder = Directory.CreateTempSubdirectory("traininglab-evidence-").FullName;

    public TestAttempt(GradedLab? lab = null)
    {
        Path = System.IO.Path.Combine(folder, "evidence.jsonl");
        Writer = EvidenceWriter.Create(Path, Options);
        Live = lab is null ? null : new Grader(lab);
    }

    public static EvidenceOptions Options { get; } = new(
        new EvidenceSalts("a secret of this test, 16+ bytes"u8), Key, Flusher, new FixedTime(Epoch.AddMonths(8)));

    public string Path { get; }

    public EvidenceWriter Writer { get; set; }

    public Grader? Live { get; }

    public DateTimeOffset Plant { get; private set; } = Epoch;

    public List<EvidenceRecord> Records { get; } = [];

    public byte[] Bytes => ReadShared(Path);

    public static AttemptBegun Begin(JsonObject? variant = null, string lab = "test/lab", long seed = 4711) => new()
    {
        GraderVersion = Grader.Version,
        Lab = lab,
        LabVersion = "sha256:00",
        Students = [new AttemptStudent("s1", "学员一")],
        Epoch = Epoch,
        Seed = seed,
        SeedCommitment = AttemptBegun.Commit("salt", seed),
        CommitmentSalt = "salt",
        Variant = variant ?? [],
        Bundle = "{\"files\":{}}"u8.ToArray(),
    };

    /// <summary>Appends a record after some plant time has passed.</summary>
    public async Task<EvidenceRecord> AddAsync(EvidenceBody body, int afterSeconds = 0)
    {
        Plant += TimeSpan.FromSeconds(afterSeconds);
        var record = await Writer.AppendAsync(body, Plant);
        Take(record);
        return record;
    }

    public async Task<TestAttempt> BeginAsync(JsonObject? variant = null)
    {
        await AddAsync(Begin(variant));
        return this;
    }

    /// <summary>Going back to a checkpoint: plant time goes back.</summary>
    public async Task RestoreAsync(int secondsBack)
    {
        Plant -= TimeSpan.FromSeconds(secondsBack);
        await AddAsync(new CheckpointRestored("start"));
    }

    public async Task<Scorecard> HandInAsync()
    {
        await AddAsync(new HandedIn("s1"));
        Take(await Writer.SealAsync(Plant));
        return Live!.Scorecard();
    }

    public async Task MarkAsync(MarkGiven mark)
    {
        foreach (var record in await Writer.MarkAsync(mark))
            Take(record);
    }

    public CheckResult Check(string id = "c") => Live!.Scorecard().Checks.Single(c => c.Id == id);

    public CheckOutcome Outcome(string id = "c") => Check(id).Outcome;

    public Task<EvidenceRecord> SampleAsync(string path, JsonNode? value, Actor? by = null, int afterSeconds = 0)
        => AddAsync(new StateSampled(path, value, by), afterSeconds);

    public Task<EvidenceRecord> ActAsync(string operation, string target, JsonObject? arguments = null, Actor? by = null, bool ok = true, string outcome = "0")
        => AddAsync(new ActionTaken
        {
            By = by ?? Student, Protocol = "mqtt", Operation = operation, Target = target, Outcome = outcome, Succeeded = ok, Arguments = arguments ?? [],
        });

    public static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private void Take(EvidenceRecord record)
    {
        Records.Add(record);
        Live?.Fold(record);
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
