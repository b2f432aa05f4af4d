using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Grading;
using TrainingLab.Labs.Grading.Checks;

namespace TrainingLab.Tests.Labs.Grading;

/// <summary>Small labs for tests: one check called <c>c</c> unless more are given.</summary>
internal static class TestLab
{
    public static GradedLab Of(params GradedCheck[] checks) => new() { Id = "test/lab", Checks = [.. checks], PassAt = checks.Sum(c => c.Points) * 0.6m };

    public static GradedLab Of(Predicate predicate, TimeSpan holdFor = default, bool once = false)
        => Of(Check("c", predicate) with { HoldFor = holdFor, Once = once });

    public static GradedCheck Check(string id, Predicate predicate, decimal points = 10, params string[] dependsOn) => new()
    {
        Id = id,
        Task = "t",
        Points = points,
        Predicate = predicate,
        DependsOn = [.. dependsOn],
        Advice = new LocalizedText($"try {id}", $"试试 {id}"),
    };

    public static StateCheck State(string path, long value, string? by = null)
        => new() { Path = path, Is = ScalarValue.Of(value), By = by is null ? null : ByWhom.Parse(by, null) };

    public static EventCheck Event(string operation, string? target = null, int count = 1)
        => new() { Operation = operation, Target = target, Count = count };

    public static ProbeCheck Probe(string from, string to, string expect)
        => new() { Kind = "connect", With = new OrderedDictionary<string, ScalarValue> { ["from"] = ScalarValue.OfText(from), ["to"] = ScalarValue.OfText(to) }, Expect = expect };

    /// <summary>"Blocked" from the office, proven by the legitimate path from the gateway.</summary>
    public static (ProbeCheck Blocked, ProbeCheck Legitimate) Pair()
    {
        var legitimate = Probe("gateway", "filler-1:4840", "connected");
        return ((ProbeCheck)Probe("office-pc", "filler-1:4840", "blocked").ProvenBy([legitimate.Request]), legitimate);
    }

    public static GradedQuestion Number(string id, string expected, string? unit = null, double tolerance = 0)
        => new() { Id = id, Kind = QuestionKind.Number, Expected = expected, Unit = unit, Tolerance = tolerance };

    public static GradedLab Question(GradedQuestion question) => Of(new AnswerCheck { Question = question.Id }) with { Questions = [question] };
}
