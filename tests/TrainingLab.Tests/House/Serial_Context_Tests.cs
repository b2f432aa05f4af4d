using System.Text.RegularExpressions;

namespace TrainingLab.Tests.House;

/// <summary>
/// Everything inside a factory runs on its serial scheduler, on times and chance that are injected; that is what makes a run a function of its seed and inputs.
/// This scan finds what would leave that context. A file that must is named here, with the reason.
/// </summary>
public sealed partial class Serial_Context_Tests
{
    private static readonly string[] Scanned = ["OpcUa", "Mqtt", "TimeSeries", "Identifiers", "Network", "Simulation", "Factory", "Labs"];

    private static readonly (string Name, Regex Pattern)[] Forbidden =
    [
        ("Task.Run", TaskRun()),
        ("ConfigureAwait(false)", ConfigureAwaitFalse()),
        ("a thread", NewThread()),
        ("the thread pool", Pool()),
        ("a system timer", SystemTimer()),
        ("Task.Delay without a time", DelayWithoutTime()),
        ("the system's time", SystemTime()),
        ("chance that no seed decides", Chance()),
        ("RunContinuationsAsynchronously", Asynchronously()),
        ("CancelAsync", CancelAsync()),
    ];

    /// <summary>Path below src (a folder ends with a slash), what is exempt there, and why.</summary>
    private static readonly (string Path, string Rule, string Reason)[] Exempt =
    [
        ("TrainingLab.Simulation/Time/SerialScheduler.cs", "the thread pool", "it is what borrows pool threads for the serial context"),
        ("TrainingLab.Simulation/Time/", "RunContinuationsAsynchronously", "whoever waits outside must not continue on the factory's turn"),
        ("TrainingLab.Network/Flows/FlowDirection.cs", "RunContinuationsAsynchronously", "awaited directly only, so the continuation is posted to the context that awaits"),
        ("TrainingLab.Mqtt/Hosting/FairStream.cs", "the system's time", "sockets of a broker outside of a factory: a reader gives its thread back after a while"),
        ("TrainingLab.Mqtt/Hosting/FairStream.cs", "ConfigureAwait(false)", "sockets of a broker outside of a factory: what a TLS handshake computes must not keep the broker's loop"),
        ("TrainingLab.Mqtt/Hosting/SerialLoop.cs", "the thread pool", "the context of a broker outside of a factory borrows pool threads"),
        ("TrainingLab.Mqtt/Hosting/SerialLoop.cs", "the system's time", "it gives its thread back after a while, so that sockets are heard; what runs, and in which order, does not depend on it"),
        ("TrainingLab.Mqtt/Hosting/SocketLoop.cs", "a thread", "the context of a broker outside of a factory is a thread of its own"),
        ("TrainingLab.Mqtt/Hosting/SocketLoop.cs", "the system's time", "it looks at its sockets after a while; what runs, and in which order, does not depend on it"),
        ("TrainingLab.Mqtt/Hosting/SerialContexts.cs", "RunContinuationsAsynchronously", "the context of a broker outside of a factory; whoever waits for it must not continue on its turn"),
        ("TrainingLab.Mqtt/Hosting/CpuOffload.cs", "Task.Run", "of a broker outside of a factory: hashing a password takes milliseconds, and the broker goes on meanwhile"),
        ("TrainingLab.Mqtt/Storage/SqliteMqttStore.cs", "Task.Run", "of a broker outside of a factory: a commit blocks, and the broker goes on meanwhile"),
        ("TrainingLab.OpcUa/Client/ClientChannel.cs", "RunContinuationsAsynchronously", "awaited directly only, so the continuation is posted to the context that awaits"),
        ("TrainingLab.OpcUa/Client/OpcUaSubscription.cs", "RunContinuationsAsynchronously", "awaited directly only, so the continuation is posted to the context that awaits"),
        ("TrainingLab.Factory/Http/KestrelConnection.cs", "the thread pool", "Kestrel's side of the border runs on the pool"),
        ("TrainingLab.Factory/Http/KestrelConnection.cs", "RunContinuationsAsynchronously", "set by Kestrel's threads, awaited by the factory"),
        ("TrainingLab.Factory/Http/KestrelConnection.cs", "CancelAsync", "Kestrel ends the connection, on its own thread"),
        ("TrainingLab.Factory/Http/PlantHttpHost.cs", "the system's time", "a request for which the factory stands still is bounded by wall time"),
        ("TrainingLab.Factory/Ports/", "the thread pool", "the outside of a real socket"),
        ("TrainingLab.Factory/Ports/", "the system's time", "negotiation with a real socket is bounded by wall time"),
        ("TrainingLab.Factory/Ports/", "CancelAsync", "listeners belong to the process, not to a factory"),
        ("TrainingLab.Labs/Evidence/EvidenceFlusher.cs", "RunContinuationsAsynchronously", "completed by the process's flusher, awaited by factories"),
        ("TrainingLab.Labs/Evidence/EvidenceFlusher.cs", "a thread", "one thread of the process brings evidence to the disk"),
        ("TrainingLab.Labs/Attempts/AttemptService.cs", "chance that no seed decides", "key of a watcher, of the process"),
        ("TrainingLab.Labs/Attempts/AttemptService.cs", "CancelAsync", "service of the process"),
        ("TrainingLab.Labs/Attempts/LabsEnvironment.cs", "the system's time", "where wall time is injected"),
        ("TrainingLab.Labs/Records/RecordsServices.cs", "the system's time", "where wall time is injected"),
    ];

