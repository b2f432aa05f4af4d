using TrainingLab.Network.Flows;
using TrainingLab.Network.Forwarding;

namespace TrainingLab.Network;

public enum ConnectStatus
{
    Connected,

    /// <summary>A reset came back: nothing listens there, or a firewall rejects.</summary>
    Refused,

    /// <summary>Nothing came back: a firewall drops, no path exists, or the host is dead.</summary>
    TimedOut,

    /// <summary>The name is unknown; nothing was sent.</summary>
    NameUnknown,
}

/// <summary>The outcome of a connection attempt, which is never an exception.</summary>
public sealed record ConnectResult(ConnectStatus Status, PlantConnection? Connection, Refusal? Refusal);
