using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Records;

namespace TrainingLab.Web.Attempts;

/// <summary>Who may see and use which attempt. Members act; the instructor of a member's cohort reads; to everybody else it does not exist.</summary>
public sealed class AttemptAccess(IAttemptService attempts, AccountStore accounts, CohortStore cohorts, Visit visit)
{
    /// <summary>The attempt for reading; null when it does not exist for this visit.</summary>
    public async Task<IAttempt?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (visit.Account is null || await attempts.FindAsync(id, cancellationToken) is not { } attempt)
            return null;
        return IsMember(attempt) || await TeachesAsync(attempt.Summary, cancellationToken) ? attempt : null;
    }

    /// <summary>The attempt for acting; null when it does not exist for this visit or may only be read.</summary>
    public async Task<IAttempt?> FindOwnAsync(string id, CancellationToken cancellationToken) =>
        visit.Account is not null && await attempts.FindAsync(id, cancellationToken) is { } attempt && IsMember(attempt) ? attempt : null;

    /// <summary>Whether this visit's account takes part.</summary>
    public bool IsMember(IAttempt attempt)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        return visit.Account is { } account && attempt.Summary.Members.Contains(account.Id, StringComparer.Ordinal);
    }

    /// <summary>Attempts that this visit's account takes part in.</summary>
    public Task<IReadOnlyList<AttemptSummary>> ListOwnAsync(string? lab, CancellationToken cancellationToken) =>
        attempts.ListAsync(new AttemptFilter([visit.Actor.Account], lab), cancellationToken);

    /// <summary>The cohort, if this visit's account teaches it.</summary>
    public async Task<Cohort?> FindCohortAsync(string id, CancellationToken cancellationToken) =>
        await cohorts.FindAsync(id, cancellationToken) is { } cohort && visit.IsInstructor && cohort.InstructorId == visit.Account?.Id ? cohort : null;

    private async Task<bool> TeachesAsync(AttemptSummary summary, CancellationToken cancellationToken)
    {
        if (!visit.IsInstructor)
            return false;
        foreach (var member in summary.Members)
        {
            if (await accounts.FindAsync(member, cancellationToken) is { CohortId: { } cohort } && await FindCohortAsync(cohort, cancellationToken) is not null)
                return true;
        }

        return false;
    }
}
