using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;
using TrainingLab.Labs.Grading.Checks;
using TrainingLab.Tests.Labs.Evidence;

namespace TrainingLab.Tests.Labs.Grading;

public sealed class ProbeCheckTests
{
    [Fact]
    public async Task Blocked_passes_when_the_legitimate_path_works_in_the_same_round()
    {
        var (blocked, legitimate) = TestLab.Pair();
        await using var attempt = await new TestAttempt(TestLab.Of(blocked)).BeginAsync();
        await Ran(attempt, blocked, 1, "blocked");
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await Ran(attempt, legitimate, 1, "connected");
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dead_target_never_turns_blocked_green(bool blockedFirst)
    {
        var (blocked, legitimate) = TestLab.Pair();
        await using var attempt = await new TestAttempt(TestLab.Of(blocked)).BeginAsync();
        await Ran(attempt, blocked, 1, "connected");
        await Ran(attempt, legitimate, 1, "connected");
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());

        foreach (var probe in blockedFirst ? new[] { blocked, legitimate } : [legitimate, blocked])
        {
            await Ran(attempt, probe, 2, "blocked");
            Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        }

        var card = await attempt.HandInAsync();
        Assert.Equal(0, card.Score);
        Assert.StartsWith("blocked for everyone", card.Checks[0].Actual.En, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pass_is_lost_when_the_target_dies_later()
    {
        var (blocked, legitimate) = TestLab.Pair();
        await using var attempt = await new TestAttempt(TestLab.Of(blocked)).BeginAsync();
        await Ran(attempt, blocked, 1, "blocked");
        await Ran(attempt, legitimate, 1, "connected");
        await Ran(attempt, blocked, 2, "blocked");
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
        await Ran(attempt, legitimate, 2, "blocked");
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
    }

    [Fact]
    public async Task A_round_that_never_proved_the_target_alive_does_not_pass_in_the_end()
    {
        var (blocked, legitimate) = TestLab.Pair();
        await using var attempt = await new TestAttempt(TestLab.Of(blocked)).BeginAsync();
        await Ran(attempt, blocked, 1, "blocked");
        await Ran(attempt, legitimate, 1, "connected");
        await Ran(attempt, blocked, 2, "blocked");
        Assert.Equal(CheckOutcome.Failed, (await attempt.HandInAsync()).Checks[0].Outcome);
    }

    [Fact]
    public async Task Blocked_without_any_pair_proves_nothing()
    {
        var blocked = TestLab.Probe("office-pc", "filler-1:4840", "blocked");
        await using var attempt = await new TestAttempt(TestLab.Of(blocked)).BeginAsync();
        await Ran(attempt, blocked, 1, "blocked");
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
    }

    [Fact]
    public async Task A_prober_that_fails_breaks_the_check_until_it_works_again()
    {
        var probe = TestLab.Probe("gateway", "filler-1:4840", "connected");
        await using var attempt = await new TestAttempt(TestLab.Of(probe)).BeginAsync();
        await Ran(attempt, probe, 1, "error");
        Assert.Equal(CheckOutcome.Broken, attempt.Outcome());
        await Ran(attempt, probe, 2, "connected");
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
        Assert.Equal("connected in 2 ms", attempt.Check().Actual.En);
    }

    [Fact]
    public async Task A_probe_that_never_ran_is_broken_in_the_end()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(TestLab.Probe("a", "b", "connected"))).BeginAsync();
        Assert.Equal(CheckOutcome.Broken, (await attempt.HandInAsync()).Checks[0].Outcome);
    }

    [Fact]
    public async Task A_read_value_must_be_the_one_that_the_probe_drew()
    {
        var probe = new ProbeCheck { Kind = "register", Expect = "value" };
        await using var attempt = await new TestAttempt(TestLab.Of(probe)).BeginAsync();
        await Ran(attempt, probe, 1, "value", value: 25, drawn: 17);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await Ran(attempt, probe, 2, "value", value: 17, drawn: 17);
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }

    [Fact]
    public async Task A_value_can_be_compared_by_conditions()
    {
        var probe = new ProbeCheck { Kind = "latency", Expect = "value", AtMost = ScalarValue.OfText("=drawn") };
        await using var attempt = await new TestAttempt(TestLab.Of(probe)).BeginAsync();
        await Ran(attempt, probe, 1, "value", value: 18, drawn: 17);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await Ran(attempt, probe, 2, "value", value: 16.5, drawn: 17);
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }

    [Fact]
    public void Equal_probes_are_asked_for_once_and_keep_their_id()
    {
        var (blocked, legitimate) = TestLab.Pair();
        var needs = TestLab.Of(TestLab.Check("a", blocked), TestLab.Check("b", legitimate)).CollectNeeds();
        Assert.Equal(2, needs.Probes.Count);
        Assert.Equal(legitimate.Request.Id, TestLab.Probe("gateway", "filler-1:4840", "whatever").Request.Id);
    }

    internal static Task Ran(TestAttempt attempt, ProbeCheck probe, long round, string result, JsonNode? value = null, JsonNode? drawn = null)
        => attempt.AddAsync(new ProbeRan
        {
            Probe = probe.Request.Id, Round = round, Result = result, Value = value, Drawn = drawn, Detail = "detail", Elapsed = TimeSpan.FromMilliseconds(2),
        });
}
