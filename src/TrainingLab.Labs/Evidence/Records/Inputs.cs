using System.Text.Json.Nodes;

namespace TrainingLab.Labs.Evidence.Records;

/// <summary><c>input</c>: a change that, applied at this tick again, leads to the same plant; how an attempt comes back after a crash.</summary>
/// <param name="Target">The component.</param>
/// <param name="Tick">The tick of the plant's clock at which it entered.</param>
/// <param name="Payload">Sealed, as it may hold a machine's keys or true values: what the component needs to apply it again; empty in a redacted copy.</param>
public sealed record InputApplied(string Target, long Tick, JsonObject Payload) : EvidenceBody
{
    internal const string Name = "input";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    protected internal override void Write(JsonObject open, JsonObject secret)
    {
        open["target"] = Target;
        open["tick"] = Tick;
        if (Payload.Count > 0)
            secret["payload"] = Payload.DeepClone();
    }

    internal static InputApplied Read(JsonObject open, JsonObject secret)
        => new(open.Text("target"), open.Integer("tick"), (secret.Take("payload") ?? open.Take("payload"))?.AsObject() ?? []); // Older files have it in the open.
}

/// <summary><c>time</c>: plant time has come this far; what a hold-condition waits for. The record's own plant instant says it all.</summary>
public sealed record TimePassed : EvidenceBody
{
    internal const string Name = "time";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    protected internal override void Write(JsonObject open, JsonObject secret)
    {
    }

    internal static TimePassed Read(JsonObject open, JsonObject secret) => new();
}

/// <summary><c>checkpoint</c>: the state of the factory was kept, to come back to.</summary>
/// <param name="Checkpoint">Its name.</param>
public sealed record CheckpointTaken(string Checkpoint) : EvidenceBody
{
    internal const string Name = "checkpoint";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    protected internal override void Write(JsonObject open, JsonObject secret) => open["checkpoint"] = Checkpoint;

    internal static CheckpointTaken Read(JsonObject open, JsonObject secret) => new(open.Text("checkpoint"));
}

/// <summary><c>restore</c>: the factory went back to a checkpoint. Plant time goes back, evidence does not; holds start anew.</summary>
/// <param name="Checkpoint">Its name; <c>start</c> for starting over.</param>
public sealed record CheckpointRestored(string Checkpoint) : EvidenceBody
{
    internal const string Name = "restore";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    protected internal override void Write(JsonObject open, JsonObject secret) => open["checkpoint"] = Checkpoint;

    internal static CheckpointRestored Read(JsonObject open, JsonObject secret) => new(open.Text("checkpoint"));
}

/// <summary><c>freeze</c>: plant time stopped.</summary>
/// <param name="Reason">Why: <c>idle</c>, <c>bell</c>, <c>stopped</c>.</param>
public sealed record AttemptFrozen(string Reason = "") : EvidenceBody
{
    internal const string Name = "freeze";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    protected internal override void Write(JsonObject open, JsonObject secret) => open["reason"] = Reason;

    internal static AttemptFrozen Read(JsonObject open, JsonObject secret) => new(open.TextOrNull("reason") ?? "");
}

/// <summary><c>resume</c>: plant time goes on from the record's plant instant.</summary>
/// <param name="Reason">Why: <c>returned</c>, <c>crash</c>.</param>
public sealed record AttemptResumed(string Reason = "") : EvidenceBody
{
    internal const string Name = "resume";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    protected internal override void Write(JsonObject open, JsonObject secret) => open["reason"] = Reason;

    internal static AttemptResumed Read(JsonObject open, JsonObject secret) => new(open.TextOrNull("reason") ?? "");
}
