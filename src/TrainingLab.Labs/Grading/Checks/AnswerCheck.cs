using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;

namespace TrainingLab.Labs.Grading.Checks;

/// <summary><c>answer: oee</c> or <c>answer: { question: oee, relative: 0.01 }</c>: the answer to a question is right.</summary>
[Description("The answer to a question is right.")]
public sealed record AnswerCheck : Predicate
{
    /// <summary>The question's id.</summary>
    [Description("The question's id."), Shorthand, Form(TextForm.Id)]
    public required string Question { get; init; }

    /// <summary>Largest difference of a number that still counts, as a share of the right answer; added to the question's own tolerance.</summary>
    [Description("Largest difference of a number that still counts, as a share of the right answer; whichever of this and the question's tolerance is larger."), Range(0d, 1d)]
    public double Relative { get; init; }

    /// <inheritdoc/>
    public override bool IsSecret => true;

    /// <inheritdoc/>
    public override IEnumerable<string> Questions => [Question];

    /// <inheritdoc/>
    public override void AddNeeds(GradingNeeds needs)
    {
    }

    /// <inheritdoc/>
    public override void Validate(LabContext context, Mistakes mistakes)
        => context.RequireQuestion(Origin.Of(nameof(Question)), Question, mistakes);

    /// <inheritdoc/>
    public override LocalizedText Describe() => GradingTexts.RightAnswer(Question);

    /// <inheritdoc/>
    public override PredicateState Start(GradingScope scope, long since) => new State(this, scope, since);

    private sealed class State : PredicateState
    {
        private readonly AnswerCheck check;
        private readonly GradingScope scope;
        private readonly long since;
        private readonly GradedQuestion? question;

        public State(AnswerCheck check, GradingScope scope, long since)
        {
            this.check = check;
            this.scope = scope;
            this.since = since;
            question = scope.Question(check.Question);
            Current = Finding.No(GradingTexts.NoAnswer);
        }

        public override void Fold(EvidenceRecord record)
        {
            if (record.Body is AnswerGiven or TruthNoted or AttemptBegun or StateSampled or EvidenceSealed)
                Judge();
        }

        private void Judge()
        {
            if (question is null)
            {
                Current = Finding.Broken(GradingTexts.NoQuestion(check.Question));
                return;
            }

            if (scope.Answer(check.Question) is not { } latest || latest.Record <= since)
                return;
            var expected = GradingExpression.Evaluate(question.Expected, scope);
            if (expected.Error is { } error)
                Current = Finding.Broken(error);
            else if (expected.Missing is not null)
                Current = Finding.Missing;
            else
                Current = question.Judge(latest.Body.Raw, expected.Value, check.Relative);
        }
    }
}
