using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Client;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.TimeSeries.Store;

namespace TrainingLab.Factory.Services;

/// <summary>Polls machines over OPC UA and publishes what they say over MQTT, one message per machine and poll.</summary>
public sealed class EdgeGateway(GatewayDefinition definition, IReadOnlyDictionary<string, int> ports, BrokerLogin login, FactoryContext context) : IFactoryComponent
{
    private readonly GatewaySparkplug? sparkplug = definition.Sparkplug is { Enabled: true } edge ? new GatewaySparkplug(definition, edge, login, context) : null;

    /// <summary>Wait before a machine that could not be reached is tried again.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);

    /// <summary>Plant time without an answer after which a machine that answered before counts as lost; a cut that is repaired sooner harms nobody.</summary>
    private static readonly TimeSpan LostAfter = TimeSpan.FromMinutes(1);

    private readonly SortedDictionary<string, long> published = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, DateTimeOffset> answered = new(StringComparer.Ordinal);
    private readonly SortedSet<string> reachable = new(StringComparer.Ordinal);
    private MqttClient? mqtt;

    /// <inheritdoc/>
    public string Name => $"gateway/{definition.Id}";

    /// <inheritdoc/>
    public void Start()
    {
        mqtt = login.NewClient(new MqttClientOptions { ClientId = definition.Id });
        mqtt.Start();
        sparkplug?.Start();
        foreach (var device in definition.Poll)
            context.Run(() => PollAsync(device));
    }

    /// <inheritdoc/>
    public JsonNode Save() => new JsonObject
    {
        ["v"] = 1,
        ["published"] = new JsonObject(published.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)JsonValue.Create(p.Value)))),
        ["answered"] = new JsonObject(answered.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)JsonValue.Create(a.Value.UtcTicks)))),
        ["sparkplug"] = sparkplug?.Save(),
    };

    /// <inheritdoc/>
    public void Load(JsonNode state)
    {
        published.Clear();
        foreach (var (device, count) in state["published"]!.AsObject())
            published[device] = (long)count!;
        answered.Clear();
        foreach (var (device, ticks) in state["answered"] as JsonObject ?? [])
            answered[device] = new DateTimeOffset((long)ticks!, TimeSpan.Zero);
        if (state["sparkplug"] is { } edge)
            sparkplug?.Load(edge);
    }

    /// <inheritdoc/>
    public ValueTask ApplyAsync(JsonObject payload) => throw new NotSupportedException($"{Name} has no changes that could be recorded.");

    /// <summary>Reads <c>published/{device}</c>, <c>reachable/{device}</c> and <c>lost/{device}</c>: whether a machine that answered before has not done so for a minute; and <c>sparkplug/{online|bdSeq|written|refused}</c>.</summary>
    public JsonNode? Read(ReadOnlySpan<string> path) => path switch
    {
        ["published", var device] => JsonValue.Create(published.GetValueOrDefault(device)),
        ["reachable", var device] => JsonValue.Create(reachable.Contains(device)),
        ["lost", var device] => JsonValue.Create(answered.TryGetValue(device, out var last) && context.Clock.GetUtcNow() - last > LostAfter),
        ["sparkplug", var what] => sparkplug?.Read(what),
        _ => null,
    };

    private async Task PollAsync(string device)
    {
        while (true)
        {
            try
            {
                await using var client = await OpcUaClient.ConnectAsync(
                    cancellationToken => context.ConnectAsync(definition.Id, device, ports[device], account: null, cancellationToken),
                    context.Certificates.Protect(
                        new OpcUaClientOptions { EndpointUrl = string.Create(CultureInfo.InvariantCulture, $"opc.tcp://{device}:{ports[device]}"), SessionName = definition.Id }, definition.Id, device),
                    context.Clock,
                    context.Stopping);
                await PollAsync(device, client);
            }
            catch (Exception e) when (e is OpcUaException or IOException or TimeoutException)
            {
                // The machine cannot be reached, or said no; it is tried again.
            }

            reachable.Remove(device);
            sparkplug?.Lose(device);
            await Task.Delay(RetryDelay, context.Clock, context.Stopping);
        }
    }

    private async Task PollAsync(string device, OpcUaClient client)
    {
        var tags = await MachineTags.FindAsync(client, device, context.Stopping);
        var items = tags.Select(t => new ReadItem(t.Node)).ToArray();
        if (items.Length == 0)
            return;
        if (sparkplug is not null)
            await sparkplug.MeetAsync(device, client, tags);
        await context.NextAsync(definition.Interval);
        using var timer = new PeriodicTimer(definition.Interval, context.Clock);
        while (true)
        {
            var values = await client.ReadAsync(items, context.Stopping);
            reachable.Add(device);
            answered[device] = context.Clock.GetUtcNow();
            Publish(device, tags, values);
            sparkplug?.Tell(device, tags, values);
            await timer.WaitForNextTickAsync(context.Stopping);
        }
    }

    private void Publish(string device, IReadOnlyList<MachineTag> tags, DataValue[] values)
    {
        var good = new List<KeyValuePair<string, FieldValue>>(tags.Count);
        var bad = new List<string>();
        var time = DateTime.MinValue;
        for (var i = 0; i < tags.Count; i++)
        {
            if (values[i].SourceTimestamp > time)
                time = values[i].SourceTimestamp;
            var field = FieldOf(values[i].Value);
            if (values[i].Status.IsBad || field.IsNull)
                bad.Add(tags[i].Name);
            else
                good.Add(new(tags[i].Name, field));
        }

        if (time == DateTime.MinValue)
            return;
        var telemetry = new Telemetry(device, new DateTimeOffset(time, TimeSpan.Zero), good, bad);
        var topic = definition.Topic.Replace("{device}", device, StringComparison.Ordinal);
        if (mqtt!.TryPublish(new MqttMessage(topic, telemetry.Write(), MqttQoS.AtLeastOnce)))
            published[device] = published.GetValueOrDefault(device) + 1;
    }

    private static FieldValue FieldOf(Variant value)
    {
        if (value.TryGet<string>(out var text))
            return FieldValue.String(text);
        if (value.TryGet<bool>(out var flag))
            return FieldValue.Boolean(flag);
        if (!value.TryGetDouble(out var number) || !double.IsFinite(number))
            return FieldValue.Null;
        return value.Type is BuiltInType.Float or BuiltInType.Double ? FieldValue.Float(number) : FieldValue.Integer((long)number);
    }
}
