using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;
using TrainingLab.Tests.Labs.Evidence;

namespace TrainingLab.Tests.Labs.Grading;

public sealed class ScorecardJsonTests
{
    [Fact]
    public async Task The_scorecard_is_the_contracts_json()
    {
        var (blocked, legitimate) = TestLab.Pair();
        var lab = TestLab.Of(
            TestLab.Check("cell-isolated", blocked, 15) with
            {
                Task = "segment",
                Expected = new LocalizedText("no path from office-pc to filler-1:4840", "办公电脑到 filler-1:4840 不通"),
            },
            TestLab.Check("line-runs", TestLab.State("line/running", 1), 2.5m)) with
        {
            Id = "network/vlan-segmentation",
            Hints = [new PricedHint("h1", 2)],
        };
        await using var attempt = await new TestAttempt(lab).BeginAsync();
        await attempt.SampleAsync("line/running", 1);
        await ProbeCheckTests.Ran(attempt, blocked, 1, "connected");
        await ProbeCheckTests.Ran(attempt, legitimate, 1, "connected");
        await attempt.AddAsync(new HintTaken("h1", 2));

        var card = attempt.Live!.Scorecard();

        Assert.Equal(
            """{"lab":"network/vlan-segmentation","seed":4711,"score":0.5,"max":17.5,"passed":false,"checks":["""
            + """{"id":"cell-isolated","task":"segment","outcome":"failed","points":0,"max":15,"expected":"no path from office-pc to filler-1:4840","actual":"connected in 2 ms","advice":{"en":"try cell-isolated","zh":"试试 cell-isolated"}},"""
            + """{"id":"line-runs","task":"t","outcome":"passed","points":2.5,"max":2.5,"expected":"line/running is 1","actual":"1"}],"""
            + "'deductions':[{'reason':'hint','id':'h1','points':2}],'evidence':{'records':5,'head':'".Replace('\'', '"') + attempt.Records[^1].Head + "\"}}",
            ScorecardJson.Write(card));
        Assert.Contains("连通，用时 2 ms", ScorecardJson.Write(card, language: "zh"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_student_sees_no_seed_and_no_expectation_that_gives_an_answer_away()
    {
        var lab = TestLab.Question(TestLab.Number("oee", "variant.oee"));
        lab = lab with { Checks = [.. lab.Checks, TestLab.Check("hidden", TestLab.State("line/running", 1)), TestLab.Check("open", TestLab.Event("publish"))] };
        await using var attempt = await new TestAttempt(lab).BeginAsync(new JsonObject { ["oee"] = 8372 });
        await attempt.AddAsync(new AnswerGiven("oee", "12"));

        var json = ScorecardJson.Write(attempt.Live!.Scorecard(), ScorecardView.Student);

        var card = JsonNode.Parse(json)!;
        Assert.Null(card["seed"]);
        Assert.Equal(AttemptBegun.Commit("salt", 4711), card["seedCommitment"]!.GetValue<string>());
        Assert.Null(card["checks"]![0]!["expected"]);
        Assert.Null(card["checks"]![0]!["actual"]);
        Assert.Null(card["checks"]![1]!["expected"]);
        Assert.NotNull(card["checks"]![2]!["expected"]);
        Assert.DoesNotContain("8372", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CheckOutcome.Passed, "passed")]
    [InlineData(CheckOutcome.Failed, "failed")]
    [InlineData(CheckOutcome.NotReached, "notReached")]
    [InlineData(CheckOutcome.Broken, "broken")]
    [InlineData(CheckOutcome.Pending, "pending")]
    public void Outcomes_have_the_contracts_words(CheckOutcome outcome, string word) => Assert.Equal(word, ScorecardJson.Word(outcome));
}
