using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;

namespace TrainingLab.Tests.Labs.Attempts;

/// <summary>Whoever tries every possible answer knows nothing: a question takes some different answers and no more.</summary>
public sealed class Answer_Tries_Tests
{
    [Fact]
    public async Task A_question_with_few_possible_answers_takes_two_of_them()
    {
        await using var attempts = await TestAttempts.StartAsync();
        var run = await attempts.BeginLabAsync("identifiers/resolve");
        Assert.True((await run.AnswerAsync(TestAttempts.Student, "incomplete", "1")).Done);
        Assert.True((await run.AnswerAsync(TestAttempts.Student, "incomplete", "2")).Done);
        var third = await run.AnswerAsync(TestAttempts.Student, "incomplete", "3");
        Assert.False(third.Done);
        Assert.Contains("2 different answers", third.Message.En, StringComparison.Ordinal);
        Assert.Contains("2 个不同的答案", third.Message.Zh, StringComparison.Ordinal);
        // The same again is no further one, however it is typed; the last that was taken counts.
        Assert.True((await run.AnswerAsync(TestAttempts.Student, "incomplete", " １ ")).Done);
        Assert.Equal(" １ ", run.Recorder.Grader.Scope.Answer("incomplete")!.Body.Raw);
        Assert.Equal(3, attempts.Records(run).Count(r => r.Body is AnswerGiven));
    }

    [Fact]
    public async Task What_was_tried_is_remembered_over_a_crash_and_over_starting_over()
    {
        await using var attempts = await TestAttempts.StartAsync();
        var first = await attempts.BeginLabAsync("identifiers/resolve");
        await first.AnswerAsync(TestAttempts.Student, "incomplete", "1");
        await first.AnswerAsync(TestAttempts.Student, "incomplete", "2");
        await first.StartOverAsync();
        Assert.False((await first.AnswerAsync(TestAttempts.Student, "incomplete", "3")).Done);
        var second = await attempts.CrashAndResumeAsync(snapshot: null);
        Assert.False((await second.AnswerAsync(TestAttempts.Student, "incomplete", "3")).Done);
    }

    [Fact]
    public async Task A_number_cannot_be_found_by_walking_over_the_scale()
    {
        await using var attempts = await TestAttempts.StartAsync();
        var run = await attempts.BeginLabAsync("data/oee");
        var taken = 0;
        for (var guess = 60.0; guess < 100; guess += 0.9)
            taken += (await run.AnswerAsync(TestAttempts.Student, "availability", guess.ToString(System.Globalization.CultureInfo.InvariantCulture))).Done ? 1 : 0;
        Assert.Equal(10, taken);
    }
}
