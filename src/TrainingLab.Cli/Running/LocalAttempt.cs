using TrainingLab.Factory;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Grading;

namespace TrainingLab.Cli.Running;

/// <summary>One attempt at the command line.</summary>
internal sealed class LocalAttempt(string id, AttemptRun run) : ILocalRun
{
    /// <summary>Name of whoever works on it, in evidence.</summary>
    public const string Student = "student";

    private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Scorecard> handedIn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id => id;

    public RunningFactory Factory => run.Factory;

    /// <summary>Completes when somebody asks to hand in.</summary>
    public Task HandInAsked => asked.Task;

    public Task<CommandResult> ExecAsync(string line, CancellationToken cancellationToken) => run.ExecAsync(Student, line, cancellationToken, isInstructor: true);

    public async Task<string?> ScorecardAsync() => ScorecardJson.Write(await run.ScorecardAsync());

    public async Task<string?> HandInAsync()
    {
        asked.TrySetResult();
        return ScorecardJson.Write(await handedIn.Task);
    }

    /// <summary>Hands in, and tells whoever asked for it.</summary>
    public async Task<Scorecard> FinishAsync()
    {
        try
        {
            var card = await run.HandInAsync(Student);
            handedIn.TrySetResult(card);
            return card;
        }
        catch (Exception exception)
        {
            handedIn.TrySetException(exception);
            throw;
        }
    }
}
