using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Attempts.Contracts;
using LocalizedText = TrainingLab.Factory.Definitions.LocalizedText;

namespace TrainingLab.Labs.Toolbox;

/// <summary>A command that the web terminal, <c>lab exec</c> and submissions share. One file each, and one line in <see cref="ToolboxCommands"/>.</summary>
public interface IToolboxCommand
{
    /// <summary>First word of the command line.</summary>
    string Name { get; }

    /// <summary>What it does, in one line.</summary>
    LocalizedText Summary { get; }

    /// <summary>Its forms, one a line.</summary>
    IReadOnlyList<string> Usage { get; }

    /// <summary>Whether only instructors, and the initial state of a lab, may use it; false by default.</summary>
    bool IsForInstructors => false;

    /// <summary>Runs it on the factory's scheduler. A wrong use is a result with exit code 2; what the plant refuses is one with exit code 1.</summary>
    Task<CommandResult> RunAsync(ToolboxContext context, ToolboxArguments arguments, CancellationToken cancellationToken);

    /// <summary>What may come next after the given words; the last may be incomplete.</summary>
    IEnumerable<string> Complete(ToolboxContext context, IReadOnlyList<string> words) => [];
}
