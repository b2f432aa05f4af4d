using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Grading.Checks;

namespace TrainingLab.Labs.Grading;

/// <summary>Lab definition -> what grading needs of it.</summary>
public static class GradedLabCompiler
{
    /// <summary>Compiles a valid lab that is bound with the values of one variant.</summary>
    public static GradedLab Compile(LabDefinition lab) => new()
    {
        Id = lab.Id,
        PassAt = lab.PassAt,
        Checks = [.. lab.Tasks.SelectMany(task => task.Checks.Select(check => Compile(lab, task, check)))],
        Questions = [.. lab.Questions.Select(Compile)],
        Hints = [.. lab.Hints.Select(h => new PricedHint(h.Id, h.Points))],
        Deductions =
        [
            .. lab.Deductions.Select(d => new DeclaredDeduction(d.Id, d.Points, (Predicate)d.Predicate, d.AtMost)),
        ],
    };

    /// <summary>A question, as far as grading needs it.</summary>
    public static GradedQuestion Compile(QuestionDefinition question) => new()
    {
        Id = question.Id,
        Kind = question.Kind,
        Unit = question.Unit,
        Tolerance = question.Tolerance,
        Expected = question.Expected,
        Choices = [.. question.Choices.Select(c => c.Id)],
    };

    private static GradedCheck Compile(LabDefinition lab, TaskDefinition task, CheckDefinition check)
    {
        var predicate = (Predicate)check.Predicate;
        if (check.Pair is { } pair && lab.Checks.FirstOrDefault(c => c.Id == pair) is { } positive)
            predicate = predicate.ProvenBy([.. positive.Predicate.Flatten().OfType<ProbeCheck>().Where(p => !p.ExpectsBlocked).Select(p => p.Request)]);
        return new GradedCheck
        {
            Id = check.Id,
            Task = task.Id,
            Points = check.Points,
            Predicate = predicate,
            DependsOn = [.. check.DependsOn],
            Pair = check.Pair,
            HoldFor = check.HoldFor,
            Once = check.Once,
            Advice = check.Advice,
            Competencies = [.. lab.CompetenciesOf(check).Select(c => c.ToString())],
        };
    }
}
