using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using TrainingLab.Cli.Benchmarks;
using TrainingLab.Mqtt.Hosting;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.Cli.Verbs;

/// <summary><c>lab bench opcua</c>: our OPC UA server beside node-opcua's, under node-opcua's client and under ours, and what servers and sessions cost.</summary>
internal static class BenchOpcUaVerb
{
    private const int IdleTags = 300;
    private const int IdleSessions = 50;
    private const int FleetServers = 500;
    private const int FleetTick = 1000;
    private const int LoadTick = 100;
    private const int NeverTick = int.MaxValue;

    private static readonly Option<double> Seconds = new("--seconds") { Description = "Length of each measurement.", DefaultValueFactory = _ => 1 };

    private static readonly Option<int> Rounds = new("--rounds") { Description = "How often each is measured, servers in turn; the median counts.", DefaultValueFactory = _ => 3 };

    private static readonly Option<string?> Peers = new("--peers") { Description = "Folder with the peers' npm packages; tests/peers by default." };

    private static readonly Option<string?> Only = new("--only") { Description = "Only measurements whose name contains this." };

    private static readonly Option<int> Serve = new("--serve") { Description = "Servers to be measured, in this process.", Hidden = true };

    private static readonly Option<int> Tags = new("--tags") { Description = "Doubles of each server.", DefaultValueFactory = _ => OpcUaLoad.MonitoredItems, Hidden = true };

    private static readonly Option<int> Tick = new("--tick") { Description = "Milliseconds between changes.", DefaultValueFactory = _ => LoadTick, Hidden = true };