    [Fact]
    public void Nothing_in_the_rooms_of_a_factory_leaves_its_serial_context()
    {
        var found = new List<string>();
        foreach (var file in Scanned.SelectMany(room => Repository.Files($"src/TrainingLab.{room}", "*.cs")))
        {
            var lines = Repository.Lines(file);
            for (var i = 0; i < lines.Length; i++)
            {
                var code = WithoutComment(lines[i]);
                found.AddRange(Forbidden
                    .Where(f => f.Pattern.IsMatch(code) && !IsExempt(file, f.Name))
                    .Select(f => $"{file}:{i + 1}: {f.Name}: {code.Trim()}"));
            }
        }

        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Fact]
    public void Every_exemption_is_still_needed()
    {
        var unused = Exempt.Where(e => !Repository.Files("src", "*.cs")
            .Where(f => Covers(e.Path, f))
            .Any(f => Repository.Lines(f).Any(l => Forbidden.First(r => r.Name == e.Rule).Pattern.IsMatch(WithoutComment(l)))));
        Assert.Empty(unused.Select(e => $"{e.Path}: {e.Rule}"));
    }

    [Theory]
    [InlineData("await Task.Delay(TimeSpan.FromSeconds(1));", "Task.Delay without a time")]
    [InlineData("await Task.Delay(100, cancellationToken);", "Task.Delay without a time")]
    [InlineData("_ = Task.Run(() => Work());", "Task.Run")]
    [InlineData("var now = DateTimeOffset.UtcNow;", "the system's time")]
    [InlineData("var random = new Random();", "chance that no seed decides")]
    [InlineData("using var timer = new System.Threading.Timer(Tick);", "a system timer")]
    [InlineData("limit.CancelAfter(1000);", "a system timer")]
    public void The_scan_sees(string code, string rule) => Assert.Contains(Forbidden, f => f.Name == rule && f.Pattern.IsMatch(code));

    [Theory]
    [InlineData("await Task.Delay(RetryDelay, context.Clock, context.Stopping);")]
    [InlineData("await Task.Delay(answer - now, options.Time, cancellationToken);")]
    [InlineData("using var limit = new CancellationTokenSource(Limit, context.Clock);")]
    [InlineData("using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5), Environment.Wall);")]
    [InlineData("closed.Cancel();")]
    public void The_scan_lets_pass(string code) => Assert.DoesNotContain(Forbidden, f => f.Pattern.IsMatch(code));

    private static bool IsExempt(string file, string rule) => Exempt.Any(e => e.Rule == rule && Covers(e.Path, file));

    private static bool Covers(string exempt, string file) =>
        exempt.EndsWith('/') ? file.StartsWith($"src/{exempt}", StringComparison.Ordinal) : file == $"src/{exempt}";

    private static string WithoutComment(string line)
    {
        var comment = line.IndexOf("//", StringComparison.Ordinal);
        // Two slashes inside a text, as in opc.tcp://, are no comment.
        return comment >= 0 && (comment == 0 || line[comment - 1] != ':') ? line[..comment] : line;
    }

    [GeneratedRegex(@"\bTask\.(Run|Factory\.StartNew)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TaskRun();

    [GeneratedRegex(@"ConfigureAwait\((false|continueOnCapturedContext: false|ConfigureAwaitOptions\.(None|ForceYielding))", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ConfigureAwaitFalse();

    [GeneratedRegex(@"\bnew Thread\(|\bThread\.(Sleep|Yield|SpinWait)\b|\bParallel\.|\bBackgroundWorker\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NewThread();

    [GeneratedRegex(@"\bThreadPool\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pool();

    [GeneratedRegex(@"\bThreading\.Timer\b|\bnew Timer\(|\bTimers\.Timer\b|\.CancelAfter\(|\bnew CancellationTokenSource\([^,()]+(\([^()]*\))?\)|\bnew PeriodicTimer\([^,()]+(\([^()]*\))?\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SystemTimer();

    // A delay with a time has two commas, or one and no token.
    [GeneratedRegex(@"\bTask\.Delay\((?!.*,\s*[\w.()]*([Tt]ime|Clock|Wall|Wire)\b)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DelayWithoutTime();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?(Now|Today)\b|\bStopwatch\b|\bEnvironment\.TickCount|\bTimeProvider\.System\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SystemTime();

    [GeneratedRegex(@"\bnew (System\.)?Random\(|\bRandom\.Shared\b|\bGuid\.(NewGuid|CreateVersion7)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Chance();

    [GeneratedRegex(@"\bRunContinuationsAsynchronously\b|\bDispatcher\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Asynchronously();

    [GeneratedRegex(@"\bCancelAsync\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CancelAsync();
}
