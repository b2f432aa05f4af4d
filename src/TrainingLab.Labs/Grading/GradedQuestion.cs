using System.Collections.Immutable;
using System.Text.Json.Nodes;
using TrainingLab.Labs.Definitions;

namespace TrainingLab.Labs.Grading;

/// <summary>A question, as far as grading needs it.</summary>
public sealed record GradedQuestion
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>What kind of answer is wanted.</summary>
    public required QuestionKind Kind { get; init; }

    /// <summary>The right answer: an expression over <c>variant.name</c> and <c>truth.name</c>.</summary>
    public required string Expected { get; init; }

    /// <summary>The unit of a number; null for none. With <c>%</c> a ratio counts too.</summary>
    public string? Unit { get; init; }

    /// <summary>Largest absolute difference of a number that still counts, in the unit.</summary>
    public double Tolerance { get; init; }

    /// <summary>The ids of the choices.</summary>
    public ImmutableArray<string> Choices { get; init; } = [];

    /// <summary>How an answer is read, for the <c>normalised</c> of its record and for the student to see at once.</summary>
    public string Normalise(string raw) => Kind switch
    {
        QuestionKind.Number => NumberAnswer.Read(raw, Unit).Text,
        QuestionKind.Choice => Choice(raw) ?? "",
        _ => TextAnswer.Read(raw),
    };

    internal Finding Judge(string raw, JsonNode? expected, double relative)
    {
        switch (Kind)
        {
            case QuestionKind.Number:
                if (!Values.TryNumber(expected, out var right))
                    return Finding.Broken(GradingTexts.CannotEvaluate(Expected, GradingTexts.NotANumber));
                var read = NumberAnswer.Read(raw, Unit);
                return read.Problem is { } problem
                    ? Finding.No(problem)
                    : Finding.Of(read.Readings.Any(v => IsNear(v, right, relative)), GradingTexts.Value(read.Text));
            case QuestionKind.Choice:
                return Choice(raw) is { } choice
                    ? Finding.Of(choice == Values.Text(expected), GradingTexts.Value(choice))
                    : Finding.No(GradingTexts.Value(TextAnswer.Read(raw)));
            default:
                var text = TextAnswer.Read(raw);
                return Finding.Of(text.Length > 0 && text == TextAnswer.Read(Values.Text(expected)), GradingTexts.Value(text));
        }
    }

    // A little more than the tolerance, so that 0.1 + 0.2 is within 0.0 of 0.3.
    private bool IsNear(double value, double right, double relative)
        => Math.Abs(value - right) <= Math.Max(Tolerance, relative * Math.Abs(right)) + (Math.Abs(right) * 1e-12);

    private string? Choice(string raw)
    {
        var text = TextAnswer.Read(raw);
        return Choices.FirstOrDefault(c => TextAnswer.Read(c) == text);
    }
}
