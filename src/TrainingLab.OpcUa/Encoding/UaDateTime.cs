namespace TrainingLab.OpcUa.Encoding;

/// <summary>DateTime on the wire: 100 ns intervals since 1601-01-01 UTC; 0 is "no time" and the largest value "the end of time" (OPC 10000-6, 5.2.2.5).</summary>
public static class UaDateTime
{
    private const long EpochTicks = 504_911_232_000_000_000; // new DateTime(1601, 1, 1).Ticks

    /// <summary>The wire value; times before 1601 become 0, the largest DateTime becomes the largest wire value.</summary>
    public static long ToWire(DateTime value)
    {
        var ticks = value.Ticks;
        return ticks <= EpochTicks ? 0 : ticks >= DateTime.MaxValue.Ticks - TimeSpan.TicksPerSecond ? long.MaxValue : ticks - EpochTicks;
    }

    /// <summary>The time in UTC; what lies outside becomes <see cref="DateTime.MinValue"/> or <see cref="DateTime.MaxValue"/>.</summary>
    public static DateTime FromWire(long value) =>
        value <= 0 ? DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc)
        : value >= DateTime.MaxValue.Ticks - EpochTicks ? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc)
        : new DateTime(value + EpochTicks, DateTimeKind.Utc);
}
