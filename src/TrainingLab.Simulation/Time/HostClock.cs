namespace TrainingLab.Simulation.Time;

/// <summary>
/// Host time: what one host inside the plant believes the time is, plant time plus its skew. Only <see cref="GetUtcNow"/> is skewed; timers and
/// timestamps run on plant time, as a wrong wall clock does not change how fast a machine waits.
/// </summary>
public sealed class HostClock(PlantClock plant) : TimeProvider
{
    /// <summary>The plant time underneath.</summary>
    public PlantClock Plant { get; } = plant ?? throw new ArgumentNullException(nameof(plant));

    /// <summary>How far this host is ahead of plant time; negative when it is behind. Default: zero.</summary>
    public TimeSpan Skew { get; set; }

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => Plant.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => Plant.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Plant.GetUtcNow() + Skew;

    /// <inheritdoc/>
    public override long GetTimestamp() => Plant.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        Plant.CreateTimer(callback, state, dueTime, period);
}
