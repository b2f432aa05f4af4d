using Microsoft.EntityFrameworkCore;
using TrainingLab.Labs.Attempts.Contracts;

namespace TrainingLab.Labs.Records;

/// <summary>The index of attempts: what lists and restarts need without opening an evidence file. Thread safe.</summary>
public sealed class AttemptIndex(IDbContextFactory<RecordsContext> records)
{
    /// <summary>Adds a new attempt.</summary>
    public async Task AddAsync(AttemptRecord attempt, CancellationToken cancellationToken)
    {
        await using var context = await records.CreateDbContextAsync(cancellationToken);
        context.Attempts.Add(attempt);
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Writes what changed in the index row of an attempt; members never change.</summary>
    /// <returns>False when there is no such attempt.</returns>
    public async Task<bool> UpdateAsync(string id, Action<AttemptRecord> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        await using var context = await records.CreateDbContextAsync(cancellationToken);
        var attempt = await context.Attempts.Include(a => a.Members).SingleOrDefaultAsync(a => a.Id == id, cancellationToken);
        if (attempt is null)
            return false;
        change(attempt);
        await context.SaveChangesAsync(cancellationToken);
        return true;
    }

    /// <summary>Null when there is none.</summary>
    public async Task<AttemptRecord?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var context = await records.CreateDbContextAsync(cancellationToken);
        return await context.Attempts.AsNoTracking().Include(a => a.Members).SingleOrDefaultAsync(a => a.Id == id, cancellationToken);
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<AttemptRecord>> ListAsync(AttemptFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var context = await records.CreateDbContextAsync(cancellationToken);
        IQueryable<AttemptRecord> attempts = context.Attempts.AsNoTracking().Include(a => a.Members);
        if (filter.Lab is { } lab)
            attempts = attempts.Where(a => a.Lab == lab);
        if (filter.Accounts is { } accounts)
            attempts = attempts.Where(a => a.Members.Any(m => accounts.Contains(m.AccountId)));
        return await attempts.OrderByDescending(a => a.StartedAt).ToListAsync(cancellationToken);
    }
}
