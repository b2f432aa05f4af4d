using System.Globalization;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>Instants as text, to the nanosecond.</summary>
internal static class TimeText
{
    private static readonly string[] Forms =
    [
        "yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd HH:mm:sszzz", "yyyy-MM-dd HH:mm:ss'Z'",
    ];

    /// <summary>RFC 3339, or a date with or without a time; without an offset in <paramref name="zone"/> (UTC when null).</summary>
    public static bool TryRead(string text, TimeZoneInfo? zone, out long nanoseconds)
    {
        nanoseconds = 0;
        long fraction = 0;
        string whole = text;
        int point = text.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0)
        {
            int end = point + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
                end++;
            string digits = text[(point + 1)..end];
            if (digits.Length is 0 or > 9)
                return false;
            fraction = long.Parse(digits.PadRight(9, '0'), CultureInfo.InvariantCulture);
            whole = text.Remove(point, end - point);
        }

        if (!DateTimeOffset.TryParseExact(whole, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset parsed))
            return false;
        bool hasOffset = whole.EndsWith('Z') || (whole.Length > 19 && whole[^6] is '+' or '-');
        long ticks = (parsed - DateTimeOffset.UnixEpoch).Ticks;
        if (!hasOffset && zone is not null)
            ticks -= zone.GetUtcOffset(DateTime.SpecifyKind(parsed.DateTime, DateTimeKind.Unspecified)).Ticks;
        if (ticks is > long.MaxValue / 100 or < long.MinValue / 100)
            return false;
        nanoseconds = unchecked((ticks * 100) + fraction);
        return true;
    }

    /// <summary>RFC 3339 with as many decimals as are not zero, in a zone or UTC.</summary>
    public static string Write(long nanoseconds, TimeZoneInfo? zone)
    {
        long seconds = Math.DivRem(nanoseconds, 1_000_000_000, out long rest);
        if (rest < 0)
        {
            rest += 1_000_000_000;
            seconds--;
        }

        DateTimeOffset instant = DateTimeOffset.FromUnixTimeSeconds(seconds);
        string fraction = rest == 0 ? "" : "." + rest.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        if (zone is null)
            return instant.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + fraction + "Z";
        instant = TimeZoneInfo.ConvertTime(instant, zone);
        string offset = instant.Offset == TimeSpan.Zero ? "Z" : instant.ToString("zzz", CultureInfo.InvariantCulture);
        return instant.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + fraction + offset;
    }

    /// <summary>Nanoseconds since 1970 of a provider's time.</summary>
    public static long Now(TimeProvider time) => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
