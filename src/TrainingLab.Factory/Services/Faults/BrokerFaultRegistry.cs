using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Topics;
using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Factory.Services.Faults;

/// <summary>The kinds of fault of a plant's broker, by the names that scenarios use.</summary>
internal static class BrokerFaultRegistry
{
    /// <summary>What a server may say in DISCONNECT, and would for such a cause (MQTT 5, table 3-10).</summary>
    private static readonly Dictionary<string, MqttReasonCode> Reasons = new[]
    {
        MqttReasonCode.UnspecifiedError, MqttReasonCode.ImplementationSpecificError, MqttReasonCode.NotAuthorized, MqttReasonCode.ServerBusy, MqttReasonCode.ServerShuttingDown, MqttReasonCode.KeepAliveTimeout,
        MqttReasonCode.SessionTakenOver, MqttReasonCode.MessageRateTooHigh, MqttReasonCode.QuotaExceeded, MqttReasonCode.AdministrativeAction, MqttReasonCode.UseAnotherServer, MqttReasonCode.ServerMoved,
        MqttReasonCode.ConnectionRateExceeded, MqttReasonCode.MaximumConnectTime,
    }.ToDictionary(static r => r.ToString(), StringComparer.Ordinal);

    private static readonly ParameterDefinition Topic = new("topic", ParameterKind.Text) { Default = "#", Form = WrongFilter, Description = new("topic filter of the messages", "消息的主题过滤器") };
    private static readonly ParameterDefinition Share = new("share", ParameterKind.Number) { Default = 1.0, Minimum = 0, Maximum = 1, Description = new("how many of them", "比例") };
    private static readonly ParameterDefinition Client = new("client", ParameterKind.Text) { Description = new("client identifier; everybody without", "客户端标识；缺省为所有客户端") };
    private static readonly ParameterDefinition Jitter = new("jitter", ParameterKind.Duration) { Default = "0s", Minimum = 0, Maximum = 60, Description = new("how much longer at most", "最多再延迟") };

    /// <summary>The kinds.</summary>
    public static KindRegistry<BrokerFault> Kinds { get; } = new KindRegistry<BrokerFault>()
        .Add(new("refusedConnections", new("new connections are refused", "拒绝新连接"), [], static (_, _) => new RefusedConnectionsFault()))
        .Add(new("lostMessages", new("messages are acknowledged and get lost", "消息得到确认但丢失"), [Topic, Share],
            static (p, c) => new LostMessagesFault(p.Text("topic")!, p.Number("share"), c.Chance)))
        .Add(new("delayedMessages", new("messages are late", "消息延迟"),
            [Topic, new("delay", ParameterKind.Duration) { Default = "2s", Minimum = 0.01, Maximum = 60, Description = new("how long, in plant time", "延迟（仿真时间）") }, Jitter],
            static (p, c) => new DelayedMessagesFault(p.Text("topic")!, p.Duration("delay"), p.Duration("jitter"), c.Chance)))
        .Add(new("reorderedMessages", new("messages of different topics or qualities of service overtake each other", "不同主题或服务质量的消息乱序"),
            [Topic, new("within", ParameterKind.Duration) { Default = "5s", Minimum = 0.01, Maximum = 60, Description = new("how late at most, in plant time", "最多延迟（仿真时间）") }],
            static (p, c) => new DelayedMessagesFault(p.Text("topic")!, TimeSpan.Zero, p.Duration("within"), c.Chance)))
        .Add(new("heldAcknowledgements", new("PUBACK and PUBREC are late", "PUBACK 和 PUBREC 延迟"),
            [new("delay", ParameterKind.Duration) { Default = "5s", Minimum = 0.01, Maximum = 3600, Description = new("how long, in plant time", "延迟（仿真时间）") }, Jitter],
            static (p, c) => new HeldAcknowledgementsFault(p.Duration("delay"), p.Duration("jitter"), c.Chance)))
        .Add(new("repeatedMessages", new("acknowledgements of subscribers get lost with their connection; messages at QoS 1 come again with DUP", "订阅方的确认连同连接丢失，QoS 1 消息带 DUP 重发"),
            [Client, Share], static (p, c) => new RepeatedMessagesFault(p.Text("client"), p.Number("share"), c.Chance)))
        .Add(new("disconnects", new("connections end, with a reason in MQTT 5", "断开连接，MQTT 5 附原因码"),
            [
                Client,
                new("reason", ParameterKind.Text) { Choices = [.. Reasons.Keys], Description = new("reason code of MQTT 5; none as when the network fails", "MQTT 5 原因码；缺省如网络故障，不给原因") },
                new("every", ParameterKind.Duration) { Minimum = 1, Maximum = 86_400, Description = new("again and again while the fault acts; once without", "故障期间反复断开的间隔；缺省只断开一次") },
            ],
            static (p, _) => new DisconnectsFault(p.Text("client"), p.Text("reason") is { } reason ? Reasons[reason] : null, p.OptionalDuration("every"))));

    private static (LocalText Message, LocalText Remedy)? WrongFilter(string filter)
    {
        if (!MqttTopic.IsValidFilter(filter))
            return (new($"'{filter}' is not a topic filter.", $"“{filter}”不是主题过滤器。"), new("+ stands for a whole level, # for all levels at the end.", "+ 代表一整级，# 只能在末尾代表其余各级。"));
        if (filter.StartsWith('$'))
            return (new("No client publishes to topics that begin with $.", "客户端不能向以 $ 开头的主题发布消息。"), new("Write a filter of the plant's topics, such as plant/#.", "请写工厂主题的过滤器，例如 plant/#。"));
        return null;
    }
}
