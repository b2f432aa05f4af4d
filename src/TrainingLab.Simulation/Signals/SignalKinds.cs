using System.Text.Json.Nodes;
using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Expressions;
using TrainingLab.Simulation.Numerics;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Signals;

/// <summary>Always the same.</summary>
internal sealed class ConstantSignal(TagValue value) : Signal
{
    public override SignalValue Next(SignalStep step) => new(value);
}

internal enum RampRepeat
{
    Once,
    Sawtooth,
    Triangle,
}

/// <summary>A straight line from one value to another.</summary>
internal sealed class RampSignal(double from, double to, TimeSpan duration, RampRepeat repeat) : Signal
{
    public override SignalValue Next(SignalStep step)
    {
        var turns = (double)step.Now.Ticks / duration.Ticks;
        var share = repeat switch
        {
            RampRepeat.Once => Math.Clamp(turns, 0, 1),
            RampRepeat.Sawtooth => turns - Math.Floor(turns),
            _ => 1 - Math.Abs((2 * ((turns / 2) - Math.Floor(turns / 2))) - 1),
        };
        return new(from + ((to - from) * share));
    }
}

/// <summary>A sine over plant time.</summary>
internal sealed class SineSignal(double mean, double amplitude, TimeSpan period, TimeSpan phase) : Signal
{
    public override SignalValue Next(SignalStep step)
    {
        // The turn is reduced to a fraction in whole ticks first, so that precision does not fade as the run grows long.
        var ticks = (step.Now + phase).Ticks % period.Ticks;
        return new(mean + (amplitude * StableMath.Sin(2 * Math.PI * ticks / period.Ticks)));
    }
}

/// <summary>Independent normal numbers.</summary>
internal sealed class NoiseSignal(double mean, double deviation, SeededChance chance) : Signal
{
    public override SignalValue Next(SignalStep step) => new(chance.Normal(mean, deviation));

    public override JsonNode Save() => chance.Save();

    public override void Load(JsonNode state) => chance.Load((string)state!);
}

/// <summary>A random walk drawn back to its mean, kept within limits.</summary>
internal sealed class WalkSignal(double mean, double minimum, double maximum, OrnsteinUhlenbeck walk) : Signal
{
    public override SignalValue Next(SignalStep step) => new(Math.Clamp(mean + walk.Step(step.Delta), minimum, maximum));

    public override JsonNode Save() => walk.Save();

    public override void Load(JsonNode state) => walk.Load(state);
}

/// <summary>A formula over other tags. Without a value (division by zero, unknown tag) the last one stays, with bad quality.</summary>
internal sealed class ExpressionSignal(Expression expression) : Signal
{
    private TagValue last = 0.0;

    public override SignalValue Next(SignalStep step)
    {
        var result = expression.Evaluate(step.Scope);
        if (!result.IsValue)
            return new(last, Quality.Bad("expression"));
        last = result.Value;
        return new(last, result.Quality);
    }

    public override JsonNode Save() => last.Save();

    public override void Load(JsonNode state) => last = TagValue.Load((string)state!);
}

/// <summary>Follows a formula over other tags with a first-order lag; stands still while the formula has no number.</summary>
internal sealed class LagSignal(Expression input, FirstOrderLag lag) : Signal
{
    public override SignalValue Next(SignalStep step)
    {
        var result = input.Evaluate(step.Scope);
        return result.IsValue && result.Value.IsNumber
            ? new(lag.Step(result.Value.AsDouble, step.Delta), result.Quality)
            : new(lag.Value, Quality.Bad("expression"));
    }

    public override JsonNode Save() => lag.Value;

    public override void Load(JsonNode state) => lag.Value = (double)state!;
}
