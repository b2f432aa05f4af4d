using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions;

/// <summary>A scripted run of toolbox commands and answers: <c>labs/…/submissions/*.yaml</c>.</summary>
[Description("A scripted run of toolbox commands and answers, with the score that it must get.")]
public sealed record SubmissionDefinition : DefinitionRecord
{
    /// <summary>Unique in the lab; the file's name.</summary>
    [Description("Unique in the lab; the file's name without .yaml."), Form(TextForm.Id)]
    public required string Id { get; init; }

    /// <summary>What it is.</summary>
    [Description("solution earns everything, empty nothing, wrong what it declares.")]
    public required SubmissionKind Kind { get; init; }

    /// <summary>What it does, or which mistake it makes.</summary>
    [Description("What it does, or which mistake it makes.")]
    public string? Note { get; init; }

    /// <summary>The exact score that it must get; a wrong one declares this or <see cref="Outcomes"/>.</summary>
    [Description("The exact score that it must get."), Range(0, 1000)]
    public int? Score { get; init; }

    /// <summary>Outcomes that checks must have, by check id.</summary>
    [Description("Outcomes that checks must have, by check id.")]
    public IReadOnlyDictionary<string, ExpectedOutcome> Outcomes { get; init; } = new OrderedDictionary<string, ExpectedOutcome>();

    /// <summary>What it does, in order; then it hands in.</summary>
    [Description("What it does, in order; then it hands in.")]
    public IReadOnlyList<SubmissionStep> Steps { get; init; } = [];
}

/// <summary>Kinds of submissions.</summary>
public enum SubmissionKind
{
    /// <summary>Earns full marks on every seed.</summary>
    Solution,

    /// <summary>Does nothing and earns nothing.</summary>
    Empty,

    /// <summary>Makes a mistake that must not score.</summary>
    Wrong,
}

/// <summary>Outcomes that a submission can declare.</summary>
public enum ExpectedOutcome
{
    /// <summary>The predicate holds.</summary>
    Passed,

    /// <summary>It does not.</summary>
    Failed,

    /// <summary>What it depends on has not passed.</summary>
    NotReached,
}

/// <summary>One step: a toolbox command line, <c>answer ID = VALUE</c>, <c>wait DURATION</c> or <c>hint ID</c>.</summary>
[Description("A toolbox command line, 'answer ID = VALUE', 'wait 30s' or 'hint ID'.")]
public sealed record SubmissionStep : DefinitionRecord
{
    /// <summary>The line, with <c>${variant}</c> already replaced and <c>${reply.name.path}</c> still as written.</summary>
    [Description("The line. ${name} is a value of the variant; ${reply.NAME.PATH} one of an earlier command's JSON output."), Shorthand]
    public required string Run { get; init; }

    /// <summary>Keeps the command's JSON output under this name for <c>${reply.name.path}</c> in later steps.</summary>
    [Description("Keeps the command's JSON output under this name."), Form(TextForm.Id)]
    public string? As { get; init; }

    /// <summary>The command must be refused (a wrong submission that tries what is not allowed); default false: it must succeed.</summary>
    [Description("The command must be refused.")]
    public bool Fails { get; init; }

    /// <summary>What the line says; replies replaced.</summary>
    /// <param name="reply">Gives the text for <c>${reply.name.path}</c>, by <c>name.path</c>; null when there is none, which leaves it as written.</param>
    public StepAction ToAction(Func<string, string?> reply)
    {
        var line = ParameterText.Replace(Run, name => name.StartsWith(ReplyPrefix, StringComparison.Ordinal) ? reply(name[ReplyPrefix.Length..]) : null);
        return StepAction.Parse(line);
    }

    /// <summary>What names of replies start with.</summary>
    public const string ReplyPrefix = "reply.";
}

/// <summary>What a step does.</summary>
public abstract record StepAction
{
    /// <summary>Reads a line. A malformed <c>answer</c>, <c>wait</c> or <c>hint</c> is an <see cref="InvalidStep"/>.</summary>
    public static StepAction Parse(string line)
    {
        line = line.Trim();
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var (verb, rest) = space < 0 ? (line, "") : (line[..space], line[(space + 1)..].Trim());
        switch (verb)
        {
            case "wait":
                return Duration.TryParse(rest, out var duration) ? new WaitStep(duration) : new InvalidStep(line, "wait 30s");
            case "hint":
                return rest.Length > 0 ? new HintStep(rest) : new InvalidStep(line, "hint ID");
            case "answer":
                var equals = rest.IndexOf('=', StringComparison.Ordinal);
                return equals > 0 ? new AnswerStep(rest[..equals].Trim(), rest[(equals + 1)..].Trim()) : new InvalidStep(line, "answer ID = VALUE");
            default:
                return line.Length > 0 ? new CommandStep(line) : new InvalidStep(line, "a toolbox command");
        }
    }
}

/// <summary>Runs a toolbox command.</summary>
public sealed record CommandStep(string Line) : StepAction
{
    /// <summary>The command's name: the first word.</summary>
    public string Name => Line.Split(' ', 2)[0];
}

/// <summary>Answers a question.</summary>
public sealed record AnswerStep(string Question, string Value) : StepAction;

/// <summary>Lets plant time pass.</summary>
public sealed record WaitStep(TimeSpan Duration) : StepAction;

/// <summary>Buys a hint.</summary>
public sealed record HintStep(string Hint) : StepAction;

/// <summary>A line that is none of these.</summary>
/// <param name="Line">The line.</param>
/// <param name="Form">The form that it should have.</param>
public sealed record InvalidStep(string Line, string Form) : StepAction;
