using TrainingLab.OpcUa;
using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Factory.Devices.Faults;

/// <summary>The kinds of fault of an OPC UA server, by the names that profiles use.</summary>
internal static class OpcUaFaultRegistry
{
    /// <summary>Statuses that a value can have, and a person would know from a real plant.</summary>
    private static readonly Dictionary<string, StatusCode> Statuses = new StatusCode[]
    {
        StatusCodes.Bad, StatusCodes.BadSensorFailure, StatusCodes.BadDeviceFailure, StatusCodes.BadNotConnected, StatusCodes.BadNoCommunication, StatusCodes.BadOutOfService,
        StatusCodes.BadWaitingForInitialData, StatusCodes.BadConfigurationError, StatusCodes.UncertainLastUsableValue, StatusCodes.UncertainSensorNotAccurate,
    }.ToDictionary(static s => s.Name, StringComparer.Ordinal);

    private static readonly HashSet<string> OfTags = new(StringComparer.Ordinal) { "badQuality", "frozenTimestamps" };

    private static readonly KindRegistry<OpcUaFault> Registry = Build();

    /// <summary>The kinds, for documentation and validation.</summary>
    public static IReadOnlyCollection<Kind<OpcUaFault>> Kinds => Registry.Kinds;

    /// <summary>The kind of a name; null where it is no fault of a server.</summary>
    public static Kind<OpcUaFault>? Find(string kind) => Registry.Find(kind);

    /// <summary>Whether faults of a kind concern tags: one, or all of them.</summary>
    public static bool ConcernsTags(string kind) => OfTags.Contains(kind);

    /// <summary>Makes a fault; null when the context's mistakes say why not.</summary>
    public static OpcUaFault? Create(string kind, IReadOnlyDictionary<string, object?> given, ComponentContext context) => Registry.Create(kind, given, context);

    private static KindRegistry<OpcUaFault> Build() => new KindRegistry<OpcUaFault>()
        .Add(new("badQuality", new("values come with a bad status", "数值的状态为坏"),
            [new("status", ParameterKind.Text) { Default = nameof(StatusCodes.BadSensorFailure), Choices = [.. Statuses.Keys], Description = new("the status", "状态码") }],
            static (p, _) => new BadQualityFault(Statuses[p.Text("status")!])))
        .Add(new("frozenTimestamps", new("source timestamps stand still", "源时间戳停止不动"), [], static (_, _) => new FrozenTimestampsFault()))
        .Add(new("droppedPublish", new("answers to Publish requests get lost", "发布响应丢失"),
            [new("share", ParameterKind.Number) { Default = 1.0, Minimum = 0, Maximum = 1, Description = new("how many of them", "丢失比例") }],
            static (p, c) => new DroppedPublishFault(p.Number("share"), c.Chance)))
        .Add(new("slowAnswers", new("each answer waits", "每个响应都被延迟"),
            [
                new("delay", ParameterKind.Duration) { Default = "2s", Minimum = 0.01, Maximum = 60, Description = new("how long, in plant time", "延迟（仿真时间）") },
                new("jitter", ParameterKind.Duration) { Default = "0s", Minimum = 0, Maximum = 60, Description = new("how much longer at most", "最多再延迟") },
            ],
            static (p, c) => new SlowAnswersFault(p.Duration("delay"), p.Duration("jitter"), c.Chance)))
        .Add(new("expiredCertificate", new("the server shows a certificate that has run out", "服务器出示已过期的证书"),
            [new("since", ParameterKind.Duration) { Default = "1d", Minimum = 1, Maximum = 3650 * 86_400.0, Description = new("how long it has been expired when the fault begins", "故障开始时已过期多久") }],
            static (p, _) => new ExpiredCertificateFault(p.Duration("since"))))
        .Add(new("reorderedNamespaces", new("a restart puts the namespaces into another order", "重启后命名空间顺序改变"), [], static (_, c) => new ReorderedNamespacesFault(c.Chance)))
        .Add(new("restart", new("the server restarts and drops all sessions", "服务器重启并断开所有会话"),
            [
                new("downtime", ParameterKind.Duration) { Default = "5s", Minimum = 0, Maximum = 3600, Description = new("how long nobody can connect", "多长时间无法连接") },
                new("every", ParameterKind.Duration) { Minimum = 1, Maximum = 86_400, Description = new("again and again while the fault acts; once without", "故障期间反复重启的间隔；缺省只重启一次") },
            ],
            static (p, c) => Restart(p, c)));

    private static RestartFault Restart(ParameterSet parameters, ComponentContext context)
    {
        var (downtime, every) = (parameters.Duration("downtime"), parameters.OptionalDuration("every"));
        if (every <= downtime)
        {
            context.Mistakes.Add(new ParameterMistake(
                "every", new("The next restart comes before the server is back.", "服务器尚未恢复就再次重启。"), new("Give an 'every' longer than 'downtime'.", "“every”应大于“downtime”。")));
        }

        return new RestartFault(downtime, every);
    }
}
