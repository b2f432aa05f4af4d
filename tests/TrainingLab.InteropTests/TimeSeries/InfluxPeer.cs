using System.Diagnostics;
using System.Text.RegularExpressions;

namespace TrainingLab.InteropTests.TimeSeries;

/// <summary>
/// A real influxd on loopback ports of the system's choice, with its files in a directory of its own; ended by its handle. Where it is not installed, tests are skipped with
/// the reason, unless the variable TRAININGLAB_REQUIRE_PEERS is 1.
/// </summary>
public sealed partial class InfluxPeer : IAsyncLifetime
{
    private readonly string directory = Directory.CreateTempSubdirectory("traininglab-influx-").FullName;
    private Process? process;

    /// <summary>Why there is none; null when it runs.</summary>
    public string? Missing { get; private set; }

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    public async ValueTask InitializeAsync()
    {
        string? program = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "influxd")).FirstOrDefault(File.Exists);
        if (program is null)
        {
            Missing = "influxd (InfluxDB 1.x) is not installed";
            if (Environment.GetEnvironmentVariable("TRAININGLAB_REQUIRE_PEERS") == "1")
                throw new InvalidOperationException(Missing);
            return;
        }

        string config = Path.Combine(directory, "influxdb.conf");
        await File.WriteAllTextAsync(config, $"""
            reporting-disabled = true
            bind-address = "127.0.0.1:0"
            [meta]
            dir = "{directory}/meta"
            [data]
            dir = "{directory}/data"
            wal-dir = "{directory}/wal"
            [http]
            bind-address = "127.0.0.1:0"
            log-enabled = false
            [monitor]
            store-enabled = false
            """);
        ProcessStartInfo start = new(program, ["run", "-config", config]) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        process = Process.Start(start)!;
        _ = process.StandardOutput.ReadToEndAsync();
        while (await process.StandardError.ReadLineAsync() is string line)
        {
            if (ListeningOn().Match(line) is { Success: true } match)
            {
                Http.BaseAddress = new Uri("http://" + match.Groups["address"].Value);
                _ = process.StandardError.ReadToEndAsync();
                return;
            }
        }

        throw new InvalidOperationException("influxd ended before it listened.");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (process is not null)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(directory, recursive: true);
    }

    [GeneratedRegex("Listening on HTTP.*addr=(?<address>127\\.0\\.0\\.1:[0-9]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex ListeningOn();
}
