using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using TrainingLab.Labs.Attempts.Contracts;

namespace TrainingLab.Tests.Web.Fakes;

/// <summary>Attempts that answer from a script. Nothing moves unless a test calls <see cref="FakeAttempt.Tick"/>.</summary>
public sealed class FakeAttempts : IAttemptService
{
    private readonly ConcurrentDictionary<string, FakeAttempt> _attempts = new(StringComparer.Ordinal);
    private readonly Listeners<AttemptSummary> _listeners = new();

    public IEnumerable<FakeAttempt> All => _attempts.Values.OrderBy(a => a.Id, StringComparer.Ordinal);

    public Task<IAttempt> CreateAsync(AttemptRequest request, CancellationToken cancellationToken)
    {
        var id = "a" + (_attempts.Count + 1).ToString(CultureInfo.InvariantCulture);
        var attempt = new FakeAttempt(id, request, _listeners.Publish);
        _attempts[id] = attempt;
        _listeners.Publish(attempt.Summary);
        return Task.FromResult<IAttempt>(attempt);
    }

    public Task<IAttempt?> FindAsync(string id, CancellationToken cancellationToken) => Task.FromResult<IAttempt?>(_attempts.GetValueOrDefault(id));

    public Task<IReadOnlyList<AttemptSummary>> ListAsync(AttemptFilter filter, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<AttemptSummary>>([.. All.Select(a => a.Summary)
            .Where(a => filter.Lab is null || a.Lab == filter.Lab)
            .Where(a => filter.Accounts is null || a.Members.Any(filter.Accounts.Contains))]);

    public IAsyncEnumerable<AttemptSummary> WatchAsync(CancellationToken cancellationToken) => _listeners.ListenAsync(cancellationToken);
}

/// <summary>Hands each event to everybody who listens.</summary>
public sealed class Listeners<T>
{
    private readonly Lock _lock = new();
    private readonly List<Channel<T>> _channels = [];

    public int Count
    {
        get
        {
            lock (_lock)
                return _channels.Count;
        }
    }

    public void Publish(T item)
    {
        lock (_lock)
        {
            foreach (var channel in _channels)
                channel.Writer.TryWrite(item);
        }
    }

    public IAsyncEnumerable<T> ListenAsync(CancellationToken cancellationToken)
    {
        // Listening starts with the call, as the contract says, not with the first read.
        var channel = Channel.CreateUnbounded<T>();
        lock (_lock)
            _channels.Add(channel);
        return ReadAsync(channel, cancellationToken);
    }

    private async IAsyncEnumerable<T> ReadAsync(Channel<T> channel, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in channel.Reader.ReadAllAsync(cancellationToken))
                yield return item;
        }
        finally
        {
            lock (_lock)
                _channels.Remove(channel);
        }
    }
}
