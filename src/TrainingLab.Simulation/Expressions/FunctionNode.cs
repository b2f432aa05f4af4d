using System.Collections.Frozen;
using TrainingLab.Simulation.Numerics;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Expressions;

/// <summary>A function of numbers.</summary>
internal sealed record ExpressionFunction(string Name, int Fewest, int Most, Func<ReadOnlySpan<double>, double> Apply)
{
    private const int Any = 16;

    public static readonly FrozenDictionary<string, ExpressionFunction> ByName = new ExpressionFunction[]
    {
        new("min", 1, Any, Minimum),
        new("max", 1, Any, Maximum),
        new("abs", 1, 1, x => Math.Abs(x[0])),
        new("sqrt", 1, 1, x => Math.Sqrt(x[0])),
        new("exp", 1, 1, x => StableMath.Exp(x[0])),
        new("ln", 1, 1, x => StableMath.Log(x[0])),
        new("sin", 1, 1, x => StableMath.Sin(x[0])),
        new("cos", 1, 1, x => StableMath.Cos(x[0])),
        new("clamp", 3, 3, x => x[0] < x[1] ? x[1] : x[0] > x[2] ? x[2] : x[0]),
        new("round", 1, 2, x => Math.Round(x[0], x.Length == 2 && x[1] is >= 0 and <= 15 ? (int)x[1] : 0, MidpointRounding.AwayFromZero)),
        new("floor", 1, 1, x => Math.Floor(x[0])),
        new("ceil", 1, 1, x => Math.Ceiling(x[0])),
    }.ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    private static double Minimum(ReadOnlySpan<double> x)
    {
        var best = x[0];
        foreach (var number in x)
            best = Math.Min(best, number);
        return best;
    }

    private static double Maximum(ReadOnlySpan<double> x)
    {
        var best = x[0];
        foreach (var number in x)
            best = Math.Max(best, number);
        return best;
    }
}

internal sealed class FunctionNode(int column, ExpressionFunction function, IReadOnlyList<ExpressionNode> arguments) : ExpressionNode(column)
{
    public override ExpressionKind? Check(ExpressionChecker checker)
    {
        var fits = true;
        foreach (var argument in arguments)
            fits &= checker.Expect(argument, ExpressionKind.Number);
        return fits ? ExpressionKind.Number : null;
    }

    public override TagValue Evaluate(ref ExpressionEvaluation evaluation)
    {
        Span<double> numbers = stackalloc double[arguments.Count];
        for (var i = 0; i < arguments.Count; i++)
            numbers[i] = evaluation.Number(arguments[i]);
        return evaluation.Error is null ? evaluation.Finite(this, function.Apply(numbers)) : default;
    }
}
