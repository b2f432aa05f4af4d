using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingLab.Mqtt.Hosting;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.Cli.Benchmarks;

/// <summary>A process with OPC UA servers to be measured. It says in its first line of JSON where they are, and ends when its input does.</summary>
internal sealed class OpcUaTarget : IDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    private readonly Process process;

    private OpcUaTarget(string name, Process process, JsonNode started)
    {
        Name = name;
        this.process = process;
        Started = started;
    }

    public string Name { get; }

    /// <summary>What the process said of itself.</summary>
    public JsonNode Started { get; }

    /// <summary>Where its servers listen.</summary>
    public required IReadOnlyList<int> Ports { get; init; }

    /// <summary>Values to read of each.</summary>
    public required IReadOnlyList<NodeId> Nodes { get; init; }

    /// <summary>Whether it offers a protected endpoint.</summary>
    public bool IsSecure { get; init; } = true;

    /// <summary>Resident memory in bytes.</summary>
    public long Memory
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Processor time used so far, all threads.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Servers of ours.</summary>
    /// <param name="servers">How many in the one process; only a single one offers a protected endpoint.</param>
    /// <param name="tags">Doubles of each.</param>
    /// <param name="tick">Milliseconds between changes.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public static async Task<OpcUaTarget> StartOwnAsync(int servers, int tags, int tick, CancellationToken cancellation) =>
        await ReadyAsync("lab", ChildProcess.TalkToOwn("bench", "opcua", "--serve", Text(servers), "--tags", Text(tags), "--tick", Text(tick)), tags, cancellation);

    /// <summary>The filling machine of a running factory, behind the plant network: what a student's client meets. It has a few tens of values and no protected endpoint.</summary>
    public static async Task<OpcUaTarget> StartFactoryAsync(CancellationToken cancellation)
    {
        var process = ChildProcess.TalkToOwn("simulate", "bottling-line", "--json", "--port-base", "0");
        try
        {
            var started = await NextJsonAsync(process, StartTime, cancellation);
            var url = started["endpoints"]!.AsArray().Select(static e => (string)e!["url"]!).First(static u => u.StartsWith("opc.tcp:", StringComparison.Ordinal));
            var port = new Uri(url).Port;
            IReadOnlyList<NodeId> nodes = [];
            await new SerialLoop().RunAsync(async () => nodes = await FindDoublesAsync(port, cancellation));
            return new OpcUaTarget("lab simulate", process, started) { Ports = [port], Nodes = nodes, IsSecure = false };
        }
        catch
        {
            End(process);
            throw;
        }
    }

    /// <summary>A node-opcua server, whose values change ten times a second; null where it is not installed.</summary>
    /// <param name="peers">The folder with the peers' packages; null where there is none.</param>
    /// <param name="folder">A folder for its certificates.</param>
    /// <param name="tags">Its doubles.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public static async Task<OpcUaTarget?> TryStartNodeAsync(string? peers, string folder, int tags, CancellationToken cancellation)
    {
        if (!NodeOpcUaClient.IsInstalled(peers) || ChildProcess.TryTalkTo("node", Path.Combine(peers!, "opcua", "bench-server.js"), folder, Text(tags)) is not { } process)
            return null;
        return await ReadyAsync("node-opcua", process, tags, cancellation);
    }

    public void Dispose() => End(process);

    /// <summary>The next line of JSON that a process says; node-opcua says other things, too.</summary>
    internal static async Task<JsonNode> NextJsonAsync(Process process, TimeSpan within, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(within);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
            {
                if (line.StartsWith("{\"", StringComparison.Ordinal)) return JsonNode.Parse(line)!;
            }
        }
        catch (Exception e) when (e is JsonException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new CannotRunException($"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)} does not answer");
        }
        throw new CannotRunException($"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)} has ended");
    }

    private static async Task<OpcUaTarget> ReadyAsync(string name, Process process, int tags, CancellationToken cancellation)
    {
        try
        {
            var started = await NextJsonAsync(process, StartTime, cancellation);
            var ns = (ushort)(int)started["namespace"]!;
            return new OpcUaTarget(name, process, started)
            {
                Ports = [.. started["ports"]!.AsArray().Select(static p => (int)p!)],
                Nodes = [.. Enumerable.Range(0, tags).Select(i => new NodeId(ns, OpcUaBenchServer.FirstId + (uint)i))],
            };
        }
        catch
        {
            End(process);
            throw;
        }
    }

    private static async Task<IReadOnlyList<NodeId>> FindDoublesAsync(int port, CancellationToken cancellation)
    {
        await using var client = await OpcUaLoad.ConnectAsync(port, null, cancellation);
        var found = new List<NodeId>();
        var machine = (await client.BrowseAsync(ObjectIds.ObjectsFolder, cancellation)).First(static r => r.Node.Node is { NamespaceIndex: > 0, IdType: IdType.String });
        var waiting = new Queue<NodeId>([machine.Node.Node]);
        while (waiting.TryDequeue(out var parent))
        {
            foreach (var reference in await client.BrowseAsync(parent, cancellation))
            {
                if (!reference.IsForward || reference.Node.Node.NamespaceIndex != machine.Node.Node.NamespaceIndex) continue;
                if (reference.Class == NodeClass.Object) waiting.Enqueue(reference.Node.Node);
                if (reference.Class == NodeClass.Variable && await client.ReadAsync(reference.Node.Node, cancellation) is { Status.IsGood: true, Value.Type: BuiltInType.Double }) found.Add(reference.Node.Node);
            }
        }
        return found.Count > 0 ? found : throw new CannotRunException("the machine has no number to read");
    }

    private static void End(Process process)
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
