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
        return IsMember(attempt) || await TaughtCohortAsync(attempt.Summary, cancellationToken) is not null ? attempt : null;
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

    /// <summary>Names of those who take part, by account.</summary>
    public async Task<IReadOnlyDictionary<string, string>> MembersOfAsync(AttemptSummary summary, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(summary);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in summary.Members)
        {
            if (await accounts.FindAsync(member, cancellationToken) is { } account)
                names[member] = account.Kind == AccountKind.Guest ? visit[Localisation.Texts.Guest] : account.Name;
        }

        return names;
    }

    /// <summary>The cohort of a student's attempt, if this visit's account teaches it.</summary>
    public async Task<Cohort?> TaughtCohortAsync(AttemptSummary summary, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(summary);
        if (!visit.IsInstructor)
            return null;
        foreach (var member in summary.Members)
        {
            if (await accounts.FindAsync(member, cancellationToken) is { CohortId: { } cohort } && await FindCohortAsync(cohort, cancellationToken) is { } taught)
                return taught;
        }

        return null;
    }

    /// <summary>Attempts that this visit's account takes part in.</summary>
    public Task<IReadOnlyList<AttemptSummary>> ListOwnAsync(string? lab, CancellationToken cancellationToken) =>
        attempts.ListAsync(new AttemptFilter([visit.Actor.Account], lab), cancellationToken);

    /// <summary>The cohort, if this visit's account teaches it.</summary>
    public async Task<Cohort?> FindCohortAsync(string id, CancellationToken cancellationToken) =>
        await cohorts.FindAsync(id, cancellationToken) is { } cohort && visit.IsInstructor && cohort.InstructorId == visit.Account?.Id ? cohort : null;
}
