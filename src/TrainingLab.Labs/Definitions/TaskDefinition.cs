using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions;

/// <summary>One task of a lab.</summary>
[Description("One task: what to do, its hints, its questions and its checks.")]
public sealed record TaskDefinition : DefinitionRecord
{
    /// <summary>Unique in the lab.</summary>
    [Description("Unique in the lab."), Form(TextForm.Id)]
    public required string Id { get; init; }

    /// <summary>A few words.</summary>
    [Description("A few words.")]
    public required LocalizedText Title { get; init; }

    /// <summary>What to do, in Markdown.</summary>
    [Description("What to do, in Markdown.")]
    public required LocalizedText Text { get; init; }

    /// <summary>At least two, from a nudge to nearly the answer.</summary>
    [Description("At least two, from a nudge to nearly the answer."), MinLength(2)]
    public required IReadOnlyList<HintDefinition> Hints { get; init; }

    /// <summary>Questions that the student answers in this task.</summary>
    [Description("Questions that the student answers in this task.")]
    public IReadOnlyList<QuestionDefinition> Questions { get; init; } = [];

    /// <summary>What is graded in this task.</summary>
    [Description("What is graded in this task."), MinLength(1)]
    public required IReadOnlyList<CheckDefinition> Checks { get; init; }
}

/// <summary>A hint with a price.</summary>
[Description("A hint with a price.")]
public sealed record HintDefinition : DefinitionRecord
{
    /// <summary>Unique in the lab.</summary>
    [Description("Unique in the lab."), Form(TextForm.Id)]
    public required string Id { get; init; }

    /// <summary>Its price in points; 0 is allowed for the first.</summary>
    [Description("Its price in points."), Range(0, 100)]
    public required int Points { get; init; }

    /// <summary>The hint, in Markdown.</summary>
    [Description("The hint, in Markdown.")]
    public required LocalizedText Text { get; init; }
}

/// <summary>A question whose answer a check reads.</summary>
[Description("A question whose answer a check reads.")]
public sealed record QuestionDefinition : DefinitionRecord
{
    /// <summary>Unique in the lab; <c>answer ID = VALUE</c> in submissions.</summary>
    [Description("Unique in the lab."), Form(TextForm.Id)]
    public required string Id { get; init; }

    /// <summary>The question.</summary>
    [Description("The question.")]
    public required LocalizedText Text { get; init; }

    /// <summary>What kind of answer is wanted.</summary>
    [Description("What kind of answer is wanted.")]
    public required QuestionKind Kind { get; init; }

    /// <summary>The unit that the answer is in, shown behind the field; none by default. "%" also accepts a ratio, see the answer check.</summary>
    [Description("The unit of a number, shown behind the field.")]
    public string? Unit { get; init; }

    /// <summary>Largest absolute difference of a number that still counts; default 0.</summary>
    [Description("Largest difference of a number that still counts."), Range(0d, double.MaxValue)]
    public double Tolerance { get; init; }

    /// <summary>How many different answers are taken; default 10. A right one among more than these cannot be found by trying them all.</summary>
    [Description("How many different answers are taken (the same one again is none); few where few are possible."), Range(1, 1000)]
    public int Tries { get; init; } = 10;

    /// <summary>The choices of a choice question.</summary>
    [Description("The choices of a choice question.")]
    public IReadOnlyList<ChoiceDefinition> Choices { get; init; } = [];

    /// <summary>The right answer: an expression over <c>variant.name</c> and <c>truth.name</c>; for a text also a literal in single quotes.</summary>
    [Description("The right answer: an expression over variant.name and truth.name, such as truth.oee * 100 or variant.url.")]
    public required string Expected { get; init; }
}

/// <summary>Kinds of questions.</summary>
public enum QuestionKind
{
    /// <summary>A number, with unit and tolerance.</summary>
    Number,

    /// <summary>A text.</summary>
    Text,

    /// <summary>One of the choices; the answer is the choice's id.</summary>
    Choice,
}

/// <summary>One choice of a choice question.</summary>
[Description("One choice.")]
public sealed record ChoiceDefinition : DefinitionRecord
{
    /// <summary>Unique in the question.</summary>
    [Description("Unique in the question."), Form(TextForm.Id)]
    public required string Id { get; init; }

    /// <summary>What the student reads.</summary>
    [Description("What the student reads.")]
    public required LocalizedText Text { get; init; }
}
