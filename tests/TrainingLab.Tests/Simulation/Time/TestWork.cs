using TrainingLab.Simulation.Time;

namespace TrainingLab.Tests.Simulation.Time;

internal static class TestWork
{
    /// <summary>Posts asynchronous work that nobody waits for; its exception reaches the scheduler.</summary>
    public static void Begin(this SerialScheduler scheduler, Func<Task> work)
    {
#pragma warning disable MA0147 // the point of it: an exception must reach the context
        scheduler.Post(async _ => await work(), null);
#pragma warning restore MA0147
    }
}
