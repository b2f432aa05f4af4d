using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingLab.Factory;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Sparkplug;
using TrainingLab.Mqtt.Sparkplug.Payloads;
using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Labs.Attempts;

/// <summary>The MQTT client behind the workspace's topic explorer: one connection per student, and the last message of each topic. On the factory's scheduler.</summary>
/// <param name="factory">The factory.</param>
/// <param name="changed">Told that there is something new, once until it is looked at.</param>
internal sealed class MqttWorkbench(RunningFactory factory, Action changed)
{
    /// <summary>Filters that a workspace may subscribe.</summary>
    public const int MaxFilters = 20;

    /// <summary>Topics that are kept; messages of further ones are not shown.</summary>
    public const int MaxTopics = 500;

    /// <summary>Longest payload that is kept, in bytes.</summary>
    public const int MaxPayload = 32 * 1024;

    /// <summary>Characters of a payload that are shown.</summary>
    private const int MaxText = 2000;

    /// <summary>Edge nodes whose births are remembered, and metrics of one.</summary>
    private const int MaxNodes = 50;

    private const int MaxAliases = 2000;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, MqttClient> clients = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, (string Student, int QoS)> filters = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Heard> topics = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<ulong, SparkplugMetric>> births = new(StringComparer.Ordinal);
    private bool isFull;
    private bool isTold;

    public async Task<ActionOutcome> SubscribeAsync(string student, string filter, int qos, CancellationToken cancellationToken)
    {
        if (factory.Scenario.Services.Broker is not { } broker)
            return ActionOutcome.Refused("this plant has no MQTT broker", "此工厂没有 MQTT 消息服务器");
        if (!MqttTopic.IsValidFilter(filter))
            return ActionOutcome.Refused($"'{filter}' is no topic filter: + stands for a whole level, # for all that follow", $"“{filter}”不是主题过滤器：+ 代表一级，# 代表其后各级");
        if (filters.ContainsKey(filter))
            return ActionOutcome.Refused($"{filter} is subscribed already", $"已订阅 {filter}");
        if (filters.Count >= MaxFilters)
            return ActionOutcome.Refused($"at most {MaxFilters} filters", $"最多订阅 {MaxFilters} 个过滤器");
        if (!clients.TryGetValue(student, out var client))
        {
            client = clients[student] = new MqttClient(
                new MqttClientOptions { ClientId = $"workbench-{student}", Version = MqttProtocolVersion.V5, MaxPacketSize = MaxPayload * 8 },
                token => factory.Context.ConnectAsync(factory.Scenario.Network.Workstation, broker.Id, broker.Port, student, token),
                factory.Clock);
            client.MessageReceived += Take;
        }

        var connected = await client.ConnectAsync(cancellationToken);
        if (!connected.Connected)
        {
            clients.Remove(student);
            factory.Context.Run(client.StopAsync);
            var why = connected.ReturnCode?.ToString() ?? connected.Error ?? connected.Outcome.ToString();
            return ActionOutcome.Refused($"no connection to the broker: {why}", $"无法连接消息服务器：{why}");
        }

        // As published, so that the retained mark is the publisher's and not that of the delivery.
        var code = await client.SubscribeAsync(new SubscribeFilter(filter, (MqttQoS)qos, NoLocal: false, RetainAsPublished: true), static _ => { }, cancellation: cancellationToken);
        if (code > MqttSubscribeReturnCode.GrantedExactlyOnce)
        {
            client.Unsubscribe(filter);
            return ActionOutcome.Refused($"the broker refused {filter}: {code}", $"消息服务器拒绝 {filter}：{code}");
        }

        filters[filter] = (student, (int)code);
        return ActionOutcome.Ok($"subscribed {filter}", $"已订阅 {filter}");
    }

    public ActionOutcome Unsubscribe(string filter)
    {
        if (!filters.Remove(filter, out var held))
            return ActionOutcome.Refused($"there is no subscription {filter}", $"没有订阅 {filter}");
        if (clients.TryGetValue(held.Student, out var client))
            client.Unsubscribe(filter);
        foreach (var topic in topics.Keys.Where(t => !filters.Keys.Any(f => MqttTopic.Matches(f, t))).ToList())
            topics.Remove(topic);
        isFull = false;
        return ActionOutcome.Ok($"unsubscribed {filter}", $"已取消订阅 {filter}");
    }

    /// <summary>Everything that is shown, without the content of payloads.</summary>
    public MqttTopicsView Show()
    {
        isTold = false;
        return new MqttTopicsView(
            [.. filters.Select(f => new MqttFilterView(f.Key, f.Value.QoS))],
            [.. topics.Select(t => new MqttTopicView(t.Key, Short(t.Value), t.Value.Length, t.Value.Message.Retain, (int)t.Value.Message.QoS, t.Value.Count, t.Value.At))],
            isFull,
            Broken(t => filters.Keys.Any(f => MqttTopic.Matches(f, t))));
    }

    /// <summary>A topic's last message; null where there is none.</summary>
    public MqttMessageView? Show(string topic)
    {
        if (!topics.TryGetValue(topic, out var heard))
            return null;
        var view = new MqttTopicView(topic, Short(heard), heard.Length, heard.Message.Retain, (int)heard.Message.QoS, heard.Count, heard.At);
        var (sparkplug, error) = heard.IsWhole ? Decode(heard.Message) : (null, null);
        return new MqttMessageView(view, sparkplug is null ? Text(heard) : null, sparkplug, error, Broken(t => t == topic));
    }

