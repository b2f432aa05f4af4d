namespace TrainingLab.Cli.Running;

/// <summary>How a verb that runs on comes to its end.</summary>
internal static class Waiting
{
    /// <summary>Returns when somebody asks for it, when the time is over, or on Ctrl-C.</summary>
    /// <param name="asked">Somebody asks.</param>
    /// <param name="duration">Wall time; without end when null.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    public static async Task UntilAsync(Task asked, TimeSpan? duration, CancellationToken cancellationToken)
    {
        try
        {
            await asked.WaitAsync(duration ?? Timeout.InfiniteTimeSpan, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // Both are ways to end.
        }
    }
}
