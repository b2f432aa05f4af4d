using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;
using TrainingLab.Simulation.Expressions;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Labs.Grading;

/// <summary>What came of evaluating an expression.</summary>
/// <param name="Value">The value; null when there is none.</param>
/// <param name="Missing">A name that the records have not given a value; null when all were there.</param>
/// <param name="Error">Why it cannot be evaluated; null when it could.</param>
internal sealed record Evaluated(JsonNode? Value, string? Missing = null, LocalizedText? Error = null);

/// <summary>Expressions in checks and questions: over <c>variant.name</c>, <c>truth.name</c> and <c>`state.path`</c>.</summary>
internal static class GradingExpression
{
    public const string VariantPrefix = "variant.";
    public const string TruthPrefix = "truth.";
    public const string StatePrefix = "state.";

    // Expressions are immutable, so all attempts of a process share them; labs have a few dozen.
    private static readonly ConcurrentDictionary<string, Expression?> Parsed = new(StringComparer.Ordinal);

    /// <summary>The value now.</summary>
    public static Evaluated Evaluate(string text, GradingScope scope)
    {
        if (Parse(text) is not { } expression)
            return new Evaluated(null, Error: GradingTexts.CannotEvaluate(text, GradingTexts.NotAnExpression));

        // A name alone keeps its type, also a list or a number of more digits than a double has.
        if (expression.References is [var only] && only == text.Trim().Trim('`'))
            return Lookup(only, scope, out var whole) ? new Evaluated(whole) : new Evaluated(null, only);

        var names = new Names(scope);
        var result = expression.Evaluate(names);
        if (names.Missing is not null)
            return new Evaluated(null, names.Missing);
        return result.Error is { } error
            ? new Evaluated(null, Error: GradingTexts.CannotEvaluate(text, new LocalizedText(error.Message.En, error.Message.Zh)))
            : new Evaluated(ToNode(result.Value));
    }

    /// <summary>The names that an expression reads; none when it is no expression.</summary>
    public static IReadOnlyList<string> NamesIn(string text) => Parse(text)?.References ?? [];

    private static Expression? Parse(string text) => Parsed.GetOrAdd(text, static t => Expression.TryParse(t, out var expression, out _) ? expression : null);

    private static bool Lookup(string name, GradingScope scope, out JsonNode? value)
    {
        value = null;
        if (name.StartsWith(VariantPrefix, StringComparison.Ordinal))
            return scope.Begun?.Variant.TryGetPropertyValue(name[VariantPrefix.Length..], out value) ?? false;
        if (name.StartsWith(TruthPrefix, StringComparison.Ordinal))
            return scope.TryTruth(name[TruthPrefix.Length..], out value);
        if (name.StartsWith(StatePrefix, StringComparison.Ordinal) && scope.State(name[StatePrefix.Length..]) is { } state)
        {
            value = state.Value;
            return true;
        }

        return false;
    }

    private static JsonNode ToNode(TagValue value) => value.Kind switch
    {
        TagKind.Boolean => JsonValue.Create(value.AsBoolean),
        TagKind.Integer => JsonValue.Create(value.AsInteger),
        TagKind.Double => JsonValue.Create(value.AsDouble),
        _ => JsonValue.Create(value.AsText),
    };

    private sealed class Names(GradingScope scope) : IExpressionScope
    {
        public string? Missing { get; private set; }

        public bool TryGet(string name, out TagValue value, out Quality quality)
        {
            value = default;
            quality = Quality.Good;
            if (!Lookup(name, scope, out var node) || node is not JsonValue)
            {
                Missing ??= name;
                return false;
            }

            value = node.GetValueKind() switch
            {
                JsonValueKind.True or JsonValueKind.False => TagValue.From(node.GetValue<bool>()),
                JsonValueKind.Number when Values.TryNumber(node, out var number) => TagValue.From(number),
                _ => TagValue.From(Values.Text(node)),
            };
            return true;
        }
    }
}
