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
    private int taken;

    private ForeignProgram(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) =>
        {
            if (e.Data is null) return;
            lock (lines) lines.Add(e.Data);
            arrived.Release();
        };
        process.ErrorDataReceived += (_, e) =>
        {
            if (e.Data is null) return;
            lock (errors) errors.AppendLine(e.Data);
            lock (lines) lines.Add(e.Data);
            arrived.Release();
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Starts a program, or skips the test when it is not installed (fails where peers are required).</summary>
    public static ForeignProgram Start(string program, params string[] arguments) => Start(program, null, arguments);

    public static ForeignProgram Start(string program, string? workingDirectory, params string[] arguments)
    {
        var path = Find(program);
        if (path is null)
        {
            var reason = $"{program} is not installed.";
            if (Environment.GetEnvironmentVariable("TRAININGLAB_REQUIRE_PEERS") == "1") Assert.Fail(reason);
            Assert.Skip(reason);
        }
        var start = new ProcessStartInfo(path, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        if (workingDirectory is not null) start.WorkingDirectory = workingDirectory;
        return new ForeignProgram(start);
    }

    /// <summary>The next line that it prints, on either output.</summary>
    public async Task<string> ReadLineAsync()
    {
        await arrived.WaitAsync(TestContext.Current.CancellationToken);
        lock (lines) return lines[taken++];
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
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.Dispose();
        arrived.Dispose();
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin")
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program))
            .FirstOrDefault(File.Exists);
}
