namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>The buckets of <c>GROUP BY time(interval, offset)</c>, aligned to 1970 in UTC or to local time in a zone.</summary>
internal sealed record TimeWindow(long Interval, long Offset, TimeZoneInfo? Zone)
{
    /// <summary>First instant of the bucket that holds a time.</summary>
    public long Start(long time)
    {
        long shift = ZoneOffset(time) - Offset;
        long local = Floor(time + shift);
        long start = local - shift;

        // A change of the clock between the start of the bucket and now moves the start by as much.
        long shiftAtStart = ZoneOffset(start) - Offset;
        return shiftAtStart == shift ? start : Math.Min(time, local - shiftAtStart);
    }

    /// <summary>First instant of the bucket after the one that begins at <paramref name="start"/>.</summary>
    public long Next(long start)
    {
        long next = start + Interval;
        if (Zone is null)
            return next;
        long difference = ZoneOffset(start) - ZoneOffset(next);

        // Only buckets longer than the jump of the clock are moved by it.
        return Math.Abs(difference) < Interval ? Math.Max(start + 1, next + difference) : next;
    }

    private long Floor(long local)
    {
        long rest = local % Interval;
        return local - (rest < 0 ? rest + Interval : rest);
    }

    private long ZoneOffset(long time) =>
        Zone is null ? 0 : Zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(time / 1_000_000_000, -62_135_596_800, 253_402_300_799))).Ticks * 100;
}
