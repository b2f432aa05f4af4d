using System.Collections.Immutable;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;

namespace TrainingLab.Labs.Grading;

/// <summary>Grades one attempt: a fold over its records, the same live and again later.</summary>
/// <example><code>
/// var grader = new Grader(lab);
/// foreach (var record in EvidenceReader.Read(path)) grader.Fold(record);
/// var card = grader.Scorecard();
/// </code></example>
public sealed class Grader
{
    /// <summary>The version of this grader, which record 1 pins.</summary>
    public const string Version = "1";

    private readonly GradingScope scope;
    private readonly ImmutableArray<CheckProgress> checks;
    private readonly Dictionary<string, CheckProgress> byId;
    private readonly DeductionTally deductions;

    /// <summary>A grader that has seen nothing.</summary>
    public Grader(GradedLab lab)
    {
        Lab = lab;
        scope = new GradingScope(lab);
        checks = [.. lab.Checks.Select(c => new CheckProgress(c, scope))];
        byId = checks.ToDictionary(c => c.Check.Id, StringComparer.Ordinal);
        foreach (var check in checks)
            check.Pair = check.Check.Pair is { } pair ? byId.GetValueOrDefault(pair) : null;
        scope.IsBroken = id => byId.GetValueOrDefault(id)?.IsBroken ?? false;
        deductions = new DeductionTally(lab, scope);
    }

    /// <summary>The lab that it grades by.</summary>
    public GradedLab Lab { get; }

    /// <summary>What the records have said so far.</summary>
    public GradingScope Scope => scope;

    /// <summary>Elapsed plant time (<see cref="GradingScope.Elapsed"/>) at which the next open hold-condition is complete; a record from then on decides it. Null when none is open.</summary>
    public TimeSpan? NextHold => checks.Min(c => c.HoldsUntil);

    /// <summary>Takes the next record.</summary>
    /// <exception cref="ArgumentException">It is not the next record.</exception>
    public void Fold(EvidenceRecord record)
    {
        if (record.Number != scope.Records + 1)
            throw new ArgumentException($"Record {scope.Records + 1} is next, not {record.Number}.", nameof(record));

        scope.Apply(record);
        if (record.Body is MarkGiven mark && byId.TryGetValue(mark.Check, out var marked))
            marked.Mark = mark;
        foreach (var check in checks)
            check.Look(record);
        foreach (var check in checks)
            check.Decide();
        Reach();
        deductions.Fold(record);
    }

    /// <summary>The scorecard as of the last record.</summary>
    public Scorecard Scorecard()
    {
        var results = ImmutableArray.CreateBuilder<CheckResult>(checks.Length);
        decimal score = 0, max = 0;
        foreach (var check in checks)
        {
            var result = check.Result(Lab);
            results.Add(result);
            score += result.Points;
            if (result.Outcome != CheckOutcome.Broken || Lab.Broken == BrokenPoints.Award)
                max += result.Max;
        }

        var charged = deductions.Charged();
        score = Math.Max(0, score - charged.Sum(d => d.Points));
        return new Scorecard
        {
            Lab = Lab.Id,
            Seed = scope.Begun?.Seed,
            SeedCommitment = scope.Begun?.SeedCommitment,
            Score = score,
            Max = max,
            Passed = Lab.IsPass(score, max),
            Checks = results.ToImmutable(),
            Deductions = charged,
            Records = scope.Records,
            Head = scope.Head,
            IsHandedIn = scope.IsHandedIn,
            IsFinal = scope.IsFinal,
        };
    }

    /// <summary>Lets checks be reached whose dependencies have passed; what is reached stays reached.</summary>
    private void Reach()
    {
        var more = true;
        while (more)
        {
            more = false;
            foreach (var check in checks)
            {
                if (!check.IsReached && check.Check.DependsOn.All(d => byId.TryGetValue(d, out var needed) && needed.LetsOthersBeReached))
                {
                    check.IsReached = true;
                    more = true;
                }
            }
        }
    }
}
