using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;
using TrainingLab.Labs.Grading.Checks;
using TrainingLab.Tests.Labs.Evidence;

namespace TrainingLab.Tests.Labs.Grading;

/// <summary>Wrong work that other graders have let pass, and the wrong attempts of the curriculum that grading itself must catch.</summary>
public sealed class FalsePassTests
{
    [Fact]
    public async Task Blocked_when_the_target_was_dead()
    {
        var (blocked, legitimate) = TestLab.Pair();
        await using var attempt = await new TestAttempt(TestLab.Of(blocked)).BeginAsync();
        for (var round = 1; round < 4; round++)
        {
            await ProbeCheckTests.Ran(attempt, blocked, round, "blocked");
            Assert.NotEqual(CheckOutcome.Passed, attempt.Outcome());
            await ProbeCheckTests.Ran(attempt, legitimate, round, "blocked");
            Assert.NotEqual(CheckOutcome.Passed, attempt.Outcome());
        }
    }

    [Fact]
    public async Task Deny_everything()
    {
        var (blocked, legitimate) = TestLab.Pair();
        var lab = TestLab.Of(TestLab.Check("isolated", blocked) with { Pair = "works" }, TestLab.Check("works", legitimate));
        await using var attempt = await new TestAttempt(lab).BeginAsync();
        await ProbeCheckTests.Ran(attempt, legitimate, 1, "blocked");
        await ProbeCheckTests.Ran(attempt, blocked, 1, "blocked");
        Assert.Equal(0, (await attempt.HandInAsync()).Score);
    }

    [Fact]
    public async Task A_login_that_took_any_answer_but_a_redirect_for_success()
    {
        var login = TestLab.Event("login", "switch-1*") with { Outcome = "200" };
        await using var attempt = await new TestAttempt(TestLab.Of(login)).BeginAsync();
        foreach (var code in new[] { "401", "403", "404", "500", "0", "timeout" })
            await attempt.ActAsync("login", "switch-1/console", ok: false, outcome: code);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
    }

    [Theory]
    [InlineData("[{\"action\":\"permit\",\"port\":4841},{\"action\":\"deny\"}]")]
    [InlineData("[{\"action\":\"permit\"},{\"action\":\"deny\",\"port\":4840}]")]
    public async Task A_firewall_rule_of_another_port_or_after_an_accept_all(string rules)
    {
        // Rules are not what is graded: what they do is. The probe sees port and order as the packets do.
        var (blocked, legitimate) = TestLab.Pair();
        await using var attempt = await new TestAttempt(TestLab.Of(blocked)).BeginAsync();
        await attempt.SampleAsync("firewall-1/rules", JsonNode.Parse(rules), TestAttempt.Student);
        await ProbeCheckTests.Ran(attempt, blocked, 1, "connected");
        await ProbeCheckTests.Ran(attempt, legitimate, 1, "connected");
        Assert.Equal(0, (await attempt.HandInAsync()).Score);
    }

