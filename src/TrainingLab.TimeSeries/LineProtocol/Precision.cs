namespace TrainingLab.TimeSeries.LineProtocol;

/// <summary>The unit of the timestamps in a write or in an answer; a wire timestamp counts these since 1970-01-01T00:00:00Z.</summary>
public enum Precision
{
    /// <summary>Nanoseconds, <c>n</c> or <c>ns</c>, the default.</summary>
    Nanoseconds,

    /// <summary>Microseconds, <c>u</c>.</summary>
    Microseconds,

    /// <summary>Milliseconds, <c>ms</c>.</summary>
    Milliseconds,

    /// <summary>Seconds, <c>s</c>.</summary>
    Seconds,

    /// <summary>Minutes, <c>m</c>.</summary>
    Minutes,

    /// <summary>Hours, <c>h</c>.</summary>
    Hours,
}

/// <summary>Names and lengths of the precisions.</summary>
public static class PrecisionNames
{
    /// <summary>One unit in nanoseconds.</summary>
    public static long ToNanoseconds(this Precision precision) => precision switch
    {
        Precision.Nanoseconds => 1L,
        Precision.Microseconds => 1_000L,
        Precision.Milliseconds => 1_000_000L,
        Precision.Seconds => 1_000_000_000L,
        Precision.Minutes => 60_000_000_000L,
        Precision.Hours => 3_600_000_000_000L,
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "Not a precision."),
    };

    /// <summary>Reads the parameter <c>precision</c> of a write; absent or empty means nanoseconds.</summary>
    public static bool TryParse(string? name, out Precision precision)
    {
        Precision? found = name switch
        {
            null or "" or "n" or "ns" => Precision.Nanoseconds,
            "u" or "us" or "µ" => Precision.Microseconds,
            "ms" => Precision.Milliseconds,
            "s" => Precision.Seconds,
            "m" => Precision.Minutes,
            "h" => Precision.Hours,
            _ => null,
        };
        precision = found ?? Precision.Nanoseconds;
        return found is not null;
    }
}
