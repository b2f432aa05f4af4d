using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;

namespace TrainingLab.Tests.Labs.Attempts;

public sealed class Attempt_Tests
{
    [Fact]
    public async Task Starting_over_takes_the_plant_back_but_not_the_evidence()
    {
        await using var attempts = await TestAttempts.StartAsync();
        var run = await attempts.BeginAsync();
        await TestAttempts.SolveAsync(run, ..2);
        await run.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(CheckOutcome.Passed, TestAttempts.OutcomeOf(await run.ScorecardAsync(), "office-talks"));
        await run.StartOverAsync();
        Assert.Equal(TestAttempts.Bind(run, "${cellVlan}"), await TestAttempts.ReadAsync(run, "network/sw-2/running/ports/6/access"));
        await run.WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Assert.Equal(CheckOutcome.Failed, TestAttempts.OutcomeOf(await run.ScorecardAsync(), "office-talks"));
        Assert.Contains(attempts.Records(run), r => r.Body is ActionTaken { Protocol: "network" });
        await TestAttempts.SolveAsync(run, ..);
        var card = await run.HandInAsync(TestAttempts.Student);
        Assert.Equal(card.Max, card.Score);
    }

    [Fact]
    public async Task After_the_hand_in_nothing_is_taken_and_the_evidence_says_the_same_score()
    {
        await using var attempts = await TestAttempts.StartAsync();
        var run = await attempts.BeginAsync();
        await TestAttempts.SolveAsync(run, ..);
        await run.TakeHintAsync(TestAttempts.Student, "find-port");
        var card = await run.HandInAsync(TestAttempts.Student);
        Assert.Equal(3, (await run.ExecAsync(TestAttempts.Student, "switch sw-1 save", CancellationToken.None)).ExitCode);
        Assert.False((await run.AnswerAsync(TestAttempts.Student, "any", "1")).Done);
        Assert.False((await run.TakeHintAsync(TestAttempts.Student, "find-port")).Outcome.Done);
        await run.DisposeAsync();

        var grade = new EvidenceGrader(LabsEnvironment.Format).Grade(attempts.Evidence);
        Assert.Equal(EvidenceState.Intact, grade.Verdict.State);
        Assert.Equal(ScorecardJson.Write(card), ScorecardJson.Write(grade.Scorecard!));
    }

    [Fact]
    public async Task A_connection_that_was_open_at_the_hand_in_is_cut()
    {
        await using var attempts = await TestAttempts.StartAsync();
        var run = await attempts.BeginAsync();
        var pipe = await run.OnFactoryAsync(async () => await run.Factory.Context.ConnectAsync("workstation", "broker", 1883, TestAttempts.Student, CancellationToken.None));
        await run.HandInAsync(TestAttempts.Student);
        await Assert.ThrowsAnyAsync<IOException>(() => run.OnFactoryAsync(async () => (await pipe.Input.ReadAsync()).IsCompleted));
    }

    [Fact]
    public async Task A_hint_is_charged_once()
    {
        await using var attempts = await TestAttempts.StartAsync();
        var run = await attempts.BeginAsync("li-lei", "han-mei");
        var (_, text) = await run.TakeHintAsync("li-lei", "find-port");
        var (_, again) = await run.TakeHintAsync("han-mei", "find-port");
        Assert.Equal(text, again);
        Assert.Single(attempts.Records(run), r => r.Body is HintTaken);
        Assert.False((await run.TakeHintAsync("li-lei", "no-such-hint")).Outcome.Done);
    }

    [Fact]
    public async Task An_answer_to_a_question_that_is_not_asked_is_refused()
    {
        await using var attempts = await TestAttempts.StartAsync();
        var run = await attempts.BeginAsync();
        Assert.False((await run.AnswerAsync(TestAttempts.Student, "no-such-question", "1")).Done);
        Assert.DoesNotContain(attempts.Records(run), r => r.Body is AnswerGiven);
    }

    [Fact]
    public async Task Reads_are_counted_and_messages_without_acknowledgement_are_kept()
    {
        await using var attempts = await TestAttempts.StartAsync();
        var run = await attempts.BeginAsync();
        for (var i = 0; i < 5; i++)
            await TestAttempts.ExecAsync(run, "opcua read filler-1 ns=3;s=filler-1.CurMachSpeed");
        await TestAttempts.ExecAsync(run, "mqtt pub student/note 42 --qos 0");
        await run.WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        var records = attempts.Records(run);
        Assert.Equal(5, records.Select(r => r.Body).OfType<ReadsObserved>().Where(r => r is { Operation: "read", Target: "filler-1/CurMachSpeed" }).Sum(r => r.Count));
        Assert.Contains(records, r => r.Body is ActionTaken { Protocol: "mqtt", Operation: "publish" });
    }

    [Fact]
    public async Task Each_student_of_a_group_is_named()
    {
        await using var attempts = await TestAttempts.StartAsync();
        var run = await attempts.BeginAsync("li-lei", "han-mei");
        await TestAttempts.ExecAsync(run, TestAttempts.Solution[0], "li-lei");
        await TestAttempts.ExecAsync(run, TestAttempts.Solution[1], "han-mei");
        var changes = attempts.Records(run).Select(r => r.Body).OfType<ActionTaken>().Where(a => a.Protocol == "network" && a.Operation == "configure").ToList();
        Assert.Equal(["li-lei", "han-mei"], changes.Select(c => c.By.Student));
    }

    [Fact]
    public async Task Whoever_sets_the_same_value_again_is_responsible_from_then_on()
    {
        await using var attempts = await TestAttempts.StartAsync();
        var run = await attempts.BeginAsync("li-lei", "han-mei");
        await TestAttempts.ExecAsync(run, "switch sw-2 port 6 access vlan ${officeVlan}", "li-lei");
        await TestAttempts.ExecAsync(run, "switch sw-2 port 6 access vlan ${officeVlan}", "han-mei");
        // Something else on the same switch is nobody's claim to port 6.
        await TestAttempts.ExecAsync(run, "switch sw-2 port 5 disable", "li-lei");
        var samples = attempts.Records(run).Select(r => r.Body).OfType<StateSampled>().Where(s => s.Path == "network/sw-2/running/ports/6/access").ToList();
        Assert.Equal([null, "li-lei", "han-mei"], samples.Select(s => s.By?.Student));
    }
}
