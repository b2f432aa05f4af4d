using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Expressions;

/// <summary>A part of an expression, checked and evaluated in place.</summary>
internal abstract class ExpressionNode(int column)
{
    public int Column { get; } = column;

    /// <summary>The kind it yields, or null when it has a mistake, which has then been reported.</summary>
    public abstract ExpressionKind? Check(ExpressionChecker checker);

    /// <summary>The value; any value once <see cref="ExpressionEvaluation.Error"/> is set.</summary>
    public abstract TagValue Evaluate(ref ExpressionEvaluation evaluation);
}

internal sealed class ExpressionChecker(Func<string, TagKind?> kindOf, ICollection<ExpressionError> errors)
{
    public TagKind? KindOf(string name) => kindOf(name);

    public void Report(ExpressionError error) => errors.Add(error);

    /// <summary>Checks that a part yields <paramref name="wanted"/>; a part that has a mistake of its own is not blamed again.</summary>
    public bool Expect(ExpressionNode node, ExpressionKind wanted)
    {
        var found = node.Check(this);
        if (found == wanted)
            return true;
        if (found is { } kind)
            Report(ExpressionErrors.WrongKind(node.Column, wanted, kind));
        return false;
    }
}

/// <summary>One evaluation under way: the first error, and the worst quality so far.</summary>
internal struct ExpressionEvaluation(IExpressionScope scope)
{
    public readonly IExpressionScope Scope => scope;

    public ExpressionError? Error { get; private set; }

    public Quality Quality { get; private set; }

    public TagValue Fail(ExpressionError error)
    {
        Error ??= error;
        return default;
    }

    public void Read(Quality quality) => Quality = Quality.Worse(Quality, quality);

    public double Number(ExpressionNode node)
    {
        var value = node.Evaluate(ref this);
        if (Error is not null)
            return 0;
        if (value.IsNumber)
            return value.AsDouble;
        Fail(ExpressionErrors.WrongKind(node.Column, ExpressionKind.Number, KindOf(value)));
        return 0;
    }

    public bool Boolean(ExpressionNode node)
    {
        var value = node.Evaluate(ref this);
        if (Error is not null)
            return false;
        if (value.Kind == TagKind.Boolean)
            return value.AsBoolean;
        Fail(ExpressionErrors.WrongKind(node.Column, ExpressionKind.Boolean, KindOf(value)));
        return false;
    }

    /// <summary>A finite number, or the error that it is none.</summary>
    public TagValue Finite(ExpressionNode node, double number) => double.IsFinite(number) ? number : Fail(ExpressionErrors.NotFinite(node.Column));

    public static ExpressionKind KindOf(TagValue value) => KindOf(value.Kind);

    public static ExpressionKind KindOf(TagKind kind) => kind switch
    {
        TagKind.Boolean => ExpressionKind.Boolean,
        TagKind.Text => ExpressionKind.Text,
        _ => ExpressionKind.Number,
    };
}

internal sealed class LiteralNode(int column, TagValue value) : ExpressionNode(column)
{
    public override ExpressionKind? Check(ExpressionChecker checker) => ExpressionEvaluation.KindOf(value);

    public override TagValue Evaluate(ref ExpressionEvaluation evaluation) => value;
}

internal sealed class ReferenceNode(int column, string name) : ExpressionNode(column)
{
    public override ExpressionKind? Check(ExpressionChecker checker)
    {
        if (checker.KindOf(name) is { } kind)
            return ExpressionEvaluation.KindOf(kind);
        checker.Report(ExpressionErrors.NoSuchTag(Column, name));
        return null;
    }

    public override TagValue Evaluate(ref ExpressionEvaluation evaluation)
    {
        if (!evaluation.Scope.TryGet(name, out var value, out var quality))
            return evaluation.Fail(ExpressionErrors.NoSuchTag(Column, name));
        evaluation.Read(quality);
        return value.Kind == TagKind.Integer ? value.AsDouble : value;
    }
}

internal sealed class ConditionalNode(int column, ExpressionNode condition, ExpressionNode whenTrue, ExpressionNode whenFalse)
    : ExpressionNode(column)
{
    public override ExpressionKind? Check(ExpressionChecker checker)
    {
        var fits = checker.Expect(condition, ExpressionKind.Boolean);
        var left = whenTrue.Check(checker);
        var right = whenFalse.Check(checker);
        if (left is null || right is null || !fits)
            return null;
        if (left == right)
            return left;
        checker.Report(ExpressionErrors.WrongKind(whenFalse.Column, left.Value, right.Value));
        return null;
    }

    public override TagValue Evaluate(ref ExpressionEvaluation evaluation)
    {
        var chosen = evaluation.Boolean(condition) ? whenTrue : whenFalse;
        return evaluation.Error is null ? chosen.Evaluate(ref evaluation) : default;
    }
}
