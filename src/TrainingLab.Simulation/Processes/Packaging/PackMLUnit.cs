using System.Text.Json.Nodes;

namespace TrainingLab.Simulation.Processes.Packaging;

/// <summary>The state of one PackML unit over time: takes commands, and lets acting states last as long as machines of this size take.</summary>
public sealed class PackMLUnit(PackMLState initial)
{
    /// <summary>The state now.</summary>
    public PackMLState State { get; private set; } = initial;

    /// <summary>How long it has been in it.</summary>
    public TimeSpan TimeInState { get; private set; }

    /// <summary>Gives a command.</summary>
    /// <returns>False when the state does not take it; the state then stays.</returns>
    public bool TryCommand(PackMLCommand command)
    {
        if (PackMLTransitions.After(State, command) is not { } next)
            return false;
        Enter(next);
        return true;
    }

    /// <summary>Lets time pass: an acting state that has lasted long enough gives way to the next.</summary>
    public void Step(TimeSpan delta)
    {
        TimeInState += delta;
        if (PackMLTransitions.WhenDone(State) is { } next && TimeInState >= Duration(State))
            Enter(next);
    }

    /// <summary>State and time in it.</summary>
    public JsonNode Save() => new JsonArray((int)State, TimeInState.Ticks);

    /// <summary>Reads it back.</summary>
    public void Load(JsonNode state)
    {
        ArgumentNullException.ThrowIfNull(state);
        State = (PackMLState)(int)state[0]!;
        TimeInState = new TimeSpan((long)state[1]!);
    }

    private static TimeSpan Duration(PackMLState state) => state switch
    {
        PackMLState.Starting or PackMLState.Resetting or PackMLState.Clearing => TimeSpan.FromSeconds(3),
        PackMLState.Stopping or PackMLState.Completing => TimeSpan.FromSeconds(2),
        _ => TimeSpan.FromSeconds(1),
    };

    private void Enter(PackMLState state)
    {
        State = state;
        TimeInState = TimeSpan.Zero;
    }
}
