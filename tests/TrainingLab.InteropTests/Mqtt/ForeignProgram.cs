using System.Diagnostics;
using System.Text;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary>A foreign program that a test starts, reads and ends.</summary>
internal sealed class ForeignProgram : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder errors = new();
    private readonly List<string> lines = [];
    private readonly SemaphoreSlim arrived = new(0);
    private volatile bool ended;
    private bool disposed;
    private int taken;

    private ForeignProgram(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) =>
        {
            if (e.Data is null) return;
            lock (lines) lines.Add(e.Data);
            Wake();
        };
        process.ErrorDataReceived += (_, e) =>
        {
            if (e.Data is null) return;
            lock (errors) errors.AppendLine(e.Data);
            lock (lines) lines.Add(e.Data);
            Wake();
        };
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) =>
        {
            ended = true;
            Wake();
        };
        process.Start();
        AppDomain.CurrentDomain.ProcessExit += End; // For a test that hangs and is given up.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Starts a program, or skips the test when it is not installed (fails where peers are required).</summary>
    public static ForeignProgram Start(string program, params string[] arguments)
    {
        var path = Find(program);
        if (path is null) Miss($"{program} is not installed.");
        var start = new ProcessStartInfo(path, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        return new ForeignProgram(start);
    }

    /// <summary>Starts a script of tests/peers/mqtt with Node.js, or skips when Node.js or the package that it needs is not installed.</summary>
    public static ForeignProgram StartNode(string package, string script, params string[] arguments)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "TrainingLab.sln"))) root = root.Parent;
        var peers = Path.Combine(root!.FullName, "tests", "peers");
        var places = (Environment.GetEnvironmentVariable("NODE_PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(Path.Combine(peers, "node_modules"));
        if (!places.Any(place => Directory.Exists(Path.Combine(place, package)))) Miss($"The npm package {package} is not installed in tests/peers.");
        return Start("node", [Path.Combine(peers, "mqtt", script), .. arguments]);
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    private static void Miss(string reason)
    {
        if (Environment.GetEnvironmentVariable("TRAININGLAB_REQUIRE_PEERS") == "1") Assert.Fail(reason);
        Assert.Skip(reason);
    }

    /// <summary>The process, for signals.</summary>
    public int ProcessId => process.Id;

    /// <summary>Ends it without a chance to say goodbye, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        End(this, EventArgs.Empty);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The next line that it prints, on either output.</summary>
    /// <exception cref="InvalidOperationException">It has ended and prints nothing more.</exception>
    public async Task<string> ReadLineAsync()
    {
        while (true)
        {
            await arrived.WaitAsync(TestContext.Current.CancellationToken);
            // Its last lines may come after its end.
            if (ended) await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            lock (lines)
            {
                if (taken < lines.Count) return lines[taken++];
                if (ended) throw new InvalidOperationException($"{process.StartInfo.FileName} has ended with {process.ExitCode}:\n{string.Join('\n', lines)}");
            }
        }
    }

    /// <summary>Reads lines until one contains the text.</summary>
    public async Task ReadUntilAsync(string text)
    {
        while (!(await ReadLineAsync()).Contains(text, StringComparison.Ordinal))
        {
        }
    }

    /// <summary>Waits for its end and says how it ended: exit code and all its lines.</summary>
    public async Task<(int ExitCode, IReadOnlyList<string> Lines)> WaitAsync()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        lock (lines) return (process.ExitCode, [.. lines]);
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= End;
        End(this, EventArgs.Empty);
        process.Dispose();
        lock (lines) disposed = true;
        arrived.Dispose();
    }

    private void Wake()
    {
        lock (lines)
        {
            if (!disposed) arrived.Release();
        }
    }

    private void End(object? sender, EventArgs e)
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin")
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program))
            .FirstOrDefault(File.Exists);
}
