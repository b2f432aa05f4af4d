using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TrainingLab.Factory.Definitions;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Bridging;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Hosting;
using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Cli.Brokers;

/// <summary>A bridge that has been read and checked.</summary>
/// <param name="Definition">The record that says so.</param>
/// <param name="Options">What it carries and how it connects.</param>
/// <param name="Connector">Where to.</param>
internal sealed record BridgeSetup(BrokerBridge Definition, MqttBridgeOptions Options, MqttConnector Connector)
{
    /// <summary>What the other broker is asked to send.</summary>
    public IEnumerable<string> FiltersThere => Options.Topics.Where(static t => t.IsIn).Select(static t => t.RemoteFilter);

    /// <summary>The certificates, which may be other ones in the same files.</summary>
    private IEnumerable<string> Certificates => Connector.Tls is { } tls ? [.. tls.Authorities.Select(static a => a.Thumbprint), tls.Certificate?.Thumbprint ?? ""] : [];

    /// <summary>Whether a running bridge may stay as it is.</summary>
    public bool IsSame(BridgeSetup other) =>
        other.Definition with { Topics = Definition.Topics } == Definition && Definition.Topics.SequenceEqual(other.Definition.Topics) && Certificates.SequenceEqual(other.Certificates, StringComparer.Ordinal);

    /// <summary>Whether both have the same session at the same broker.</summary>
    public bool SharesSession(BridgeSetup other) => (Definition.Address, Options.Client.ClientId) == (other.Definition.Address, other.Options.Client.ClientId);
}

/// <summary>Reads the bridges of <c>lab broker</c> and reports every mistake with its place.</summary>
internal static class BrokerBridgeReader
{
    /// <summary>Reads them.</summary>
    /// <param name="definitions">The bridges.</param>
    /// <param name="folder">Where the configuration is.</param>
    /// <param name="mistakes">Takes every mistake.</param>
    public static IReadOnlyList<BridgeSetup> Read(IReadOnlyList<BrokerBridge> definitions, string folder, Mistakes mistakes)
    {
        var found = new List<BridgeSetup>();
        foreach (var definition in definitions)
        {
            // What is missing has been reported.
            if (definition.Name is null || definition.Address is null || definition.Topics is null) continue;
            var first = definitions.First(d => d.Name == definition.Name);
            if (!ReferenceEquals(first, definition))
            {
                mistakes.Add(definition.Origin.Of(nameof(definition.Name)), MistakeCodes.DuplicateId, $"'{definition.Name}' is there already, at {first.Origin.Of(nameof(first.Name))}",
                    $"“{definition.Name}”已存在，见 {first.Origin.Of(nameof(first.Name))}", "give it another name", "请换一个名称");
            }
            CheckTopics(definition, mistakes);
            CheckSession(definition, mistakes);
            var tls = definition.Tls is { } secure ? ReadTls(secure, folder, mistakes) : null;
            if (mistakes.None) found.Add(SetupOf(definition, tls));
        }
        return found;
    }

    private static BridgeSetup SetupOf(BrokerBridge definition, MqttTlsClientOptions? tls)
    {
        var colon = definition.Address.LastIndexOf(':');
        return new BridgeSetup(
            definition,
            new MqttBridgeOptions
            {
                Name = definition.Name,
                Topics = [.. definition.Topics.Select(static t => new MqttBridgeTopic(t.Topic, t.Direction, (MqttQoS)t.Qos, t.LocalPrefix, t.RemotePrefix))],
                Client = new MqttClientOptions
                {
                    ClientId = definition.ClientId ?? $"{Environment.MachineName}.{definition.Name}",
                    Version = definition.Version == BrokerBridgeVersion.Mqtt5 ? MqttProtocolVersion.V5 : MqttProtocolVersion.V311,
                    UserName = definition.User,
                    Password = definition.Password is { } password ? Encoding.UTF8.GetBytes(password) : null,
                    KeepAlive = definition.KeepAlive,
                    ReconnectDelay = definition.Reconnect,
                    MaxReconnectDelay = definition.LongestReconnect,
                    MaxQueuedMessages = definition.Queue,
                },
            },
            new MqttConnector { Host = definition.Address[..colon], Port = int.Parse(definition.Address.AsSpan(colon + 1), CultureInfo.InvariantCulture), Tls = tls });
    }

