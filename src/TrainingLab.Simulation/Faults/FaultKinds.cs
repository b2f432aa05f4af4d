using System.Text.Json.Nodes;
using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Faults;

/// <summary>The value stays what it was when the fault began; quality stays good, as a stuck sensor does not know it.</summary>
internal sealed class StuckFault : Fault
{
    private TagValue held;

    protected override void Begin(TimeSpan now, TagValue lastObserved, TagValue value) => held = lastObserved.Kind == value.Kind ? lastObserved : value;

    protected override void Distort(TimeSpan now, TimeSpan acting, ref TagValue value, ref Quality quality) => value = held;

    protected override void SaveOwn(JsonObject state) => state["held"] = held.Save();

    protected override void LoadOwn(JsonObject state) => held = TagValue.Load((string)state["held"]!);
}

/// <summary>The value moves away from the truth at a constant rate.</summary>
internal sealed class DriftFault(double perHour) : Fault
{
    protected override void Distort(TimeSpan now, TimeSpan acting, ref TagValue value, ref Quality quality) =>
        value = Shift(value, perHour * acting.TotalHours);
}

/// <summary>The value is off by a constant.</summary>
internal sealed class OffsetFault(double amount) : Fault
{
    protected override void Distort(TimeSpan now, TimeSpan acting, ref TagValue value, ref Quality quality) => value = Shift(value, amount);
}

/// <summary>Short bursts at random instants, up or down.</summary>
internal sealed class SpikeFault(double amplitude, TimeSpan meanInterval, TimeSpan length, SeededChance chance) : Fault
{
    private TimeSpan starts;
    private double size;

    protected override void Begin(TimeSpan now, TagValue lastObserved, TagValue value) => DrawNext(now);

    protected override void Distort(TimeSpan now, TimeSpan acting, ref TagValue value, ref Quality quality)
    {
        while (now >= starts + length)
            DrawNext(starts + length);
        if (now >= starts)
            value = Shift(value, size);
    }

    protected override void SaveOwn(JsonObject state)
    {
        state["starts"] = starts.Ticks;
        state["size"] = size;
        state["chance"] = chance.Save();
    }

    protected override void LoadOwn(JsonObject state)
    {
        starts = new TimeSpan((long)state["starts"]!);
        size = (double)state["size"]!;
        chance.Load((string)state["chance"]!);
    }

    private void DrawNext(TimeSpan after)
    {
        starts = after + TimeSpan.FromTicks((long)(chance.Exponential(1) * meanInterval.Ticks));
        size = chance.Happens(0.5) ? amplitude : -amplitude;
    }
}

/// <summary>Nothing comes from the sensor: the last value stays and its quality is bad.</summary>
internal sealed class DropoutFault : Fault
{
    private TagValue last;

    protected override void Begin(TimeSpan now, TagValue lastObserved, TagValue value) => last = lastObserved.Kind == value.Kind ? lastObserved : value;

    protected override void Distort(TimeSpan now, TimeSpan acting, ref TagValue value, ref Quality quality)
    {
        value = last;
        quality = Quality.Bad("dropout");
    }

    protected override void SaveOwn(JsonObject state) => state["last"] = last.Save();

    protected override void LoadOwn(JsonObject state) => last = TagValue.Load((string)state["last"]!);
}
