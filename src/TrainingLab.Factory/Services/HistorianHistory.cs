using System.Globalization;
using System.Text.Json;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Http;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.History;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Factory.Services;

/// <summary>
/// The past of a machine's tags, asked of the plant's historian over the plant network as a machine would: where a switch or a firewall does not let it through, the
/// machine has no history to give.
/// </summary>
/// <param name="device">Host name of the machine, which is also the name of its series.</param>
/// <param name="historian">The historian; null where the plant has none.</param>
/// <param name="tagOf">The tag that a variable shows; null where it shows none.</param>
/// <param name="context">The factory.</param>
internal sealed class HistorianHistory(string device, HistorianDefinition? historian, Func<VariableNode, Tag?> tagOf, FactoryContext context) : IHistorySource
{
    /// <summary>Plant time after which the historian is given up.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public bool Keeps(VariableNode variable) => historian is not null && tagOf(variable) is not null;

    /// <inheritdoc/>
    public async ValueTask<HistoryPage> ReadAsync(HistoryQuery query, CancellationToken cancellationToken)
    {
        if (historian is null || tagOf(query.Variable) is not { } tag)
            return HistoryPage.Bad(StatusCodes.BadHistoryOperationUnsupported);
        try
        {
            using var limit = new CancellationTokenSource(Timeout, context.Clock);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            var pipe = await context.ConnectAsync(device, historian.Id, historian.Port, account: null, both.Token);
            var reply = await PlantHttpClient.SendAsync(
                pipe,
                string.Create(CultureInfo.InvariantCulture, $"{historian.Id}:{historian.Port}"),
                "GET",
                $"/query?db={Uri.EscapeDataString(historian.Database)}&epoch=ns&q={Uri.EscapeDataString(QueryOf(tag.Name, query))}",
                [],
                default,
                both.Token);
            return reply.Status == 200 ? Read(reply.Body.Span, tag.Definition.Kind) : HistoryPage.Bad(StatusCodes.BadDataUnavailable);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return HistoryPage.Bad(StatusCodes.BadNoCommunication);
        }
    }

    private string QueryOf(string tag, in HistoryQuery query)
    {
        var from = query.From > DateTime.UnixEpoch ? string.Create(CultureInfo.InvariantCulture, $" AND time >= {Nanoseconds(query.From)}") : "";
        var to = query.To < DateTime.MaxValue ? string.Create(CultureInfo.InvariantCulture, $" AND time <= {Nanoseconds(query.To)}") : "";
        var order = query.NewestFirst ? " ORDER BY time DESC" : "";
        return string.Create(CultureInfo.InvariantCulture, $"SELECT \"{tag}\" FROM \"{Telemetry.Measurement}\" WHERE \"device\" = '{device}'{from}{to}{order} LIMIT {query.Max}");
    }

    private static long Nanoseconds(DateTime time) => (long)Int128.Min((Int128)(time - DateTime.UnixEpoch).Ticks * 100, long.MaxValue);

    private static HistoryPage Read(ReadOnlySpan<byte> body, TagKind kind)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            var result = document.RootElement.GetProperty("results")[0];
            if (!result.TryGetProperty("series", out var series))
                return result.TryGetProperty("error", out _) ? HistoryPage.Bad(StatusCodes.BadDataUnavailable) : new HistoryPage(StatusCodes.Good, []);
            var values = new List<DataValue>();
            foreach (var row in series[0].GetProperty("values").EnumerateArray())
            {
                if (ValueOf(row[1], kind) is { IsNull: false } value)
                    values.Add(new DataValue(value, StatusCodes.Good, DateTime.UnixEpoch.AddTicks(row[0].GetInt64() / 100)));
            }

            return new HistoryPage(StatusCodes.Good, values);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException or FormatException)
        {
            // It is the historian of a student's plant: whatever it answers, the machine goes on.
            return HistoryPage.Bad(StatusCodes.BadDataUnavailable);
        }
    }

    private static Variant ValueOf(JsonElement element, TagKind kind) => (element.ValueKind, kind) switch
    {
        (JsonValueKind.True or JsonValueKind.False, _) => new Variant(element.GetBoolean()),
        (JsonValueKind.Number, TagKind.Integer) when element.TryGetInt64(out var integer) => new Variant(integer),
        (JsonValueKind.Number, _) => new Variant(element.GetDouble()),
        (JsonValueKind.String, _) => new Variant(element.GetString()),
        _ => default,
    };
}
