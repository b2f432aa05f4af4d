using System.Collections.Concurrent;
using System.Net;

namespace TrainingLab.Web.Accounts;

/// <summary>
/// Bounds guesses of join codes and numbers from one address. Wide, because a whole class may share one; a single account's PIN is
/// guarded by its own growing delay in the records.
/// </summary>
public sealed class AddressThrottle(TimeProvider time)
{
    /// <summary>Failures per window and address.</summary>
    public const int MaxFailures = 200;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<IPAddress, (DateTimeOffset Start, int Count)> _failures = new();

    /// <summary>Whether this address must wait.</summary>
    public bool IsExhausted(IPAddress address) =>
        _failures.TryGetValue(address, out var entry) && time.GetUtcNow() - entry.Start < Window && entry.Count >= MaxFailures;

    /// <summary>Counts a failure.</summary>
    public void Count(IPAddress address)
    {
        var now = time.GetUtcNow();
        if (_failures.Count > 10_000)
            _failures.Clear();
        _failures.AddOrUpdate(address, (now, 1), (_, entry) => now - entry.Start < Window ? (entry.Start, entry.Count + 1) : (now, 1));
    }
}
