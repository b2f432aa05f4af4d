using System.Globalization;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Parameters;

/// <summary>Checked parameters: every one has the declared kind and lies within its limits, and absent ones have their default.</summary>
public sealed class ParameterSet
{
    private readonly Dictionary<string, object?> values = new(StringComparer.Ordinal);

    private ParameterSet()
    {
    }

    /// <summary>Checks what a definition gives against what the kind takes.</summary>
    /// <param name="definitions">What the kind takes.</param>
    /// <param name="given">What the definition gives: bool, int, long, double, decimal, string, or a list of those. Null: nothing.</param>
    /// <param name="mistakes">Receives every mistake; the set is usable only when none was added.</param>
    public static ParameterSet Read(
        IReadOnlyList<ParameterDefinition> definitions,
        IReadOnlyDictionary<string, object?>? given,
        ICollection<ParameterMistake> mistakes)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        ArgumentNullException.ThrowIfNull(mistakes);
        var set = new ParameterSet();
        given ??= new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var name in given.Keys.Order(StringComparer.Ordinal))
        {
            if (!definitions.Any(definition => string.Equals(definition.Name, name, StringComparison.Ordinal)))
                mistakes.Add(Unknown(name, definitions));
        }
        foreach (var definition in definitions)
        {
            if (!given.TryGetValue(definition.Name, out var raw) || raw is null)
            {
                if (definition.Required)
                    mistakes.Add(Missing(definition));
                set.values[definition.Name] = definition.Default is null ? null : Check(definition, definition.Default, mistakes);
                continue;
            }
            set.values[definition.Name] = Check(definition, raw, mistakes);
        }
        return set;
    }

    /// <summary>A number, or an integer as a number.</summary>
    public double Number(string name) => Convert.ToDouble(values[name], CultureInfo.InvariantCulture);

    /// <summary>A whole number.</summary>
    public long Integer(string name) => (long)values[name]!;

    /// <summary>True or false.</summary>
    public bool Boolean(string name) => (bool)values[name]!;

    /// <summary>A text; null when absent and without default.</summary>
    public string? Text(string name) => (string?)values[name];

    /// <summary>A span; null when absent and without default.</summary>
    public TimeSpan? OptionalDuration(string name) => (TimeSpan?)values[name];

    /// <summary>A span.</summary>
    public TimeSpan Duration(string name) => (TimeSpan)values[name]!;

    /// <summary>A list of texts, empty when absent.</summary>
    public IReadOnlyList<string> Texts(string name) => (IReadOnlyList<string>?)values[name] ?? [];

    /// <summary>A number (as a double), a boolean or a text; null when absent and without default.</summary>
    public TagValue? Value(string name) => values[name] switch
    {
        double number => TagValue.From(number),
        bool flag => TagValue.From(flag),
        string text => TagValue.From(text),
        _ => (TagValue?)null,
    };

    /// <summary>True when the parameter was given or has a default.</summary>
    public bool Has(string name) => values.GetValueOrDefault(name) is not null;

    private static object? Check(ParameterDefinition definition, object raw, ICollection<ParameterMistake> mistakes)
    {
        object? value = definition.Kind switch
        {
            ParameterKind.Number => ToNumber(raw),
            ParameterKind.Integer => ToInteger(raw),
            ParameterKind.Boolean => ToBoolean(raw),
            ParameterKind.Text => raw as string ?? (raw is IFormattable or bool ? Convert.ToString(raw, CultureInfo.InvariantCulture) : null),
            ParameterKind.Duration => DurationText.TryRead(raw, out var span) ? span : null,
            ParameterKind.Value => raw is bool or string ? raw : ToNumber(raw),
            _ => ToTexts(raw),
        };
        if (value is null)
        {
            mistakes.Add(WrongKind(definition, raw));
            return null;
        }
        double? size = definition.Kind == ParameterKind.Value ? null : value switch
        {
            double number => number,
            long whole => whole,
            TimeSpan span => span.TotalSeconds,
            _ => null,
        };
        if (size is { } given && !(given >= definition.Minimum && given <= definition.Maximum))
        {
            mistakes.Add(OutOfRange(definition, raw));
            return null;
        }
        if (definition.Choices is { } choices && value is string text && !choices.Contains(text, StringComparer.Ordinal))
        {
            mistakes.Add(NotAChoice(definition, text, choices));
            return null;
        }
        if (value is string written && definition.Form?.Invoke(written) is { } wrong)
        {
            mistakes.Add(new ParameterMistake(definition.Name, wrong.Message, wrong.Remedy));
            return null;
        }
        return value;
    }

    private static double? ToNumber(object raw) => raw switch
    {
        double number when double.IsFinite(number) => number,
        float number when float.IsFinite(number) => number,
        decimal number => (double)number,
        int number => number,
        long number => number,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
        _ => null,
    };

    private static long? ToInteger(object raw) =>
        ToNumber(raw) is { } number && double.IsInteger(number) && Math.Abs(number) < 9e15 ? (long)number : null;

    private static bool? ToBoolean(object raw) => raw switch
    {
        bool value => value,
        "true" => true,
        "false" => false,
        _ => null,
    };

    private static IReadOnlyList<string>? ToTexts(object raw) => raw switch
    {
        string text => [text],
        System.Collections.IEnumerable list => [.. list.Cast<object?>().Select(item => Convert.ToString(item, CultureInfo.InvariantCulture) ?? "")],
        _ => null,
    };

    private static ParameterMistake Missing(ParameterDefinition definition) => new(
        definition.Name,
        new($"Parameter '{definition.Name}' is missing.", $"缺少参数“{definition.Name}”。"),
        new($"Give {Expected(definition).En}.", $"请填写{Expected(definition).Zh}。"));

    private static ParameterMistake WrongKind(ParameterDefinition definition, object raw) => new(
        definition.Name,
        new($"Parameter '{definition.Name}' cannot be '{Show(raw)}'.", $"参数“{definition.Name}”的值“{Show(raw)}”类型不对。"),
        new($"Give {Expected(definition).En}.", $"请填写{Expected(definition).Zh}。"));

    private static ParameterMistake OutOfRange(ParameterDefinition definition, object raw) => new(
        definition.Name,
        new($"Parameter '{definition.Name}' is out of range: {Show(raw)}.", $"参数“{definition.Name}”超出范围：{Show(raw)}。"),
        new($"Give {Expected(definition).En}.", $"请填写{Expected(definition).Zh}。"));

    private static ParameterMistake NotAChoice(ParameterDefinition definition, string text, IReadOnlyList<string> choices) => new(
        definition.Name,
        new($"Parameter '{definition.Name}' cannot be '{text}'.", $"参数“{definition.Name}”不能是“{text}”。"),
        new($"Give one of: {string.Join(", ", choices)}.", $"可选值：{string.Join("、", choices)}。"));

    private static ParameterMistake Unknown(string name, IReadOnlyList<ParameterDefinition> definitions)
    {
        var known = string.Join(", ", definitions.Select(definition => definition.Name));
        return new(
            name,
            new($"There is no parameter '{name}'.", $"没有名为“{name}”的参数。"),
            definitions.Count == 0 ? new("Leave it out: this kind takes none.", "请删去：该类型没有参数。") : new($"Known parameters: {known}.", $"可用参数：{known}。"));
    }

    private static LocalText Expected(ParameterDefinition definition)
    {
        var kind = definition.Kind switch
        {
            ParameterKind.Number => new LocalText("a number", "一个数"),
            ParameterKind.Integer => new LocalText("a whole number", "一个整数"),
            ParameterKind.Boolean => new LocalText("true or false", "true 或 false"),
            ParameterKind.Text => new LocalText("a text", "一段文本"),
            ParameterKind.Duration => new LocalText("a span such as 500ms, 30s, 15min or 8h", "一个时长，如 500ms、30s、15min、8h"),
            ParameterKind.Value => new LocalText("a number, true or false, or a text", "数、true/false 或文本"),
            _ => new LocalText("a list of texts", "一个文本列表"),
        };
        var unit = definition.Kind == ParameterKind.Duration ? " s" : "";
        var bounds = (double.IsFinite(definition.Minimum), double.IsFinite(definition.Maximum)) switch
        {
            (true, true) => new LocalText($" from {Show(definition.Minimum)}{unit} to {Show(definition.Maximum)}{unit}", $"，范围 {Show(definition.Minimum)}{unit} 至 {Show(definition.Maximum)}{unit}"),
            (true, false) => new LocalText($" of at least {Show(definition.Minimum)}{unit}", $"，不小于 {Show(definition.Minimum)}{unit}"),
            (false, true) => new LocalText($" of at most {Show(definition.Maximum)}{unit}", $"，不大于 {Show(definition.Maximum)}{unit}"),
            _ => new LocalText("", ""),
        };
        return new(kind.En + bounds.En, kind.Zh + bounds.Zh);
    }

    private static string Show(object raw) => Convert.ToString(raw, CultureInfo.InvariantCulture) ?? "";
}
