namespace TrainingLab.Simulation.Time;

/// <summary>How plant time follows wall time: from an anchor on both, at a constant speed. Immutable; a new speed is a new pace.</summary>
internal sealed class Pace(TimeProvider wall, long wallAnchor, TimeSpan plantAnchor, double speed)
{
    /// <summary>Plant seconds per wall second.</summary>
    public double Speed => speed;

    /// <summary>Where plant time should be now.</summary>
    public TimeSpan PlantNow() => plantAnchor + (wall.GetElapsedTime(wallAnchor) * speed);

    /// <summary>The same speed from <paramref name="plant"/> at the present wall time.</summary>
    public Pace From(TimeSpan plant) => new(wall, wall.GetTimestamp(), plant, speed);

    /// <summary>When plant time should be <paramref name="plant"/>, in wall time since <paramref name="start"/>. The same for every call.</summary>
    public TimeSpan WallDue(TimeSpan plant, long start) => wall.GetElapsedTime(start, wallAnchor) + ((plant - plantAnchor) / speed);

    /// <summary>Wall time from now until plant time should be <paramref name="plant"/>; negative when late.</summary>
    public TimeSpan WallUntil(TimeSpan plant) => (plant - PlantNow()) / speed;
}
