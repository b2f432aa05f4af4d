using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using TrainingLab.Cli.Benchmarks;
using TrainingLab.Mqtt.Hosting;

namespace TrainingLab.Cli.Verbs;

/// <summary><c>lab bench mqtt|opcua</c>: measured figures, with the peers beside ours in the same run.</summary>
internal static class BenchVerb
{
    private const int IdleConnections = 1000;

    /// <summary>So many connections come first, for what is made once.</summary>
    private const int WarmConnections = 100;

    private static readonly Option<double> Seconds = new("--seconds") { Description = "Length of each measurement.", DefaultValueFactory = _ => 1 };

    private static readonly Option<int> Rounds = new("--rounds") { Description = "How often each is measured, brokers in turn, after a round that does not count; the median counts.", DefaultValueFactory = _ => 3 };

    private static readonly Option<string?> Peers = new("--peers") { Description = "Folder with the peers' npm packages; tests/peers by default." };

    private static readonly Option<string?> Only = new("--only") { Description = "Only measurements whose name contains this." };

    public static Command Create()
    {
        var mqtt = new Command("mqtt", "The MQTT broker beside mosquitto and aedes, where those are installed.") { Seconds, Rounds, Peers, Only };
        mqtt.SetAction(RunAsync);
        return new Command("bench", "Measured figures, with the peers beside ours in the same run where they are installed.") { mqtt, BenchOpcUaVerb.Create() };
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var output = VerbOutput.Of(parsed);
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1");
        await Task.Yield();
        var peers = parsed.GetValue(Peers) ?? (Directory.Exists("tests/peers") ? "tests/peers" : null);
        var brokers = await BrokerProcess.StartAsync(peers, cancellationToken);
        try
        {
            var rows = new JsonArray();
            var table = new Table().AddColumn("load").AddColumn("QoS").AddColumn("bytes").AddColumn("");
            foreach (var broker in brokers) table.AddColumn(broker.Name);
            var duration = TimeSpan.FromSeconds(parsed.GetValue(Seconds));
            foreach (var load in MqttLoad.All.Where(l => parsed.GetValue(Only) is not { } only || l.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
                rows.Add(await MeasureAsync(load, brokers, duration, parsed.GetValue(Rounds), table, output, cancellationToken));
            foreach (var broker in brokers) broker.Dispose();
            brokers = [];
            // What a broker has taken for messages it may keep for connections, so these are counted in new processes.
            brokers = await BrokerProcess.StartAsync(peers, cancellationToken);
            rows.Add(await MeasureIdleAsync(brokers, tls: false, table, cancellationToken));
            rows.Add(await MeasureIdleAsync(brokers, tls: true, table, cancellationToken));
            if (output.IsJson) output.Json(new JsonObject { ["rows"] = rows });
            else output.Text.Write(table);
            return ExitCodes.Good;
        }
        finally
        {
            foreach (var broker in brokers) broker.Dispose();
        }
    }

    private static async Task<JsonNode> MeasureAsync(
        MqttLoad load, IReadOnlyList<BrokerProcess> brokers, TimeSpan duration, int rounds, Table table, VerbOutput output, CancellationToken cancellation)
    {
        var results = brokers.ToDictionary(b => b.Name, _ => new List<MqttLoadResult>(), StringComparer.Ordinal);
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var broker in brokers)
            {
                if (load.Tls && broker.TlsPort is null) continue;
                var loop = SerialContexts.Create();
                await loop.RunAsync(async () => results[broker.Name].Add(await load.RunAsync(broker, duration, cancellation)));
                (loop as IDisposable)?.Dispose();
                // Two of the brokers are compiled while they run; what they do for the first time is no measure of them.
                if (round == 0) results[broker.Name].Clear();
            }
        }
        var row = new JsonObject { ["load"] = load.Name, ["qos"] = (int)load.QoS, ["bytes"] = load.Size, ["tls"] = load.Tls };
        var cells = new List<string>();
        var used = new List<string>();
        foreach (var broker in brokers)
        {
            var sorted = results[broker.Name].OrderBy(r => r.MessagesPerSecond).ToList();
            if (sorted.Count == 0)
            {
                cells.Add("-");
                continue;
            }
            var median = sorted[sorted.Count / 2];
            cells.Add(median.Median is null ? Rate(median) : string.Create(CultureInfo.InvariantCulture, $"{Rate(median)}  {median.Median:0}/{median.Percentile99:0} µs"));
            var processor = results[broker.Name].Select(r => r.Processor).Order().ElementAt(sorted.Count / 2);
            used.Add(string.Create(CultureInfo.InvariantCulture, $"{broker.Name} {processor:0.0}"));
            row[broker.Name] = new JsonObject
            {
                ["messagesPerSecond"] = Math.Round(median.MessagesPerSecond), ["processorUsPerMessage"] = Math.Round(processor, 2), ["medianUs"] = median.Median, ["p99Us"] = median.Percentile99,
            };
        }
        table.AddRow([load.Name, $"{(int)load.QoS}", $"{load.Size}", load.Tls ? "TLS" : "", .. cells]);
        await output.Errors.WriteLineAsync($"{load.Name} QoS {(int)load.QoS} {load.Size} B{(load.Tls ? " TLS" : "")}: {string.Join("  ", brokers.Zip(cells, (b, c) => $"{b.Name} {c}"))}; processor by message, µs: {string.Join("  ", used)}");
        return row;
    }

    private static string Rate(MqttLoadResult result) => string.Create(CultureInfo.InvariantCulture, $"{result.MessagesPerSecond / 1000:0.0} k/s");

    private static async Task<JsonNode> MeasureIdleAsync(IReadOnlyList<BrokerProcess> brokers, bool tls, Table table, CancellationToken cancellation)
    {
        var row = new JsonObject { ["load"] = "idle connection", ["connections"] = IdleConnections, ["tls"] = tls };
        var cells = new List<string>();
        foreach (var broker in brokers)
        {
            if ((tls ? broker.TlsPort : broker.Port) is not { } port)
            {
                cells.Add("-");
                continue;
            }
            var clients = new List<LoadClient>();
            for (var i = 0; i < WarmConnections; i++) clients.Add(await LoadClient.ConnectAsync(port, tls, $"warm-{i}", cancellation));
            var before = await broker.SettledMemoryAsync(cancellation);
            for (var i = 0; i < IdleConnections; i++) clients.Add(await LoadClient.ConnectAsync(port, tls, $"idle-{i}", cancellation));
            var each = (await broker.SettledMemoryAsync(cancellation) - before) / IdleConnections;
            foreach (var client in clients) await client.DisposeAsync();
            row[broker.Name] = new JsonObject { ["bytesPerConnection"] = each };
            cells.Add(string.Create(CultureInfo.InvariantCulture, $"{each / 1024.0:0.0} kB"));
        }
        table.AddRow([$"{IdleConnections} idle connections, memory each", "", "", tls ? "TLS" : "", .. cells]);
        return row;
    }
}
