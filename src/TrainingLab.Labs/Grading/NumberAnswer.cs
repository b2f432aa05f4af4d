using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Grading;

/// <summary>An answer read as a number.</summary>
/// <param name="Readings">What it can mean: one value, or, for a percentage that was written without its sign, the value and a hundred times it.</param>
/// <param name="Text">How it was read, to show.</param>
/// <param name="Problem">Why it cannot be read; null when it can.</param>
internal sealed partial record NumberAnswer(ImmutableArray<double> Readings, string Text, LocalizedText? Problem = null)
{
    private const string Percent = "%";

    /// <summary>Reads an answer in a unit. Decimal comma and point count, thousands separators where they cannot be taken for one.</summary>
    /// <param name="raw">What was typed.</param>
    /// <param name="unit">The question's unit; null for none.</param>
    public static NumberAnswer Read(string raw, string? unit)
    {
        var text = Plain(raw);
        var match = Form().Match(text);
        if (!match.Success)
            return Failed(text.Length == 0 ? GradingTexts.NoAnswer : GradingTexts.NotANumber);

        var number = Decimal(match.Groups["number"].Value);
        if (number is null)
            return Failed(GradingTexts.Ambiguous);
        var digits = match.Groups["sign"].Value.Replace("+", "", StringComparison.Ordinal) + number + Exponent(match);
        if (!double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
            return Failed(GradingTexts.NotANumber);

        return InUnit(value, match.Groups["unit"].Value.Trim(), unit is null ? null : TextAnswer.Compose(unit).Trim());
    }

    private static NumberAnswer InUnit(double value, string written, string? unit)
    {
        var share = IsPercent(written) ? value / 100 : written == "‰" ? value / 1000 : double.NaN;
        if (unit == Percent)
        {
            if (!double.IsNaN(share))
                return One(share * 100, Percent);
            if (written.Length > 0)
                return Failed(GradingTexts.WrongUnit);

            // "85.3" is a percentage; "0.853" may be a ratio.
            return Math.Abs(value) <= 1.5
                ? new NumberAnswer([value, value * 100], $"{Digits(value)} = {Digits(value * 100)} %")
                : One(value, Percent);
        }

        if (!double.IsNaN(share))
            return unit is null ? One(share, "") : Failed(GradingTexts.WrongUnit);
        if (unit is null && written.Any(char.IsDigit))
            return Failed(GradingTexts.NotANumber);
        if (unit is null || written.Length == 0 || string.Equals(written, unit, StringComparison.OrdinalIgnoreCase) || Squash(written) == Squash(unit))
            return One(value, unit ?? "");
        return Failed(GradingTexts.WrongUnit);
    }

    private static bool IsPercent(string unit) => unit is Percent or "percent" or "pct";

    private static string Squash(string unit) => TextAnswer.Read(unit).Replace(" ", "", StringComparison.Ordinal);

    private static NumberAnswer One(double value, string unit) => new([value], $"{Digits(value)} {unit}".TrimEnd());

    private static NumberAnswer Failed(LocalizedText problem) => new([], "", problem);

    // Fifteen digits, so that 85.3 / 100 * 100 reads as it was written.
    private static string Digits(double value) => value.ToString("G15", CultureInfo.InvariantCulture);

    /// <summary>NFKC, one minus sign, no space before a group of three digits, exponents as ^.</summary>
    private static string Plain(string raw)
    {
        var powers = Superscripts().Replace(raw, static m => "^" + m.Value);
        var text = TextAnswer.Compose(powers).Replace('\u2212', '-').Replace('\u2013', '-').Replace('\u066B', '.').Replace('\u3002', '.').Replace('、', ',');
        text = Invisible().Replace(text, "").Trim();
        return DigitSpace().Replace(text, "");
    }

    private static string Exponent(Match match)
        => match.Groups["exponent"] is { Success: true } e ? "e" + e.Value
        : match.Groups["power"] is { Success: true } p ? "e" + p.Value
        : "";

    /// <summary>The digits with a point; null when a separator can be read in two ways.</summary>
    private static string? Decimal(string number)
    {
        number = number.Replace("'", "", StringComparison.Ordinal).Replace("’", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        var commas = number.Count(c => c == ',');
        var points = number.Count(c => c == '.');
        switch (commas, points)
        {
            case (0, 0 or 1):
                return number;
            case (1, 0):
                var whole = number.IndexOf(',', StringComparison.Ordinal);
                var after = number.Length - whole - 1;
                if (after == 3 && whole is >= 1 and <= 3 && number[0] != '0')
                    return null; // 1,234: a decimal comma to some, a thousands separator to others
                return number.Replace(',', '.');
            case ( > 1, 0):
                return AreThousands(number, ',') ? number.Replace(",", "", StringComparison.Ordinal) : null;
            case (0, > 1):
                return AreThousands(number, '.') ? number.Replace(".", "", StringComparison.Ordinal) : null;
            default:
                // Both: the last one is the decimal separator, and must be there once.
                var comma = number.LastIndexOf(',');
                var point = number.LastIndexOf('.');
                var (dot, group) = comma > point ? (comma, '.') : (point, ',');
                return number.LastIndexOf(number[dot], dot - 1 < 0 ? 0 : dot - 1) < 0 && AreThousands(number[..dot], group)
                    ? number[..dot].Replace(group.ToString(), "", StringComparison.Ordinal) + "." + number[(dot + 1)..]
                    : null;
        }
    }

    private static bool AreThousands(string number, char separator)
    {
        var groups = number.Split(separator);
        return groups[0].Length is >= 1 and <= 3 && groups.Skip(1).All(g => g.Length == 3);
    }

    [GeneratedRegex(@"^(?<sign>[+-]?)\s*(?<number>\d[\d.,'’_]*|[.,]\d+)(?:\s*[eE](?<exponent>[+-]?\d{1,3})|\s*[x×*·]\s*10\^?(?<power>[+-]?\d{1,3}))?\s*(?<unit>[^\d\s].*)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Form();

    [GeneratedRegex("(?<=10)[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+", RegexOptions.CultureInvariant, 250)]
    private static partial Regex Superscripts();

    [GeneratedRegex(@"[\p{Cf}\p{Cc}-[\t]]", RegexOptions.CultureInvariant, 250)]
    private static partial Regex Invisible();

    [GeneratedRegex(@"(?<=\d)\s(?=\d{3}(?!\d))", RegexOptions.CultureInvariant, 250)]
    private static partial Regex DigitSpace();
}
