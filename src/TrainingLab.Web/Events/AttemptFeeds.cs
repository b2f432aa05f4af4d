using TrainingLab.Labs.Attempts.Contracts;

namespace TrainingLab.Web.Events;

/// <summary>The feeds of attempts with open pages.</summary>
internal sealed class AttemptFeeds(TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _feeds = new(StringComparer.Ordinal);

    /// <summary>The feed of an attempt, held until <see cref="Release"/>.</summary>
    public AttemptFeed Hold(IAttempt attempt)
    {
        lock (_lock)
        {
            if (!_feeds.TryGetValue(attempt.Id, out var entry))
                _feeds[attempt.Id] = entry = new Entry(new AttemptFeed(attempt));
            entry.Holders++;
            entry.Closing?.Dispose();
            entry.Closing = null;
            return entry.Feed;
        }
    }

    /// <summary>Lets go; the last one's feed closes after a while.</summary>
    public void Release(string attempt)
    {
        lock (_lock)
        {
            var entry = _feeds[attempt];
            if (--entry.Holders == 0)
                entry.Closing = time.CreateTimer(_ => Close(attempt, entry), null, AttemptFeed.Linger, Timeout.InfiniteTimeSpan);
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<Entry> all;
        lock (_lock)
        {
            all = [.. _feeds.Values];
            _feeds.Clear();
        }

        foreach (var entry in all)
        {
            if (entry.Closing is { } closing)
                await closing.DisposeAsync();
            await entry.Feed.DisposeAsync();
        }
    }

    private void Close(string attempt, Entry entry)
    {
        lock (_lock)
        {
            if (entry.Holders > 0 || !_feeds.Remove(attempt))
                return;
            entry.Closing?.Dispose();
        }

        _ = entry.Feed.DisposeAsync().AsTask();
    }

    private sealed class Entry(AttemptFeed feed)
    {
        public AttemptFeed Feed { get; } = feed;

        public int Holders { get; set; }

        public ITimer? Closing { get; set; }
    }
}
