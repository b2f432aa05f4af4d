namespace TrainingLab.Simulation.Numerics;

/// <summary>
/// A value that follows its target: dx/dt = (target - x)/τ, solved exactly over each step, so it is right for steps of any length.
/// </summary>
/// <param name="timeConstant">τ; zero follows at once.</param>
public sealed class FirstOrderLag(TimeSpan timeConstant)
{
    private long cachedTicks = -1;
    private double share;

    /// <summary>The value now.</summary>
    public double Value { get; set; }

    /// <summary>Moves towards <paramref name="target"/> for a time.</summary>
    public double Step(double target, TimeSpan delta)
    {
        if (delta.Ticks != cachedTicks)
        {
            cachedTicks = delta.Ticks;
            share = timeConstant <= TimeSpan.Zero ? 1 : 1 - StableMath.Exp(-(double)delta.Ticks / timeConstant.Ticks);
        }
        Value += (target - Value) * share;
        return Value;
    }
}