    /// <summary>Ends the connections. What a connection that the network holds up has still to say is not waited for.</summary>
    public void Close()
    {
        foreach (var client in clients.Values)
            factory.Context.Run(client.StopAsync);
        clients.Clear();
        filters.Clear();
        topics.Clear();
    }

    private void Take(MqttMessage message)
    {
        if (message.Payload.IsEmpty && message.Retain)
        {
            topics.Remove(message.Topic);
        }
        else if (topics.TryGetValue(message.Topic, out var known) || topics.Count < MaxTopics)
        {
            Learn(message);
            var isWhole = message.Payload.Length <= MaxPayload;
            topics[message.Topic] = new Heard(isWhole ? message : new MqttMessage(message.Topic, message.Payload[..MaxText].ToArray(), message.QoS, message.Retain), message.Payload.Length, isWhole, (known?.Count ?? 0) + 1, factory.Clock.GetUtcNow());
        }
        else
        {
            isFull = true;
        }

        if (isTold)
            return;
        isTold = true;
        changed();
    }

    /// <summary>Births name the aliases that data has in place of names.</summary>
    private void Learn(MqttMessage message)
    {
        if (!SparkplugTopic.TryParse(message.Topic, out var topic) || topic.Type is not (SparkplugMessageType.NBirth or SparkplugMessageType.DBirth) || Read(message) is not { } birth)
            return;
        if (births.Count >= MaxNodes && !births.ContainsKey(topic.NodeDescriptor))
            return;
        if (topic.Type == SparkplugMessageType.NBirth || !births.TryGetValue(topic.NodeDescriptor, out var names))
            births[topic.NodeDescriptor] = names = [];
        foreach (var metric in birth.Metrics)
        {
            if (metric is { Alias: { } alias, Name: not null } && names.Count < MaxAliases)
                names[alias] = metric;
        }
    }

    private static SparkplugPayload? Read(MqttMessage message)
    {
        try
        {
            return SparkplugPayload.Read(message.Payload.Span);
        }
        catch (SparkplugFormatException)
        {
            return null;
        }
    }

    private (SparkplugMessageView? View, string? Error) Decode(MqttMessage message)
    {
        if (!SparkplugTopic.TryParse(message.Topic, out var topic) || topic.Type == SparkplugMessageType.State)
            return (null, null);
        SparkplugPayload payload;
        try
        {
            payload = SparkplugPayload.Read(message.Payload.Span);
        }
        catch (SparkplugFormatException wrong)
        {
            return (null, wrong.Error.ToString());
        }

        var names = births.GetValueOrDefault(topic.NodeDescriptor);
        var metrics = payload.Metrics.Select(m => m.Alias is { } alias && m.Name is null && names?.GetValueOrDefault(alias) is { } born ? m with { Name = born.Name, DataType = born.DataType } : m).ToList();
        var json = SparkplugJson.Of(payload with { Metrics = metrics })["metrics"]!.AsArray();
        var shown = metrics.Zip(json, (m, j) => new SparkplugMetricView(
            m.Name,
            m.Alias,
            (string?)j!["dataType"]?.ToString(),
            m.IsNull ? null : Cut(j["value"] is JsonValue text && text.GetValueKind() == JsonValueKind.String ? (string)text! : j["value"]?.ToJsonString(Readable) ?? ""),
            m.Timestamp is { } time and < 253_402_300_800_000 ? DateTimeOffset.FromUnixTimeMilliseconds((long)time) : null,
            m.IsHistorical,
            string.Join(", ", (j["properties"] as JsonObject ?? []).Select(p => $"{p.Key}: {p.Value?.ToString() ?? "null"}"))));
        return (new SparkplugMessageView(SparkplugTopic.Name(topic.Type), topic.NodeDescriptor, topic.Device, payload.Seq, [.. shown]), null);
    }

    private List<SparkplugFindingView> Broken(Func<string, bool> concerns) =>
    [
        .. (factory.Broker?.Sparkplug.Recent ?? []).Where(s => concerns(s.Violation.Topic)).Reverse().Take(50).Select(s => new SparkplugFindingView(
            s.At, s.Violation.Topic, s.Violation.Rule.Id, s.Violation.Rule.IsMust, new LocalizedText(s.Violation.Rule.English, s.Violation.Rule.Chinese), s.Violation.Metric, s.Violation.Expected, s.Violation.Found)),
    ];

    /// <summary>A payload in one short line.</summary>
    private string Short(Heard heard)
    {
        if (heard.IsWhole && Decode(heard.Message) is var (decoded, error) && (decoded is not null || error is not null))
            return error ?? string.Join(' ', decoded!.Metrics.Take(2).Select(m => $"{m.Name ?? $"#{m.Alias}"}={m.Value ?? "null"}")) + (decoded.Metrics.Count > 2 ? $" … ({decoded.Metrics.Count})" : "");
        var text = Text(heard).ReplaceLineEndings(" ");
        return text.Length > 80 ? text[..79] + "…" : text;
    }

    private static string Text(Heard heard)
    {
        var bytes = heard.Message.Payload.Span;
        try
        {
            var text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
            if (!text.Any(static c => char.IsControl(c) && c is not ('\r' or '\n' or '\t')))
                return Cut(text);
        }
        catch (DecoderFallbackException)
        {
            // It is no text.
        }

        return Cut(Convert.ToHexString(bytes[..Math.Min(bytes.Length, MaxText / 2)]));
    }

    private static string Cut(string text) => text.Length <= MaxText ? text : text[..(MaxText - 1)] + "…";

    /// <summary>The last message of a topic.</summary>
    private sealed record Heard(MqttMessage Message, int Length, bool IsWhole, long Count, DateTimeOffset At);
}
