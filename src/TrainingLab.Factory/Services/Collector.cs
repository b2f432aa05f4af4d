using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Http;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Client;
using TrainingLab.TimeSeries.LineProtocol;

namespace TrainingLab.Factory.Services;

/// <summary>Subscribes the machines' telemetry and writes it to the historian in batches, by the time of the source.</summary>
public sealed class Collector(CollectorDefinition definition, BrokerLogin login, HistorianDefinition historian, FactoryContext context) : IFactoryComponent
{
    /// <summary>Points kept while the historian cannot be reached; beyond that the oldest batch is lost.</summary>
    public const int MaxPending = 20_000;

    private readonly Queue<byte[]> pending = new();
    private readonly LineWriter lines = new();
    private int pendingPoints;
    private long written;
    private bool isSending;

    /// <inheritdoc/>
    public string Name => $"collector/{definition.Id}";

    /// <inheritdoc/>
    public void Start()
    {
        var client = login.NewClient(new MqttClientOptions { ClientId = definition.Id });
        client.Subscribe(definition.Subscribe, MqttQoS.AtLeastOnce, Take);
        client.Start();
        context.Every(definition.Interval, Flush);
    }

    /// <inheritdoc/>
    public JsonNode Save() => new JsonObject
    {
        ["v"] = 1,
        ["written"] = written,
        ["lines"] = Convert.ToBase64String(lines.Written.Span),
        ["pending"] = new JsonArray([.. pending.Select(p => (JsonNode)JsonValue.Create(Convert.ToBase64String(p))!)]),
    };

    /// <inheritdoc/>
    public void Load(JsonNode state)
    {
        written = (long)state["written"]!;
        pending.Clear();
        pendingPoints = 0;
        lines.Clear();
        foreach (var batch in state["pending"]!.AsArray())
            Enqueue(Convert.FromBase64String((string)batch!));
        var rest = Convert.FromBase64String((string)state["lines"]!);
        lines.AddWritten(rest, Points(rest));
    }

    /// <inheritdoc/>
    public ValueTask ApplyAsync(JsonObject payload) => throw new NotSupportedException($"{Name} has no changes that could be recorded.");

    /// <summary>Reads <c>written</c>, points that the historian has acknowledged, and <c>pending</c>, points that it has not.</summary>
    public JsonNode? Read(ReadOnlySpan<string> path) => path switch
    {
        ["written"] => JsonValue.Create(written),
        ["pending"] => JsonValue.Create(pendingPoints + lines.Points),
        _ => null,
    };

    private void Take(MqttMessage message)
    {
        if (Telemetry.Read(message.Payload.Span) is { } sample)
            sample.AppendTo(lines);
    }

    private void Flush()
    {
        if (lines.Points > 0)
        {
            Enqueue(lines.Written.ToArray());
            lines.Clear();
        }

        if (!isSending && pending.Count > 0)
            context.Run(SendAsync);
    }

    private void Enqueue(byte[] batch)
    {
        pending.Enqueue(batch);
        pendingPoints += Points(batch);
        while (pendingPoints > MaxPending && pending.Count > 1)
            pendingPoints -= Points(pending.Dequeue());
    }

    private async Task SendAsync()
    {
        isSending = true;
        try
        {
            while (pending.TryPeek(out var batch))
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), context.Clock);
                var pipe = await context.ConnectAsync(definition.Id, definition.Historian, historian.Port, account: null, limit.Token);
                var reply = await PlantHttpClient.SendAsync(
                    pipe,
                    string.Create(CultureInfo.InvariantCulture, $"{definition.Historian}:{historian.Port}"),
                    "POST",
                    $"/write?db={Uri.EscapeDataString(historian.Database)}&precision=ns",
                    [new("Content-Type", "text/plain; charset=utf-8")],
                    batch,
                    limit.Token);
                // Only what can never be accepted is given up; a server in trouble is asked again.
                if (reply.Status >= 500)
                    return;
                if (pending.TryPeek(out var first) && ReferenceEquals(first, batch))
                {
                    pending.Dequeue();
                    pendingPoints -= Points(batch);
                }

                if (reply.Status == 204)
                    written += Points(batch);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The batch stays where it is and is sent with the next interval.
        }
        finally
        {
            isSending = false;
        }
    }

    private static int Points(byte[] batch) => batch.AsSpan().Count((byte)'\n');
}
