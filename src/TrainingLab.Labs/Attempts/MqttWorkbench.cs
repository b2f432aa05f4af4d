using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingLab.Factory;
using TrainingLab.Factory.Definitions.Scenarios;
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

    private static readonly MqttLogin Nobody = new(null, null, Tls: false, null);

    private readonly SortedDictionary<string, Connection> clients = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, (string Student, int QoS)> filters = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Heard> topics = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<ulong, SparkplugMetric>> births = new(StringComparer.Ordinal);
    private bool isFull;
    private bool isTold;

    /// <summary>Subscribes a filter in a student's name.</summary>
    /// <param name="student">Who.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="qos">Quality of service asked for.</param>
    /// <param name="login">How to log in: another login than before ends the student's connection and its subscriptions once the new one is accepted. Null: as before, or without a name.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<ActionOutcome> SubscribeAsync(string student, string filter, int qos, MqttLogin? login, CancellationToken cancellationToken)
    {
        if (factory.Scenario.Services.Broker is not { } broker)
            return ActionOutcome.Refused("this plant has no MQTT broker", "此工厂没有 MQTT 消息服务器");
        if (!MqttTopic.IsValidFilter(filter))
            return ActionOutcome.Refused($"'{filter}' is no topic filter: + stands for a whole level, # for all that follow", $"“{filter}”不是主题过滤器：+ 代表一级，# 代表其后各级");
        if (filters.TryGetValue(filter, out var holder) && (holder.Student != student || !IsOther(student, login)))
            return ActionOutcome.Refused($"{filter} is subscribed already", $"已订阅 {filter}");
        if (filters.Count >= MaxFilters)
            return ActionOutcome.Refused($"at most {MaxFilters} filters", $"最多订阅 {MaxFilters} 个过滤器");
        if (login is { Tls: true } && broker.Tls is null)
            return ActionOutcome.Refused("this broker does not speak TLS", "此消息服务器不支持 TLS");
        if (!clients.TryGetValue(student, out var connection) || IsOther(student, login))
        {
            var (made, refusal) = await ConnectAsync(student, login ?? Nobody, broker, cancellationToken);
            if (made is null)
                return refusal!;
            // Taken over by its successor, it would only come back.
            if (clients.ContainsKey(student))
                Leave(student);
            connection = clients[student] = made;
        }

        var client = connection.Client;
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
        if (clients.TryGetValue(held.Student, out var connection))
            connection.Client.Unsubscribe(filter);
        // Whoever has nothing left to hear logs out, and may log in as somebody else.
        if (!filters.Values.Any(f => f.Student == held.Student))
            Leave(held.Student);
        ForgetTopics();
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
            Broken(t => filters.Keys.Any(f => MqttTopic.Matches(f, t))),
            [.. clients.Values.Select(c => new MqttConnectionView(c.Login.User ?? c.Login.Certificate, c.Login.Tls, c.Client.State == MqttClientState.Connected ? null : Why(c.Client.DisconnectReason, c.Client.LastConnect)))]);
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
        foreach (var connection in clients.Values)
            factory.Context.Run(connection.Client.StopAsync);
        clients.Clear();
        filters.Clear();
        topics.Clear();
    }

    private bool IsOther(string student, MqttLogin? login) => login is not null && clients.TryGetValue(student, out var connection) && connection.Login != login;

    /// <summary>A connection that the broker has accepted, or why there is none.</summary>
    private async Task<(Connection? Made, ActionOutcome? Refusal)> ConnectAsync(string student, MqttLogin login, BrokerDefinition broker, CancellationToken cancellationToken)
    {
        var client = new MqttClient(
            new MqttClientOptions
            {
                ClientId = $"workbench-{student}", Version = MqttProtocolVersion.V5, MaxPacketSize = MaxPayload * 8,
                UserName = login.User, Password = login.Password is { } password ? Encoding.UTF8.GetBytes(password) : null,
            },
            token => login.Tls
                ? factory.Context.Authority!.ConnectAsync(factory.Scenario.Network.Workstation, broker.Id, broker.Tls!.Port, student, login.Certificate, token)
                : factory.Context.ConnectAsync(factory.Scenario.Network.Workstation, broker.Id, broker.Port, student, token),
            factory.Clock);
        client.MessageReceived += Take;
        var connected = await client.ConnectAsync(cancellationToken);
        if (connected.Connected)
            return (new Connection(client, login), null);
        factory.Context.Run(client.StopAsync);
        var why = Why(null, connected);
        return (null, connected.ReturnCode is MqttReasonCode.NotAuthorized or MqttReasonCode.BadUserNameOrPassword
            ? ActionOutcome.Refused($"the broker does not let you in ({why}): log in with a user and password that it knows", $"消息服务器拒绝登录（{why}）：请用其认可的用户和口令登录")
            : ActionOutcome.Refused($"no connection to the broker: {why}", $"无法连接消息服务器：{why}"));
    }

    /// <summary>Ends a student's connection and subscriptions.</summary>
    private void Leave(string student)
    {
        factory.Context.Run(clients[student].Client.StopAsync);
        clients.Remove(student);
        foreach (var filter in filters.Where(f => f.Value.Student == student).Select(static f => f.Key).ToList())
            filters.Remove(filter);
        ForgetTopics();
    }

    /// <summary>Forgets the topics that no filter matches any more.</summary>
    private void ForgetTopics()
    {
        foreach (var topic in topics.Keys.Where(t => !filters.Keys.Any(f => MqttTopic.Matches(f, t))).ToList())
            topics.Remove(topic);
        isFull = false;
    }

    private static string Why(MqttReasonCode? disconnected, MqttConnectResult? connect) =>
        disconnected?.ToString() ?? (connect is null or { Connected: true } ? nameof(MqttConnectOutcome.ConnectionLost) : connect.ReturnCode?.ToString() ?? connect.Error ?? connect.Outcome.ToString());

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

    /// <summary>A student's connection.</summary>
    private sealed record Connection(MqttClient Client, MqttLogin Login);

    /// <summary>The last message of a topic.</summary>
    private sealed record Heard(MqttMessage Message, int Length, bool IsWhole, long Count, DateTimeOffset At);
}
