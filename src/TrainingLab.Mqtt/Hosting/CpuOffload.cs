namespace TrainingLab.Mqtt.Hosting;

/// <summary>
/// What keeps a processor busy for milliseconds (shaking hands, hashing passwords) is computed beside a broker's loop, by at most half of the processors at a time; the rest are left for those who are
/// connected. For a broker that stands alone: inside a factory nothing is computed beside its turn.
/// </summary>
public static class CpuOffload
{
    /// <summary>Held by whoever computes.</summary>
    internal static readonly SemaphoreSlim Slots = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Computes something on another thread as soon as its turn has come, and comes back to the context of the caller.</summary>
    /// <param name="compute">The computation, which touches nothing that others change.</param>
    /// <param name="cancellation">Ends the waiting for the turn; a computation that has begun goes on to its end.</param>
    /// <exception cref="OperationCanceledException">Nobody waited any longer before the turn came.</exception>
    public static async ValueTask<T> RunAsync<T>(Func<T> compute, CancellationToken cancellation)
    {
        await Slots.WaitAsync(cancellation);
        try
        {
            return await Task.Run(compute, CancellationToken.None);
        }
        finally
        {
            Slots.Release();
        }
    }
}
