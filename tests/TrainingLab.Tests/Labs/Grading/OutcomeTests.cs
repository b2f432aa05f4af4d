using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;
using TrainingLab.Labs.Grading.Checks;
using TrainingLab.Tests.Labs.Evidence;

namespace TrainingLab.Tests.Labs.Grading;

public sealed class OutcomeTests
{
    private static GradedLab Chain => TestLab.Of(
        TestLab.Check("a", TestLab.State("a", 1)),
        TestLab.Check("b", TestLab.State("b", 1), 10, "a"),
        TestLab.Check("c", TestLab.State("c", 1), 10, "b"));

    [Fact]
    public async Task What_depends_on_a_failed_check_is_not_reached()
    {
        await using var attempt = await new TestAttempt(Chain).BeginAsync();
        await attempt.SampleAsync("c", 1);
        await attempt.SampleAsync("b", 1);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome("a"));
        Assert.Equal(CheckOutcome.NotReached, attempt.Outcome("b"));
        Assert.Equal(CheckOutcome.NotReached, attempt.Outcome("c"));
        await attempt.SampleAsync("a", 1);
        Assert.All(["a", "b", "c"], id => Assert.Equal(CheckOutcome.Passed, attempt.Outcome(id)));
    }

    [Fact]
    public async Task What_depended_on_a_check_that_was_undone_stays_as_it_was()
    {
        await using var attempt = await new TestAttempt(Chain).BeginAsync();
        foreach (var path in new[] { "a", "b" })
            await attempt.SampleAsync(path, 1);
        await attempt.SampleAsync("a", 0);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome("a"));
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome("b"));
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome("c"));
    }

    [Fact]
    public async Task What_depends_on_a_broken_check_is_graded_all_the_same()
    {
        await using var attempt = await new TestAttempt(Chain).BeginAsync();
        await attempt.SampleAsync("b", 1);
        await attempt.SampleAsync("c", 0);
        var card = await attempt.HandInAsync();
        Assert.Equal([CheckOutcome.Broken, CheckOutcome.Passed, CheckOutcome.Failed], card.Checks.Select(c => c.Outcome));
        Assert.Equal(20, card.Score);
    }

    [Fact]
    public async Task Broken_points_leave_the_maximum_when_the_lab_says_so()
    {
        await using var attempt = await new TestAttempt(Chain with { Broken = BrokenPoints.RemoveFromMaximum }).BeginAsync();
        await attempt.SampleAsync("b", 1);
        await attempt.SampleAsync("c", 0);
        var card = await attempt.HandInAsync();
        Assert.Equal(10, card.Score);
        Assert.Equal(20, card.Max);
        Assert.False(card.Passed);
    }

    [Fact]
    public async Task A_negative_check_holds_only_while_its_pair_holds()
    {
        var lab = TestLab.Of(
            TestLab.Check("isolated", TestLab.State("isolated", 1)) with { Pair = "works" },
            TestLab.Check("works", TestLab.State("works", 1)));
        await using var attempt = await new TestAttempt(lab).BeginAsync();
        await attempt.SampleAsync("isolated", 1);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome("isolated"));
        await attempt.SampleAsync("works", 1);
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome("isolated"));
        await attempt.SampleAsync("works", 0);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome("isolated"));
    }

    [Fact]
    public async Task A_marked_check_waits_and_then_takes_the_marks_points()
    {
        var lab = TestLab.Of(TestLab.Check("c", new MarkCheck { Rubric = new LocalizedText("clear", "清楚") }));
        await using var attempt = await new TestAttempt(lab).BeginAsync();
        var sealedCard = await attempt.HandInAsync();
        Assert.Equal(CheckOutcome.Pending, sealedCard.Checks[0].Outcome);
        await attempt.MarkAsync(new MarkGiven("c", 7, "instructor-1", "well argued"));
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
        Assert.Equal(7, attempt.Check().Points);
        Assert.Equal("well argued", attempt.Check().Comment);
        await attempt.MarkAsync(new MarkGiven("c", 3, "instructor-1"));
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        Assert.Equal(3, attempt.Live!.Scorecard().Score);
    }

    [Fact]
    public async Task A_mark_never_gives_more_than_the_checks_points()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(TestLab.State("p", 1))).BeginAsync();
        await attempt.MarkAsync(new MarkGiven("c", 99, "instructor-1"));
        Assert.Equal(10, attempt.Check().Points);
    }

    [Fact]
    public async Task Deductions_are_charged_and_the_score_has_a_floor()
    {
        var lab = TestLab.Of(TestLab.State("p", 1)) with
        {
            Hints = [new PricedHint("h1", 2)],
            Deductions = [new DeclaredDeduction("tripped", 5, TestLab.State("line/tripped", 1), AtMost: 12), new DeclaredDeduction("rude", 1)],
        };
        await using var attempt = await new TestAttempt(lab).BeginAsync();
        await attempt.SampleAsync("p", 1);
        await attempt.AddAsync(new HintTaken("h1", 99));
        await attempt.AddAsync(new HintTaken("h1", 99));
        await attempt.AddAsync(new PointsDeducted("rude", 99));
        Assert.Equal(7, attempt.Live!.Scorecard().Score);
        for (var i = 0; i < 3; i++)
        {
            await attempt.SampleAsync("line/tripped", 1);
            await attempt.SampleAsync("line/tripped", 0);
        }

        var card = attempt.Live.Scorecard();
        Assert.Equal(0, card.Score);
        Assert.Equal(
            [new("hint", "h1", 2), new("declared", "rude", 1), new("declared", "tripped", 5), new("declared", "tripped", 5), new("declared", "tripped", 2)], card.Deductions.AsEnumerable());
    }
}
