using System.Runtime.ExceptionServices;

namespace TrainingLab.Labs.Evidence;

/// <summary>When an append to evidence counts as done.</summary>
public enum DurabilityMode
{
    /// <summary>When the operating system has it; the disk has it within 200 ms. Survives the end of the process. The default.</summary>
    SystemFirst,

    /// <summary>When the disk has it; appends that wait at the same time share one flush. For assessments.</summary>
    DiskFirst,
}

/// <summary>Brings evidence files to the disk, in groups: one per process, for all attempts.</summary>
/// <remarks>
/// A service of the process, outside every factory: it has its own thread, because a flush blocks, and uses wall time, because a disk knows no
/// other. It never touches a factory's state, so no trajectory depends on it.
/// </remarks>
public sealed class EvidenceFlusher : IDisposable
{
    /// <summary>How long an append may wait for company; leaves the flush itself most of the 200 ms.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    private readonly Lock gate = new();
    private readonly AutoResetEvent wake = new(initialState: false);
    private readonly ManualResetEventSlim stopping = new();
    private readonly Thread thread;
    private Dictionary<EvidenceFile, TaskCompletionSource> dirty = [];
    private bool urgent;

    /// <summary>Starts the flusher.</summary>
    public EvidenceFlusher()
    {
        thread = new Thread(Run) { IsBackground = true, Name = "evidence flush" };
        thread.Start();
    }

    /// <summary>Asks for a flush of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="now">True to wake the flusher at once; false to wait for company.</param>
    /// <returns>Completes when everything written to the file before the call is on the disk.</returns>
    internal Task RequestAsync(EvidenceFile file, bool now)
    {
        ObjectDisposedException.ThrowIf(stopping.IsSet, this);
        TaskCompletionSource? done;
        lock (gate)
        {
            if (!dirty.TryGetValue(file, out done))
                dirty[file] = done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            urgent |= now;
        }

        wake.Set();
        return done.Task;
    }

    private void Run()
    {
        while (!stopping.IsSet)
        {
            wake.WaitOne();
            bool hurry;
            lock (gate)
                hurry = urgent;
            if (!hurry)
                wake.WaitOne(Gather);
            FlushAll();
        }

        FlushAll();
    }

    private void FlushAll()
    {
        Dictionary<EvidenceFile, TaskCompletionSource> batch;
        lock (gate)
        {
            batch = dirty;
            dirty = [];
            urgent = false;
        }

        foreach (var (file, done) in batch)
        {
            try
            {
                file.FlushToDisk();
                done.SetResult();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or UnauthorizedAccessException)
            {
                file.Failure ??= ExceptionDispatchInfo.Capture(e);
                done.SetException(e);
                _ = done.Task.Exception; // Whoever waits sees it; the next append of anybody else does too.
            }
        }
    }

    /// <summary>Flushes what is waiting, then ends.</summary>
    public void Dispose()
    {
        if (stopping.IsSet)
            return;
        stopping.Set();
        wake.Set();
        thread.Join();
        wake.Dispose();
        stopping.Dispose();
    }
}
