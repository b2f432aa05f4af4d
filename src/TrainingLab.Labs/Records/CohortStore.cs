using Microsoft.EntityFrameworkCore;

namespace TrainingLab.Labs.Records;

/// <summary>Cohorts and their students. Thread safe.</summary>
public sealed class CohortStore(IDbContextFactory<RecordsContext> records, TimeProvider time)
{
    /// <summary>Makes a cohort with a new join code.</summary>
    public async Task<Cohort> CreateAsync(string instructorId, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        await using var context = await records.CreateDbContextAsync(cancellationToken);
        var cohort = new Cohort
        {
            Id = Secrets.NewId(), Name = name.Trim(), JoinCode = Secrets.NewJoinCode(), InstructorId = instructorId, CreatedAt = time.GetUtcNow(),
        };
        context.Cohorts.Add(cohort);
        await context.SaveChangesAsync(cancellationToken);
        return cohort;
    }

    /// <summary>Those of an instructor, oldest first.</summary>
    public async Task<IReadOnlyList<Cohort>> ListAsync(string instructorId, CancellationToken cancellationToken)
    {
        await using var context = await records.CreateDbContextAsync(cancellationToken);
        return await context.Cohorts.AsNoTracking().Where(c => c.InstructorId == instructorId).OrderBy(c => c.CreatedAt).ToListAsync(cancellationToken);
    }

    /// <summary>Null when there is none.</summary>
    public async Task<Cohort?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var context = await records.CreateDbContextAsync(cancellationToken);
        return await context.Cohorts.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken);
    }

    /// <summary>Students by number.</summary>
    public async Task<IReadOnlyList<Account>> ListStudentsAsync(string cohortId, CancellationToken cancellationToken)
    {
        await using var context = await records.CreateDbContextAsync(cancellationToken);
        return await context.Accounts.AsNoTracking().Where(a => a.CohortId == cohortId).OrderBy(a => a.Login).ToListAsync(cancellationToken);
    }

    /// <summary>Takes a student's PIN and sessions away; joining again with the same number sets a new PIN. False when there is no such student.</summary>
    public async Task<bool> ResetPinAsync(string cohortId, string accountId, CancellationToken cancellationToken)
    {
        await using var context = await records.CreateDbContextAsync(cancellationToken);
        var changed = await context.Accounts.Where(a => a.Id == accountId && a.CohortId == cohortId)
            .ExecuteUpdateAsync(a => a.SetProperty(x => x.Pin, (string?)null).SetProperty(x => x.Failures, 0), cancellationToken);
        if (changed > 0)
            await context.Sessions.Where(s => s.AccountId == accountId).ExecuteDeleteAsync(cancellationToken);
        return changed > 0;
    }
}
