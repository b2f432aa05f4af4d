namespace TrainingLab.OpcUa.Security;

/// <summary>
/// Slows down whoever guesses passwords. After a few wrong ones each further attempt from the same host for the same user waits twice as long as the one before; attempts
/// that come at once wait one behind the other. Right ones clear the account. A host has accounts for a number of names; what it tries beyond them has one account together, so that
/// made-up names neither push out the one that is being guessed nor are free themselves.
/// </summary>
internal sealed class SignInThrottle
{
    /// <summary>Wrong passwords that cost nothing: everybody mistypes.</summary>
    public const int FreeFailures = 3;

    /// <summary>Most names of one host that have an account of their own.</summary>
    public const int MaxNamesPerHost = 32;

    /// <summary>Longest name with an account of its own, characters; nobody is called longer.</summary>
    public const int MaxNameLength = 256;

    /// <summary>Most hosts remembered; those beyond are one host together.</summary>
    public const int MaxHosts = 256;

    /// <summary>The first wait.</summary>
    public static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait; what would wait longer is refused at once.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(32);

    /// <summary>After how long without a wrong password an account gives its place to another name.</summary>
    public static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(15);

    private readonly Dictionary<string, Host> _hosts = [];
    private readonly Host _otherHosts = new();

    /// <summary>Accounts and hosts that are remembered.</summary>
    public int Count => _hosts.Count + _hosts.Values.Sum(static h => h.Names.Count) + _otherHosts.Names.Count;

    /// <summary>How long an attempt has to wait before it is looked at; null when too many wait already.</summary>
    public TimeSpan? Reserve(string host, string user, DateTimeOffset now)
    {
        if (HostOf(host).Find(user, now) is not { Failures: >= FreeFailures } account)
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
            // Of an account that several names share, a right password for one of them says nothing of the others.
            HostOf(host).Names.Remove(user);
            return;
        }

        if (!_hosts.TryGetValue(host, out var known) && MakeRoom(now))
        {
            _hosts.Add(host, known = new Host());
        }

        var account = (known ?? _otherHosts).Open(user, now);
        account.Failures++;
        account.LastFailure = now;
    }

    private Host HostOf(string host) => _hosts.GetValueOrDefault(host) ?? _otherHosts;

    private bool MakeRoom(DateTimeOffset now)
    {
        if (_hosts.Count >= MaxHosts)
        {
            foreach (var (name, host) in _hosts)
            {
                if (host.IsQuiet(now))
                {
                    _hosts.Remove(name);
                }
            }
        }

        return _hosts.Count < MaxHosts;
    }

    private sealed class Host
    {
        private readonly Account _otherNames = new();

        public Dictionary<string, Account> Names { get; } = [];

        /// <summary>The account of a name; the shared one for a name without, once there is no place for more.</summary>
        public Account? Find(string user, DateTimeOffset now) =>
            Names.TryGetValue(user, out var account) ? account
                : (Names.Count < MaxNamesPerHost && user.Length <= MaxNameLength) || _otherNames.IsQuiet(now) ? null
                : _otherNames;

        /// <summary>The account in which a wrong password for a name is noted.</summary>
        public Account Open(string user, DateTimeOffset now)
        {
            if (Names.TryGetValue(user, out var account))
            {
                return account;
            }

            if (Names.Count >= MaxNamesPerHost)
            {
                foreach (var (name, other) in Names)
                {
                    if (other.IsQuiet(now))
                    {
                        Names.Remove(name);
                    }
                }
            }

            if (Names.Count < MaxNamesPerHost && user.Length <= MaxNameLength)
            {
                Names.Add(user, account = new Account());
                return account;
            }

            if (_otherNames.IsQuiet(now))
            {
                _otherNames.Failures = 0;
            }

            return _otherNames;
        }

        public bool IsQuiet(DateTimeOffset now) => _otherNames.IsQuiet(now) && Names.Values.All(a => a.IsQuiet(now));
    }

    private sealed class Account
    {
        public int Failures { get; set; }

        public DateTimeOffset LastFailure { get; set; }

        public DateTimeOffset Due { get; set; }

        public bool IsQuiet(DateTimeOffset now) => now - LastFailure > Forgotten && Due <= now;
    }
}
