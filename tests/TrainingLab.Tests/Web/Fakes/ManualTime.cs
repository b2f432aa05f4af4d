namespace TrainingLab.Tests.Web.Fakes;

/// <summary>A clock that only moves by hand. Timers are those of the system: nothing under test depends on them firing.</summary>
public sealed class ManualTime : TimeProvider
{
    private DateTimeOffset _now = new(2026, 9, 1, 8, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan span) => _now += span;
}
