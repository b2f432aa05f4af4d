using TrainingLab.OpcUa.Server;

namespace TrainingLab.OpcUa.Events.Conditions;

/// <summary>An alarm of a variable that has a value it should not have (OffNormalAlarmType, OPC 10000-9, 5.8.23.2).</summary>
public sealed class OffNormalAlarm : AlarmCondition
{
    private readonly AlarmLevel _level;
    private readonly IReadOnlyList<double> _abnormal;

    /// <summary>An alarm that starts to watch with <see cref="ConditionRegistry.Start"/>.</summary>
    /// <param name="server">Its server.</param>
    /// <param name="options">Names, source, input, texts.</param>
    /// <param name="abnormal">Values of the input that are not normal; 1 is true, 0 false.</param>
    /// <param name="severity">1 to 1000.</param>
    public OffNormalAlarm(OpcUaServer server, AlarmOptions options, IReadOnlyList<double> abnormal, int severity)
        : base(server, options)
    {
        _abnormal = abnormal;
        _level = new AlarmLevel("Active", severity);
        Initialize(EventTypeIds.OffNormalAlarmType, []);
    }

    private protected override IEnumerable<AlarmLevel> Levels => [_level];

    private protected override AlarmLevel? LevelOf(double value, AlarmLevel? present) => _abnormal.Contains(value) ? _level : null;

    /// <summary>What is normal is no single value of a variable here, so that NormalState names none.</summary>
    private protected override void AddFields(UaEvent happened) => happened["NormalState"] = new Variant(default(NodeId));
}
