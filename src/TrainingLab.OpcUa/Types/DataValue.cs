namespace TrainingLab.OpcUa;

/// <summary>
/// A value with its quality and times (OPC 10000-4, 7.11). A value type; <c>default</c> is a null value of good quality without times.
/// </summary>
/// <param name="Value">The value.</param>
/// <param name="Status">The quality; <see cref="StatusCodes.Good"/> by default.</param>
/// <param name="SourceTimestamp">When the source had the value, UTC; <see cref="DateTime.MinValue"/> when not given.</param>
/// <param name="ServerTimestamp">When the server knew it, UTC; <see cref="DateTime.MinValue"/> when not given.</param>
/// <param name="SourcePicoseconds">Fraction of the source time in units of 10 ps.</param>
/// <param name="ServerPicoseconds">Fraction of the server time in units of 10 ps.</param>
public readonly record struct DataValue(
    Variant Value,
    StatusCode Status = default,
    DateTime SourceTimestamp = default,
    DateTime ServerTimestamp = default,
    ushort SourcePicoseconds = 0,
    ushort ServerPicoseconds = 0)
{
    /// <summary>A value that only says why there is none.</summary>
    public static DataValue Bad(StatusCode status) => new(default, status);
}
