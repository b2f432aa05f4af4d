namespace TrainingLab.Labs.Attempts.Contracts;

/// <summary>Something changed in an attempt that open pages show.</summary>
public abstract record AttemptEvent;

/// <summary>An outcome, a deduction or the score changed.</summary>
public sealed record ScorecardChanged : AttemptEvent;

/// <summary>Plant values, at most five times a second of wall time.</summary>
public sealed record ValuesChanged(ValuesSnapshot Values) : AttemptEvent;

/// <summary>An evidence record was appended.</summary>
public sealed record EvidenceAppended(EvidenceEntry Entry) : AttemptEvent;

/// <summary>An endpoint came, went or moved.</summary>
public sealed record EndpointsChanged : AttemptEvent;

/// <summary>State, last action, answers or hints changed.</summary>
public sealed record AttemptChanged : AttemptEvent;

/// <summary>A switch was configured, saved or restarted, by whichever way.</summary>
public sealed record SwitchesChanged : AttemptEvent;

/// <summary>Messages came on subscribed topics; told once until they are looked at.</summary>
public sealed record TopicsChanged : AttemptEvent;

/// <summary>A subscription of the workspace was notified.</summary>
public sealed record OpcUaNotified(string SubscriptionId, OpcUaValueView Value) : AttemptEvent;
