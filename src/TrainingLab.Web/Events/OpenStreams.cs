using System.Collections.Concurrent;

namespace TrainingLab.Web.Events;

/// <summary>The event streams that are open, by account: whoever is signed out reads no further. Thread safe.</summary>
internal sealed class OpenStreams
{
    private readonly ConcurrentDictionary<CancellationTokenSource, string> open = new();

    /// <summary>Takes a stream in; dispose what is returned when it has ended.</summary>
    /// <param name="account">Whose stream it is.</param>
    /// <param name="ending">Ends it.</param>
    public IDisposable Add(string account, CancellationTokenSource ending)
    {
        open[ending] = account;
        return new Entry(open, ending);
    }

    /// <summary>Ends the account's streams. A page that is still signed in comes back by itself with the last event it has seen.</summary>
    public void End(string account)
    {
        foreach (var (ending, _) in open.Where(o => o.Value == account))
        {
            try
            {
                ending.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended just now.
            }
        }
    }

    private sealed class Entry(ConcurrentDictionary<CancellationTokenSource, string> open, CancellationTokenSource ending) : IDisposable
    {
        public void Dispose() => open.TryRemove(ending, out _);
    }
}
