using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Grading;

/// <summary>What must be so of one value. Each bound that is written must hold. A text that starts with <c>=</c> is an expression.</summary>
public interface IValueCondition
{
    /// <summary>It is this.</summary>
    ScalarValue? Is { get; }

    /// <summary>It is there, and not this.</summary>
    ScalarValue? IsNot { get; }

    /// <summary>It is a number below this.</summary>
    ScalarValue? LessThan { get; }

    /// <summary>It is a number not above this.</summary>
    ScalarValue? AtMost { get; }

    /// <summary>It is a number above this.</summary>
    ScalarValue? MoreThan { get; }

    /// <summary>It is a number not below this.</summary>
    ScalarValue? AtLeast { get; }

    /// <summary>It is one of these.</summary>
    IReadOnlyList<ScalarValue> In { get; }

    /// <summary>It is a list with exactly these items, in any order; empty for an empty list, null for nothing asked.</summary>
    IReadOnlyList<ScalarValue>? Items { get; }

    /// <summary>It is a list with this item, or a text with this part.</summary>
    ScalarValue? Contains { get; }

    /// <summary>It is of this type; null for any, and then a text that reads like a number counts as one.</summary>
    JsonType? Type { get; }

    /// <summary>It is a text that this regular expression matches as a whole.</summary>
    string? Matches { get; }
}

/// <summary>Types of values in JSON, in the words of definitions.</summary>
public enum JsonType
{
    /// <summary>A number; not a text that reads like one.</summary>
    Number,

    /// <summary>A text.</summary>
    Text,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A list.</summary>
    List,

    /// <summary>A map.</summary>
    Map,
}

/// <summary>A condition on its own, as for the arguments of an event.</summary>
[Description("What must be so of a value; a value alone means that it is this.")]
public sealed record ValueCondition : DefinitionRecord, IValueCondition
{
    /// <inheritdoc/>
    [Description("It is this; a text that starts with = is an expression."), Shorthand]
    public ScalarValue? Is { get; init; }

    /// <inheritdoc/>
    [Description("It is there, and not this.")]
    public ScalarValue? IsNot { get; init; }

    /// <inheritdoc/>
    [Description("It is a number below this.")]
    public ScalarValue? LessThan { get; init; }

    /// <inheritdoc/>
    [Description("It is a number not above this.")]
    public ScalarValue? AtMost { get; init; }

    /// <inheritdoc/>
    [Description("It is a number above this.")]
    public ScalarValue? MoreThan { get; init; }

    /// <inheritdoc/>
    [Description("It is a number not below this.")]
    public ScalarValue? AtLeast { get; init; }

    /// <inheritdoc/>
    [Description("It is one of these.")]
    public IReadOnlyList<ScalarValue> In { get; init; } = [];

    /// <inheritdoc/>
    [Description("It is a list with exactly these items, in any order; [] for an empty list.")]
    public IReadOnlyList<ScalarValue>? Items { get; init; }

    /// <inheritdoc/>
    [Description("It is a list with this item, or a text with this part.")]
    public ScalarValue? Contains { get; init; }

    /// <inheritdoc/>
    [Description("It is of this type of JSON. Without it a text that reads like a number counts as one.")]
    public JsonType? Type { get; init; }

    /// <inheritdoc/>
    [Description("It is a text that this regular expression matches as a whole.")]
    public string? Matches { get; init; }
}

/// <summary>Evaluates conditions.</summary>
internal static class ValueConditions
{
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(250);

    /// <summary>Whether a value meets a condition; the words for the finding are the value's own.</summary>
    public static Finding Judge(this IValueCondition condition, JsonNode? value, GradingScope scope, Func<string, JsonNode?>? local = null)
    {
        var words = value is null ? GradingTexts.NotThere : GradingTexts.Value(Values.Text(value));
        foreach (var (wanted, holds) in Bounds(condition))
        {
            var operand = Resolve(wanted, scope, local);
            if (operand.Error is { } error)
                return Finding.Broken(error);
            if (operand.Missing is not null)
                return Finding.Missing;
            if (!holds(value, operand.Value))
                return Finding.No(words);
        }

        if (condition.In.Count > 0 && !condition.In.Any(i => Values.Equal(value, Values.Of(i))))
            return Finding.No(words);
        if (condition.Items is { } items && !SameItems(value, items))
            return Finding.No(words);
        if (condition.Type is { } type && TypeOf(value) != type)
            return Finding.No(words);
        return Finding.Of(condition.Matches is null || MatchesWhole(value, condition.Matches), words);
    }

