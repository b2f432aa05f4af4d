using System.Text.Json.Nodes;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;

namespace TrainingLab.Labs.Attempts;

/// <summary>What playing a submission came to.</summary>
/// <param name="Submission">The submission.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Card">The scorecard after the hand-in.</param>
/// <param name="Mistakes">What did not go as the submission says: commands that failed or should have, and defects of the program.</param>
public sealed record SubmissionResult(SubmissionDefinition Submission, long Seed, Scorecard Card, IReadOnlyList<string> Mistakes)
{
    /// <summary>Where the score or an outcome differs from what the submission declares; empty when it is as declared.</summary>
    public IReadOnlyList<string> Differences()
    {
        var differences = new List<string>(Mistakes);
        decimal? score = Submission.Kind switch
        {
            SubmissionKind.Solution => Card.Max,
            SubmissionKind.Empty => 0,
            _ => Submission.Score,
        };
        if (score is { } expected && Card.Score != expected)
            differences.Add($"score {Card.Score}, declared {expected}");
        foreach (var (id, outcome) in Submission.Outcomes)
        {
            var found = Card.Checks.First(c => c.Id == id).Outcome.ToString();
            if (found != outcome.ToString())
                differences.Add($"{id} {found}, declared {outcome}");
        }

        foreach (var check in Card.Checks.Where(c => c.Outcome == CheckOutcome.Broken))
            differences.Add($"{check.Id} is broken: {check.Actual.En}");
        return differences;
    }
}

/// <summary>Plays submissions against fresh factories, headless, as fast as they go.</summary>
public static class SubmissionRunner
{
    /// <summary>Student in whose name submissions act.</summary>
    public const string Student = "student";

    /// <summary>Plays one submission and hands it in.</summary>
    /// <param name="environment">What attempts share.</param>
    /// <param name="source">The lab.</param>
    /// <param name="submission">The submission.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="evidencePath">Where the evidence goes; the file must not exist.</param>
    public static async Task<SubmissionResult> RunAsync(LabsEnvironment environment, LabSource source, SubmissionSource submission, long seed, string evidencePath)
    {
        var plan = new AttemptPlan("run", source, seed, [new AttemptStudent(Student)], IsLive: false);
        var bound = submission.Bind(source.Draw(seed, environment.Secret));
        await using var run = await AttemptRun.BeginAsync(plan, environment, evidencePath);
        var mistakes = new List<string>();
        var replies = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var step in bound.Steps)
        {
            if (await PlayAsync(run, step, replies) is { } mistake)
                mistakes.Add(mistake);
        }

        var card = await run.HandInAsync(Student);
        mistakes.AddRange(run.Failures.Select(f => $"defect: {f.GetType().Name}: {f.Message}"));
        return new SubmissionResult(bound, seed, card, mistakes);
    }

    private static async Task<string?> PlayAsync(AttemptRun run, SubmissionStep step, Dictionary<string, JsonNode?> replies)
    {
        switch (step.ToAction(name => SubmissionReplies.Find(replies, name)))
        {
            case WaitStep wait:
                await run.WaitAsync(wait.Duration);
                return null;
            case AnswerStep answer:
                var answered = await run.AnswerAsync(Student, answer.Question, answer.Value);
                return answered.Done != step.Fails ? null : $"{step.Run}: {(step.Fails ? "should have been refused" : answered.Message.En)}";
            case HintStep hint:
                var (hinted, _) = await run.TakeHintAsync(Student, hint.Hint);
                return hinted.Done ? null : $"{step.Run}: {hinted.Message.En}";
            case CommandStep command:
                return await PlayAsync(run, step, command, replies);
            case InvalidStep invalid:
                return $"'{invalid.Line}' is no step; write {invalid.Form}";
            default:
                throw new NotSupportedException();
        }
    }

    private static async Task<string?> PlayAsync(AttemptRun run, SubmissionStep step, CommandStep command, Dictionary<string, JsonNode?> replies)
    {
        // Plant time runs as long as the command needs it.
        var result = await run.RunUntilAsync(run.ExecAsync(Student, command.Line, CancellationToken.None));
        // What the command changed settles before the next step, as it would under a student's hands.
        await run.WaitAsync(TimeSpan.FromMilliseconds(500));
        if (step.As is { } name)
            replies[name] = result.Json?.DeepClone();
        if (step.Fails == (result.ExitCode != 0))
            return null;
        return $"{command.Line}: {(step.Fails ? "should have been refused" : string.Join(' ', result.Lines.Select(l => l.Text)))}";
    }
}
