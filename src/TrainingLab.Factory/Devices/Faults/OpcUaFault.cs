using TrainingLab.OpcUa;

namespace TrainingLab.Factory.Devices.Faults;

/// <summary>A fault of a machine's OPC UA server: what clients get is wrong, late or missing, while the machine itself and what is true of it stay as they are.</summary>
internal abstract class OpcUaFault : ScheduledFault
{
    /// <summary>The tag that it concerns; null for all of them, or where it concerns none.</summary>
    public string? Tag { get; internal set; }

    /// <summary>The server that it makes ill.</summary>
    protected OpcUaFace Face { get; private set; } = null!;

    /// <summary>Tells the server, once.</summary>
    public void Attach(OpcUaFace face) => Face = face;

    /// <summary>What clients see of a tag, in place of <paramref name="value"/>.</summary>
    public virtual DataValue Distort(string tag, in DataValue value) => value;

    /// <summary>Whether the next answer to a Publish request gets lost.</summary>
    public virtual bool LosesPublish() => false;

    /// <summary>How long the next answer waits, in plant time.</summary>
    public virtual TimeSpan NextDelay() => TimeSpan.Zero;

    /// <summary>The order in which the namespaces stand after a restart.</summary>
    public virtual IReadOnlyList<string> OrderAtRestart(IReadOnlyList<string> order) => order;

    /// <summary>Whether it concerns a tag.</summary>
    protected bool Concerns(string tag) => Tag is null || Tag == tag;
}
