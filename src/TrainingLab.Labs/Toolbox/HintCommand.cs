using TrainingLab.Labs.Attempts.Contracts;
using LocalizedText = TrainingLab.Factory.Definitions.LocalizedText;

namespace TrainingLab.Labs.Toolbox;

/// <summary><c>hint ID</c>: opens a hint at its price.</summary>
internal sealed class HintCommand : IToolboxCommand
{
    public string Name => "hint";

    public LocalizedText Summary { get; } = new("opens a hint at its price", "查看提示（会扣分）");

    public IReadOnlyList<string> Usage { get; } = ["hint ID"];

    public async Task<CommandResult> RunAsync(ToolboxContext context, ToolboxArguments arguments, CancellationToken cancellationToken)
    {
        if (arguments.Positional is not [var id] || context.Attempt is null)
            return ToolboxOutput.Misused(this, "hint needs the id of a hint");
        var (outcome, text) = await context.Attempt.TakeHintAsync(id, cancellationToken);
        var output = new ToolboxOutput();
        output.Lines(text ?? outcome.Message.In(context.Language));
        return output.Done(exitCode: outcome.Done ? 0 : 1);
    }
}
