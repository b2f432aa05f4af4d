using System.Diagnostics;
using System.Text.Json.Nodes;
using TrainingLab.OpcUa;

namespace TrainingLab.Cli.Benchmarks;

/// <summary>node-opcua's client in a process of its own, which makes one load after the other.</summary>
internal sealed class NodeOpcUaClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;

    private NodeOpcUaClient(Process process) => this.process = process;

    /// <summary>Whether the package lies below the folder of peers.</summary>
    public static bool IsInstalled(string? peers) => peers is not null && Directory.Exists(Path.Combine(peers, "node_modules", "node-opcua"));

    /// <summary>Starts it; null where it is not installed.</summary>
    /// <param name="peers">The folder with the peers' packages.</param>
    /// <param name="folder">A folder for its certificates.</param>
    public static NodeOpcUaClient? TryStart(string? peers, string folder) =>
        IsInstalled(peers) && ChildProcess.TryTalkTo("node", Path.Combine(peers!, "opcua", "bench-client.js"), folder) is { } process ? new NodeOpcUaClient(process) : null;

    /// <summary>Makes a load; values per second that came back.</summary>
    public async Task<double> RunAsync(OpcUaLoad load, int port, IReadOnlyList<NodeId> nodes, TimeSpan duration, CancellationToken cancellation)
    {
        var wanted = new JsonObject
        {
            ["url"] = $"opc.tcp://127.0.0.1:{port}",
            ["secure"] = load.Secure,
            ["load"] = load.Kind switch { OpcUaLoadKind.Single => "single", OpcUaLoadKind.Batch => "batch", _ => "monitor" },
            ["nodes"] = new JsonArray([.. nodes.Select(static n => JsonValue.Create(n.ToString()))]),
            ["seconds"] = duration.TotalSeconds,
        };
        await process.StandardInput.WriteLineAsync(wanted.ToJsonString().AsMemory(), cancellation);
        await process.StandardInput.FlushAsync(cancellation);
        var answer = await OpcUaTarget.NextJsonAsync(process, Patience + duration, cancellation);
        return (double?)answer["rate"] ?? throw new CannotRunException($"node-opcua's client: {answer["error"]}");
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }
}
