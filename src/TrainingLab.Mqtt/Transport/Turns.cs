namespace TrainingLab.Mqtt.Transport;

/// <summary>Counts work, so that whoever has much of it lets others on the same context have their turn every few milliseconds, also in the middle of one thing.</summary>
internal sealed class Turns
{
    /// <summary>Steps before others get their turn: a few milliseconds.</summary>
    public const int StepsPerTurn = 16 * 1024;

    private int steps;

    /// <summary>Some work has been done.</summary>
    /// <param name="count">Steps: nodes of a tree looked at, messages queued.</param>
    public void Took(int count) => steps = (int)Math.Min(StepsPerTurn, (long)steps + count);

    /// <summary>Lets others have their turn when it is time.</summary>
    public ValueTask TakeAsync() => steps < StepsPerTurn ? default : YieldAsync();

    /// <summary>Others have had their turn, or have it now.</summary>
    public void Begin() => steps = 0;

    private async ValueTask YieldAsync()
    {
        Begin();
        await Task.Yield();
    }
}
