using System.Text.Json.Nodes;
using TrainingLab.Simulation.Chance;

namespace TrainingLab.Simulation.Numerics;

/// <summary>
/// A random walk that is drawn back to zero (Ornstein and Uhlenbeck): normal with the given standard deviation in the long run, forgetting with τ.
/// Solved exactly over each step, so its statistics do not depend on the step. It starts at zero.
/// </summary>
/// <param name="deviation">Standard deviation in the long run.</param>
/// <param name="timeConstant">τ, greater than zero.</param>
/// <param name="chance">Its own stream.</param>
public sealed class OrnsteinUhlenbeck(double deviation, TimeSpan timeConstant, SeededChance chance)
{
    private long cachedTicks = -1;
    private double keep;
    private double add;

    /// <summary>The value now.</summary>
    public double Value { get; private set; }

    /// <summary>Walks on for a time.</summary>
    public double Step(TimeSpan delta)
    {
        if (delta.Ticks != cachedTicks)
        {
            cachedTicks = delta.Ticks;
            keep = StableMath.Exp(-(double)delta.Ticks / timeConstant.Ticks);
            add = deviation * Math.Sqrt(1 - (keep * keep));
        }
        Value = (Value * keep) + (add * chance.Normal());
        return Value;
    }

    /// <summary>Where it stands, with its chance.</summary>
    public JsonNode Save() => new JsonArray(Value, chance.Save());

    /// <summary>Goes on from there.</summary>
    public void Load(JsonNode state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Value = (double)state[0]!;
        chance.Load((string)state[1]!);
    }
}
