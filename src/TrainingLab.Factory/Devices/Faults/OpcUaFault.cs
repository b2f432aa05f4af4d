using System.Text.Json.Nodes;
using TrainingLab.OpcUa;

namespace TrainingLab.Factory.Devices.Faults;

/// <summary>
/// A fault of a machine's OPC UA server: what clients get is wrong, late or missing, while the machine itself and what is true of it stay as they are. It acts while the scenario's schedule,
/// or whoever has switched it by hand, says so; from plant time and its own chance alone.
/// </summary>
internal abstract class OpcUaFault
{
    /// <summary>Name by which it is switched on.</summary>
    public string Id { get; internal set; } = "";

    /// <summary>The tag that it concerns; null for all of them, or where it concerns none.</summary>
    public string? Tag { get; internal set; }

    /// <summary>Whether it acts now.</summary>
    public bool IsActing => Since is not null;

    /// <summary>Plant time since the epoch at which it began to act; null while it does not.</summary>
    public TimeSpan? Since { get; private set; }

    /// <summary>When it has something to do next while it acts, in plant time since the epoch; null: nothing.</summary>
    public virtual TimeSpan? Due => null;

    /// <summary>The server that it makes ill.</summary>
    protected OpcUaFace Face { get; private set; } = null!;

    /// <summary>Tells the server, once.</summary>
    public void Attach(OpcUaFace face) => Face = face;

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

    /// <summary>What clients see of a tag, in place of <paramref name="value"/>.</summary>
    public virtual DataValue Distort(string tag, in DataValue value) => value;

    /// <summary>Whether the next answer to a Publish request gets lost.</summary>
    public virtual bool LosesPublish() => false;

    /// <summary>How long the next answer waits, in plant time.</summary>
    public virtual TimeSpan NextDelay() => TimeSpan.Zero;

    /// <summary>The order in which the namespaces stand after a restart.</summary>
    public virtual IReadOnlyList<string> OrderAtRestart(IReadOnlyList<string> order) => order;

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

    /// <summary>Whether it concerns a tag.</summary>
    protected bool Concerns(string tag) => Tag is null || Tag == tag;

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
