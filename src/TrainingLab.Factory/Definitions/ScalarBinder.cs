using System.Collections.Concurrent;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;

namespace TrainingLab.Factory.Definitions;

/// <summary>Binds one scalar: substitutes parameters, then reads text, numbers, words of an enumeration, durations and parsable types.</summary>
internal sealed class ScalarBinder(Mistakes mistakes, ParameterSet? parameters)
{
    private static readonly ConcurrentDictionary<Type, MethodInfo?> s_tryParse = new();

    /// <summary>Whether a type is written as one scalar.</summary>
    public static bool Handles(Type type) =>
        type == typeof(string) || type == typeof(bool) || type == typeof(int) || type == typeof(long) || type == typeof(double)
        || type == typeof(decimal) || type == typeof(TimeSpan) || type == typeof(ScalarValue) || type.IsEnum || TryParseOf(type) is not null;

    public static Wanted WantedFor(Type type) =>
        type == typeof(string) ? Wanted.Text
        : type == typeof(bool) ? Wanted.Boolean
        : type == typeof(int) || type == typeof(long) ? Wanted.Integer
        : type == typeof(double) || type == typeof(decimal) ? Wanted.Number
        : type == typeof(TimeSpan) ? Wanted.Time
        : type == typeof(ScalarValue) ? Wanted.Scalar
        : Wanted.Text;

    /// <summary>The value; null when it is wrong (reported) or not yet known (a parameter without a parameter set).</summary>
    public object? Bind(ScalarNode node, Type type, PropertyShape? property)
    {
        if (!ParameterText.TryResolve(node, parameters, mistakes, out var text, out var isPlain))
        {
            return null;
        }

        if (parameters is null && type != typeof(string) && type != typeof(ScalarValue) && text.Contains("${", StringComparison.Ordinal))
        {
            return null;
        }

        return Convert(node with { Text = text, IsPlain = isPlain }, type, property, property?.Form?.Form ?? TextForm.Any);
    }

    /// <summary>A key of a dictionary.</summary>
    public object? BindKey(ScalarNode node, Type type, PropertyShape? property) =>
        ParameterText.TryResolve(node, parameters, mistakes, out var text, out _)
            ? Convert(node with { Text = text }, type, null, property?.Form?.Keys ?? TextForm.Any)
            : null;

    private object? Convert(ScalarNode node, Type type, PropertyShape? property, TextForm form)
    {
        if (type == typeof(string))
        {
            return node.IsNull ? Wrong(node, Wanted.Text) : CheckForm(node, form);
        }

        if (type == typeof(ScalarValue))
        {
            return node.IsPlain ? ScalarValue.FromPlain(node.Text) : ScalarValue.OfText(node.Text);
        }

        if (type == typeof(bool))
        {
            return node.Text is "true" or "false" ? node.Text == "true" : Wrong(node, Wanted.Boolean);
        }

        if (type == typeof(int) || type == typeof(long))
        {
            return BindInteger(node, type, property);
        }

        if (type == typeof(double) || type == typeof(decimal))
        {
            return BindNumber(node, type, property);
        }

        if (type == typeof(TimeSpan))
        {
            return BindDuration(node, property);
        }

        if (type == typeof(DateTimeOffset))
        {
            return BindInstant(node);
        }

        return type.IsEnum ? BindWord(node, type) : BindParsable(node, type);
    }

    private object? BindInteger(ScalarNode node, Type type, PropertyShape? property)
    {
        if (!long.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            return Wrong(node, Wanted.Integer);
        }

        if (type == typeof(int) && value is < int.MinValue or > int.MaxValue)
        {
            return Wrong(node, Wanted.Integer);
        }

        if (!InRange(node, value, property))
        {
            return null;
        }

        return type == typeof(int) ? (object)(int)value : value;
    }

    private object? BindNumber(ScalarNode node, Type type, PropertyShape? property)
    {
        if (!double.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
        {
            return Wrong(node, Wanted.Number);
        }

        if (!InRange(node, value, property))
        {
            return null;
        }

        if (type == typeof(double))
        {
            return value;
        }

        return decimal.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) ? exact : Wrong(node, Wanted.Number);
    }

    private bool InRange(ScalarNode node, double value, PropertyShape? property)
    {
        if (property?.Range is not { } range)
        {
            return true;
        }

        var minimum = System.Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture);
        var maximum = System.Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        if (value >= minimum && value <= maximum)
        {
            return true;
        }

