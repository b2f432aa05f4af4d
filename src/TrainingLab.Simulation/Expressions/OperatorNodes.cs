using TrainingLab.Simulation.Numerics;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Expressions;

internal sealed class UnaryNode(int column, char operation, ExpressionNode operand) : ExpressionNode(column)
{
    private ExpressionKind Wanted => operation == '!' ? ExpressionKind.Boolean : ExpressionKind.Number;

    public override ExpressionKind? Check(ExpressionChecker checker) => checker.Expect(operand, Wanted) ? Wanted : null;

    public override TagValue Evaluate(ref ExpressionEvaluation evaluation) => operation switch
    {
        '!' => !evaluation.Boolean(operand),
        '-' => -evaluation.Number(operand),
        _ => evaluation.Number(operand),
    };
}

/// <summary>+ - * / % ^ on numbers.</summary>
internal sealed class ArithmeticNode(int column, char operation, ExpressionNode left, ExpressionNode right) : ExpressionNode(column)
{
    public override ExpressionKind? Check(ExpressionChecker checker) =>
        checker.Expect(left, ExpressionKind.Number) & checker.Expect(right, ExpressionKind.Number) ? ExpressionKind.Number : null;

    public override TagValue Evaluate(ref ExpressionEvaluation evaluation)
    {
        var a = evaluation.Number(left);
        var b = evaluation.Number(right);
        if (evaluation.Error is not null)
            return default;
        var result = operation switch
        {
            '+' => a + b,
            '-' => a - b,
            '*' => a * b,
            '/' => a / b,
            '%' => a % b,
            _ => StableMath.Pow(a, b),
        };
        return evaluation.Finite(this, result);
    }
}

/// <summary>&lt; &lt;= &gt; &gt;= on numbers.</summary>
internal sealed class OrderNode(int column, string operation, ExpressionNode left, ExpressionNode right) : ExpressionNode(column)
{
    public override ExpressionKind? Check(ExpressionChecker checker) =>
        checker.Expect(left, ExpressionKind.Number) & checker.Expect(right, ExpressionKind.Number) ? ExpressionKind.Boolean : null;

    public override TagValue Evaluate(ref ExpressionEvaluation evaluation)
    {
        var a = evaluation.Number(left);
        var b = evaluation.Number(right);
        return operation switch
        {
            "<" => a < b,
            "<=" => a <= b,
            ">" => a > b,
            _ => a >= b,
        };
    }
}

/// <summary>== and != on two values of one kind.</summary>
internal sealed class EqualityNode(int column, bool negated, ExpressionNode left, ExpressionNode right) : ExpressionNode(column)
{
    public override ExpressionKind? Check(ExpressionChecker checker)
    {
        var a = left.Check(checker);
        var b = right.Check(checker);
        if (a is null || b is null)
            return null;
        if (a == b)
            return ExpressionKind.Boolean;
        checker.Report(ExpressionErrors.WrongKind(right.Column, a.Value, b.Value));
        return null;
    }

    public override TagValue Evaluate(ref ExpressionEvaluation evaluation)
    {
        var a = left.Evaluate(ref evaluation);
        if (evaluation.Error is not null)
            return default;
        var b = right.Evaluate(ref evaluation);
        if (evaluation.Error is not null)
            return default;
        var (kindA, kindB) = (ExpressionEvaluation.KindOf(a), ExpressionEvaluation.KindOf(b));
        if (kindA != kindB)
            return evaluation.Fail(ExpressionErrors.WrongKind(right.Column, kindA, kindB));
        // Numbers are compared as numbers: 0 equals -0.
        var equal = kindA == ExpressionKind.Number ? a.AsDouble == b.AsDouble : a == b;
        return equal != negated;
    }
}

/// <summary>&amp;&amp; and ||: the right side is read only when it decides.</summary>
internal sealed class LogicNode(int column, bool isAnd, ExpressionNode left, ExpressionNode right) : ExpressionNode(column)
{
    public override ExpressionKind? Check(ExpressionChecker checker) =>
        checker.Expect(left, ExpressionKind.Boolean) & checker.Expect(right, ExpressionKind.Boolean) ? ExpressionKind.Boolean : null;

    public override TagValue Evaluate(ref ExpressionEvaluation evaluation)
    {
        var first = evaluation.Boolean(left);
        return evaluation.Error is null && first == isAnd ? evaluation.Boolean(right) : first;
    }
}
