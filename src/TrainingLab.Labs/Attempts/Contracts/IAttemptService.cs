namespace TrainingLab.Labs.Attempts.Contracts;

/// <summary>Makes and finds attempts. Members may be called from any thread; nothing here checks roles, the caller does.</summary>
public interface IAttemptService
{
    /// <summary>Starts a factory for the members; returns when every endpoint accepts connections.</summary>
    /// <exception cref="KeyNotFoundException">There is no such lab.</exception>
    Task<IAttempt> CreateAsync(AttemptRequest request, CancellationToken cancellationToken);

    /// <summary>Null when there is no such attempt. Does not thaw it; the first member that needs the factory does.</summary>
    Task<IAttempt?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Newest first, from the records.</summary>
    Task<IReadOnlyList<AttemptSummary>> ListAsync(AttemptFilter filter, CancellationToken cancellationToken);

    /// <summary>Fires on every change of a summary, for the instructor's live table; starts now, ends with the token.</summary>
    IAsyncEnumerable<AttemptSummary> WatchAsync(CancellationToken cancellationToken);
}

/// <summary>Tells the port blocks of attempts from which addresses a student is signed in. The web application implements it.</summary>
public interface ISignedInAddresses
{
    /// <summary>Whether one of <paramref name="accounts"/> has a live session from <paramref name="address"/>. Cheap; no input or output.</summary>
    bool IsSignedIn(IReadOnlyList<string> accounts, System.Net.IPAddress address);
}
