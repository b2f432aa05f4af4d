using System.IO.Pipelines;
using TrainingLab.Factory;
using TrainingLab.Labs.Attempts.Contracts;

namespace TrainingLab.Labs.Toolbox;

/// <summary>What a command works with.</summary>
/// <param name="Factory">The factory.</param>
/// <param name="Account">In whose name it acts; null for the lab itself, which sets up the initial state.</param>
/// <param name="Allowed">Names of the commands that may be used; null for all.</param>
public sealed record ToolboxContext(RunningFactory Factory, string? Account, IReadOnlySet<string>? Allowed)
{
    /// <summary>The attempt that the command runs in; null outside one.</summary>
    public IToolboxAttempt? Attempt { get; init; }

    /// <summary>Whether an instructor gives the command, or somebody at the command line, who may see everything as well.</summary>
    public bool IsInstructor { get; init; }

    /// <summary>Language of what people read, <c>en</c> or <c>zh</c>; words of protocols stay as they are.</summary>
    public string Language { get; init; } = "en";

    /// <summary>Host at which the student's tools enter.</summary>
    public string Workstation => Factory.Scenario.Network.Workstation;

    /// <summary>Connects from the workstation.</summary>
    /// <exception cref="IOException">There is no connection; the message says why.</exception>
    public ValueTask<IDuplexPipe> ConnectAsync(string target, int port, CancellationToken cancellationToken) =>
        Factory.Context.ConnectAsync(Workstation, target, port, Account, cancellationToken);

    /// <summary>The endpoint of a name, such as <c>filler-1</c>; null where there is none.</summary>
    public FactoryEndpoint? Endpoint(string name) => Factory.Endpoints.FirstOrDefault(e => e.Name == name);
}

/// <summary>What commands may do with the attempt that they run in.</summary>
public interface IToolboxAttempt
{
    /// <summary>Answers a question.</summary>
    Task<ActionOutcome> AnswerAsync(string question, string value, CancellationToken cancellationToken);

    /// <summary>Opens a hint.</summary>
    Task<(ActionOutcome Outcome, string? Text)> TakeHintAsync(string hint, CancellationToken cancellationToken);

    /// <summary>Switches a fault of a machine and writes it down, where no student sees it.</summary>
    Task SwitchFaultAsync(string device, string fault, bool? on, CancellationToken cancellationToken);

    /// <summary>The scorecard, as the student may see it.</summary>
    ScorecardView Scorecard();
}
