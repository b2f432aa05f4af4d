using System.Globalization;

namespace TrainingLab.Factory.Definitions;

/// <summary>What a <see cref="ScalarValue"/> is.</summary>
public enum ScalarKind
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number with a fraction or an exponent.</summary>
    Decimal,

    /// <summary>True or false.</summary>
    Boolean,
}

/// <summary>A scalar whose type its own content decides: a parameter, or a value that fits whatever it is compared with.</summary>
public readonly record struct ScalarValue
{
    private readonly string? _text;

    private ScalarValue(ScalarKind kind, string text)
    {
        Kind = kind;
        _text = text;
    }

    /// <summary>What it is.</summary>
    public ScalarKind Kind { get; }

    /// <summary>It as text, invariant: <c>12</c>, <c>0.5</c>, <c>true</c>.</summary>
    public string Text => _text ?? "";

    /// <summary>Whether it is a number.</summary>
    public bool IsNumber => Kind is ScalarKind.Integer or ScalarKind.Decimal;

    /// <summary>The number; throws when it is none.</summary>
    public double Number => double.Parse(Text, CultureInfo.InvariantCulture);

    /// <summary>A text, also when it looks like a number.</summary>
    public static ScalarValue OfText(string text) => new(ScalarKind.Text, text);

    /// <summary>A whole number.</summary>
    public static ScalarValue Of(long value) => new(ScalarKind.Integer, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A number.</summary>
    public static ScalarValue Of(decimal value) => new(ScalarKind.Decimal, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A number.</summary>
    public static ScalarValue Of(double value) => new(ScalarKind.Decimal, value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>True or false.</summary>
    public static ScalarValue Of(bool value) => new(ScalarKind.Boolean, value ? "true" : "false");

    /// <summary>What an unquoted YAML scalar means (YAML 1.2 core schema: only <c>true</c> and <c>false</c> are booleans).</summary>
    public static ScalarValue FromPlain(string text)
    {
        if (text is "true" or "false")
        {
            return Of(text == "true");
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
            && !HasLeadingZero(text))
        {
            return Of(integer);
        }

        // A number keeps its digits as written, so that "0.50" stays "0.50" in a text.
        return text.Length > 0 && (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.') && !HasLeadingZero(text)
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? new ScalarValue(ScalarKind.Decimal, text)
                : OfText(text);
    }

    /// <inheritdoc />
    public override string ToString() => Text;

    // "007" is a serial number, not seven.
    private static bool HasLeadingZero(string text)
    {
        var digits = text.AsSpan().TrimStart("+-");
        return digits.Length > 1 && digits[0] == '0' && char.IsAsciiDigit(digits[1]);
    }
}
