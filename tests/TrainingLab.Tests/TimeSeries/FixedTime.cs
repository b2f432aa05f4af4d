namespace TrainingLab.Tests.TimeSeries;

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class FixedTime(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    /// <summary>2023-11-14T22:15:00Z, 100 seconds after the first point of most tests.</summary>
    public static FixedTime AfterData => new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_100));

    public override DateTimeOffset GetUtcNow() => Now;
}
