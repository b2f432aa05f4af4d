using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace TrainingLab.InteropTests.Peers;

/// <summary>A foreign program under test: its output line by line, and its end. Ended when disposed.</summary>
public sealed class PeerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private PeerProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(line.Data);
            }
        };
        process.BeginErrorReadLine();
    }

    /// <summary>What it has written to standard error so far.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    /// <summary>Starts a program.</summary>
    public static PeerProcess Start(string program, string workingFolder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new PeerProcess(Process.Start(start)!);
    }

    /// <summary>Runs a node script of <c>tests/peers</c> to its end and gives the JSON object on the last line of its output that begins one.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it wrote to standard error.</exception>
    public static async Task<JsonNode> RunNodeAsync(string package, string script, CancellationToken cancellationToken, params IEnumerable<string> arguments)
    {
        await using var peer = Start(PeerRequirement.NodePackage(package), PeerRequirement.PeersFolder, [script, .. arguments]);
        string? last = null;
        while (await peer.ReadLineAsync(cancellationToken) is { } line)
        {
            last = line.StartsWith('{') ? line : last;
        }

        await peer._process.WaitForExitAsync(cancellationToken);
        return peer._process.ExitCode == 0 && last is not null
            ? JsonNode.Parse(last)!
            : throw new InvalidOperationException($"{script} ended with {peer._process.ExitCode}: {last}{Environment.NewLine}{peer.Errors}");
    }

    /// <summary>The next line of standard output; null at its end.</summary>
    public async Task<string?> ReadLineAsync(CancellationToken cancellationToken) => await _process.StandardOutput.ReadLineAsync(cancellationToken);

    /// <summary>Sends a line to standard input.</summary>
    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }
}
