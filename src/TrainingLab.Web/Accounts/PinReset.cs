using TrainingLab.Labs.Records;
using TrainingLab.Web.Events;

namespace TrainingLab.Web.Accounts;

/// <summary>Takes a student's PIN away, in the records and in memory.</summary>
internal sealed class PinReset(CohortStore cohorts, SignedInAddresses addresses, CohortNews news)
{
    public async Task<bool> ResetAsync(string cohort, string student, CancellationToken cancellationToken)
    {
        if (!await cohorts.ResetPinAsync(cohort, student, cancellationToken))
            return false;
        addresses.Forget(account => account == student);
        news.StudentsChanged(cohort);
        return true;
    }
}
