using System.Globalization;

namespace TrainingLab.Factory.Definitions;

/// <summary>
/// Durations as definitions write them: a number and a unit, <c>100ms</c>, <c>10s</c>, <c>1.5m</c>, <c>8h</c>, <c>2d</c>; negative where
/// that means something, as in <c>-5m</c> for a clock that is slow. Minutes may be written <c>min</c> as well, as in parameters of kinds.
/// </summary>
public static class Duration
{
    /// <summary>The form, as messages say it.</summary>
    public const string Form = "100ms, 10s, 5m, 8h, 2d";

    private static readonly (string Unit, long Ticks)[] s_units =
    [
        ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour), ("d", TimeSpan.TicksPerDay),
    ];

    /// <summary>Reads a duration; false when the text is none (a number without unit is none).</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        text = text.Trim();
        foreach (var (unit, ticks) in s_units.Append(("min", TimeSpan.TicksPerMinute)))
        {
            if (text.EndsWith(unit, StringComparison.Ordinal) && text.Length > unit.Length && char.IsAsciiDigit(text[^(unit.Length + 1)])
                && decimal.TryParse(text.AsSpan(..^unit.Length), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && Math.Abs(number) <= 100_000_000)
            {
                duration = TimeSpan.FromTicks((long)(number * ticks));
                return true;
            }
        }

        return false;
    }

    /// <summary>The shortest text that reads back as this duration.</summary>
    public static string Format(TimeSpan duration)
    {
        foreach (var (unit, ticks) in s_units.Reverse())
        {
            if (duration.Ticks % ticks == 0 && duration.Ticks != 0)
            {
                return FormattableString.Invariant($"{duration.Ticks / ticks}{unit}");
            }
        }

        return FormattableString.Invariant($"{duration.Ticks / (decimal)TimeSpan.TicksPerMillisecond}ms");
    }
}
