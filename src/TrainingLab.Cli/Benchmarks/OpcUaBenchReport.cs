using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace TrainingLab.Cli.Benchmarks;

/// <summary>What one measurement of a load gave.</summary>
/// <param name="ValuesPerSecond">Values that came back to the client.</param>
/// <param name="Processors">Processors that the server's process kept busy.</param>
internal sealed record OpcUaLoadResult(double ValuesPerSecond, double Processors)
{
    /// <summary>Microseconds of processor time that the server's process used for a value, with all else that it did meanwhile.</summary>
    public double ProcessorMicroseconds => Processors / ValuesPerSecond * 1e6;
}

/// <summary>The results of <c>lab bench opcua</c>: said as they come, then as a table or as JSON.</summary>
/// <param name="progress">Where they are said as they come.</param>
internal sealed class OpcUaBenchReport(TextWriter progress)
{
    private const string Own = "lab";
    private const string Factory = "lab simulate";
    private const string Peer = "node-opcua";

    private readonly JsonArray rows = [];
    private readonly Table table = new Table().AddColumn("load").AddColumn("security").AddColumn("client").AddColumn(Own).AddColumn(Factory).AddColumn(Peer).AddColumn("ratio").AddColumn("of processor time");

    public JsonObject Json() => new() { ["processors"] = Environment.ProcessorCount, ["rows"] = rows };

    public Table Table() => table;

    /// <summary>The rounds of a load, by target.</summary>
    public void Add(OpcUaLoad load, string client, IReadOnlyDictionary<string, List<OpcUaLoadResult>> results)
    {
        var row = new JsonObject { ["load"] = load.Name, ["security"] = load.Security, ["client"] = client };
        var cells = new List<string>();
        foreach (var name in new[] { Own, Factory, Peer })
        {
            if (!results.TryGetValue(name, out var measured))
            {
                cells.Add("-");
                continue;
            }
            var median = measured.OrderBy(static r => r.ValuesPerSecond).ElementAt(measured.Count / 2);
            row[name] = new JsonObject { ["valuesPerSecond"] = Math.Round(median.ValuesPerSecond), ["processorMicroseconds"] = Math.Round(median.ProcessorMicroseconds, 2) };
            cells.Add(string.Create(CultureInfo.InvariantCulture, $"{median.ValuesPerSecond / 1000:0.0} k/s, {median.ProcessorMicroseconds:0.0} µs each"));
        }
        if (Ratio(results, Factory, Rate) is { } factory) row["ratioOfFactory"] = Math.Round(factory, 2);
        if (Ratio(results, Own, Rate) is { } rate && Ratio(results, Own, Work) is { } work)
        {
            row["ratio"] = Math.Round(rate, 2);
            row["ratioOfProcessorTime"] = Math.Round(work, 2);
            cells.AddRange(string.Create(CultureInfo.InvariantCulture, $"{rate:0.0}"), string.Create(CultureInfo.InvariantCulture, $"{work:0.0}"));
        }
        else
        {
            cells.AddRange("-", "-");
        }
        Add(row, [load.Name, load.Security, client, .. cells]);

        static double Rate(OpcUaLoadResult result) => result.ValuesPerSecond;
        static double Work(OpcUaLoadResult result) => 1 / result.ProcessorMicroseconds;
    }

    /// <summary>A measurement without a load.</summary>
    /// <param name="name">What was measured.</param>
    /// <param name="own">Ours.</param>
    /// <param name="peer">The peer's; null where it was not measured.</param>
    /// <param name="text">A result for people.</param>
    public void Add(string name, JsonObject own, JsonObject? peer, Func<JsonObject, string> text)
    {
        var row = new JsonObject { ["load"] = name, [Own] = own };
        if (peer is not null) row[Peer] = peer;
        Add(row, name, "", "", text(own), "", peer is null ? "-" : text(peer), "", "");
    }

    /// <summary>A number of bytes for people.</summary>
    public static string Bytes(long bytes) => bytes < 1024 * 1024
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0} KiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024:0.0} MiB");

    /// <summary>The median of the rounds' ratios: the values of one round were measured one after the other, so that the machine treated them alike.</summary>
    private static double? Ratio(IReadOnlyDictionary<string, List<OpcUaLoadResult>> results, string name, Func<OpcUaLoadResult, double> measure)
    {
        if (!results.TryGetValue(name, out var own) || !results.TryGetValue(Peer, out var peer)) return null;
        var ratios = own.Zip(peer, (l, p) => measure(l) / measure(p)).Order().ToList();
        return ratios[ratios.Count / 2];
    }

    private void Add(JsonObject row, params string[] cells)
    {
        rows.Add(row);
        table.AddRow(cells);
        progress.WriteLine(string.Join("  ", cells.Where(static c => c.Length > 0)));
    }
}
