using System.Globalization;
using System.Text;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>Durations such as <c>10s</c> or <c>1h30m</c>, units <c>ns u µ ms s m h d w</c>.</summary>
internal static class DurationText
{
    private static readonly (string Unit, long Nanoseconds)[] Units =
    [
        ("w", 604_800_000_000_000), ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
        ("ms", 1_000_000), ("u", 1_000), ("ns", 1),
    ];

    public static bool TryRead(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        int i = 0;
        while (i < text.Length)
        {
            int start = i;
            while (i < text.Length && char.IsAsciiDigit(text[i]))
                i++;
            if (i == start || !long.TryParse(text.AsSpan(start, i - start), NumberStyles.None, CultureInfo.InvariantCulture, out long count))
                return false;
            start = i;
            while (i < text.Length && !char.IsAsciiDigit(text[i]))
                i++;
            string unit = text[start..i] is "µ" ? "u" : text[start..i];
            long length = Array.Find(Units, known => known.Unit == unit).Nanoseconds;
            if (length == 0 || count > (long.MaxValue - nanoseconds) / length)
                return false;
            nanoseconds += count * length;
        }

        return text.Length > 0;
    }

    /// <summary>In the largest unit that divides it.</summary>
    public static string Write(long nanoseconds)
    {
        foreach ((string unit, long length) in Units)
        {
            if (nanoseconds != 0 && nanoseconds % length == 0)
                return (nanoseconds / length).ToString(CultureInfo.InvariantCulture) + unit;
        }

        return "0s";
    }

    /// <summary>As InfluxDB shows the duration of a retention policy: <c>168h0m0s</c>.</summary>
    public static string WriteClock(TimeSpan span)
    {
        StringBuilder text = new();
        if (span.TotalHours >= 1)
            text.Append(((long)span.TotalHours).ToString(CultureInfo.InvariantCulture)).Append('h');
        if (span.TotalMinutes >= 1)
            text.Append(span.Minutes.ToString(CultureInfo.InvariantCulture)).Append('m');
        return text.Append((span.Seconds + ((span.Ticks % TimeSpan.TicksPerSecond) / (double)TimeSpan.TicksPerSecond)).ToString("0.#######", CultureInfo.InvariantCulture)).Append('s').ToString();
    }
}
