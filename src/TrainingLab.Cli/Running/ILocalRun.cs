using TrainingLab.Factory;
using TrainingLab.Labs.Attempts.Contracts;

namespace TrainingLab.Cli.Running;

/// <summary>A factory that runs in this process, as its HTTP port offers it. Members may be called from any thread.</summary>
internal interface ILocalRun
{
    /// <summary>Name under which <c>lab exec</c> finds it.</summary>
    string Id { get; }

    /// <summary>The factory.</summary>
    RunningFactory Factory { get; }

    /// <summary>Runs a line of the toolbox.</summary>
    Task<CommandResult> ExecAsync(string line, CancellationToken cancellationToken);

    /// <summary>The scorecard as JSON; null where nothing is graded.</summary>
    Task<string?> ScorecardAsync();

    /// <summary>Ends it. The scorecard as JSON; null where nothing is graded.</summary>
    Task<string?> HandInAsync();
}
