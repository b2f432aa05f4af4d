using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;
using TrainingLab.Tests.House;

namespace TrainingLab.Tests.Labs.Attempts;

/// <summary>Attempts of the first lab, headless, with their evidence in a folder of their own.</summary>
internal sealed class TestAttempts : IAsyncDisposable
{
    public const string Student = "student";
    private const string Lab = "network/vlan-segmentation";
    private const long Seed = 5;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("attempt");
    private readonly List<AttemptRun> runs = [];

    private TestAttempts(LabsEnvironment environment) => Environment = environment;

    public LabsEnvironment Environment { get; }

    public string Evidence => Path.Combine(folder.FullName, "evidence");

    public static async Task<TestAttempts> StartAsync() => new(await LabsEnvironment.StartAsync(Repository.Root, dataFolder: null));

    public Task<AttemptRun> BeginAsync(params string[] students) => BeginLabAsync(Lab, students);

    public async Task<AttemptRun> BeginLabAsync(string lab, params string[] students)
    {
        var names = students.Length == 0 ? [Student] : students;
        var plan = new AttemptPlan("test", Environment.Catalog.Labs[lab], Seed, [.. names.Select(n => new AttemptStudent(n))], IsLive: false);
        var run = await AttemptRun.BeginAsync(plan, Environment, Evidence);
        runs.Add(run);
        return run;
    }

    /// <summary>What a crash leaves behind at this moment: a copy of the evidence, and the last state that was kept.</summary>
    public async Task<AttemptRun> CrashAndResumeAsync(AttemptSnapshot? snapshot, Action<string>? harm = null)
    {
        var copy = Path.Combine(folder.FullName, $"copy-{runs.Count}");
        File.Copy(Evidence, copy);
        harm?.Invoke(copy);
        var run = await AttemptRun.ResumeAsync("test", Environment, copy, snapshot, "crash");
        runs.Add(run);
        return run;
    }

    /// <summary>The file that a run writes.</summary>
    public string PathOf(AttemptRun run) => runs.IndexOf(run) == 0 ? Evidence : Path.Combine(folder.FullName, $"copy-{runs.IndexOf(run)}");

    public IReadOnlyList<EvidenceRecord> Records(AttemptRun run) => [.. EvidenceReader.Read(PathOf(run))];

    /// <summary>Runs a line of the toolbox; fails the test where it fails.</summary>
    public static async Task ExecAsync(AttemptRun run, string line, string student = Student)
    {
        var result = await run.RunUntilAsync(run.ExecAsync(student, Bind(run, line), CancellationToken.None));
        Assert.True(result.ExitCode == 0, $"{line}: {string.Join(' ', result.Lines.Select(l => l.Text))}");
    }

    /// <summary>The steps that solve the lab.</summary>
    public static IReadOnlyList<string> Solution { get; } =
    [
        "switch sw-1 port ${officePort} access vlan ${officeVlan}",
        "switch sw-2 port 6 access vlan ${officeVlan}",
        "switch sw-1 port 8 trunk native ${parkingVlan} allowed ${cellVlan},${officeVlan},99",
        "switch sw-2 port 8 trunk native ${parkingVlan} allowed ${cellVlan},${officeVlan},99",
        "switch sw-1 save",
        "switch sw-2 save",
    ];

    /// <summary>Plays steps of the solution, with time in between as a student would leave.</summary>
    public static async Task SolveAsync(AttemptRun run, Range steps)
    {
        foreach (var line in Solution.ToArray()[steps])
        {
            await ExecAsync(run, line);
            await run.WaitAsync(TimeSpan.FromSeconds(10));
        }
    }

    public static async Task<string?> ReadAsync(AttemptRun run, string path) =>
        await run.OnFactoryAsync(() => Task.FromResult(run.Factory.Read(Bind(run, path))?.ToJsonString()));

    public static string Bind(AttemptRun run, string text) =>
        run.Bound.Variant.All.Aggregate(text, (t, v) => t.Replace("${" + v.Key + "}", v.Value.Text, StringComparison.Ordinal));

    public static CheckOutcome OutcomeOf(Scorecard card, string check) => card.Checks.First(c => c.Id == check).Outcome;

    public async ValueTask DisposeAsync()
    {
        var failures = runs.SelectMany(r => r.Failures).ToList();
        foreach (var run in runs)
            await run.DisposeAsync();
        await Environment.DisposeAsync();
        folder.Delete(recursive: true);
        Assert.Empty(failures);
    }
}
