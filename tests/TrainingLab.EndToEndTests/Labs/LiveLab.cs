using System.Globalization;
using System.Net;
using TrainingLab.Factory;
using TrainingLab.Factory.Ports;
using TrainingLab.InteropTests.Peers;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;

namespace TrainingLab.EndToEndTests.Labs;

/// <summary>One attempt at real speed with its real ports on loopback, for tests in which a foreign program solves a lab.</summary>
/// <example><code>
/// await using var lab = await LiveLab.StartAsync("identifiers/resolve", seed: 7);
/// await lab.RunAsync("curl", "-sS", $"http://127.0.0.1:{lab.Port("id-recursive")}/api/node");
/// var card = await lab.HandInAsync();
/// </code></example>
internal sealed class LiveLab : IAsyncDisposable
{
    /// <summary>Name of the student in evidence, and user name of the SOCKS5 endpoint.</summary>
    public const string Student = "student";

    /// <summary>Password of the SOCKS5 endpoint.</summary>
    public const string Token = "token";

    private readonly LabsEnvironment environment;
    private readonly string evidence;
    private PortBlock ports;

    private LiveLab(LabsEnvironment environment, AttemptRun run, PortBlock ports, string evidence)
    {
        this.environment = environment;
        this.ports = ports;
        this.evidence = evidence;
        Run = run;
    }

    /// <summary>The attempt.</summary>
    public AttemptRun Run { get; }

    /// <summary>Starts an attempt; plant time follows the wall clock.</summary>
    public static async Task<LiveLab> StartAsync(string labId, long seed)
    {
        var environment = await LabsEnvironment.StartAsync(LabsEnvironment.ContentRoot, dataFolder: null);
        var evidence = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".evidence");
        var plan = new AttemptPlan("live", environment.Catalog.Labs[labId], seed, [new AttemptStudent(Student)], IsLive: true);
        var run = await AttemptRun.BeginAsync(plan, environment, evidence);
        var ports = await PortBlock.OpenAsync(
            run.Factory, IPAddress.Loopback, 0, _ => Student, (user, password) => user == Student && password == Token ? Student : null, CancellationToken.None);
        await run.Factory.Pacing.SetSpeedAsync(1);
        return new LiveLab(environment, run, ports, evidence);
    }

    /// <summary>The real port of an endpoint, such as <c>filler-1</c>, <c>broker</c> or <c>socks5</c>.</summary>
    public int Port(string endpoint) => ports.Ports.First(p => p.Endpoint.Name == endpoint).Port;

    /// <summary>A value that the seed drew.</summary>
    public string Variant(string name) => Run.Bound.Variant.All[name].Text;

    /// <summary>Runs a foreign program to its end and gives its standard output; fails the test where it fails.</summary>
    public static async Task<string> RunAsync(string program, params IEnumerable<string> arguments)
    {
        var path = PeerRequirement.Program(program);
        var start = new System.Diagnostics.ProcessStartInfo(path) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = System.Diagnostics.Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await output}{await errors}");
        return await output;
    }

    /// <summary>Runs one line of the toolbox, as <c>lab exec</c> does; fails the test where it fails.</summary>
    public async Task<CommandResult> ExecAsync(string line)
    {
        var result = await Run.ExecAsync(Student, line, TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, $"{line}: {string.Join(' ', result.Lines.Select(l => l.Text))}");
        return result;
    }

    /// <summary>The URL of an HTTP service by its real port.</summary>
    public string Url(string endpoint, string path) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port(endpoint)}{path}");

    /// <summary>Waits, on the wall, until a check has an outcome; fails the test after a minute.</summary>
    public async Task WaitForAsync(string check, TrainingLab.Labs.Grading.CheckOutcome outcome)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        var changed = new SemaphoreSlim(0);
        void Wake(EvidenceRecord record) => changed.Release();
        Run.Recorder.Recorded += Wake;
        try
        {
            while ((await Run.ScorecardAsync()).Checks.First(c => c.Id == check).Outcome != outcome)
                await changed.WaitAsync(limit.Token);
        }
        finally
        {
            Run.Recorder.Recorded -= Wake;
        }
    }

    /// <summary>Closes the ports, hands in and gives the scorecard.</summary>
    public async Task<Scorecard> HandInAsync()
    {
        await ports.DisposeAsync();
        var card = await Run.HandInAsync(Student);
        Assert.Empty(Run.Failures);
        return card;
    }

    public async ValueTask DisposeAsync()
    {
        await ports.DisposeAsync();
        await Run.DisposeAsync();
        await environment.DisposeAsync();
        File.Delete(evidence);
    }
}