        var (en, zh) = maximum >= int.MaxValue
            ? ($"write {range.Minimum} or more", $"请写不小于 {range.Minimum} 的数")
            : ($"write a number from {range.Minimum} to {range.Maximum}", $"请写 {range.Minimum} 到 {range.Maximum} 之间的数");
        mistakes.Add(node.Span, MistakeCodes.OutOfRange,
            $"'{property.Key}' is {node.Text}", $"“{property.Key}”是 {node.Text}", en, zh);
        return false;
    }

    private object? BindDuration(ScalarNode node, PropertyShape? property)
    {
        if (!Duration.TryParse(node.Text, out var value))
        {
            mistakes.Add(node.Span, MistakeCodes.BadDuration, $"'{node.Text}' is not a duration", $"“{node.Text}”不是时长",
                $"write a number and a unit: {Duration.Form}", $"请写数字和单位：{Duration.Form}");
            return null;
        }

        if (property?.DurationRange is { } range
            && Duration.TryParse(range.Minimum, out var minimum) && Duration.TryParse(range.Maximum, out var maximum)
            && (value < minimum || value > maximum))
        {
            mistakes.Add(node.Span, MistakeCodes.OutOfRange, $"'{property.Key}' is {node.Text}", $"“{property.Key}”是 {node.Text}",
                $"write a duration from {range.Minimum} to {range.Maximum}", $"请写 {range.Minimum} 到 {range.Maximum} 之间的时长");
            return null;
        }

        return value;
    }

    // Without an offset it is UTC: a definition means the same on every machine.
    private object? BindInstant(ScalarNode node)
    {
        if (DateTimeOffset.TryParse(
            node.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant))
        {
            return instant;
        }

        mistakes.Add(node.Span, MistakeCodes.BadFormat, $"'{node.Text}' is not an instant", $"“{node.Text}”不是时刻",
            "write it as 2026-03-02T06:00:00Z", "请写成 2026-03-02T06:00:00Z");
        return null;
    }

    private object? BindWord(ScalarNode node, Type type)
    {
        foreach (var name in Enum.GetNames(type))
        {
            if (KeyNames.Of(name) == node.Text)
            {
                return Enum.Parse(type, name);
            }
        }

        var (en, zh) = Nearest.Suggest(node.Text, Enum.GetNames(type).Select(KeyNames.Of));
        mistakes.Add(node.Span, MistakeCodes.UnknownValue, $"'{node.Text}' is not possible here", $"此处不能写“{node.Text}”", en, zh);
        return null;
    }

    private object? BindParsable(ScalarNode node, Type type)
    {
        object?[] arguments = [node.Text, null];
        if ((bool)TryParseOf(type)!.Invoke(null, arguments)!)
        {
            return arguments[1];
        }

        var form = type.GetCustomAttribute<DescriptionAttribute>(inherit: false)?.Description ?? type.Name;
        mistakes.Add(node.Span, MistakeCodes.BadFormat, $"'{node.Text}' has not the form wanted here", $"“{node.Text}”的格式不正确",
            $"write {form}", $"请写：{form}");
        return null;
    }

    private object? CheckForm(ScalarNode node, TextForm form)
    {
        // What still has a parameter in it (none were given, or it is resolved later) has its form only then.
        if (TextForms.Matches(form, node.Text) || ParameterText.NamesIn(node.Text).Any())
        {
            return node.Text;
        }

        var (en, zh) = TextForms.Describe(form);
        mistakes.Add(node.Span, MistakeCodes.BadFormat, $"'{node.Text}' has not the form wanted here", $"“{node.Text}”的格式不正确",
            $"write {en}", $"请写{zh}");
        return null;
    }

    private object? Wrong(ScalarNode node, Wanted wanted)
    {
        mistakes.Add(wanted.Mistake(node));
        return null;
    }

    private static MethodInfo? TryParseOf(Type type) => s_tryParse.GetOrAdd(type, static t =>
        t.IsPrimitive || t == typeof(string) || !Array.Exists(t.GetInterfaces(), i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IParsable<>))
            ? null
            : s_tryParseGeneric.MakeGenericMethod(t));

    // Called by reflection for each type, because a type may implement the interface's method without a public one of its own.
    private static bool TryParse<T>(string text, out T? value)
        where T : IParsable<T> => T.TryParse(text, CultureInfo.InvariantCulture, out value);

    private static readonly MethodInfo s_tryParseGeneric = typeof(ScalarBinder).GetMethod(nameof(TryParse), BindingFlags.NonPublic | BindingFlags.Static)!;
}
