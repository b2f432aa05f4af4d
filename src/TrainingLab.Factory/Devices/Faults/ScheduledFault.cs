using System.Text.Json.Nodes;

namespace TrainingLab.Factory.Devices.Faults;

/// <summary>A fault that acts while the scenario's schedule, or whoever has switched it by hand, says so; from plant time and its own chance alone.</summary>
internal abstract class ScheduledFault
{
    /// <summary>Name by which it is switched on.</summary>
    public string Id { get; internal set; } = "";

    /// <summary>Whether it acts now.</summary>
    public bool IsActing => Since is not null;

    /// <summary>Plant time since the epoch at which it began to act; null while it does not.</summary>
    public TimeSpan? Since { get; private set; }

    /// <summary>When it has something to do next while it acts, in plant time since the epoch; null: nothing.</summary>
    public virtual TimeSpan? Due => null;

    /// <summary>Begins to act.</summary>
    public void Begin(TimeSpan now)
    {
        Since = now;
        OnBegin(now);
    }

    /// <summary>Ceases to act.</summary>
    public void End()
    {
        Since = null;
        OnEnd();
    }

    /// <summary>The instant <see cref="Due"/> has come.</summary>
    public virtual void Act(TimeSpan now)
    {
    }

    /// <summary>Its state.</summary>
    public JsonObject Save()
    {
        var state = new JsonObject();
        if (Since is { } since)
            state["since"] = since.Ticks;
        SaveOwn(state);
        return state;
    }

    /// <summary>Takes over a saved state, without beginning or ending anything: what it did is saved where it was done.</summary>
    public void Load(JsonObject state)
    {
        Since = state["since"] is { } since ? new TimeSpan((long)since) : null;
        LoadOwn(state);
    }

    /// <summary>It begins to act.</summary>
    protected virtual void OnBegin(TimeSpan now)
    {
    }

    /// <summary>It has ceased to act.</summary>
    protected virtual void OnEnd()
    {
    }

    /// <summary>Adds what the kind itself must remember.</summary>
    protected virtual void SaveOwn(JsonObject state)
    {
    }

    /// <summary>Reads it back.</summary>
    protected virtual void LoadOwn(JsonObject state)
    {
    }
}
