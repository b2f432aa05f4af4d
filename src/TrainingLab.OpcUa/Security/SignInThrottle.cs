namespace TrainingLab.OpcUa.Security;

/// <summary>
/// Slows down whoever guesses passwords. After a few wrong ones each further attempt from the same host for the same user waits twice as long as the one before; attempts
/// that come at once wait one behind the other. Right ones clear the account.
/// </summary>
internal sealed class SignInThrottle
{
    /// <summary>Wrong passwords that cost nothing: everybody mistypes.</summary>
    public const int FreeFailures = 3;

    /// <summary>Most users and hosts remembered; the one that was quiet longest is forgotten first.</summary>
    public const int MaxAccounts = 1_000;

    /// <summary>The first wait.</summary>
    public static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait; what would wait longer is refused at once.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(32);

    private readonly Dictionary<(string Host, string User), Account> _accounts = [];

    /// <summary>How long an attempt has to wait before it is looked at; null when too many wait already.</summary>
    public TimeSpan? Reserve(string host, string user, DateTimeOffset now)
    {
        if (!_accounts.TryGetValue((host, user), out var account) || account.Failures < FreeFailures)
        {
            return TimeSpan.Zero;
        }

        var step = FirstDelay * Math.Min(1 << Math.Min(account.Failures - FreeFailures, 5), MaxDelay / FirstDelay);
        var due = (account.Due > now ? account.Due : now) + step;
        if (due - now > MaxDelay * 2)
        {
            return null;
        }

        account.Due = due;
        return due - now;
    }

    /// <summary>How an attempt ended.</summary>
    public void Note(string host, string user, bool succeeded, DateTimeOffset now)
    {
        if (succeeded)
        {
            _accounts.Remove((host, user));
            return;
        }

        if (!_accounts.TryGetValue((host, user), out var account))
        {
            if (_accounts.Count >= MaxAccounts)
            {
                _accounts.Remove(_accounts.MinBy(static a => a.Value.LastFailure).Key);
            }

            _accounts[(host, user)] = account = new Account();
        }

        account.Failures++;
        account.LastFailure = now;
    }

    private sealed class Account
    {
        public int Failures { get; set; }

        public DateTimeOffset LastFailure { get; set; }

        public DateTimeOffset Due { get; set; }
    }
}
