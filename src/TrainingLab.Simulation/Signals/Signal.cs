using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using TrainingLab.Simulation.Expressions;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Signals;

/// <summary>One step of plant time, for a signal.</summary>
/// <param name="Now">Plant time since the epoch at the end of the step.</param>
/// <param name="Delta">Length of the step.</param>
/// <param name="Scope">The tags as they are now.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SignalStep(TimeSpan Now, TimeSpan Delta, IExpressionScope Scope);

/// <summary>What a signal yields at a step.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SignalValue(TagValue Value, Quality Quality = default);

/// <summary>A source of values for a tag that no process model stands behind.</summary>
public abstract class Signal
{
    /// <summary>The value at the end of a step. Called once per step, in order.</summary>
    public abstract SignalValue Next(SignalStep step);

    /// <summary>What it must remember, or null when it remembers nothing.</summary>
    public virtual JsonNode? Save() => null;

    /// <summary>Reads back what <see cref="Save"/> gave.</summary>
    public virtual void Load(JsonNode state)
    {
    }
}
