using System.Globalization;

namespace TrainingLab.Simulation.Parameters;

/// <summary>Spans as people write them in definition files: 500ms, 30s, 1.5min (or 1.5m), 8h, 2d; a bare number counts seconds.</summary>
public static class DurationText
{
    private const double LongestSeconds = 366 * 86400.0;

    // The longer suffixes first: "ms" ends in "s".
    private static readonly (string Suffix, double Seconds)[] units = [("ms", 0.001), ("min", 60), ("m", 60), ("s", 1), ("h", 3600), ("d", 86400)];

    /// <summary>Reads a span; false for anything else, for negative spans and for more than a year.</summary>
    public static bool TryRead(object? raw, out TimeSpan span)
    {
        span = default;
        var seconds = raw switch
        {
            TimeSpan given => given.TotalSeconds,
            int number => number,
            long number => number,
            double number => number,
            decimal number => (double)number,
            string text => Seconds(text),
            _ => double.NaN,
        };
        if (!(seconds is >= 0 and <= LongestSeconds))
            return false;
        span = TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
        return true;
    }

    private static double Seconds(string text)
    {
        var trimmed = text.AsSpan().Trim();
        var factor = 1.0;
        foreach (var (suffix, size) in units)
        {
            if (!trimmed.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            trimmed = trimmed[..^suffix.Length].TrimEnd();
            factor = size;
            break;
        }
        return double.TryParse(trimmed, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number * factor : double.NaN;
    }
}
