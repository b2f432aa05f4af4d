using System.Text.Json.Nodes;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Security;
using TrainingLab.Simulation.Chance;

namespace TrainingLab.Factory.Devices.Faults;

/// <summary>Values come with another status, and where it is bad, without a value.</summary>
/// <param name="status">The status.</param>
internal sealed class BadQualityFault(StatusCode status) : OpcUaFault
{
    public override DataValue Distort(string tag, in DataValue value) => Concerns(tag) ? value with { Value = status.IsBad ? default : value.Value, Status = status } : value;
}

/// <summary>Values go on, but their source timestamps stay where they were when the fault began: whoever looks at the age of values takes them for old.</summary>
internal sealed class FrozenTimestampsFault : OpcUaFault
{
    public override DataValue Distort(string tag, in DataValue value)
    {
        if (!Concerns(tag))
            return value;
        var last = Face.HostTimeAt(Since!.Value).UtcDateTime;
        return value.SourceTimestamp > last ? value with { SourceTimestamp = last } : value;
    }
}

/// <summary>Answers to Publish requests get lost on their way. What was in them can be had again by Republish.</summary>
/// <param name="share">How many of them, 0 to 1.</param>
/// <param name="chance">Decides which.</param>
internal sealed class DroppedPublishFault(double share, SeededChance chance) : OpcUaFault
{
    public override bool LosesPublish() => chance.Happens(share);

    protected override void SaveOwn(JsonObject state) => state["chance"] = chance.Save();

    protected override void LoadOwn(JsonObject state) => chance.Load((string)state["chance"]!);
}

/// <summary>Each answer waits, in plant time.</summary>
/// <param name="delay">How long at least.</param>
/// <param name="jitter">How much longer at most.</param>
/// <param name="chance">Decides how much.</param>
internal sealed class SlowAnswersFault(TimeSpan delay, TimeSpan jitter, SeededChance chance) : OpcUaFault
{
    public override TimeSpan NextDelay() => jitter == TimeSpan.Zero ? delay : delay + (jitter * chance.Uniform());

    protected override void SaveOwn(JsonObject state) => state["chance"] = chance.Save();

    protected override void LoadOwn(JsonObject state) => chance.Load((string)state["chance"]!);
}

/// <summary>
/// The server shows a certificate of its own key that has run out. When the fault ends, the one from before comes back, unless somebody has put in another meanwhile: then the fault is cured.
/// </summary>
/// <param name="age">How long before the fault's beginning it ran out.</param>
internal sealed class ExpiredCertificateFault(TimeSpan age) : OpcUaFault
{
    private string? before;
    private string? shown;

    protected override void OnBegin(TimeSpan now)
    {
        if (Face.Security.Server is not { } server)
            return;
        var sound = server.Certificate;
        before = sound.Save();
        server.Certificate = sound.Reissued(Face.HostTimeAt(now) - age);
        shown = server.Certificate.Certificate.Thumbprint;
    }

    protected override void OnEnd()
    {
        if (Face.Security.Server is { } server && before is not null && server.Certificate.Certificate.Thumbprint == shown)
            server.Certificate = ApplicationCertificate.Load(before);
        (before, shown) = (null, null);
    }

    protected override void SaveOwn(JsonObject state)
    {
        state["before"] = before;
        state["shown"] = shown;
    }

    protected override void LoadOwn(JsonObject state)
    {
        before = (string?)state["before"];
        shown = (string?)state["shown"];
    }
}

/// <summary>Each restart of the machine puts its namespaces into another order.</summary>
/// <param name="chance">Decides which.</param>
internal sealed class ReorderedNamespacesFault(SeededChance chance) : OpcUaFault
{
    public override IReadOnlyList<string> OrderAtRestart(IReadOnlyList<string> order)
    {
        // Never the same again: there are two at least, and a turn by one to all but the whole number of places changes every index.
        var turn = (int)chance.Integer(1, order.Count - 1);
        return [.. order.Skip(turn), .. order.Take(turn)];
    }

    protected override void SaveOwn(JsonObject state) => state["chance"] = chance.Save();

    protected override void LoadOwn(JsonObject state) => chance.Load((string)state["chance"]!);
}

/// <summary>The server goes away with all its sessions and subscriptions when the fault begins, and comes back after a while.</summary>
/// <param name="downtime">How long nobody can connect, in plant time.</param>
/// <param name="interval">Time from one such restart to the next while the fault acts; null: only once.</param>
internal sealed class RestartFault(TimeSpan downtime, TimeSpan? interval) : OpcUaFault
{
    private TimeSpan? next;

    public override TimeSpan? Due => next;

    public override void Act(TimeSpan now)
    {
        Face.GoDown(now + downtime);
        next = now + interval;
    }

    protected override void OnBegin(TimeSpan now) => Act(now);

    protected override void OnEnd() => next = null;

    protected override void SaveOwn(JsonObject state) => state["next"] = next?.Ticks;

    protected override void LoadOwn(JsonObject state) => next = state["next"] is { } ticks ? new TimeSpan((long)ticks) : null;
}