    private static void CheckTopics(BrokerBridge definition, Mistakes mistakes)
    {
        if (definition.Topics.Count == 0 && definition.Origin.Has(nameof(definition.Topics)))
        {
            mistakes.Add(definition.Origin.Of(nameof(definition.Topics)), BrokerConfigurationReader.ValueCode, "a bridge without topics carries nothing", "没有主题的桥接不会传输任何消息", "write a topic such as { topic: \"#\", direction: out }", "请写主题，例如 { topic: \"#\", direction: out }");
        }
        foreach (var topic in definition.Topics)
        {
            CheckPrefix(topic, nameof(topic.LocalPrefix), topic.LocalPrefix, topic.Direction != MqttBridgeDirection.Out, mistakes);
            CheckPrefix(topic, nameof(topic.RemotePrefix), topic.RemotePrefix, toldToOthers: topic.Direction != MqttBridgeDirection.In, mistakes);
            if (topic.Topic.Length > 0 && !MqttTopic.IsValidFilter(topic.Topic))
                BrokerConfigurationReader.NoFilter(topic.Origin.Of(nameof(topic.Topic)), topic.Topic, mistakes);
            else if ((topic.LocalPrefix + topic.Topic).Length == 0 || (topic.RemotePrefix + topic.Topic).Length == 0)
                mistakes.Add(topic.Origin.Of(nameof(topic.Topic)), BrokerConfigurationReader.ValueCode, "without a topic both prefixes have to be one", "主题为空时，两个前缀都必须是完整主题", "write the topic, or localPrefix and remotePrefix", "请写 topic，或同时写 localPrefix 和 remotePrefix");
            else if (!MqttTopic.IsValidFilter(topic.LocalPrefix + topic.Topic) && !topic.LocalPrefix.AsSpan().ContainsAny('+', '#'))
                BrokerConfigurationReader.NoFilter(topic.Origin.Of(nameof(topic.LocalPrefix)), topic.LocalPrefix + topic.Topic, mistakes);
            else if (!MqttTopic.IsValidFilter(topic.RemotePrefix + topic.Topic) && !topic.RemotePrefix.AsSpan().ContainsAny('+', '#'))
                BrokerConfigurationReader.NoFilter(topic.Origin.Of(nameof(topic.RemotePrefix)), topic.RemotePrefix + topic.Topic, mistakes);
        }
    }

    private static void CheckPrefix(BrokerBridgeTopic topic, string property, string prefix, bool toldToOthers, Mistakes mistakes)
    {
        if (prefix.AsSpan().ContainsAny('+', '#'))
            mistakes.Add(topic.Origin.Of(property), BrokerConfigurationReader.ValueCode, "a prefix has no wildcards", "前缀不能含通配符", "put the wildcard into 'topic'", "请把通配符写在 topic 中");
        var isReserved = prefix.StartsWith('$') || (prefix.Length == 0 && topic.Topic.StartsWith('$'));
        if (isReserved && toldToOthers)
        {
            mistakes.Add(topic.Origin.Of(topic.Origin.Has(property) ? property : nameof(topic.Topic)), BrokerConfigurationReader.ValueCode, "topics that begin with $ are the broker's own; nothing is brought there", "以 $ 开头的主题属于消息服务器自身，不能写入",
                "give them another prefix on the side that they come to", "请在接收一侧使用其他前缀");
        }
    }

    private static void CheckSession(BrokerBridge definition, Mistakes mistakes)
    {
        if (definition is { Password: not null, User: null, Version: BrokerBridgeVersion.Mqtt311 })
            mistakes.Add(definition.Origin.Of(nameof(definition.Password)), BrokerConfigurationReader.ValueCode, "a password of MQTT 3.1.1 needs a user name", "MQTT 3.1.1 的口令需要用户名", "add user:", "请添加 user:");
        if (definition.KeepAlive.Ticks % TimeSpan.TicksPerSecond != 0)
            mistakes.Add(definition.Origin.Of(nameof(definition.KeepAlive)), BrokerConfigurationReader.ValueCode, "the keep-alive is whole seconds", "keepAlive 必须是整秒", "write 60s", "请写 60s");
        if (definition.LongestReconnect < definition.Reconnect)
            mistakes.Add(definition.Origin.Of(nameof(definition.LongestReconnect)), BrokerConfigurationReader.ValueCode, "the longest wait is shorter than the first", "最长等待短于首次等待", "write a longestReconnect of at least 'reconnect'", "longestReconnect 不应小于 reconnect");
        if (definition.ClientId is { } id && (id.Length == 0 || id.Contains('\0', StringComparison.Ordinal)))
            mistakes.Add(definition.Origin.Of(nameof(definition.ClientId)), BrokerConfigurationReader.ValueCode, "a bridge needs a client identifier", "桥接需要客户端标识", "leave clientId out, or write one", "请删去 clientId，或写出标识");
    }

    private static MqttTlsClientOptions? ReadTls(BrokerBridgeTls tls, string folder, Mistakes mistakes)
    {
        if (tls is { Key: not null, Certificate: null })
        {
            mistakes.Add(tls.Origin.Of(nameof(tls.Key)), BrokerConfigurationReader.ValueCode, "a key without its certificate", "有私钥但没有证书", "add certificate: client.pem", "请添加 certificate: client.pem");
            return null;
        }
        var authorities = tls.Ca is not { } ca ? [] : PemFiles.Use(tls.Origin.Of(nameof(tls.Ca)), mistakes, () => PemFiles.Certificates(Path.Combine(folder, ca)));
        var own = tls.Certificate is not { } certificate ? [] : PemFiles.Use(tls.Origin.Of(nameof(tls.Certificate)), mistakes, () => PemFiles.WithKey(Path.Combine(folder, certificate), Path.Combine(folder, tls.Key ?? certificate)));
        if (authorities is null || own is null) return null;
        return new MqttTlsClientOptions { Authorities = authorities, Certificate = own.FirstOrDefault(), ServerName = tls.ServerName };
    }
}
