using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;
using TrainingLab.Labs.Grading.Checks;
using TrainingLab.Tests.Labs.Evidence;

namespace TrainingLab.Tests.Labs.Grading;

public sealed class CompositeCheckTests
{
    [Fact]
    public async Task All_must_hold_at_the_same_time()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(new AllCheck { Of = [TestLab.State("a", 1), TestLab.State("b", 1)] })).BeginAsync();
        await attempt.SampleAsync("a", 1);
        await attempt.SampleAsync("b", 0);
        await attempt.SampleAsync("a", 0);
        await attempt.SampleAsync("b", 1);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await attempt.SampleAsync("a", 1);
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }

    [Fact]
    public async Task All_fails_by_one_that_fails_even_if_another_is_not_known()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(new AllCheck { Of = [TestLab.State("never", 1), TestLab.State("b", 1)] })).BeginAsync();
        await attempt.SampleAsync("b", 0);
        Assert.Equal(CheckOutcome.Failed, (await attempt.HandInAsync()).Checks[0].Outcome);
    }

    [Fact]
    public async Task Any_one_is_enough()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(new AnyCheck { Of = [TestLab.State("a", 1), TestLab.Event("x")] })).BeginAsync();
        await attempt.SampleAsync("a", 0);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await attempt.ActAsync("x", "t");
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }

    [Fact]
    public async Task A_sequence_counts_only_what_comes_after_the_step_before()
    {
        var check = new SequenceCheck { Steps = [TestLab.Event("stop"), TestLab.State("running", 1), TestLab.Event("report")] };
        await using var attempt = await new TestAttempt(TestLab.Of(check)).BeginAsync();
        await attempt.SampleAsync("running", 1);
        await attempt.ActAsync("report", "t");
        await attempt.ActAsync("stop", "t");
        Assert.Equal("1 of 3 steps in order", attempt.Check().Actual.En);
        await attempt.SampleAsync("running", 0);
        await attempt.SampleAsync("running", 1);
        Assert.Equal("2 of 3 steps in order", attempt.Check().Actual.En);
        await attempt.ActAsync("report", "t");
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
        await attempt.SampleAsync("running", 0);
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }

    [Fact]
    public async Task A_sequence_that_takes_too_long_starts_again()
    {
        var check = new SequenceCheck { Steps = [TestLab.Event("detect"), TestLab.Event("contain")], Within = TimeSpan.FromMinutes(1) };
        await using var attempt = await new TestAttempt(TestLab.Of(check)).BeginAsync();
        await attempt.ActAsync("detect", "t");
        await attempt.AddAsync(new TimePassed(), afterSeconds: 61);
        await attempt.ActAsync("contain", "t");
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await attempt.ActAsync("detect", "t");
        await attempt.AddAsync(new TimePassed(), afterSeconds: 60);
        await attempt.ActAsync("contain", "t");
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }
}
