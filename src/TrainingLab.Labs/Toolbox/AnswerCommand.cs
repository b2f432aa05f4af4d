using TrainingLab.Labs.Attempts.Contracts;
using LocalizedText = TrainingLab.Factory.Definitions.LocalizedText;

namespace TrainingLab.Labs.Toolbox;

/// <summary><c>answer QUESTION VALUE</c>, also <c>answer QUESTION = VALUE</c> as submissions write it.</summary>
internal sealed class AnswerCommand : IToolboxCommand
{
    public string Name => "answer";

    public LocalizedText Summary { get; } = new("answers a question; the last answer counts", "回答问题，以最后一次为准");

    public IReadOnlyList<string> Usage { get; } = ["answer QUESTION VALUE"];

    public async Task<CommandResult> RunAsync(ToolboxContext context, ToolboxArguments arguments, CancellationToken cancellationToken)
    {
        var words = arguments.Words.Count > 1 && arguments.Words[1] == "=" ? [arguments.Words[0], .. arguments.Words.Skip(2)] : arguments.Words;
        if (words.Count < 2 || context.Attempt is null)
            return ToolboxOutput.Misused(this, "answer needs a question and a value");
        var outcome = await context.Attempt.AnswerAsync(words[0], string.Join(' ', words.Skip(1)), cancellationToken);
        return new CommandResult(outcome.Done ? 0 : 1, [new CommandOutputLine(outcome.Message.In(context.Language), !outcome.Done)]);
    }
}