    [Fact]
    public async Task Passing_and_then_undoing()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(TestLab.State("p", 1, by: "student"), TimeSpan.FromSeconds(30))).BeginAsync();
        await attempt.SampleAsync("p", 1, TestAttempt.Student);
        await attempt.AddAsync(new TimePassed(), afterSeconds: 30);
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
        await attempt.SampleAsync("p", 0, TestAttempt.Student);
        Assert.Equal(0, (await attempt.HandInAsync()).Score);
    }

    [Fact]
    public async Task Doing_it_for_a_moment_at_the_bell()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(TestLab.State("p", 1), TimeSpan.FromMinutes(5))).BeginAsync();
        await attempt.SampleAsync("p", 1, TestAttempt.Student);
        await attempt.AddAsync(new HandedIn("bell"));
        await attempt.AddAsync(new TimePassed(), afterSeconds: 200);
        await attempt.SampleAsync("p", 0);
        await attempt.AddAsync(new TimePassed(), afterSeconds: 200);
        Assert.Equal(0, (await attempt.HandInAsync()).Score);
    }

    [Fact]
    public async Task An_answer_copied_from_another_student()
    {
        var lab = TestLab.Question(TestLab.Number("q", "variant.value"));
        await using var neighbour = await new TestAttempt(lab).BeginAsync(new JsonObject { ["value"] = 37 });
        await neighbour.AddAsync(new AnswerGiven("q", "37"));
        Assert.Equal(CheckOutcome.Passed, neighbour.Outcome());

        await using var attempt = await new TestAttempt(lab).BeginAsync(new JsonObject { ["value"] = 52 });
        await attempt.AddAsync(new AnswerGiven("q", "37"));
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        Assert.DoesNotContain("52", attempt.Check().Actual.En + attempt.Check().Expected.En, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_reading_of_an_answer_at_once()
    {
        await using var attempt = await new TestAttempt(TestLab.Question(TestLab.Number("q", "variant.value"))).BeginAsync(new JsonObject { ["value"] = 37 });
        foreach (var raw in new[] { "36 37 38", "36, 37", "37 or 38", "36-38", "37%", "37;38" })
        {
            await attempt.AddAsync(new AnswerGiven("q", raw));
            Assert.True(attempt.Outcome() == CheckOutcome.Failed, raw);
        }
    }

    [Fact]
    public async Task A_change_that_the_plant_the_instructor_or_an_adversary_made()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(TestLab.State("p", 1, by: "student"))).BeginAsync();
        await attempt.SampleAsync("p", 1, TestAttempt.Neighbour with { Account = "student" });
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await attempt.SampleAsync("p", 1);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
    }

    [Fact]
    public async Task A_faked_value_prepared_before_the_probe_drew_its_own()
    {
        var probe = new ProbeCheck { Kind = "register", Expect = "value" };
        await using var attempt = await new TestAttempt(TestLab.Of(probe)).BeginAsync();
        await ProbeCheckTests.Ran(attempt, probe, 1, "value", value: 100, drawn: 100);
        await ProbeCheckTests.Ran(attempt, probe, 2, "value", value: 100, drawn: 73);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
    }

    [Fact]
    public async Task Interpolated_and_arrival_stamped_samples()
    {
        var check = new SeriesCheck { Series = "stored", Statistic = SeriesStatistic.Coverage, Reference = "produced", AtLeast = ScalarValue.Of(0.999) };
        await using var attempt = await new TestAttempt(TestLab.Of(check)).BeginAsync();
        SeriesPoint[] produced = [.. Enumerable.Range(0, 600).Select(i => new SeriesPoint(TestAttempt.Epoch.AddSeconds(i), (i * i) % 97))];
        await attempt.AddAsync(new SeriesNoted("produced", [.. produced]));
        await attempt.AddAsync(new SeriesNoted("stored", [.. produced.Select(p => p with { Time = p.Time.AddSeconds(700) })]));
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await attempt.AddAsync(new SeriesNoted("stored", [.. produced.Select((p, i) => i % 100 == 50 ? p with { Value = p.Value + 0.5 } : p)], Replaces: true));
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
    }

    [Fact]
    public async Task An_empty_attempt_earns_nothing_where_everything_was_recorded()
    {
        var (blocked, legitimate) = TestLab.Pair();
        var lab = TestLab.Of(
            TestLab.Check("state", TestLab.State("p", 1, by: "student")),
            TestLab.Check("event", TestLab.Event("publish")),
            TestLab.Check("blocked", blocked),
            TestLab.Check("answer", new AnswerCheck { Question = "q" })) with { Questions = [TestLab.Number("q", "variant.v")] };
        await using var attempt = await new TestAttempt(lab).BeginAsync(new JsonObject { ["v"] = 0 });
        await attempt.SampleAsync("p", 1);
        await ProbeCheckTests.Ran(attempt, blocked, 1, "connected");
        await ProbeCheckTests.Ran(attempt, legitimate, 1, "connected");
        Assert.Equal(0, (await attempt.HandInAsync()).Score);
    }
}
