using TrainingLab.Network.Forwarding;

namespace TrainingLab.Network.Flows;

public enum FlowState
{
    /// <summary>Bytes pass, or would.</summary>
    Established,

    /// <summary>The path is lost; bytes wait.</summary>
    Interrupted,

    /// <summary>Both sides closed.</summary>
    Closed,

    /// <summary>Reset by a side, by the firewall, by <see cref="Flow.Cut"/>, or because bytes waited too long.</summary>
    Reset,
}

/// <summary>A TCP connection of the plant network.</summary>
public sealed class Flow
{
    internal Flow(long id, PlantPeer client, PlantPeer server)
    {
        Id = id;
        Client = client;
        Server = server;
    }

    /// <summary>Counts from 1 in the order of opening.</summary>
    public long Id { get; }

    public PlantPeer Client { get; }

    public PlantPeer Server { get; }

    public FlowState State { get; private set; }

    /// <summary>Plant time.</summary>
    public DateTimeOffset Opened { get; internal set; }

    /// <summary>Bytes that the client has sent.</summary>
    public long BytesFromClient => 0;

    /// <summary>Bytes that the server has sent.</summary>
    public long BytesFromServer => 0;

    /// <summary>Why it is interrupted or was reset; null while bytes pass.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>Resets both sides at once.</summary>
    public void Cut() => State = FlowState.Reset;
}
