using TrainingLab.OpcUa.Server;

namespace TrainingLab.OpcUa.Events.Conditions;

/// <summary>A limit of a <see cref="LimitAlarm"/>.</summary>
/// <param name="Value">In the unit of the input; reaching it makes the alarm active.</param>
/// <param name="Severity">1 to 1000.</param>
public readonly record struct AlarmLimit(double Value, int Severity);

/// <summary>An exclusive level alarm (ExclusiveLevelAlarmType, OPC 10000-9, 5.8.19): of up to four limits, the outermost that is reached says its stage.</summary>
public sealed class LimitAlarm : AlarmCondition
{
    private static readonly NodeId HighHighState = new(0, 9329);
    private static readonly NodeId HighState = new(0, 9331);
    private static readonly NodeId LowState = new(0, 9333);
    private static readonly NodeId LowLowState = new(0, 9335);

    private readonly double _deadband;
    private readonly List<(string Name, bool IsHigh, double Value, AlarmLevel Level)> _limits = [];

    /// <summary>An alarm that starts to watch with <see cref="ConditionRegistry.Start"/>.</summary>
    /// <param name="server">Its server.</param>
    /// <param name="options">Names, source, input, texts.</param>
    /// <param name="highHigh">Upper outer limit, or null.</param>
    /// <param name="high">Upper limit, or null.</param>
    /// <param name="low">Lower limit, or null.</param>
    /// <param name="lowLow">Lower outer limit, or null.</param>
    /// <param name="deadband">How far the value must come back inside a limit before its stage is over; 0 or more.</param>
    /// <exception cref="ArgumentException">There is no limit at all.</exception>
    public LimitAlarm(OpcUaServer server, AlarmOptions options, AlarmLimit? highHigh, AlarmLimit? high, AlarmLimit? low, AlarmLimit? lowLow, double deadband)
        : base(server, options)
    {
        _deadband = deadband;
        Add("HighHigh", isHigh: true, highHigh, HighHighState);
        Add("LowLow", isHigh: false, lowLow, LowLowState);
        Add("High", isHigh: true, high, HighState);
        Add("Low", isHigh: false, low, LowState);
        if (_limits.Count == 0)
        {
            throw new ArgumentException("A limit alarm has at least one limit", nameof(high));
        }

        Initialize(EventTypeIds.ExclusiveLevelAlarmType, _limits.Select(static l => l.Name + "Limit"));
    }

    private protected override IEnumerable<AlarmLevel> Levels => _limits.Select(static l => l.Level);

    private protected override AlarmLevel? LevelOf(double value, AlarmLevel? present)
    {
        foreach (var limit in _limits)
        {
            // A stage that is reached is left only beyond the deadband.
            var margin = present == limit.Level ? _deadband : 0;
            if (limit.IsHigh ? value >= limit.Value - margin : value <= limit.Value + margin)
            {
                return limit.Level;
            }
        }

        return null;
    }

    private protected override void AddFields(UaEvent happened)
    {
        happened["LimitState/CurrentState"] = new Variant(new LocalizedText(Level?.Name, Level is null ? null : "en"));
        happened["LimitState/CurrentState/Id"] = new Variant(Level?.StateId ?? default(NodeId));
        foreach (var limit in _limits)
        {
            happened[limit.Name + "Limit"] = limit.Value;
        }
    }

    private void Add(string name, bool isHigh, AlarmLimit? limit, NodeId state)
    {
        if (limit is { } given)
        {
            _limits.Add((name, isHigh, given.Value, new AlarmLevel(name, given.Severity, state)));
        }
    }
}
