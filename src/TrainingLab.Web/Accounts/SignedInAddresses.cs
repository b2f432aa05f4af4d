using System.Collections.Concurrent;
using System.Net;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Records;

namespace TrainingLab.Web.Accounts;

/// <summary>Where accounts were last seen, in memory, so that a factory's port can ask on every connection.</summary>
public sealed class SignedInAddresses(TimeProvider time) : ISignedInAddresses
{
    /// <summary>An address counts for this long after the last request from it.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(12);

    private readonly ConcurrentDictionary<string, Seen> _sessions = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public bool IsSignedIn(IReadOnlyList<string> accounts, IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        ArgumentNullException.ThrowIfNull(address);
        var wanted = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var oldest = time.GetUtcNow() - Window;
        return _sessions.Values.Any(s => s.At >= oldest && s.Address.Equals(wanted) && accounts.Contains(s.Account, StringComparer.Ordinal));
    }

    internal void Note(string session, string account, IPAddress address, DateTimeOffset at) => _sessions[session] = new Seen(account, address, at);

    internal void Forget(string session) => _sessions.TryRemove(session, out _);

    internal void Forget(Func<string, bool> isGone)
    {
        foreach (var (session, seen) in _sessions)
        {
            if (isGone(seen.Account))
                _sessions.TryRemove(session, out _);
        }
    }

    internal void Load(IEnumerable<AccountSession> sessions)
    {
        foreach (var session in sessions)
        {
            if (IPAddress.TryParse(session.Address, out var address))
                Note(session.TokenHash, session.AccountId, address, session.LastSeenAt);
        }
    }

    private sealed record Seen(string Account, IPAddress Address, DateTimeOffset At);
}
