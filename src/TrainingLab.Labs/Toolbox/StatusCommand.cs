using System.Text.Json;
using TrainingLab.Labs.Attempts.Contracts;
using LocalizedText = TrainingLab.Factory.Definitions.LocalizedText;

namespace TrainingLab.Labs.Toolbox;

/// <summary><c>status</c>: how the checks stand.</summary>
internal sealed class StatusCommand : IToolboxCommand
{
    public string Name => "status";

    public LocalizedText Summary { get; } = new("shows how the checks stand", "查看检查点状态");

    public IReadOnlyList<string> Usage { get; } = ["status"];

    public Task<CommandResult> RunAsync(ToolboxContext context, ToolboxArguments arguments, CancellationToken cancellationToken)
    {
        if (context.Attempt is null)
            return Task.FromResult(ToolboxOutput.Failed("there is no attempt"));
        var card = context.Attempt.Scorecard();
        var output = new ToolboxOutput();
        foreach (var check in card.Checks)
            output.Line($"{check.Outcome,-11} {check.Points,3}/{check.Max,-3} {check.Id}");
        output.Line($"{card.Score} of {card.Max}");
        return Task.FromResult(output.Done(JsonSerializer.SerializeToNode(card, JsonSerializerOptions.Web)));
    }
}
