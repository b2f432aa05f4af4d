using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Tests.House;

namespace TrainingLab.EndToEndTests;

/// <summary>The real program, <c>lab serve</c>, in a process of its own on a free loopback port.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>Enough for five attempts at once.</summary>
    private const int PortsOfSomeAttempts = 120;

    private readonly Process process;
    private readonly Task<string> errors;

    private ServerProcess(Process process, Task<string> errors, Uri address, string? instructorSignIn, string folder)
    {
        this.process = process;
        this.errors = errors;
        Address = address;
        InstructorSignIn = instructorSignIn;
        Folder = folder;
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>The instructor's link of the first start.</summary>
    public string? InstructorSignIn { get; }

    /// <summary>Its data folder.</summary>
    public string Folder { get; }

    /// <summary>Memory in use, in bytes.</summary>
    public long WorkingSet
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Processor time used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    /// <param name="folder">Data folder of an earlier run; a new one by default.</param>
    /// <param name="port">Port of an earlier run; ports of its own by default.</param>
    /// <param name="environment">Variables that it gets besides the test's own.</param>
    /// <param name="content">Folder with labs of one's own, in which it is started; the labs that came with the program by default.</param>
    /// <param name="ports">Ports for its attempts, of which each takes about 25.</param>
    public static async Task<ServerProcess> StartAsync(string? folder = null, int port = 0, Dictionary<string, string>? environment = null, string? content = null, int ports = PortsOfSomeAttempts)
    {
        folder ??= Directory.CreateTempSubdirectory("traininglab-serve-").FullName;
        if (port == 0)
            port = TestPorts.Take(ports + 1);
        // The archive that users get is tried with the same tests: the variable names its program.
        var published = Environment.GetEnvironmentVariable("TRAININGLAB_PROGRAM");
        var start = new ProcessStartInfo(published ?? "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = content ?? "",
        };
        string[] words =
        [
            .. published is null ? [Path.Combine(AppContext.BaseDirectory, "lab.dll")] : Array.Empty<string>(), "serve", "--json",
            "--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"),
            "--data", folder,
            "--ports", string.Create(CultureInfo.InvariantCulture, $"{port + 1}-{port + ports}"),
        ];
        foreach (var word in words)
            start.ArgumentList.Add(word);
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.True(line is not null, line is null ? await errors : "");
        _ = process.StandardOutput.ReadToEndAsync();
        var ready = JsonNode.Parse(line!)!;
        return new ServerProcess(process, errors, new Uri((string)ready["url"]!), (string?)ready["instructorSignIn"], folder);
    }

    /// <summary>Ends it as a power cut would: without a chance to say goodbye.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Ends it as an operator would, with SIGTERM.</summary>
    /// <returns>The program's exit code and what it wrote to standard error.</returns>
    public async Task<(int ExitCode, string Errors)> StopAsync()
    {
        using var signal = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
    }
}