    public static Command Create()
    {
        var command = new Command("opcua", "The OPC UA server beside node-opcua's, where that is installed.") { Seconds, Rounds, Peers, Only, Serve, Tags, Tick };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var output = VerbOutput.Of(parsed);
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1");
        await Task.Yield();
        if (parsed.GetValue(Serve) is > 0 and var servers) return await ServeAsync(output, servers, parsed.GetValue(Tags), parsed.GetValue(Tick), cancellation);

        var peers = parsed.GetValue(Peers) ?? (Directory.Exists("tests/peers") ? "tests/peers" : null);
        if (!NodeOpcUaClient.IsInstalled(peers)) await output.Errors.WriteLineAsync("node-opcua is not installed below tests/peers or --peers: our own figures only");
        var folder = Directory.CreateTempSubdirectory("lab-bench");
        try
        {
            using var certificate = Certificate("urn:traininglab:bench-client");
            var run = new OpcUaBenchRun(parsed.GetValue(Only), TimeSpan.FromSeconds(parsed.GetValue(Seconds)), parsed.GetValue(Rounds), certificate, new OpcUaBenchReport(output.Errors));
            await MeasureLoadsAsync(run, peers, folder.FullName, cancellation);
            await MeasureIdleAsync(run, peers, folder.FullName, cancellation);
            await MeasureFleetAsync(run, cancellation);
            if (output.IsJson) output.Json(run.Report.Json());
            else output.Text.Write(run.Report.Table());
            return ExitCodes.Good;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> ServeAsync(VerbOutput output, int count, int tags, int tick, CancellationToken cancellation)
    {
        using var certificate = count == 1 ? Certificate("urn:traininglab:bench") : null;
        var period = tick == NeverTick ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(tick);
        var servers = new List<OpcUaBenchServer> { new(tags, period, period, certificate) }; // The first also loads what all share.
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 1; i < count; i++) servers.Add(new OpcUaBenchServer(tags, period, tick == NeverTick ? period : period * ((double)i / count), certificate: null));
        var each = count == 1 ? 0 : (GC.GetTotalMemory(forceFullCollection: true) - before) / (count - 1);
        output.Json(new JsonObject
        {
            ["ports"] = new JsonArray([.. servers.Select(static s => JsonValue.Create(s.Port))]),
            ["namespace"] = OpcUaBenchServer.NamespaceIndex,
            ["heapBytesEach"] = each,
        });
        await Console.In.ReadToEndAsync(cancellation);
        foreach (var server in servers) server.Dispose();
        return ExitCodes.Good;
    }

    private static ApplicationCertificate Certificate(string uri) =>
        ApplicationCertificate.SelfSigned(new CertificateContent { ApplicationUri = uri, CommonName = uri[(uri.LastIndexOf(':') + 1)..], Hosts = ["127.0.0.1"], NotBefore = DateTimeOffset.UtcNow.AddHours(-1) }, RSA.Create(2048));

    /// <summary>Each load by each client on each server, in rounds, so that what else the machine does meets all of them alike.</summary>
    private static async Task MeasureLoadsAsync(OpcUaBenchRun run, string? peers, string folder, CancellationToken cancellation)
    {
        if (!OpcUaLoad.All.Any(l => run.Wants(l.Name))) return;
        using var own = await OpcUaTarget.StartOwnAsync(1, OpcUaLoad.MonitoredItems, LoadTick, cancellation);
        using var factory = await OpcUaTarget.StartFactoryAsync(cancellation);
        using var node = await OpcUaTarget.TryStartNodeAsync(peers, folder, OpcUaLoad.MonitoredItems, cancellation);
        using var client = NodeOpcUaClient.TryStart(peers, folder);
        OpcUaTarget[] all = node is null ? [own, factory] : [own, factory, node];
        // Programs that compile while they run do so now.
        foreach (var load in OpcUaLoad.All.Where(l => client is not null && l.ForNode && l.Kind != OpcUaLoadKind.Monitor))
        {
            foreach (var target in all.Where(load.Suits)) await client!.RunAsync(load, target.Ports[0], load.NodesOf(target), run.Duration, cancellation);
        }
        foreach (var load in OpcUaLoad.All.Where(l => run.Wants(l.Name)))
        {
            var targets = all.Where(load.Suits).ToArray();
            if (client is not null && load.ForNode) await MeasureAsync("node-opcua", target => client.RunAsync(load, target.Ports[0], load.NodesOf(target), run.Duration, cancellation));
            await MeasureAsync("lab", async target =>
            {
                var rate = 0.0;
                await new SerialLoop().RunAsync(async () => rate = await load.RunAsync(target.Ports[0], load.NodesOf(target), run.Certificate, run.Duration, cancellation));
                return rate;
            });

            async Task MeasureAsync(string by, Func<OpcUaTarget, Task<double>> measure)
            {
                var results = targets.ToDictionary(static t => t.Name, static _ => new List<OpcUaLoadResult>(), StringComparer.Ordinal);
                for (var round = 0; round < run.Rounds; round++)
                {
                    foreach (var target in round % 2 == 0 ? targets : targets.AsEnumerable().Reverse())
                    {
                        var (begun, processor) = (Stopwatch.GetTimestamp(), target.ProcessorTime);
                        var rate = await measure(target);
                        results[target.Name].Add(new OpcUaLoadResult(rate, (target.ProcessorTime - processor) / Stopwatch.GetElapsedTime(begun)));
                    }
                }
                run.Report.Add(load, by, results);
            }
        }
    }

    /// <summary>What a server without clients takes, and each session of it.</summary>
    private static async Task MeasureIdleAsync(OpcUaBenchRun run, string? peers, string folder, CancellationToken cancellation)
    {
        const string Idle = "idle server with 300 tags";
        const string Session = "session";
        if (!run.Wants(Idle) && !run.Wants(Session)) return;
        using var many = await OpcUaTarget.StartOwnAsync(FleetServers, IdleTags, NeverTick, cancellation);
        using var own = await OpcUaTarget.StartOwnAsync(1, IdleTags, NeverTick, cancellation);
        using var node = await OpcUaTarget.TryStartNodeAsync(peers, folder, IdleTags, cancellation);
        var (ownBytes, nodeBytes) = (own.Memory, node?.Memory);
        run.Report.Add(Idle + ", heap each in one process", new JsonObject { ["bytes"] = (long)many.Started["heapBytesEach"]! }, null, static o => OpcUaBenchReport.Bytes((long)o["bytes"]!));
        run.Report.Add(Idle + ", its process", new JsonObject { ["bytes"] = ownBytes }, nodeBytes is { } bytes ? new JsonObject { ["bytes"] = bytes } : null, static o => OpcUaBenchReport.Bytes((long)o["bytes"]!));
        var ownEach = await SessionBytesAsync(own, cancellation);
        var nodeEach = node is null ? (long?)null : await SessionBytesAsync(node, cancellation);
        run.Report.Add(Session, new JsonObject { ["bytes"] = ownEach }, nodeEach is { } each ? new JsonObject { ["bytes"] = each } : null, static o => OpcUaBenchReport.Bytes((long)o["bytes"]!));
    }

    private static async Task<long> SessionBytesAsync(OpcUaTarget target, CancellationToken cancellation)
    {
        var each = 0L;
        await new SerialLoop().RunAsync(async () =>
        {
            var clients = new List<OpcUaClient>();
            for (var i = 0; i < 10; i++) clients.Add(await OpcUaLoad.ConnectAsync(target.Ports[0], null, cancellation));
            await Task.Delay(500, cancellation);
            var before = target.Memory;
            for (var i = 0; i < IdleSessions; i++) clients.Add(await OpcUaLoad.ConnectAsync(target.Ports[0], null, cancellation));
            await Task.Delay(500, cancellation);
            each = (target.Memory - before) / IdleSessions;
            foreach (var client in clients) await client.DisposeAsync();
        });
        return each;
    }

    /// <summary>Many servers in one process, whose values all change once a second: the memory of the process, and how soon each answers a read.</summary>
    private static async Task MeasureFleetAsync(OpcUaBenchRun run, CancellationToken cancellation)
    {
        var name = $"{FleetServers} servers with {IdleTags} tags, all change every second";
        if (!run.Wants(name)) return;
        using var fleet = await OpcUaTarget.StartOwnAsync(FleetServers, IdleTags, FleetTick, cancellation);
        var latencies = new List<double>();
        await new SerialLoop().RunAsync(async () =>
        {
            var clients = new List<OpcUaClient>();
            foreach (var port in fleet.Ports) clients.Add(await OpcUaLoad.ConnectAsync(port, null, cancellation));
            for (var round = 0; round <= run.Rounds; round++)
            {
                foreach (var client in clients)
                {
                    var begun = Stopwatch.GetTimestamp();
                    await client.ReadAsync(fleet.Nodes[0], cancellation);
                    if (round > 0) latencies.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds); // The first one warms.
                }
            }
            foreach (var client in clients) await client.DisposeAsync();
        });
        latencies.Sort();
        var result = new JsonObject
        {
            ["bytes"] = fleet.Memory,
            ["medianMs"] = Math.Round(latencies[latencies.Count / 2], 3),
            ["p99Ms"] = Math.Round(latencies[(int)(latencies.Count * 0.99)], 3),
            ["slowestMs"] = Math.Round(latencies[^1], 3),
        };
        run.Report.Add(name, result, null, static o => string.Create(CultureInfo.InvariantCulture, $"{OpcUaBenchReport.Bytes((long)o["bytes"]!)}, answers in {(double)o["medianMs"]!:0.00} ms, 99 % in {(double)o["p99Ms"]!:0.00} ms"));
    }

    /// <summary>What is measured and how, and where the results go.</summary>
    private sealed record OpcUaBenchRun(string? Only, TimeSpan Duration, int Rounds, ApplicationCertificate Certificate, OpcUaBenchReport Report)
    {
        public bool Wants(string name) => Only is null || name.Contains(Only, StringComparison.OrdinalIgnoreCase);
    }
}
