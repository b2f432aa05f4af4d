using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Sparkplug;
using TrainingLab.Mqtt.Sparkplug.Payloads;
using TrainingLab.Mqtt.Topics;
using LocalizedText = TrainingLab.Factory.Definitions.LocalizedText;

namespace TrainingLab.Labs.Toolbox;

/// <summary><c>mqtt pub|sub</c>: one MQTT connection from the workstation for one thing; the other words are those of <see cref="MqttAdministration"/>.</summary>
internal sealed class MqttCommand : IToolboxCommand
{
    /// <summary>Names of metrics in any language stay readable.</summary>
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly LocalizedText Unanswered = new("the connection ended before the broker had answered the subscription", "消息服务器答复订阅之前连接已断开");
    private static readonly LocalizedText Refused = new("the broker refuses the subscription {0}", "消息服务器拒绝了订阅 {0}");

    public string Name => "mqtt";

    public LocalizedText Summary { get; } = new("publishes and subscribes MQTT topics, and administers the broker", "发布和订阅 MQTT 主题，管理消息服务器");

    public IReadOnlyList<string> Usage { get; } =
    [
        "mqtt pub TOPIC MESSAGE [--qos 0|1|2] [--retain] [--user U --password P] [--tls] [--cert NAME]",
        "mqtt sub FILTER [--count N] [--for 10s] [--qos 0|1|2] [--sparkplug] [--user U --password P] [--tls] [--cert NAME]",
        .. MqttAdministration.Usage,
    ];

    public async Task<CommandResult> RunAsync(ToolboxContext context, ToolboxArguments arguments, CancellationToken cancellationToken)
    {
        if (context.Factory.Scenario.Services.Broker is not { } broker)
            return ToolboxOutput.Failed("this plant has no MQTT broker");
        if (arguments.Positional is [var word, ..] && MqttAdministration.IsWord(word))
            return await new MqttAdministration(this, context, arguments).RunAsync();
        var qos = arguments.Number("qos", 1);
        if (qos is not (0 or 1 or 2))
            return ToolboxOutput.Misused(this, "qos is 0, 1 or 2");
        if (arguments.Has("password") && !arguments.Has("user"))
            return ToolboxOutput.Misused(this, "a password needs a user");
        var options = new MqttClientOptions
        {
            ClientId = arguments.Option("id") ?? $"toolbox-{context.Factory.Context.Network.Flows.Count}",
            UserName = arguments.Option("user"),
            Password = arguments.Option("password") is { } password ? Encoding.UTF8.GetBytes(password) : null,
            ReconnectDelay = null,
        };
        var isSecure = arguments.Has("tls") || arguments.Has("cert");
        if (isSecure && broker.Tls is null)
            return ToolboxOutput.Failed("this broker does not speak TLS");
        ValueTask<System.IO.Pipelines.IDuplexPipe> Connect(CancellationToken token) => isSecure
            ? context.Factory.Context.Authority!.ConnectAsync(context.Workstation, broker.Id, broker.Tls!.Port, context.Account, arguments.Option("cert"), token)
            : context.ConnectAsync(broker.Id, broker.Port, token);
        return arguments.Positional switch
        {
            ["pub", var topic, ..] when !MqttTopic.IsValidName(topic) => ToolboxOutput.Misused(this, $"'{topic}' is no topic to publish to: it has at least one character, and no + or #"),
            ["sub", var filter] when !MqttTopic.IsValidFilter(filter) => ToolboxOutput.Misused(this, $"'{filter}' is no topic filter: + stands for a whole level, # for all that follow"),
            ["pub", var topic, .. var words] when words.Length > 0 => await PublishAsync(
                context, options, Connect, new MqttMessage(topic, Encoding.UTF8.GetBytes(string.Join(' ', words)), (MqttQoS)(int)qos, arguments.Has("retain")), cancellationToken),
            ["sub", var filter] => await SubscribeAsync(context, options, Connect, filter, (MqttQoS)(int)qos, arguments, cancellationToken),
            _ => ToolboxOutput.Misused(this, "mqtt needs pub with a topic and a message, sub with a filter, or a word of administration"),
        };
    }

