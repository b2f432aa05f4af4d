using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Events.Conditions;

/// <summary>What every alarm is declared with.</summary>
public sealed record AlarmOptions
{
    /// <summary>The condition's node id, a string in a namespace of the owner.</summary>
    public required NodeId Id { get; init; }

    /// <summary>Its name for machines; the browse name and the field ConditionName.</summary>
    public required string Name { get; init; }

    /// <summary>Its name for people.</summary>
    public LocalizedText DisplayName { get; init; }

    /// <summary>The object below which it stands in the address space.</summary>
    public required NodeId Parent { get; init; }

    /// <summary>The object whose condition it is: the source of its events, linked by HasCondition.</summary>
    public required ObjectNode Source { get; init; }

    /// <summary>The variable that it watches.</summary>
    public required VariableNode Input { get; init; }

    /// <summary>What it says when it is active, once per language; the first is for those who ask for another.</summary>
    public required IReadOnlyList<LocalizedText> Messages { get; init; }

    /// <summary>How long the input must be beyond a limit before the alarm is active; at once by default.</summary>
    public TimeSpan OnDelay { get; init; }

    /// <summary>Longest time that it can be shelved for; one hour by default.</summary>
    public TimeSpan MaxTimeShelved { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>A stage of an alarm while it is active.</summary>
/// <param name="Name">What distinguishes it: <c>HighHigh</c>, <c>High</c>, <c>Low</c>, <c>LowLow</c>, or <c>Active</c> for alarms with one stage.</param>
/// <param name="Severity">1 to 1000.</param>
/// <param name="StateId">Its state in the limit state machine; null for alarms with one stage.</param>
public sealed record AlarmLevel(string Name, int Severity, NodeId StateId = default);

/// <summary>Whether operators have put an alarm away (OPC 10000-9, 5.8.13).</summary>
public enum Shelving
{
    /// <summary>It is shown.</summary>
    Unshelved,

    /// <summary>Until a time.</summary>
    Timed,

    /// <summary>Until it is no longer active.</summary>
    OneShot,
}
