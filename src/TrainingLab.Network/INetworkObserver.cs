using TrainingLab.Network.Flows;
using TrainingLab.Network.Forwarding;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network;

/// <summary>How a change of configuration ended.</summary>
public enum ConfigurationOutcome
{
    Applied,

    /// <summary>Understood, and nothing had to change.</summary>
    Unchanged,

    /// <summary>Not understood or not possible; nothing changed.</summary>
    Rejected,
}

/// <summary>Somebody configured a device, or tried to.</summary>
/// <param name="Who">Null: the owner of the network.</param>
/// <param name="Command">The line-command form of what was asked.</param>
/// <param name="Before">The affected part of the running configuration as line commands.</param>
/// <param name="After">The same part afterwards.</param>
public sealed record ConfigurationChange(
    PlantPeer? Who, string Device, string Command, string Before, string After, ConfigurationOutcome Outcome, string? Error = null);

/// <summary>An attempt to connect that failed.</summary>
public sealed record RefusedConnection(PlantPeer From, string Target, Ipv4Address? Address, int Port, ConnectStatus Status, Refusal Refusal);

/// <summary>Sees what happens on the plant network. Called on the owner's serial context.</summary>
public interface INetworkObserver
{
    /// <summary>Awaited before the device answers; the change is in force already.</summary>
    ValueTask ConfigurationChangedAsync(ConfigurationChange change) => ValueTask.CompletedTask;

    /// <summary>Cheap and not awaited.</summary>
    void ConnectionOpened(Flow flow)
    {
    }

    /// <summary>Cheap and not awaited.</summary>
    void ConnectionRefused(RefusedConnection attempt)
    {
    }

    /// <summary>Cheap and not awaited; <see cref="Flow.State"/> tells how it ended.</summary>
    void ConnectionClosed(Flow flow)
    {
    }

    /// <summary>A handler threw what was not the end of its connection: a mistake of the server behind it.</summary>
    void HandlerFailed(Flow flow, Exception exception)
    {
    }
}
