using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;
using TrainingLab.Tests.Labs.Evidence;

namespace TrainingLab.Tests.Labs.Grading;

public sealed class HoldTests
{
    private static readonly GradedLab FiveMinutes = TestLab.Of(TestLab.State("p", 1), TimeSpan.FromMinutes(5));

    [Fact]
    public async Task It_passes_when_it_has_held_long_enough_of_plant_time()
    {
        await using var attempt = await new TestAttempt(FiveMinutes).BeginAsync();
        await attempt.SampleAsync("p", 1);
        await attempt.AddAsync(new TimePassed(), afterSeconds: 299);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        Assert.Equal("1; held for 299s of 5m", attempt.Check().Actual.En);
        await attempt.AddAsync(new TimePassed(), afterSeconds: 1);
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }

    [Fact]
    public async Task A_break_starts_it_anew()
    {
        await using var attempt = await new TestAttempt(FiveMinutes).BeginAsync();
        await attempt.SampleAsync("p", 1);
        await attempt.SampleAsync("p", 0, afterSeconds: 200);
        await attempt.SampleAsync("p", 1, afterSeconds: 1);
        await attempt.AddAsync(new TimePassed(), afterSeconds: 299);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await attempt.AddAsync(new TimePassed(), afterSeconds: 1);
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }

    [Fact]
    public async Task After_passing_it_is_revoked_by_a_break()
    {
        await using var attempt = await new TestAttempt(FiveMinutes).BeginAsync();
        await attempt.SampleAsync("p", 1);
        await attempt.AddAsync(new TimePassed(), afterSeconds: 300);
        await attempt.SampleAsync("p", 0);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
    }

    [Fact]
    public async Task Once_it_passed_it_stays_passed_when_the_lab_says_so()
    {
        var lab = TestLab.Of(TestLab.State("p", 1), TimeSpan.FromMinutes(5), once: true);
        await using var attempt = await new TestAttempt(lab).BeginAsync();
        await attempt.SampleAsync("p", 1);
        await attempt.SampleAsync("p", 0, afterSeconds: 300);
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }

    [Fact]
    public async Task Time_that_a_return_to_a_checkpoint_took_back_does_not_count()
    {
        await using var attempt = await new TestAttempt(FiveMinutes).BeginAsync();
        await attempt.SampleAsync("p", 1);
        await attempt.AddAsync(new TimePassed(), afterSeconds: 290);
        await attempt.RestoreAsync(secondsBack: 290);
        await attempt.AddAsync(new TimePassed(), afterSeconds: 290);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await attempt.AddAsync(new TimePassed(), afterSeconds: 10);
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }

    [Fact]
    public async Task After_the_hand_in_time_runs_on_until_it_is_decided()
    {
        await using var attempt = await new TestAttempt(FiveMinutes).BeginAsync();
        await attempt.SampleAsync("p", 1);
        await attempt.AddAsync(new HandedIn());
        await attempt.AddAsync(new TimePassed(), afterSeconds: 300);
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }
}