    public IEnumerable<string> Complete(ToolboxContext context, IReadOnlyList<string> words) => words switch
    {
        [] => ["pub", "sub", .. MqttAdministration.Words],
        [var word, ..] when MqttAdministration.IsWord(word) => MqttAdministration.Complete(context, words),
        ["sub"] => ["plant/#"],
        ["pub", _, ..] => ["--qos", "--retain", "--user", "--password", "--tls", "--cert"],
        ["sub", _, ..] => ["--count", "--for", "--qos", "--sparkplug", "--user", "--password", "--tls", "--cert"],
        _ => [],
    };

    private static async Task<CommandResult> PublishAsync(
        ToolboxContext context, MqttClientOptions options, Func<CancellationToken, ValueTask<System.IO.Pipelines.IDuplexPipe>> connect, MqttMessage message, CancellationToken cancellationToken)
    {
        var result = await MqttOnce.PublishAsync(options, connect, [message], context.Factory.Clock, cancellationToken);
        return result.Published == 1
            ? new CommandResult(0, [new CommandOutputLine($"published {message.Payload.Length} bytes to {message.Topic}")])
            : ToolboxOutput.Failed(Why(result.Connect) ?? "not acknowledged");
    }

    private static async Task<CommandResult> SubscribeAsync(
        ToolboxContext context,
        MqttClientOptions options,
        Func<CancellationToken, ValueTask<System.IO.Pipelines.IDuplexPipe>> connect,
        string filter,
        MqttQoS qos,
        ToolboxArguments arguments,
        CancellationToken cancellationToken)
    {
        var count = arguments.Number("count", 100);
        var duration = arguments.Span("for", TimeSpan.FromSeconds(10));
        if (count is not (>= 1 and <= 5000) || duration is null)
            return ToolboxOutput.Misused(new MqttCommand(), "count is from 1 to 5000, for is a duration such as 10s");
        var result = await MqttOnce.CollectAsync(options, connect, [filter], qos, (int)count, duration.Value, context.Factory.Clock, cancellationToken);
        if (Why(result.Connect) is { } why)
            return ToolboxOutput.Failed(why);
        if (result.Granted.Count == 0)
            return ToolboxOutput.Failed(Unanswered.In(context.Language));
        if (result.Granted is [> MqttSubscribeReturnCode.GrantedExactlyOnce])
            return ToolboxOutput.Failed(string.Format(CultureInfo.InvariantCulture, Refused.In(context.Language), filter));
        var output = new ToolboxOutput();
        var json = new JsonArray();
        foreach (var message in result.Messages)
        {
            var entry = new JsonObject { ["topic"] = message.Topic, ["payload"] = message.PayloadText, ["retained"] = message.Retain };
            var sparkplug = arguments.Has("sparkplug") ? Sparkplug(message) : null;
            if (sparkplug is not null)
                entry["sparkplug"] = sparkplug;
            output.Line($"{message.Topic} {sparkplug?.ToJsonString(Readable) ?? message.PayloadText}");
            json.Add(entry);
        }

        return output.Done(json);
    }

    /// <summary>The payload of a Sparkplug message as JSON; why it is none; null for other topics and for STATE, which is JSON already.</summary>
    private static JsonObject? Sparkplug(MqttMessage message)
    {
        if (!SparkplugTopic.TryParse(message.Topic, out var topic) || topic.Type == SparkplugMessageType.State)
            return null;
        try
        {
            return SparkplugJson.Of(SparkplugPayload.Read(message.Payload.Span));
        }
        catch (SparkplugFormatException wrong)
        {
            return new JsonObject { ["error"] = wrong.Error.ToString() };
        }
    }

    private static string? Why(MqttConnectResult connect) => connect.Connected ? null : connect.ReturnCode?.ToString() ?? connect.Error ?? connect.Outcome.ToString();
}