    /// <summary>The condition in words.</summary>
    public static LocalizedText Describe(this IValueCondition condition)
    {
        var parts = new List<(string En, string Zh)>();
        void Add(ScalarValue? bound, string en, string zh)
        {
            if (bound is { } value)
                parts.Add(($"{en} {value.Text}".Trim(), $"{zh} {value.Text}".Trim()));
        }

        Add(condition.Is, "is", "等于");
        Add(condition.IsNot, "is not", "不等于");
        Add(condition.LessThan, "below", "小于");
        Add(condition.AtMost, "at most", "不大于");
        Add(condition.MoreThan, "above", "大于");
        Add(condition.AtLeast, "at least", "不小于");
        Add(condition.Contains, "containing", "包含");
        if (condition.In.Count > 0)
            parts.Add(("one of " + List(condition.In), "为其中之一：" + List(condition.In)));
        if (condition.Items is { } items)
            parts.Add(items.Count == 0 ? ("empty", "为空") : ("exactly " + List(items), "恰好为 " + List(items)));
        if (condition.Type is { } type)
            parts.Add(("a " + KeyNames.Of(type.ToString()), "类型为 " + KeyNames.Of(type.ToString())));
        if (condition.Matches is { } pattern)
            parts.Add(("matching " + pattern, "匹配 " + pattern));
        return new LocalizedText(string.Join(" and ", parts.Select(p => p.En)), string.Join("，且", parts.Select(p => p.Zh)));
    }

    /// <summary>The expressions among the operands, without their <c>=</c>.</summary>
    public static IEnumerable<string> Expressions(this IValueCondition condition)
        => Bounds(condition).Select(b => b.Wanted).Where(IsExpression).Select(b => b.Text[1..]);

    /// <summary>True when nothing is asked.</summary>
    public static bool IsEmpty(this IValueCondition condition)
        => !Bounds(condition).Any() && condition.In.Count == 0 && condition.Items is null && condition.Type is null && condition.Matches is null;

    /// <summary>Adds the truths and states that the operands read.</summary>
    public static void AddNeeds(this IValueCondition condition, GradingNeeds needs)
    {
        foreach (var expression in condition.Expressions())
            needs.AddExpression(expression);
    }

    /// <summary>Reports a pattern that is not one.</summary>
    public static void Validate(this IValueCondition condition, SourceSpan span, Mistakes mistakes)
    {
        if (condition.Matches is not { } pattern)
            return;
        try
        {
            _ = Pattern(pattern);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            mistakes.Add(span, MistakeCodes.BadFormat, $"'{pattern}' is not a regular expression: {e.Message}", $"“{pattern}”不是可用的正则表达式",
                "write one without look-around and back-references", "请写不含环视与反向引用的正则表达式");
        }
    }

    private static IEnumerable<(ScalarValue Wanted, Func<JsonNode?, JsonNode?, bool> Holds)> Bounds(IValueCondition c)
    {
        if (c.Is is { } equal)
            yield return (equal, Values.Equal);
        if (c.IsNot is { } other)
            yield return (other, static (value, wanted) => value is not null && !Values.Equal(value, wanted));
        if (c.LessThan is { } below)
            yield return (below, static (value, wanted) => Compare(value, wanted, static (a, b) => a < b));
        if (c.AtMost is { } most)
            yield return (most, static (value, wanted) => Compare(value, wanted, static (a, b) => a <= b));
        if (c.MoreThan is { } above)
            yield return (above, static (value, wanted) => Compare(value, wanted, static (a, b) => a > b));
        if (c.AtLeast is { } least)
            yield return (least, static (value, wanted) => Compare(value, wanted, static (a, b) => a >= b));
        if (c.Contains is { } part)
            yield return (part, HasPart);
    }

    private static bool Compare(JsonNode? value, JsonNode? wanted, Func<double, double, bool> holds)
        => Values.TryNumber(value, out var a) && Values.TryNumber(wanted, out var b) && holds(a, b);

    private static bool HasPart(JsonNode? value, JsonNode? wanted)
        => value is JsonArray list
            ? list.Any(i => Values.Equal(i, wanted))
            : value is JsonValue && Values.Text(value).Contains(Values.Text(wanted), StringComparison.Ordinal);

    private static bool SameItems(JsonNode? value, IReadOnlyList<ScalarValue> wanted)
    {
        if (value is not JsonArray list || list.Count != wanted.Count)
            return false;
        var left = list.ToList();
        return wanted.All(w =>
        {
            var at = left.FindIndex(i => Values.Equal(i, Values.Of(w)));
            if (at >= 0)
                left.RemoveAt(at);
            return at >= 0;
        });
    }

    private static JsonType? TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.Number => JsonType.Number,
        JsonValueKind.String => JsonType.Text,
        JsonValueKind.True or JsonValueKind.False => JsonType.Boolean,
        JsonValueKind.Array => JsonType.List,
        JsonValueKind.Object => JsonType.Map,
        _ => null,
    };

    private static bool MatchesWhole(JsonNode? value, string pattern) => value is JsonValue && Pattern(pattern).IsMatch(Values.Text(value));

    private static Regex Pattern(string pattern) => new($@"\A(?:{pattern})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, MatchTimeout);

    private static bool IsExpression(ScalarValue operand) => operand.Kind == ScalarKind.Text && operand.Text.StartsWith('=');

    private static Evaluated Resolve(ScalarValue operand, GradingScope scope, Func<string, JsonNode?>? local)
    {
        if (!IsExpression(operand))
            return new Evaluated(Values.Of(operand));
        var expression = operand.Text[1..];
        return local?.Invoke(expression.Trim()) is { } value ? new Evaluated(value) : GradingExpression.Evaluate(expression, scope);
    }

    private static string List(IReadOnlyList<ScalarValue> values) => string.Join(", ", values.Select(v => v.Text));
}
