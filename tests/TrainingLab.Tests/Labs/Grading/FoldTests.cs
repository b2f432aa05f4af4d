using System.Globalization;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;
using TrainingLab.Labs.Grading.Checks;
using TrainingLab.Tests.Labs.Evidence;

namespace TrainingLab.Tests.Labs.Grading;

/// <summary>Properties over random attempts of one lab that has every kind of check.</summary>
public sealed class FoldTests
{
    private static readonly (ProbeCheck Blocked, ProbeCheck Legitimate) Pair = TestLab.Pair();

    private static readonly GradedLab Lab = TestLab.Of(
        TestLab.Check("state", TestLab.State("p", 1, by: "student")) with { HoldFor = TimeSpan.FromSeconds(5) },
        TestLab.Check("event", TestLab.Event("publish", count: 2), 10, "state"),
        TestLab.Check("blocked", Pair.Blocked) with { Pair = "works" },
        TestLab.Check("works", Pair.Legitimate),
        TestLab.Check("series", new SeriesCheck { Series = "s", Statistic = SeriesStatistic.Mean, AtLeast = ScalarValue.Of(1) }),
        TestLab.Check("answer", new AnswerCheck { Question = "q" }) with { Once = true },
        TestLab.Check("sequence", new SequenceCheck { Steps = [TestLab.Event("stop"), TestLab.State("p", 1)], Within = TimeSpan.FromSeconds(8) }, 10, "event"),
        TestLab.Check("all", new AllCheck { Of = [TestLab.State("p", 1), new AnyCheck { Of = [TestLab.Event("stop"), TestLab.State("q", 2)] }] }),
        TestLab.Check("mark", new MarkCheck { Rubric = new LocalizedText("a", "b") })) with
    {
        Questions = [TestLab.Number("q", "truth.t", tolerance: 0.5)],
        Hints = [new PricedHint("h", 3)],
        Deductions = [new DeclaredDeduction("d", 4, TestLab.State("q", 1), AtMost: 8)],
    };

    [Fact]
    public void Grading_on_the_way_changes_nothing_and_again_equals_live_to_the_byte()
    {
        var arbitrary = Gen.Choose(0, 14).Two().NonEmptyListOf().ToArbitrary();
        var property = Prop.ForAll(arbitrary, steps => IsSameAsync([.. steps.Select(s => (s.Item1, s.Item2))]).GetAwaiter().GetResult());
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(30).WithReplay(4711, 4713), property);
    }

    [Fact]
    public async Task Each_outcome_occurs_in_the_random_attempts()
    {
        var random = new Random(4711);
        var seen = new HashSet<CheckOutcome>();
        for (var i = 0; i < 20; i++)
        {
            await using var attempt = await PlayAsync([.. Enumerable.Range(0, 30).Select(_ => (random.Next(15), random.Next(15)))]);
            seen.UnionWith(attempt.Live!.Scorecard().Checks.Select(c => c.Outcome));
        }

        Assert.Equal(Enum.GetValues<CheckOutcome>().Length, seen.Count);
    }

    private static async Task<bool> IsSameAsync((int What, int Value)[] steps)
    {
        await using var attempt = await PlayAsync(steps);
        var live = ScorecardJson.Write(attempt.Live!.Scorecard());

        var again = new Grader(Lab);
        var looking = new Grader(Lab);
        foreach (var record in EvidenceReader.Read(new MemoryStream(attempt.Bytes)))
        {
            again.Fold(record);
            looking.Fold(record);
            _ = ScorecardJson.Write(looking.Scorecard());
        }

        var verdict = EvidenceVerifier.Verify(new MemoryStream(TamperingTests.Redacted(attempt.Bytes)));
        return live == ScorecardJson.Write(again.Scorecard()) && live == ScorecardJson.Write(looking.Scorecard()) && verdict.IsIntact;
    }

    private static async Task<TestAttempt> PlayAsync((int What, int Value)[] steps)
    {
        var attempt = await new TestAttempt(Lab).BeginAsync();
        var round = 0;
        foreach (var (what, value) in steps)
        {
            EvidenceBody body = what switch
            {
                0 => new StateSampled("p", value % 2, value % 3 == 0 ? TestAttempt.Neighbour : TestAttempt.Student),
                1 => new StateSampled("p", value == 0 ? null : 1),
                2 => new StateSampled("q", value % 3),
                3 => new ActionTaken { By = TestAttempt.Student, Protocol = "mqtt", Operation = "publish", Target = "t", Outcome = "0", Succeeded = value > 2 },
                4 => new ActionTaken { By = value > 9 ? TestAttempt.Neighbour : TestAttempt.Student, Protocol = "toolbox", Operation = "stop", Target = "t", Outcome = "0" },
                5 => Probe(Pair.Blocked, ++round, value),
                6 => Probe(Pair.Legitimate, round, value),
                7 => new SeriesNoted("s", [new(TestAttempt.Epoch.AddSeconds(value), value * 0.1)], Replaces: value == 3),
                8 => new AnswerGiven("q", value.ToString(CultureInfo.InvariantCulture)),
                9 => new TruthNoted("t", JsonValue.Create(value * 0.9)),
                10 => new HintTaken("h", 3),
                11 => new CheckpointRestored("start"),
                12 => new PointsDeducted("manual", value),
                13 => new MarkGiven("mark", value, "instructor"),
                _ => new TimePassed(),
            };
            if (body is MarkGiven mark)
                await attempt.MarkAsync(mark);
            else if (body is CheckpointRestored)
                await attempt.RestoreAsync(value);
            else
                await attempt.AddAsync(body, afterSeconds: value % 4);
        }

        await attempt.HandInAsync();
        return attempt;
    }

    private static ProbeRan Probe(ProbeCheck probe, int round, int value) => new()
    {
        Probe = probe.Request.Id, Round = round, Result = value % 5 == 0 ? "error" : value % 2 == 0 ? "blocked" : "connected",
    };
}
