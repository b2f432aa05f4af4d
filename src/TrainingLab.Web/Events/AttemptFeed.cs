using System.Threading.Channels;
using TrainingLab.Labs.Attempts.Contracts;

namespace TrainingLab.Web.Events;

/// <summary>An event with its place in the feed.</summary>
internal sealed record NumberedEvent(long Number, AttemptEvent Event);

/// <summary>
/// One attempt's events for all its open pages: numbered, and the last ones kept, so that a page which lost its connection
/// goes on where it stopped. It listens while somebody does, and for <see cref="Linger"/> longer.
/// </summary>
internal sealed class AttemptFeed : IAsyncDisposable
{
    public const int Kept = 1024;
    public static readonly TimeSpan Linger = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private readonly Queue<NumberedEvent> _recent = new();
    private readonly List<Channel<NumberedEvent>> _pages = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _listening;
    private long _number;

    public AttemptFeed(IAttempt attempt)
    {
        _listening = ListenAsync(attempt);
    }

    /// <summary>Names this feed in event ids: numbers of another feed mean nothing here.</summary>
    public string Epoch { get; } = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(4));

    public int Pages
    {
        get
        {
            lock (_lock)
                return _pages.Count;
        }
    }

    /// <summary>Joins a page. What is new arrives through the channel.</summary>
    /// <param name="after">The last number the page has, or null.</param>
    /// <returns>The channel, what the page missed (null when that is not known any more), and the last number so far.</returns>
    public (Channel<NumberedEvent> Page, IReadOnlyList<NumberedEvent>? Missed, long Last) Join(long? after)
    {
        // A page that does not read loses the oldest events rather than holding the server up; it still has the newest of each kind.
        var page = Channel.CreateBounded<NumberedEvent>(new BoundedChannelOptions(Kept) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_lock)
        {
            _pages.Add(page);
            var oldest = _recent.TryPeek(out var first) ? first.Number : _number + 1;
            var missed = after is { } last && last >= oldest - 1 && last <= _number ? _recent.Where(e => e.Number > last).ToList() : null;
            return (page, missed, _number);
        }
    }

    public void Leave(Channel<NumberedEvent> page)
    {
        lock (_lock)
            _pages.Remove(page);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task ListenAsync(IAttempt attempt)
    {
        try
        {
            await foreach (var happened in attempt.WatchAsync(_stop.Token))
                Publish(happened);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        finally
        {
            lock (_lock)
            {
                foreach (var page in _pages)
                    page.Writer.TryComplete();
            }
        }
    }

    private void Publish(AttemptEvent happened)
    {
        lock (_lock)
        {
            var numbered = new NumberedEvent(++_number, happened);
            _recent.Enqueue(numbered);
            if (_recent.Count > Kept)
                _recent.Dequeue();
            foreach (var page in _pages)
                page.Writer.TryWrite(numbered);
        }
    }
}
