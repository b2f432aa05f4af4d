using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Records;
using TrainingLab.Web.Localisation;

namespace TrainingLab.Web.Attempts;

/// <summary>Starts an attempt for the visitor and, in a group, for others of the same cohort.</summary>
internal sealed class AttemptStarter(IAttemptService attempts, ILabCatalogue labs, CohortStore cohorts, Visit visit)
{
    /// <summary>Most members of an attempt, the owner included.</summary>
    public const int MaxMembers = 4;

    /// <param name="lab">Lab id.</param>
    /// <param name="numbers">Student numbers of the others.</param>
    /// <param name="seed">Null draws one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The attempt, or why there is none.</returns>
    public async Task<(IAttempt? Attempt, LocalizedText? Refusal)> StartAsync(string lab, IReadOnlyList<string> numbers, long? seed, CancellationToken cancellationToken)
    {
        if (labs.Find(lab) is null)
            return (null, Texts.NotFoundText);
        var members = new List<AttemptActor> { visit.Actor };
        if (numbers.Count > 0)
        {
            if (numbers.Count >= MaxMembers || visit.Account?.CohortId is not { } cohort)
                return (null, Texts.GroupInvalid);
            var students = await cohorts.ListStudentsAsync(cohort, cancellationToken);
            foreach (var number in numbers)
            {
                if (students.FirstOrDefault(s => s.Login == number) is not { } student || members.Exists(m => m.Account == student.Id))
                    return (null, Texts.GroupInvalid);
                members.Add(new AttemptActor(student.Id, student.Name, ActorRole.Student));
            }
        }

        return (await attempts.CreateAsync(new AttemptRequest(lab, members, seed), cancellationToken), null);
    }
}
