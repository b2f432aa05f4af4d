using TrainingLab.Labs.Attempts.Contracts;
using LocalizedText = TrainingLab.Factory.Definitions.LocalizedText;

namespace TrainingLab.Labs.Toolbox;

/// <summary><c>help</c>: the commands of this lab.</summary>
internal sealed class HelpCommand : IToolboxCommand
{
    public string Name => "help";

    public LocalizedText Summary { get; } = new("lists the commands", "列出可用命令");

    public IReadOnlyList<string> Usage { get; } = ["help [COMMAND]"];

    public Task<CommandResult> RunAsync(ToolboxContext context, ToolboxArguments arguments, CancellationToken cancellationToken)
    {
        var output = new ToolboxOutput();
        if (arguments.Positional is [var name])
        {
            if (ToolboxCommands.Find(context, name) is not { } command)
                return Task.FromResult(ToolboxOutput.Misused(this, $"there is no command {name} here"));
            output.Line($"{command.Name}: {command.Summary.In(context.Language)}");
            foreach (var usage in command.Usage)
                output.Line("  " + usage);
            return Task.FromResult(output.Done());
        }

        foreach (var command in ToolboxCommands.All.Where(c => ToolboxCommands.IsAllowed(context, c.Name)))
            output.Line($"{command.Name,-10} {command.Summary.In(context.Language)}");
        return Task.FromResult(output.Done());
    }

    public IEnumerable<string> Complete(ToolboxContext context, IReadOnlyList<string> words) => ToolboxCommands.Names;
}
