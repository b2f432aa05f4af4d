using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Expressions;

/// <summary>Gives the tags that an expression names.</summary>
public interface IExpressionScope
{
    /// <summary>The value of a tag now; false when there is no such tag.</summary>
    bool TryGet(string name, out TagValue value, out Quality quality);
}

/// <summary>What an evaluation yields: a value, or why there is none.</summary>
/// <param name="Value">The value; false when there is an error.</param>
/// <param name="Quality">The worst quality of the tags that were read.</param>
/// <param name="Error">Null when there is a value.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ExpressionResult(TagValue Value, Quality Quality, ExpressionError? Error)
{
    /// <summary>True when there is a value.</summary>
    public bool IsValue => Error is null;
}

/// <summary>
/// A formula over tags, such as <c>filler.speed * 60 / max(1, line.count) &gt; 0.9 &amp;&amp; `room 2`.open</c>. Immutable, so one may be evaluated by many.
/// </summary>
/// <remarks>
/// <para>From loosest to tightest: <c>c ? a : b</c>, <c>||</c>, <c>&amp;&amp;</c>, <c>== !=</c>, <c>&lt; &lt;= &gt; &gt;=</c>, <c>+ -</c>, <c>* / %</c>,
/// <c>- ! +</c> in front, <c>^</c> (to the right, so -2^2 is -4). Literals: 1, 0.5, 1e3, true, false, 'text', "text". A tag is named by letters,
/// digits, _ and dots, or by anything between backquotes. Functions: min max abs sqrt exp ln sin cos clamp(x, low, high) round(x, digits) floor ceil.</para>
/// <para>Numbers are doubles; a result that is not finite (division by zero, ln(-1)) is an error, not a value. <c>&amp;&amp; || ?:</c> read only what they need.
/// Elementary functions give the same last bit on every platform (<see cref="Numerics.StableMath"/>).</para>
/// </remarks>
public sealed class Expression
{
    /// <summary>Longest text, in UTF-16 units.</summary>
    public const int MaximumLength = 2000;

    /// <summary>Deepest nesting.</summary>
    public const int MaximumDepth = 64;

    private readonly ExpressionNode root;

    internal Expression(string text, ExpressionNode root, IReadOnlyList<string> references)
    {
        Text = text;
        this.root = root;
        References = references;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>The tags that it names, each once, in order of first mention.</summary>
    public IReadOnlyList<string> References { get; }

    /// <summary>Reads an expression.</summary>
    /// <returns>False with at least one error when it is not one.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out Expression? expression, out IReadOnlyList<ExpressionError> errors)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new ExpressionParser(text);
        expression = parser.Parse();
        errors = parser.Errors;
        return expression is not null;
    }

    /// <summary>Checks names and kinds before anything runs, and tells what the expression yields.</summary>
    /// <param name="kindOf">The kind of a tag, or null when there is no such tag.</param>
    /// <param name="errors">Receives every mistake.</param>
    /// <returns>What it yields, or null when there was a mistake.</returns>
    public ExpressionKind? Check(Func<string, TagKind?> kindOf, ICollection<ExpressionError> errors)
    {
        ArgumentNullException.ThrowIfNull(kindOf);
        ArgumentNullException.ThrowIfNull(errors);
        var before = errors.Count;
        var kind = root.Check(new ExpressionChecker(kindOf, errors));
        return errors.Count == before ? kind : null;
    }

    /// <summary>The value now. Does not throw, whatever the tags hold.</summary>
    public ExpressionResult Evaluate(IExpressionScope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var evaluation = new ExpressionEvaluation(scope);
        var value = root.Evaluate(ref evaluation);
        return evaluation.Error is { } error
            ? new ExpressionResult(default, evaluation.Quality, error)
            : new ExpressionResult(value, evaluation.Quality, null);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
